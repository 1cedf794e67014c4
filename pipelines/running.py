"""What a running ``up`` leaves in its data folder, so that other commands find its Kafka: ``up.json``."""

import contextlib
import json
import os
from pathlib import Path
from typing import NamedTuple

FILE = "up.json"


class Running(NamedTuple):
    """A running ``up``: where its Kafka listens, and its process."""

    bootstrap: str
    pid: int


def write(running: Running, folder: Path | None = None) -> Path:
    """Says that an ``up`` runs; a reader sees the whole of it or nothing.

    Args:
      running: What to leave.
      folder: The data folder; the user's when left out.
    """
    path = _path(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{running.pid}.tmp")
    draft.write_text(json.dumps(running._asdict()) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def read(folder: Path | None = None) -> Running | None:
    """The ``up`` that runs now; None when there is none, or what it left is stale or cannot be read."""
    try:
        left = json.loads(_path(folder).read_text(encoding="utf-8"))
        running = Running(str(left["bootstrap"]), int(left["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return running if _alive(running.pid) else None


def clear(pid: int, folder: Path | None = None) -> None:
    """Takes back what the process ``pid`` left; what another ``up`` left meanwhile stays."""
    path = _path(folder)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        if json.loads(path.read_text(encoding="utf-8"))["pid"] == pid:
            path.unlink()


def _alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # it is there, and another user's
    except (OSError, OverflowError):
        return False
    return True


def _path(folder: Path | None) -> Path:
    if folder is None:
        from connectors.embedded.paths import data_folder

        folder = data_folder()
    return folder / FILE
