"""Kafka's jars: locked coordinates and sums, fetched from a Maven repository straight into the cache.

No Maven is needed: the layout of a repository is a convention
(https://maven.apache.org/repository/layout.html). ``BEATWIRE_MAVEN_REPOSITORY`` names a mirror; without it the
address is the one that Apache Beam ships for its own jars. What a repository sends is believed only if its sum is
right.
"""

import contextlib
import hashlib
import http.client
import os
import shutil
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from apache_beam.utils.subprocess_server import JavaJarServer

from connectors.embedded import paths
from transforms.errors import SetupError

KAFKA_VERSION = "4.3.0"
_LOCK = Path(__file__).parent / f"kafka-{KAFKA_VERSION}.lock"
_ATTEMPTS = 3
# A repository answers four connections well; the 43 MB then take as long as the line is wide.
_PARALLEL = 4
_TIMEOUT = 30.0  # seconds without a byte


class Jar(NamedTuple):
    """One line of the lock: Maven coordinates, SHA-256 in hex, size in bytes."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def parse_lock(text: str) -> tuple[Jar, ...]:
    """Reads ``group:artifact:version sha256 bytes`` lines; ``#`` begins a comment line.

    Raises:
      ValueError: A line has another form; the message holds it.
    """
    jars = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        try:
            coordinates, sha256, size = line.split()
            group, artifact, version = coordinates.split(":")
            jars.append(Jar(group, artifact, version, sha256, int(size)))
        except ValueError as error:
            raise ValueError(f"not 'group:artifact:version sha256 bytes': {line!r}") from error
    return tuple(jars)


def locked_jars() -> tuple[Jar, ...]:
    """Returns what the shipped lock holds: 46 jars."""
    return parse_lock(_LOCK.read_text(encoding="ascii"))


def jars_folder() -> Path:
    """Returns where the jars lie in the cache; it may not exist yet."""
    return paths.cache_folder() / f"kafka-{KAFKA_VERSION}" / "libs"


def is_intact(path: Path, jar: Jar) -> bool:
    """Tells whether the file is there, with the size and the sum of the lock. All 46 take about 0.1 s."""
    try:
        if path.stat().st_size != jar.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except FileNotFoundError:
        return False


def jar_url(jar: Jar, repository: str | None = None) -> str:
    """Returns the address of a jar, in ``repository`` or else in the one that Beam itself uses."""
    base = (repository or JavaJarServer.MAVEN_CENTRAL_REPOSITORY).rstrip("/")
    url: str = JavaJarServer.path_to_maven_jar(jar.artifact, jar.group, jar.version, base)
    return url


def _fetch(jar: Jar, folder: Path, repository: str | None) -> None:
    """Fetches one jar; under its name there is ever only the whole, checked file."""
    url = jar_url(jar, repository)
    cause = ""
    for _ in range(_ATTEMPTS):
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f"{jar.name}.")
        part = Path(temporary)
        try:
            with os.fdopen(descriptor, "wb") as file, urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310
                shutil.copyfileobj(answer, file)
            if is_intact(part, jar):
                part.replace(folder / jar.name)
                return
            cause = "its SHA-256 is not the locked one"
        except (OSError, http.client.HTTPException, ValueError) as error:
            cause = str(error)
        finally:
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
    raise SetupError(
        f"Kafka's jar {jar.name} could not be fetched from {url} ({cause}); "
        "set BEATWIRE_MAVEN_REPOSITORY to a Maven mirror that you can reach"
    )


def provide_jars(say: Callable[[str], None], jars: Iterable[Jar] | None = None) -> Path:
    """Returns the folder of the jars, after fetching those that lack or are damaged.

    Args:
      say: Gets a line at the start and one at each quarter of the bytes.
      jars: What is wanted; by default what is locked.

    Raises:
      SetupError: One could not be had.
    """
    folder = jars_folder()
    folder.mkdir(parents=True, exist_ok=True)
    repository = os.environ.get("BEATWIRE_MAVEN_REPOSITORY")
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="jars") as pool:
        wanted = tuple(jars) if jars is not None else locked_jars()
        intact = pool.map(lambda jar: is_intact(folder / jar.name, jar), wanted)
        missing = [jar for jar, good in zip(wanted, intact, strict=True) if not good]
        if not missing:
            return folder
        progress = _Quarters(say, sum(jar.size for jar in missing))
        say(f"Kafka {KAFKA_VERSION}: fetching {len(missing)} jars, {progress.total / 1e6:.0f} MB")

        def fetch(jar: Jar) -> None:
            _fetch(jar, folder, repository)
            progress.add(jar.size)

        futures = [pool.submit(fetch, jar) for jar in missing]
        try:
            for future in futures:
                future.result()
        except SetupError:
            pool.shutdown(cancel_futures=True)
            raise
    return folder


class _Quarters:
    """Says how far a fetch is, four times in all, whichever thread gets there."""

    def __init__(self, say: Callable[[str], None], total: int) -> None:
        self.total = total
        self._say = say
        self._done = 0
        self._lock = threading.Lock()

    def add(self, size: int) -> None:
        with self._lock:
            before = 4 * self._done // self.total
            self._done += size
            if 4 * self._done // self.total > before:
                self._say(f"  {self._done / 1e6:.0f} of {self.total / 1e6:.0f} MB")
