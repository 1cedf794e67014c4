"""What goes wrong between us and a server, in words and as data."""

import asyncio
import email.utils
import re
import socket
import ssl

import aiohttp

from transforms.errors import Failure, FetchFailed, ForbiddenAddress, ItemError

_MAX_REASON = 200
_MAX_WAIT = 366 * 86_400.0  # seconds
# Of the client's errors these may pass: a time-out, too early, too many. Of the server's all but "I do not know how".
_PASSING = frozenset({408, 425, 429})
_LASTING = frozenset({501, 505})


def status_failure(url: str, status: int, retry_after: str | None, now: float) -> FetchFailed:
    """What an HTTP status that is no answer means.

    Args:
      url: The address asked for.
      status: The status.
      retry_after: The header of that name.
      now: Unix time.
    """
    passing = status in _PASSING or (500 <= status < 600 and status not in _LASTING)
    return FetchFailed(url, f"HTTP {status}", status, seconds_to_wait(retry_after, now), passing)


def seconds_to_wait(retry_after: str | None, now: float) -> float | None:
    """Seconds that the server asks us to wait: Retry-After as seconds or as a date (RFC 9110, section 10.2.3).

    Args:
      retry_after: The header, or None.
      now: Unix time.

    Returns:
      At least 0 and at most a year; None where nothing is asked, or nothing that can be read.
    """
    value = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]{1,18}", value):
        return min(float(value), _MAX_WAIT)
    try:
        return min(max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now), _MAX_WAIT)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def client_failure(url: str, error: Exception) -> ItemError:
    """What an error of the client's library means.

    Args:
      url: The address asked for.
      error: What aiohttp or the system raised.
    """
    forbidden = next((cause for cause in _causes(error) if isinstance(cause, ForbiddenAddress)), None)
    if forbidden is not None:
        return ForbiddenAddress(url, forbidden.reason)
    # A bad certificate is a ValueError too, by its history.
    if isinstance(error, ValueError) and not isinstance(error, ssl.SSLError | aiohttp.ClientSSLError):
        return FetchFailed(url, f"not a URL that can be asked for: {error}"[:_MAX_REASON], retriable=False)
    failure, words = _words(error)
    return FetchFailed(url, words[:_MAX_REASON], failure=failure)


def _words(error: Exception) -> tuple[Failure, str]:
    cause = getattr(error, "os_error", error)
    if isinstance(error, aiohttp.ClientConnectorDNSError) or isinstance(cause, socket.gaierror):
        code = getattr(cause, "errno", None)
        return "dns", "DNS: no such host" if code in (socket.EAI_NONAME, socket.EAI_NODATA) else f"DNS: {_plain(cause)}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        certificate = error.certificate_error
        return "tls", f"TLS: {getattr(certificate, 'verify_message', '') or certificate}"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "tls", f"TLS: {getattr(cause, 'reason', None) or _plain(cause)}"
    if isinstance(cause, ConnectionRefusedError):
        return "refused", "connection refused"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionResetError):
        return "connection", "the server hung up"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connection", f"no connection: {_plain(cause)}"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "connection", f"the body broke off: {error}"
    if isinstance(error, aiohttp.ClientResponseError):
        # The parser goes on to quote what it could not read, over several lines.
        return "connection", f"not HTTP that can be read: {error.message.partition(chr(10))[0].rstrip(':')}"
    if isinstance(error, asyncio.TimeoutError):
        return "timeout", "no answer in time"
    return "other", f"{type(error).__name__}: {error}"


def _plain(error: object) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it came from."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = following.__cause__ or getattr(following, "os_error", None)
    return found
