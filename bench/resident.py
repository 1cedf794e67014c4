"""Memory of processes while something goes on."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1024 * 1024


class Sample(NamedTuple):
    """One look: at what (seconds, or a count), and resident bytes by process name."""

    at: float
    bytes: Mapping[str, int]


def resident(pid: int | None) -> int | None:
    """Resident bytes of a process; None when it is not there."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (FileNotFoundError, ProcessLookupError):
        return None


def peak(pid: int | None) -> int | None:
    """The most resident bytes that a process ever had; None when it is not there."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), None)


def children(parent: int | None = None) -> list[int]:
    """The processes that one has started and that have not ended; this one, if no other is named."""
    threads = Path(f"/proc/{parent or os.getpid()}/task")
    return [int(pid) for path in threads.glob("*/children") for pid in read(path).split()]


def readers() -> dict[str, int]:
    """What reads for this process, by name: children of a child of its own, from which they fork."""
    servers = [pid for pid in children() if b"forkserver" in read(Path(f"/proc/{pid}/cmdline"))]
    return {f"reader {pid}": pid for server in servers for pid in children(server)}


def read(path: Path) -> bytes:
    """A file of /proc; empty when its thread or process has just ended."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def slope(points: Iterable[tuple[float, float]]) -> float:
    """Least-squares slope; 0 of fewer than two different places."""
    places = list(points)
    if not places:
        return 0.0
    middle = sum(x for x, _ in places) / len(places)
    level = sum(y for _, y in places) / len(places)
    spread = sum((x - middle) ** 2 for x, _ in places)
    return sum((x - middle) * (y - level) for x, y in places) / spread if spread else 0.0


def slopes(samples: Sequence[Sample], begin: float, end: float) -> dict[str, float]:
    """Bytes for each unit of ``at``, by process, over the samples from ``begin`` to ``end``."""
    within = [sample for sample in samples if begin <= sample.at <= end]
    names = sorted({name for sample in within for name in sample.bytes})
    return {name: slope((sample.at, sample.bytes[name]) for sample in within if name in sample.bytes) for name in names}


class Watch:
    """Looks at processes every few seconds, in a thread of its own.

    Args:
      pids: Gives the processes to look at, by name.
      at: What each look is counted by.
      every: Seconds between two looks. Each takes some milliseconds from whatever else this process does.
      size: Says how many bytes a process has.
    """

    def __init__(
        self,
        pids: Callable[[], Mapping[str, int | None]],
        at: Callable[[], float] = time.monotonic,
        every: float = 5.0,
        size: Callable[[int | None], int | None] = resident,
    ) -> None:
        self.samples: list[Sample] = []
        self._pids, self._at, self._every, self._size = pids, at, every, size
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            found = {name: self._size(pid) for name, pid in self._pids().items()}
            self.samples.append(Sample(self._at(), {name: size for name, size in found.items() if size is not None}))
            if self._stop.wait(self._every):
                return
