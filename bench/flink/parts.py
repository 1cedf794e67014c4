"""Gets what runs Beam on Flink: Flink's own jars from PyPI, Beam's runner for it by Maven; kept in the cache.

Both by their ordinary clients, so that the user's own mirrors, proxies and credentials count. What is fetched is made
beside its final place and renamed: a killed run leaves nothing half done.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from connectors.embedded import paths
from transforms.errors import SetupError

DEPLOY = Path(__file__).parents[2] / "deploy" / "flink"
POM, LOCK = DEPLOY / "pom.xml", DEPLOY / "flink.lock"
NO_MAVEN = (
    "Beam's runner for Flink comes by Maven, and there is no `mvn` on PATH: install it with your package manager "
    "(Debian: `apt-get install maven`) and try again"
)
# Of Flink's distribution: the rest are table APIs and connectors, which Beam brings its own way or not at all.
_WANTED = ("flink-dist-", "log4j-")


class Parts(NamedTuple):
    """Folders of jars: Flink's own, and Beam's runner with what it needs."""

    flink: Path
    beam: Path

    @property
    def classpath(self) -> str:
        """For ``java -cp``; Flink's own come first, since Beam's runner carries parts of it."""
        return f"{self.flink}/*:{self.beam}/*"


def folder_for(name: str, recipe: bytes) -> Path:
    """The cache folder of what a recipe (a lock, a pom) leads to: another recipe, another folder."""
    return paths.cache_folder() / f"flink-{name}-{hashlib.sha256(recipe).hexdigest()[:8]}"


def maven_command(mvn: str, pom: Path, folder: Path) -> list[str]:
    """The command that copies all that a pom needs at run time into a folder."""
    return [
        mvn,
        "--batch-mode",
        "--quiet",
        f"--file={pom}",
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        f"-DoutputDirectory={folder}",
    ]


def provide_parts(say: Callable[[str], None]) -> Parts:
    """Returns the jars; fetches those that are not in the cache.

    Args:
      say: Gets a line before each thing that takes time.

    Raises:
      SetupError: They cannot be had; the message says what would help.
    """
    return Parts(
        _once(folder_for("dist", LOCK.read_bytes()), lambda folder: _fetch_flink(folder, say)),
        _once(folder_for("beam", POM.read_bytes()), lambda folder: _fetch_runner(folder, say)),
    )


def _once(final: Path, make: Callable[[Path], None]) -> Path:
    if not final.is_dir():
        final.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=final.parent, prefix=f"{final.name}.") as temporary:
            made = Path(temporary) / "jars"
            made.mkdir()
            make(made)
            try:
                made.rename(final)
            except OSError:  # another process was faster; its folder is as good
                if not final.is_dir():
                    raise
    return final


def _fetch_runner(folder: Path, say: Callable[[str], None]) -> None:
    mvn = shutil.which("mvn")
    if mvn is None:
        raise SetupError(NO_MAVEN)
    say("Flink: Beam's runner for it, by Maven (160 jars, 156 MB; one to three minutes)")
    _run(maven_command(mvn, POM, folder), "Beam's runner for Flink could not be fetched by Maven")


def _fetch_flink(folder: Path, say: Callable[[str], None]) -> None:
    """Flink's jars stand in a source package; pip wants to see how it would build that before it hands it out."""
    say("Flink 1.19.0: its jars from the Python package apache-flink-libraries (232 MB, of which 128 MB are kept)")
    failed = "Flink's jars could not be fetched by pip"
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        venv.create(work / "venv", with_pip=True)
        python = str(work / "venv" / "bin" / "python")
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "install", "wheel", "setuptools<70"], failed)
        how = ["--no-deps", "--no-build-isolation", "--no-binary", ":all:", "--require-hashes"]
        _run([*pip, "download", *how, "--dest", str(work), "--requirement", str(LOCK)], failed)
        with tarfile.open(next(work.glob("apache*flink*.tar.gz"))) as packed:
            for member in packed:
                jar = Path(member.name).name
                source = packed.extractfile(member) if jar.startswith(_WANTED) and jar.endswith(".jar") else None
                if source is not None:
                    with source, (folder / jar).open("wb") as target:
                        shutil.copyfileobj(source, target)


def _run(command: Sequence[str], failed: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        lines = [line for line in (result.stderr + result.stdout).splitlines() if line.strip()] or ["no word"]
        cause = next((line for line in lines if "ERROR" in line), lines[-1])
        raise SetupError(f"{failed}: {cause.strip()}")


def main() -> int:
    """Fetches, and says where it lies."""
    try:
        parts = provide_parts(print)
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(f"Flink: {parts.flink}\nBeam's runner for it: {parts.beam}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
