"""One poll of one feed: conditional GET, what its answer says, and now and then whether it was true.

GET with validators -> 304 -> (now and then: GET without) -> the known bytes -> nothing to read
                    -> 200 --------------------------------> other bytes     -> read
"""

import hashlib
import time
from collections.abc import Callable

from connectors.feeds.parse import ParsedFeed, parse
from connectors.reading.pool import Readers, Unreadable
from connectors.web.client import Response, WebClient
from connectors.web.freshness import lifetime
from transforms import trust
from transforms.cursor import Cursor
from transforms.errors import FetchFailed, ItemError, NotAFeed
from transforms.polling import Polled
from transforms.records import FeedSource
from transforms.urls import registered_domain

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.9, */*;q=0.5"
MAX_BYTES = 10 * 1024 * 1024
_DIGEST = 8  # bytes


async def poll(
    client: WebClient, readers: Readers, source: FeedSource, cursor: Cursor, now_fn: Callable[[], float] = time.time
) -> Polled:
    """Asks a feed what it shows.

    Args:
      client: The web client.
      readers: Where its answer is parsed.
      source: The feed.
      cursor: Its cursor; the validators in it are sent (RFC 9110, section 13) unless they are doubted.
      now_fn: The clock.

    Returns:
      What came of it; an error is part of the answer, never raised.
    """
    began = now_fn()
    try:
        return await _asked(client, readers, cursor, began)
    except Unreadable as error:
        return Polled(began=began, error=NotAFeed(source.url, error.reason))
    except ItemError as error:
        return Polled(began=began, error=error)
    except Exception as error:  # a feed must never end the job that polls it
        return Polled(began=began, error=FetchFailed(source.url, f"unexpected {type(error).__name__}: {error}"))


async def _asked(client: WebClient, readers: Readers, cursor: Cursor, began: float) -> Polled:
    address = cursor.address or cursor.url
    etag, last_modified = trust.validators(cursor, began)
    answer = await client.get(address, max_bytes=MAX_BYTES, etag=etag, last_modified=last_modified, accept=ACCEPT)
    checked = answer.not_modified and trust.to_check(cursor, answer.headers.get("etag"), began)
    if checked:
        answer = await client.get(address, max_bytes=MAX_BYTES, etag=None, last_modified=None, accept=ACCEPT)
    digest = "" if answer.not_modified else hashlib.blake2b(answer.body, digest_size=_DIGEST).hexdigest()
    entries = hints = None
    if digest and digest != cursor.digest:
        feed = await _read(readers, answer)
        entries, hints = feed.entries, getattr(feed, "hints", None)
    return Polled(
        began=began,
        entries=entries,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        whole=not answer.not_modified,
        checked=checked,
        digest=digest,
        fresh=lifetime(answer.headers),
        hints=hints,
        moved=_moved(address, answer),
    )


async def _read(readers: Readers, answer: Response) -> ParsedFeed:
    owner, kind = registered_domain(answer.url), answer.headers.get("content-type")
    return await readers.call(owner, parse, answer.body, answer.url, kind)


def _moved(address: str, answer: Response) -> str | None:
    return answer.url if answer.permanent and answer.url != address else None
