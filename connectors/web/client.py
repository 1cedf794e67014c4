"""The client of feeds and pages: capped in bytes, time, headers and redirects, and kept off private addresses."""

import asyncio
import dataclasses
import re
import resource
import time
import weakref
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import aiohttp
import msgspec
import yarl

from connectors.web import framing
from connectors.web.deadlines import Deadlines
from connectors.web.decoding import ACCEPT_ENCODING, Decoder, Full
from connectors.web.failures import client_failure, status_failure
from connectors.web.guard import GuardedResolver, GuardedSockets, Policy, check_url
from transforms.errors import FetchFailed, ForbiddenAddress, ItemError, TooLarge
from transforms.urls import HOSTS, absolute

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_CHUNK = 16 * 1024  # bytes
_CONNECTIONS, _FEWEST = 1_000, 200  # at most; where few files may be open
_MAX_FIELD = 32 * 1024  # bytes of one header field; content security policies of real sites fill 16 KiB
_MAX_FIELDS = 200
_RAW_BYTE = re.compile("[\udc80-\udcff]")
_Opened = tuple[aiohttp.ClientSession, Deadlines]
Gate = Callable[[str], Awaitable[None]]
_LISTS = frozenset({"cache-control", "link", "vary", "x-robots-tag"})  # fields whose repetition is one longer list

# By default hosts are kept in hundreds: of thousands that are asked in turn each would be read anew.
yarl.cache_configure(idna_encode_size=HOSTS, idna_decode_size=HOSTS, encode_host_size=HOSTS)


@dataclasses.dataclass(frozen=True)
class WebSettings:
    """How we behave as a client; picklable.

    Attributes:
      user_agent: Honest, with a contact.
      connect: Seconds to connect, to one address.
      read: Seconds without a byte.
      total: Seconds for a whole request: name, connection, redirects and body.
      max_bytes: Bytes of a body, as sent and decoded.
      max_redirects: Hops.
      per_host: Connections to one host at a time.
      policy: What may be reached.
    """

    user_agent: str = "beatwire"
    connect: float = 10.0
    read: float = 15.0
    total: float = 30.0
    max_bytes: int = 5 * 1024 * 1024
    max_redirects: int = 10
    per_host: int = 6
    policy: Policy = dataclasses.field(default_factory=Policy)


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that can be used: 2xx, or 304 where validators were sent.

    Attributes:
      requested: The address asked for.
      url: The one that answered.
      status: HTTP status.
      headers: Names in lower case, no cookies; of repeated fields the first, but lists are joined by commas.
      body: Decoded; empty when not modified.
      permanent: True when all redirects on the way were permanent, and there was one.
      not_modified: True for 304.
    """

    requested: str
    url: str
    status: int
    headers: dict[str, str]
    body: bytes = b""
    permanent: bool = False
    not_modified: bool = False


class WebClient:
    """A client; its session is opened at the first request in an event loop, one for each loop.

    Args:
      settings: How to behave.
    """

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._sessions = weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Opened]()
        self._latest: tuple[asyncio.AbstractEventLoop, _Opened] | None = None

    async def get(
        self,
        url: str,
        *,
        max_bytes: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
        cut: bool = False,
        max_redirects: int | None = None,
        gate: Gate | None = None,
    ) -> Response:
        """GETs an address, following redirects.

        Args:
          url: Absolute http(s) URL.
          max_bytes: Cap of the body, as sent and decoded; the settings' one by default.
          etag: Sent as If-None-Match.
          last_modified: Sent as If-Modified-Since.
          accept: Sent as Accept.
          cut: Only the beginning of the body is wanted: behind the cap nothing is read, and nothing is too large.
          max_redirects: Hops; the settings' number by default.
          gate: Awaited with the address of each hop before it is asked; what it raises ends the request.

        Raises:
          FetchFailed: No usable answer; says whether a retry may heal it.
          ForbiddenAddress: It, or a hop, is not on the public internet.
          TooLarge: The body is larger than its cap.
        """
        headers = {"Accept": accept, "Accept-Encoding": ACCEPT_ENCODING}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": last_modified} if last_modified else {}
        body = _Wanted(self._settings.max_bytes if max_bytes is None else max_bytes, cut, len(headers) > 2)
        hops = self._settings.max_redirects if max_redirects is None else max_redirects
        session, deadlines = self._open()
        try:
            with deadlines.begin() as deadline:
                return await self._follow(session, url, headers, body, hops, gate)
        except ForbiddenAddress as error:  # the gates behind the first know a host or an address, not the URL
            raise ForbiddenAddress(url, error.reason) from error
        except ItemError:
            raise
        except TimeoutError as error:
            raise FetchFailed(url, self._lateness(error, deadline.expired), failure="timeout") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise client_failure(url, error) from error

    async def close(self) -> None:
        """Closes all connections of the running event loop."""
        opened, self._latest = self._sessions.pop(asyncio.get_running_loop(), None), None
        if opened is not None:
            await opened[0].close()

    async def _follow(
        self,
        session: aiohttp.ClientSession,
        url: str,
        headers: dict[str, str],
        body: "_Wanted",
        hops: int,
        gate: Gate | None,
    ) -> Response:
        here, seen, permanent = url, set[str](), True
        for hop in range(hops + 1):
            target = check_url(here, self._settings.policy)
            if hop and str(target) in seen:
                raise FetchFailed(url, "redirects in a circle", retriable=False, failure="redirect")
            if gate is not None and hop:
                await gate(here)
            async with session.get(target, headers=headers, allow_redirects=False) as answer:
                location = answer.headers.get("location")
                if answer.status not in _REDIRECTS or not location:
                    return await _read(url, here, answer, body, permanent and hop > 0)
                seen.add(str(target))
                permanent = permanent and answer.status in _PERMANENT
                following = absolute(here, _escaped(location))
                if following is None:
                    raise FetchFailed(url, "redirects to no web address", answer.status, retriable=False)
                here = following
        raise FetchFailed(url, f"more than {hops} redirects", retriable=False, failure="redirect")

    def _open(self) -> _Opened:
        loop = asyncio.get_running_loop()
        if self._latest is not None and self._latest[0] is loop:
            return self._latest[1]
        opened = self._sessions.get(loop)
        if opened is None:
            settings = self._settings
            connector = aiohttp.TCPConnector(
                resolver=GuardedResolver(settings.policy),
                socket_factory=GuardedSockets(settings.policy),
                limit=places(resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
                limit_per_host=settings.per_host,
                ttl_dns_cache=60,
            )
            connector._factory = framing.factory(loop)  # private; tests/hostile would time out without it
            session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=settings.connect, sock_read=settings.read),
                headers={"User-Agent": settings.user_agent},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # decoded under our own cap
                trust_env=False,  # a proxy would resolve for us, past the guard; .netrc holds credentials
                max_field_size=_MAX_FIELD,
                max_line_size=_MAX_FIELD,
                max_headers=_MAX_FIELDS,
            )
            opened = self._sessions[loop] = session, Deadlines(settings.total)
        self._latest = loop, opened
        return opened

    def _lateness(self, error: TimeoutError, whole: bool) -> str:
        if whole:
            return f"no whole answer within {self._settings.total:g} s"
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            return f"no connection within {self._settings.connect:g} s"
        return f"no answer within {self._settings.read:g} s"


def places(files: int) -> int:
    """How many connections there may be at a time: half of the files that the process may open, within bounds.

    A host that never answers keeps a place for 30 s, and who finds none waits: 512 places, of the usual 1,024 files,
    are full when more than 17 hosts a second begin to hang.

    Args:
      files: The limit of open files; less than zero for none.
    """
    return _CONNECTIONS if files < 0 else min(max(files // 2, _FEWEST), _CONNECTIONS)


class _Wanted(NamedTuple):
    """Of a body: how many bytes, whether no more than its beginning, and whether 304 will do as well."""

    limit: int
    cut: bool
    conditional: bool


async def _read(requested: str, url: str, answer: aiohttp.ClientResponse, wanted: _Wanted, permanent: bool) -> Response:
    headers, limit = _fields(answer.headers), wanted.limit
    if answer.status == 304 and wanted.conditional:
        return Response(
            requested=requested, url=url, status=304, headers=headers, permanent=permanent, not_modified=True
        )
    if not 200 <= answer.status < 300:
        raise status_failure(url, answer.status, headers.get("retry-after"), time.time())
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit and not wanted.cut:
        raise TooLarge(requested, f"{length} bytes announced, more than {limit}")
    decoder, raw = Decoder(requested, headers.get("content-encoding", ""), limit, wanted.cut), 0
    try:
        async for data in answer.content.iter_chunked(_CHUNK):
            raw += len(data)
            if raw > limit and not wanted.cut:
                raise TooLarge(requested, f"more than {limit} bytes sent")
            decoder.feed(data)
            if raw > limit:
                raise Full
            await asyncio.sleep(0)  # what has come already comes without a pause; others have their turn
        body = decoder.body()
    except Full:
        body = decoder.beginning()
    return Response(requested=requested, url=url, status=answer.status, headers=headers, body=body, permanent=permanent)


def _fields(given: Mapping[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in given.items():
        key = name.lower()
        if key in fields and key in _LISTS:
            fields[key] += f", {value}"
        elif key != "set-cookie":
            fields.setdefault(key, value)
    return fields


def _escaped(location: str) -> str:
    """A Location with bytes that are not UTF-8, which aiohttp hands on as surrogates, as browsers would ask for it."""
    return _RAW_BYTE.sub(lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", location)
