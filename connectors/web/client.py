"""The client of feeds and pages: capped in bytes, time, headers and redirects, and kept off private addresses."""

import asyncio
import dataclasses
import email.utils
import socket
import ssl
import time
from collections.abc import Mapping

import aiohttp
import msgspec

from connectors.web.decoding import ACCEPT_ENCODING, Decoder
from connectors.web.guard import GuardedResolver, Policy, check_url
from transforms.errors import FetchFailed, ForbiddenAddress, ItemError, TooLarge
from transforms.urls import absolute

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LASTING = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 414, 451})  # statuses that asking again will not heal


@dataclasses.dataclass(frozen=True)
class WebSettings:
    """How we behave as a client; picklable.

    Attributes:
      user_agent: Honest, with a contact.
      connect: Seconds to connect.
      total: Seconds for a whole request, redirects included.
      max_bytes: Decoded bytes of a body.
      max_redirects: Hops.
      per_host: Connections to one host at a time.
      policy: What may be reached.
    """

    user_agent: str = "beatwire"
    connect: float = 10.0
    total: float = 30.0
    max_bytes: int = 5 * 1024 * 1024
    max_redirects: int = 10
    per_host: int = 6
    policy: Policy = dataclasses.field(default_factory=Policy)


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with a status below 400.

    Attributes:
      requested: The address asked for.
      url: The one that answered.
      status: HTTP status.
      headers: Names in lower case; of repeated ones the first.
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
    """One client for one event loop; its session is opened at the first request.

    Args:
      settings: How to behave.
    """

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def get(
        self,
        url: str,
        *,
        max_bytes: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
    ) -> Response:
        """GETs an address, following redirects.

        Args:
          url: Absolute http(s) URL.
          max_bytes: Cap of the decoded body; the settings' one by default.
          etag: Sent as If-None-Match.
          last_modified: Sent as If-Modified-Since.
          accept: Sent as Accept.

        Raises:
          FetchFailed: No usable answer, or a status of 400 and above; says whether a retry may heal it.
          ForbiddenAddress: It, or a hop, is not on the public internet.
          TooLarge: The body is larger than its cap.
        """
        headers = {"Accept": accept, "Accept-Encoding": ACCEPT_ENCODING}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": last_modified} if last_modified else {}
        limit = self._settings.max_bytes if max_bytes is None else max_bytes
        try:
            async with asyncio.timeout(self._settings.total):
                return await self._follow(url, headers, limit)
        except ItemError:
            raise
        except TimeoutError as error:
            raise FetchFailed(url, f"no whole answer within {self._settings.total:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(url, error) from error

    async def close(self) -> None:
        """Closes all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _follow(self, url: str, headers: dict[str, str], limit: int) -> Response:
        here, seen, permanent = url, set[str](), True
        for hop in range(self._settings.max_redirects + 1):
            check_url(here, self._settings.policy)
            if here in seen:
                raise FetchFailed(url, "redirects in a circle", retriable=False)
            seen.add(here)
            async with self._open().get(here, headers=headers, allow_redirects=False) as answer:
                location = answer.headers.get("location")
                if answer.status in _REDIRECTS and location:
                    permanent = permanent and answer.status in _PERMANENT
                    following = absolute(here, location)
                    if following is None:
                        raise FetchFailed(url, "redirects to no web address", retriable=False)
                    here = following
                    continue
                return await _read(url, here, answer, limit, permanent and hop > 0)
        raise FetchFailed(url, f"more than {self._settings.max_redirects} redirects", retriable=False)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=GuardedResolver(self._settings.policy),
                    limit=200,
                    limit_per_host=self._settings.per_host,
                    ttl_dns_cache=60,
                ),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._settings.connect),
                headers={"User-Agent": self._settings.user_agent},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # decoded under our own cap
                trust_env=False,  # a proxy would resolve for us, past the guard
            )
        return self._session


async def _read(requested: str, url: str, answer: aiohttp.ClientResponse, limit: int, permanent: bool) -> Response:
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        headers.setdefault(name.lower(), value)
    if answer.status == 304:
        return Response(requested=requested, url=url, status=304, headers=headers, not_modified=True)
    if answer.status >= 400:
        raise FetchFailed(
            requested,
            f"HTTP {answer.status}",
            status=answer.status,
            retry_after=retry_after(headers, time.time()),
            retriable=answer.status not in _LASTING,
        )
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise TooLarge(requested, f"{length} bytes announced, more than {limit}")
    decoder, raw = Decoder(requested, headers.get("content-encoding", ""), limit), 0
    async for data in answer.content.iter_chunked(16 * 1024):
        raw += len(data)
        if raw > limit:
            raise TooLarge(requested, f"more than {limit} bytes sent")
        decoder.feed(data)
    return Response(
        requested=requested, url=url, status=answer.status, headers=headers, body=decoder.body(), permanent=permanent
    )


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the server asks us to wait: Retry-After as seconds or as a date (RFC 9110, section 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _failure(url: str, error: Exception) -> ItemError:
    """What a client error means, in words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ForbiddenAddress):
            return ForbiddenAddress(url, cause.reason)
        cause = cause.__cause__ or getattr(cause, "os_error", None)
    if isinstance(error, aiohttp.ClientConnectorDNSError) or isinstance(
        getattr(error, "os_error", None), socket.gaierror
    ):
        return FetchFailed(url, "DNS: the name does not resolve")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return FetchFailed(url, f"TLS: {error}"[:200])
    if isinstance(error, aiohttp.ClientConnectorError):
        return FetchFailed(url, f"no connection: {error.os_error.strerror or error.os_error}"[:200])
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return FetchFailed(url, f"not a URL that can be asked for: {error}"[:200], retriable=False)
    return FetchFailed(url, f"{type(error).__name__}: {error}"[:200])
