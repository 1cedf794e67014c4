"""The address guard: nothing from the web may make us ask a private address.

    URL -> check_url -> GuardedResolver -> GuardedSockets -> connection
           (spelling)   (name)             (address)

The last gate is the one that counts: no socket is made for a forbidden address, however it was spelled and whatever a
name resolved to a moment before (DNS rebinding). The two before it give earlier and clearer answers. URLs are read by
yarl, as aiohttp reads them: a second parser that disagrees about where the host is, or about which digits are digits,
would be a hole.
"""

import asyncio
import concurrent.futures
import dataclasses
import functools
import ipaddress
import re
import socket
from typing import Any

import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from transforms.errors import FetchFailed, ForbiddenAddress
from transforms.urls import HOSTS

PORTS = frozenset({80, 443, 8080, 8443})
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Names at a time. A dead name server holds a thread for half a minute: 16 of them were enough to stop all others.
_RESOLVING = 64

# The only part of IPv6 that is given out to the public (IANA IPv6 address space).
_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: how an IPv6-only network reaches IPv4
# What `is_global` of the oldest Python that we run on does not know, or calls global.
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments, RFC 6890; a cloud's metadata service sits in it
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "168.63.129.16/32",  # the virtual address of Azure's host services
        "3fff::/20",  # documentation, RFC 9637
        "2001:db8::/32",
        "2001::/23",  # protocol assignments, Teredo among them
    )
)
_ISATAP = {0x00005EFE, 0x02005EFE}  # RFC 5214: upper half of an interface id that ends in an IPv4 address
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclasses.dataclass(frozen=True)
class Policy:
    """What may be reached beside the public internet.

    Attributes:
      allow_loopback: Loopback addresses, on any port, and names under ``localhost`` (RFC 6761, section 6.3).
    """

    allow_loopback: bool = False


def is_public(address: str) -> bool:
    """True for an address of the public internet; one that embeds an IPv4 address is as public as that.

    Embedding are NAT64 (RFC 6052), 6to4 (RFC 3056) and ISATAP (RFC 5214). Teredo, IPv4-mapped and IPv4-compatible
    addresses are never public: no server is reached by them. A text that is no address is not public either.
    """
    parsed = _parsed(address)
    if parsed is None:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return parsed.is_global and not parsed.is_multicast and not _listed(parsed)
    if parsed in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
    embedded = _embedded(parsed)
    if embedded is not None and not is_public(str(embedded)):
        return False
    # 6to4 is judged by what it embeds alone: Pythons differ on whether the prefix itself is global.
    return parsed in _UNICAST and not _listed(parsed) and (parsed.is_global or parsed.sixtofour is not None)


def is_loopback(address: str) -> bool:
    """True for 127.0.0.0/8 and ::1, and the former mapped into IPv6."""
    parsed = _parsed(address)
    if parsed is None:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback


def is_local_name(host: str) -> bool:
    """True for ``localhost`` and the names under it."""
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def allowed(address: str, policy: Policy) -> bool:
    """True when a connection to the address may be made."""
    return is_public(address) or (policy.allow_loopback and is_loopback(address))


def literal(host: str) -> str | None:
    """The address that a host is a spelling of (``0x7f.1``, ``2130706433``), or None for a name.

    A host whose last label is a number is an address or nothing (WHATWG URL, "ends in a number"); one that is neither
    comes back as it is, which no check takes for public.
    """
    bare = host.strip("[]").rstrip(".")
    if ":" in bare or _parsed(bare) is not None:
        return bare.partition("%")[0]
    if not _NUMERIC.fullmatch(bare.rpartition(".")[2]):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(bare))
    except OSError:
        return bare


@functools.lru_cache(HOSTS)
def check_url(url: str, policy: Policy) -> yarl.URL:
    """Judges an address before it is asked for.

    Returns:
      The URL as it was read and judged; ask for this one.

    Raises:
      FetchFailed: It is no http(s) URL.
      ForbiddenAddress: It carries credentials, names a port or an address that must not be reached.
    """
    try:
        read = yarl.URL(url)
        host, port = read.host, read.port
    except (ValueError, TypeError, IndexError) as error:  # the last where brackets name no host: "http://[]@/"
        raise FetchFailed(url, f"not a URL: {error}"[:200], retriable=False) from error
    if read.scheme not in _DEFAULT_PORTS or not host:
        raise FetchFailed(url, "not an http or https URL", retriable=False)
    if read.user is not None or read.password is not None:
        raise ForbiddenAddress(url, "credentials in the URL")
    address = literal(host)
    if address is not None and not allowed(address, policy):
        raise ForbiddenAddress(url, f"{address} is not a public address")
    if is_local_name(host) and not policy.allow_loopback:
        raise ForbiddenAddress(url, f"{host} is this machine")
    # Only here while the policy allows loopback; it is then free on all ports.
    local = is_local_name(host) or (address is not None and is_loopback(address))
    if port not in PORTS and not local:
        raise ForbiddenAddress(url, f"port {port} is not one of the web")
    return read


class GuardedResolver(AbstractResolver):
    """Resolves names on threads of its own, and answers only with addresses that may be reached.

    Args:
      policy: What may be.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._threads: concurrent.futures.ThreadPoolExecutor | None = None

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
            return [_answer(host, "127.0.0.1", port, socket.AF_INET)]
        if self._threads is None:
            self._threads = concurrent.futures.ThreadPoolExecutor(_RESOLVING, thread_name_prefix="resolve")
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host, port, family)
        except UnicodeError as error:  # a label that is empty or too long for IDNA
            raise OSError(f"{host[:80]!r} is no host name") from error
        good = [_answer(host, address, port, kind) for address, kind in found if allowed(address, self._policy)]
        if not good:
            named = ", ".join(address for address, _ in found[:3])
            raise ForbiddenAddress(host, f"{host} is at {named}: not a public address")
        return good

    async def close(self) -> None:
        """Ends the resolver; a look-up that hangs is left to end by itself."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None


class GuardedSockets:
    """Makes the sockets of all connections: the gate that nothing goes around.

    Args:
      policy: What may be reached.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def __call__(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one of getaddrinfo's answers.

        Raises:
          ForbiddenAddress: It must not be reached.
        """
        family, kind, protocol, _, where = info
        address = str(where[0])
        if not allowed(address, self._policy):
            raise ForbiddenAddress(address, f"{address} is not a public address")
        return socket.socket(family, kind, protocol)


def _look_up(host: str, port: int, family: int) -> list[tuple[str, int]]:
    """Addresses and their families, in the system's order, each once."""
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys((str(where[0]), int(kind)) for kind, _, _, _, where in found))


def _answer(host: str, address: str, port: int, family: int) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=family,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _parsed(address: str) -> _Address | None:
    try:
        return ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None


def _listed(address: _Address) -> bool:
    return any(address in network for network in _NEVER if network.version == address.version)


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.sixtofour is not None:
        return address.sixtofour
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
