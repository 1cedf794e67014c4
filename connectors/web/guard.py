"""The address guard: nothing from the web may make us ask a private address.

An address is judged where it counts: at the connection, after resolving (a name that answers publicly first and
privately next cannot pass), for every hop of a redirect. Literal addresses, which aiohttp connects to without
resolving, are judged before the request, in every spelling that the system's resolver takes for one (decimal, octal,
hexadecimal).
"""

import dataclasses
import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from transforms.errors import FetchFailed, ForbiddenAddress

PORTS = frozenset({80, 443, 8080, 8443})
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclasses.dataclass(frozen=True)
class Policy:
    """What may be reached beside the public internet.

    Attributes:
      allow_loopback: Loopback addresses, on any port, and names under ``localhost`` (RFC 6761, section 6.3).
    """

    allow_loopback: bool = False


def is_public(address: str) -> bool:
    """True for an address on the public internet, and so for what is embedded in it (mapped, 6to4, Teredo, NAT64)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_plainly_public(one) for one in (parsed, *_embedded(parsed)))


def is_loopback(address: str) -> bool:
    """True for 127.0.0.0/8 and ::1, and the former mapped into IPv6."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def allowed(address: str, policy: Policy) -> bool:
    """True when a connection to the address may be made."""
    return is_public(address) or (policy.allow_loopback and is_loopback(address))


def literal(host: str) -> str | None:
    """The address that a host is a spelling of (``0x7f.1``, ``2130706433``), or None for a name."""
    bare = host.strip("[]")
    try:
        return str(ipaddress.ip_address(bare.partition("%")[0]))
    except ValueError:
        pass
    last = bare.rstrip(".").rpartition(".")[2]
    if not last or not (last.isdigit() or last.lower().startswith("0x")):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(bare.rstrip(".")))
    except OSError:
        return None


def check_url(url: str, policy: Policy) -> None:
    """Judges an address before it is asked for.

    Raises:
      FetchFailed: It is no http(s) URL.
      ForbiddenAddress: It carries credentials, names a port or an address that must not be reached.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchFailed(url, f"not a URL: {error}", retriable=False) from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchFailed(url, "not an http or https URL", retriable=False)
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddress(url, "credentials in the URL")
    address = literal(host)
    if address is not None and not allowed(address, policy):
        raise ForbiddenAddress(url, f"{address} is not a public address")
    local = policy.allow_loopback and (is_local_name(host) or (address is not None and is_loopback(address)))
    if port is not None and port not in PORTS and not local:
        raise ForbiddenAddress(url, f"port {port} is not one of the web")


def is_local_name(host: str) -> bool:
    """True for ``localhost`` and the names under it."""
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


class GuardedResolver(AbstractResolver):
    """Resolves names, and gives the connection only addresses that may be reached.

    Args:
      policy: What may be.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._resolver: ThreadedResolver | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Addresses of a name.

        Raises:
          ForbiddenAddress: None of them may be reached.
          OSError: The name does not resolve.
        """
        if is_local_name(host):
            if not self._policy.allow_loopback:
                raise ForbiddenAddress(host, f"{host} is this machine")
            return [_loopback(host, port)]
        if self._resolver is None:
            self._resolver = ThreadedResolver()
        found = await self._resolver.resolve(host, port, family)
        good = [one for one in found if allowed(str(one["host"]), self._policy)]
        if not good:
            named = ", ".join(str(one["host"]) for one in found[:3])
            raise ForbiddenAddress(host, f"{host} is at {named}: not a public address")
        return good

    async def close(self) -> None:
        """Ends the resolver."""
        if self._resolver is not None:
            await self._resolver.close()


def _loopback(host: str, port: int) -> ResolveResult:
    answer: Any = {
        "hostname": host,
        "host": "127.0.0.1",
        "port": port,
        "family": socket.AF_INET,
        "proto": 0,
        "flags": socket.AI_NUMERICHOST,
    }
    result: ResolveResult = answer
    return result


def _plainly_public(address: _Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def _embedded(address: _Address) -> tuple[_Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    inner: list[_Address] = [one for one in (address.ipv4_mapped, address.sixtofour) if one is not None]
    if address.teredo:
        inner += address.teredo
    if any(address in network for network in _NAT64):
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if int(address) >> 32 == 0:  # the deprecated IPv4-compatible form
        inner.append(ipaddress.IPv4Address(int(address)))
    return tuple(inner)
