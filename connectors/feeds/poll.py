"""One poll of one feed: conditional GET, what its answer says, and now and then whether it was true.

GET with validators -> 304 -> (now and then: GET without) -> the known bytes -> nothing to read
                    -> 200 --------------------------------> other bytes     -> read (an index: its sitemaps, too)
"""

import hashlib
import time
from collections.abc import Callable

from msgspec.structs import replace

from connectors.feeds.following import Turn, at_once, follow
from connectors.feeds.parse import parse
from connectors.feeds.parsed import ParsedFeed, ParsedIndex
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
    client: WebClient,
    readers: Readers,
    source: FeedSource,
    cursor: Cursor,
    now_fn: Callable[[], float] = time.time,
    turn: Turn = at_once,
) -> Polled:
    """Asks a feed what it shows.

    Args:
      client: The web client.
      readers: Where its answer is parsed.
      source: The feed.
      cursor: Its cursor; the validators in it are sent (RFC 9110, section 13) unless they are doubted.
      now_fn: The clock.
      turn: Awaited before each request but the first: the one that looks whether its answer was true, and those for
        the sitemaps of an index.

    Returns:
      What came of it; an error is part of the answer, never raised.
    """
    began = now_fn()
    try:
        return await _asked(client, readers, cursor, began, turn)
    except Unreadable as error:
        return Polled(began=began, error=NotAFeed(source.url, error.reason))
    except ItemError as error:
        return Polled(began=began, error=error)
    except Exception as error:  # a feed must never end the job that polls it
        return Polled(began=began, error=FetchFailed(source.url, f"unexpected {type(error).__name__}: {error}"))


async def _asked(client: WebClient, readers: Readers, cursor: Cursor, began: float, turn: Turn) -> Polled:
    address = cursor.address or cursor.url
    etag, last_modified = trust.validators(cursor, began)
    answer = await client.get(address, max_bytes=MAX_BYTES, etag=etag, last_modified=last_modified, accept=ACCEPT)
    checked = answer.not_modified and trust.to_check(cursor, answer.headers.get("etag"), began)
    if checked:
        await turn(address)
        answer = await client.get(address, max_bytes=MAX_BYTES, etag=None, last_modified=None, accept=ACCEPT)
    digest = "" if answer.not_modified else hashlib.blake2b(answer.body, digest_size=_DIGEST).hexdigest()
    feed, index = None, False
    if digest and digest != cursor.digest:
        feed, index = await _read(client, readers, answer, began, turn)
    if index:
        # Neither its validators nor its bytes are those of its sitemaps, which may change while it does not.
        digest, answer = "", replace(answer, headers={})
    return Polled(
        began=began,
        entries=feed.entries if feed else None,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        whole=not answer.not_modified,
        checked=checked,
        digest=digest,
        fresh=lifetime(answer.headers),
        hints=feed.hints if feed else None,
        moved=_moved(address, answer),
        left_out=feed.left_out if feed else 0,
    )


async def _read(
    client: WebClient, readers: Readers, answer: Response, began: float, turn: Turn
) -> tuple[ParsedFeed, bool]:
    """What a full answer says, and whether it is an index, which only names what does."""
    kind, audience = answer.headers.get("content-type"), answer.headers.get("content-language")
    owner = registered_domain(answer.url)
    feed: ParsedFeed | ParsedIndex = await readers.call(owner, parse, answer.body, answer.url, kind, began, audience)
    if isinstance(feed, ParsedIndex):
        return await follow(client, readers, feed, began, MAX_BYTES, ACCEPT, turn), True
    return feed, False


def _moved(address: str, answer: Response) -> str | None:
    return answer.url if answer.permanent and answer.url != address else None
