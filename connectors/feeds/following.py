"""A sitemap index is several fetches: what its news sitemaps show, as one feed."""

from collections.abc import Awaitable, Callable

from connectors.feeds.newest import newest
from connectors.feeds.parse import parse_feed
from connectors.feeds.parsed import ParsedFeed, ParsedIndex
from connectors.feeds.sitemap import children
from connectors.reading.pool import Readers
from connectors.web.client import WebClient
from transforms import instants
from transforms.errors import FetchFailed, NotAFeed, RobotsDenied
from transforms.records import Entry
from transforms.urls import registered_domain

Turn = Callable[[str], Awaitable[None]]
"""Waits until an address may be asked for; raises an `ItemError` where it may not."""

_GONE = (404, 410)


async def at_once(_: str) -> None:
    """A turn for those who space nothing."""


async def follow(
    client: WebClient,
    readers: Readers,
    index: ParsedIndex,
    now: float,
    max_bytes: int,
    accept: str,
    turn: Turn = at_once,
) -> ParsedFeed:
    """Asks for the sitemaps of an index that are to be asked now (`sitemap.children`), one after the other.

    A sitemap that is gone, is denied by its robots.txt, or lists no news is passed over. Any other failure is that of
    the whole: what a sitemap shows would otherwise look vanished, and new when it is back.

    Args:
      client: The web client.
      readers: Where answers are parsed.
      index: The index.
      now: Unix time of the poll.
      max_bytes: Cap of one answer.
      accept: Sent as Accept.
      turn: Awaited before each request.

    Raises:
      ItemError: A sitemap could not be had.
      Unreadable: A reader did not survive one.
      NotAFeed: None of them is a news sitemap.
      RobotsDenied: Of those that might be, one is denied.
    """
    feeds: list[ParsedFeed] = []
    denied: RobotsDenied | None = None
    for url in children(index):
        try:
            await turn(url)
            answer = await client.get(url, max_bytes=max_bytes, accept=accept)
            kind = answer.headers.get("content-type")
            feeds.append(
                await readers.call(registered_domain(answer.url), parse_feed, answer.body, answer.url, kind, now)
            )
        except NotAFeed:
            continue
        except RobotsDenied as error:
            if error.may_heal:
                raise
            denied = error
        except FetchFailed as error:
            if error.status not in _GONE:
                raise
    if not feeds:
        raise denied or NotAFeed(index.url, "a sitemap index without a news sitemap that can be read")
    return together(feeds)


def together(feeds: list[ParsedFeed]) -> ParsedFeed:
    """Several sitemaps as one feed: the newest of all their entries."""
    entries = [entry for feed in feeds for entry in feed.entries]
    chosen = newest([_when(entry) for entry in entries])
    return ParsedFeed(
        title=next((feed.title for feed in feeds if feed.title), ""),
        language=next((feed.language for feed in feeds if feed.language), None),
        entries=tuple(entries[place] for place in chosen),
        left_out=sum(feed.left_out for feed in feeds) + len(entries) - len(chosen),
    )


def _when(entry: Entry) -> float | None:
    said = entry.published or entry.updated
    return instants.from_text(said) if said else None
