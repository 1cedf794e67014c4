"""One poll of one feed: conditional GET, and what its answer says."""

import time
from collections.abc import Callable

from connectors.feeds.parse import parse
from connectors.reading.pool import Readers, Unreadable
from connectors.web.client import WebClient
from transforms.errors import FetchFailed, ItemError, NotAFeed
from transforms.polling import Cursor, Polled
from transforms.records import FeedSource
from transforms.urls import registered_domain

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.9, */*;q=0.5"
MAX_BYTES = 10 * 1024 * 1024


async def poll(
    client: WebClient, readers: Readers, source: FeedSource, cursor: Cursor, now_fn: Callable[[], float] = time.time
) -> Polled:
    """Asks a feed what it shows.

    Args:
      client: The web client.
      readers: Where its answer is parsed.
      source: The feed.
      cursor: Its cursor; the validators in it are sent (RFC 9110, section 13).
      now_fn: The clock.

    Returns:
      What came of it; an error is part of the answer, never raised.
    """
    began = now_fn()
    try:
        answer = await client.get(
            source.url,
            max_bytes=MAX_BYTES,
            etag=cursor.etag,
            last_modified=cursor.last_modified,
            accept=ACCEPT,
        )
        if answer.not_modified:
            return Polled(began=began)
        owner, kind = registered_domain(answer.url), answer.headers.get("content-type")
        feed = await readers.call(owner, parse, answer.body, answer.url, kind)
    except Unreadable as error:
        return Polled(began=began, error=NotAFeed(source.url, error.reason))
    except ItemError as error:
        return Polled(began=began, error=error)
    except Exception as error:  # a feed must never end the job that polls it
        return Polled(began=began, error=FetchFailed(source.url, f"unexpected {type(error).__name__}: {error}"))
    return Polled(
        began=began,
        entries=feed.entries,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
    )
