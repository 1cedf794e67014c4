"""Which port the embedded broker takes on loopback."""

import os
import socket
from collections.abc import Iterator

from connectors.embedded.probe import live_cluster
from transforms.errors import SetupError

HOST = "127.0.0.1"
# Below the ranges that systems take client ports from (Linux from 32768, macOS from 49152), beside Kafka's own 9092.
PORTS = range(19092, 19592)


def is_free(port: int) -> bool:
    """Tells whether a listener could be opened there. What just closed and lingers in TIME_WAIT is no hindrance."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(scattered: bool) -> Iterator[int]:
    """Yields ports that are free at that moment.

    Args:
      scattered: Begin where this process's id says, not at the first: two that start at the same moment see the same
        ports free, and the slower one would lose seconds.

    Raises:
      SetupError: None is left.
    """
    first = os.getpid() * 2 % len(PORTS) if scattered else 0
    for candidate in (*PORTS[first:], *PORTS[:first]):
        if is_free(candidate):
            yield candidate
    raise SetupError(f"no port between {PORTS.start} and {PORTS.stop - 1} is free: name another one")


def require_free(port: int) -> None:
    """Raises a SetupError that says what kind of program has the port, if one has."""
    if not is_free(port):
        other = live_cluster(HOST, port)
        who = f"another Kafka (cluster {other})" if other else "another program"
        raise SetupError(f"port {port} is taken by {who}: stop it, or choose another port for the embedded Kafka")


def choose_ports(wanted: int | None, remembered: int | None, scattered: bool) -> tuple[int, int]:
    """Returns a port for clients and one for the controller, both free a moment ago.

    Args:
      wanted: What the user asked for: this or none.
      remembered: What it was last time: taken again when it is free.
      scattered: As in [free_ports].

    Raises:
      SetupError: The wanted port is taken.
    """
    if wanted is not None:
        require_free(wanted)
    free = free_ports(scattered)
    port = wanted or (remembered if remembered and is_free(remembered) else next(free))
    return port, next(candidate for candidate in free if candidate != port)
