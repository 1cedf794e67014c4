"""Who is asked: every address that this process connects or sends to, as Python itself tells (PEP 578).

An audit hook sees what the address guard let through, however it came there; it needs no rights and no network. It
cannot be taken away again: install it in a process that is made for it.
"""

import ipaddress
import socket
import sys
from collections.abc import Mapping

_EVENTS = frozenset({"socket.connect", "socket.sendto"})


class Witness:
    """Notes addresses from now on.

    Attributes:
      asked: All that were connected to, as address and port.
      resolved: The names that were looked up.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.resolved: list[str] = []
        sys.addaudithook(self._hook)

    def beyond(self, allowed: str = "127.0.0.1") -> list[tuple[str, int]]:
        """What was asked but this address."""
        return [one for one in self.asked if one[0] != allowed]

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _EVENTS and isinstance(arguments[1], tuple):
            self.asked.append((str(arguments[1][0]), int(arguments[1][1])))
        elif event == "socket.getaddrinfo":
            self.resolved.append(str(arguments[0]))


def resolve_by(table: Mapping[str, list[list[str]]]) -> None:
    """Has names resolved by a table from now on, in this process; what it does not name, does not resolve.

    Args:
      table: By name: what it resolves to, look-up by look-up; the last answer stays.
    """
    real, left = socket.getaddrinfo, {name: list(answers) for name, answers in table.items()}

    def look_up(host, port, family=0, type=0, proto=0, flags=0):  # type: ignore[no-untyped-def]  # noqa: A002
        name = host.decode() if isinstance(host, bytes) else str(host)
        if _is_address(name) or name == "localhost":
            return real(host, port, family, type, proto, flags)
        if name not in left:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        addresses = left[name].pop(0) if len(left[name]) > 1 else left[name][0]
        return [_answer(one, port) for one in addresses]

    socket.getaddrinfo = look_up


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _answer(address: str, port: int) -> tuple[object, ...]:
    if ":" in address:
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port or 0, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port or 0)
