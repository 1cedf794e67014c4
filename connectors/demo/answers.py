"""Conditional and compressed answers (RFC 9110, sections 8.8, 12.5.3 and 13.1)."""

import gzip
import hashlib
import math
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web


def answer(request: web.Request, media_type: str, body: bytes, changed: float, now: float) -> web.Response:
    """200 with the body, or 304 when the client has it.

    The ETag is strong and so differs by encoding; either is recognised. Last-Modified counts whole seconds, so it is
    the second after the change, and kept back until that has come: else two changes within one second would look alike.

    Args:
      request: The request.
      media_type: Of the body, which is UTF-8.
      body: The representation, not compressed.
      changed: Unix time of its last change.
      now: Unix time.
    """
    digest = hashlib.sha256(body).hexdigest()[:20]
    compress = _accepts_gzip(request.headers.get("Accept-Encoding", ""))
    modified = math.ceil(changed)
    headers = {"ETag": f'"{digest}-gzip"' if compress else f'"{digest}"', "Vary": "Accept-Encoding"}
    if modified <= now:
        headers["Last-Modified"] = format_datetime(datetime.fromtimestamp(modified, UTC), usegmt=True)
    if _has_it(request, digest, modified):
        return web.Response(status=304, headers=headers)
    if compress:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, compresslevel=5, mtime=0)
    return web.Response(body=body, content_type=media_type, charset="utf-8", headers=headers)


def _accepts_gzip(header: str) -> bool:
    codings = [part.strip().lower().partition(";") for part in header.split(",")]
    return any(name.strip() == "gzip" and weight.strip() not in ("q=0", "q=0.0") for name, _, weight in codings)


def _has_it(request: web.Request, digest: str, modified: int) -> bool:
    """Whether the client's validators match; If-None-Match, where given, overrules If-Modified-Since."""
    tags = request.if_none_match
    if tags is not None:
        return any(tag.value in ("*", digest, f"{digest}-gzip") for tag in tags)
    since = request.if_modified_since
    return since is not None and modified <= since.timestamp()
