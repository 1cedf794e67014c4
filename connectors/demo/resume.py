"""Which port and programme a demo site goes on with after a restart."""

import json
import math
import os
import socket
from pathlib import Path
from typing import NamedTuple

STATE = "demo-site.json"


class Resumed(NamedTuple):
    """Where a site goes on: give these to ``DemoSite``."""

    port: int
    epoch: float
    speed: float


def resume(folder: Path, now: float, speed: float = 1.0, duration: float = math.inf) -> Resumed:
    """The programme that runs, or a new one that begins now; kept in a state file in the folder.

    A running programme goes on if its port is free and the speed is the same: links carry the port, and dates follow
    from the speed. A new programme keeps the port where it can.

    Args:
      folder: Made if it does not exist.
      now: Unix time.
      speed: Wanted speed.
      duration: Seconds after which a new programme begins: ``DemoSite.duration``, and what a restart may take on top,
        since the pages of an old programme are gone once a new one has begun.

    Returns:
      What to start the site with. The port was free a moment ago; nothing holds it until the site starts.
    """
    file = folder / STATE
    last = _load(file)
    if last and _is_free(last.port):
        running = last.speed == speed and last.epoch <= now <= last.epoch + duration
        chosen = last if running else Resumed(last.port, now, speed)
    else:
        chosen = Resumed(_free_port(), now, speed)
    folder.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(chosen._asdict()), "utf-8")
    os.replace(part, file)
    return chosen


def _load(file: Path) -> Resumed | None:
    """The state, or None where there is none that can be read: a demo begins anew rather than fail."""
    try:
        state = json.loads(file.read_text("utf-8"))
        return Resumed(int(state["port"]), float(state["epoch"]), float(state["speed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: connections of the last run in TIME_WAIT do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
