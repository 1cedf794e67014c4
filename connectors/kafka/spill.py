"""The last resort: dead letters that Kafka refuses as well, as lines in a file on this machine.

One file a process, one JSON object a line, each write synced to the disk before it counts. Keys, values and headers
are in base64, since they are bytes. A line that a crash cut short is passed over when it is read. A line
``{"replayed": N}`` says that line N was sent to its topic since.
"""

import base64
import contextlib
import fcntl
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from connectors.kafka.rows import Row
from transforms import instants
from transforms.errors import KafkaMisconfigured

MAX_BYTES = 256 * 1024 * 1024  # of all files in the folder: a spill is for a few odd records, not a second Kafka

_log = logging.getLogger(__name__)


class Spilled(NamedTuple):
    """One line: file, number (1 is the first), when it was written, the dead letter, when it was replayed."""

    file: str
    line: int
    at: str
    row: Row
    replayed: str | None


class Spill:
    """Where one process keeps what Kafka refuses twice; makes its file when first needed.

    Args:
      folder: Where the files are.
      limit: The most bytes that all files in it may have.
      now_fn: The clock, Unix time.
    """

    def __init__(self, folder: Path, limit: int = MAX_BYTES, now_fn: Callable[[], float] = time.time) -> None:
        self._folder, self._limit, self._now = folder, limit, now_fn
        self._path: Path | None = None
        self._lock = threading.Lock()

    def keep(self, rows: Sequence[Row], why: str) -> None:
        """Writes dead letters; when this returns they are on the disk.

        Args:
          rows: Rows for `dead-letters`.
          why: Why they are not there.

        Raises:
          KafkaMisconfigured: There is no room for them: full, forbidden, no disk. Going on would lose them.
        """
        at = instants.to_text(self._now())
        lines = b"".join(_line(row, at) for row in rows)
        try:
            with self._lock:
                self._add(lines, at, why)
        except OSError as error:
            raise KafkaMisconfigured(
                f"dead letters are refused ({why}) and cannot be kept in {self._folder} either: {error}"
            ) from error

    def _add(self, lines: bytes, at: str, why: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        used = sum(path.stat().st_size for path in self._folder.glob("*.jsonl"))
        if used + len(lines) > self._limit:
            raise KafkaMisconfigured(
                f"dead letters are refused ({why}) and {self._folder} is full: it has {used} bytes, {self._limit} "
                "are allowed; make dead-letters writable, replay what is there, then remove its files"
            )
        if self._path is None:
            stamp = "".join(character for character in at[:19] if character.isalnum())
            self._path = self._folder / f"{stamp}-{socket.gethostname()}-{os.getpid()}.jsonl"
            _log.warning("dead letters are refused (%s); they are kept in %s", why, self._path)
        _append(self._path, lines)


def read(folder: Path) -> Iterator[Spilled]:
    """All dead letters in the files of a folder, file by file, oldest file first; none when there is no folder."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as lines:
            marks = {one["replayed"]: one["at"] for one in map(_object, lines) if "replayed" in one}
        with path.open("rb") as lines:
            for number, text in enumerate(lines, 1):
                one = _object(text)
                with contextlib.suppress(KeyError, TypeError, ValueError):
                    yield Spilled(path.name, number, one["at"], _row(one), marks.get(number))


def mark(folder: Path, file: str, line: int, at: str) -> None:
    """Says in a file that one of its lines was replayed.

    Raises:
      OSError: The file cannot be written.
    """
    _append(folder / file, json.dumps({"replayed": line, "at": at}).encode() + b"\n")


def _append(path: Path, lines: bytes) -> None:
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # a replay may mark a file to which its process still adds
        end = file.seek(0, os.SEEK_END)
        if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
            lines = b"\n" + lines  # the end of a line that a crash cut short
        written = 0
        while written < len(lines):
            written += file.write(lines[written:])
        os.fsync(file.fileno())


def _line(row: Row, at: str) -> bytes:
    said = {
        "at": at,
        "topic": row.topic,
        "key": _text(row.key),
        "value": _text(row.value),
        "headers": [[name, _text(value)] for name, value in row.headers],
    }
    return json.dumps(said).encode() + b"\n"


def _object(text: bytes) -> dict[str, Any]:
    try:
        one = json.loads(text)
    except ValueError:
        return {}
    return one if isinstance(one, dict) else {}


def _row(one: dict[str, Any]) -> Row:
    headers = tuple((str(name), _bytes(value) or b"") for name, value in one["headers"])
    return Row(str(one["topic"]), _bytes(one["key"]), _bytes(one["value"]), headers)


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else base64.b64decode(value, validate=True)
