"""Processes by their place in the tree, to be killed for good."""

import contextlib
import os
import signal
import time
from pathlib import Path

_PROC = Path("/proc")


def descendants(pid: int) -> tuple[int, ...]:
    """A process and all that descend from it, parents first."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                stat = (entry / "stat").read_text()
                parent = int(stat[stat.rindex(")") + 2 :].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return tuple(found)


def worker_of(pid: int) -> int | None:
    """The worker process that runs DoFns somewhere below a process, or None."""
    for one in descendants(pid):
        with contextlib.suppress(OSError):
            if b"SdkHarness" in (_PROC / str(one) / "cmdline").read_bytes():
                return one
    return None


def age(pid: int) -> float:
    """Seconds since a process was started."""
    return time.time() - (_PROC / str(pid)).stat().st_ctime


def kill(*pids: int) -> None:
    """SIGKILL to each that is still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
