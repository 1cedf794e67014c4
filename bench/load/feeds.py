"""Feeds of the site as the pipeline knows them: sources, and cursors of feeds that were polled before."""

from collections.abc import Sequence

from msgspec.structs import replace

from bench.load.site import ENTRIES, Site, body, etag
from connectors.feeds.parse import parse
from connectors.feeds.parsed import ParsedFeed
from transforms import instants
from transforms.cursor import Cursor
from transforms.polling import Polled, advance, begin
from transforms.records import Entry, FeedSource

_ROOT, _NUMBER = "http://of-all.localhost", "0123456"  # of a feed of which all others are copies


def sources(site: Site, feeds: int, hosts: int, interval: float) -> list[FeedSource]:
    """So many feeds, spread evenly over so many hosts."""
    return [
        FeedSource(
            id=f"feed-{number:05}",
            url=site.url(number % hosts, f"/feed/{number}"),
            publisher="Wire",
            interval=interval,
        )
        for number in range(feeds)
    ]


def known(listed: Sequence[FeedSource], born: float, now: float, first: float, spread: float) -> list[Cursor]:
    """The cursors of feeds that were polled a moment ago: all that they show is known.

    Args:
      listed: The feeds.
      born: When their site began.
      now: Unix time.
      first: When the first of them is due.
      spread: Seconds over which they are due, evenly.
    """
    shown = parse(body(_ROOT, _NUMBER, 0, born), _ROOT, "application/rss+xml", now, None)
    if not isinstance(shown, ParsedFeed) or len(shown.entries) != ENTRIES:
        raise RuntimeError("the site's own feed does not show what it should")
    made = []
    for number, source in enumerate(listed):
        entries = tuple(_of(entry, source.url) for entry in shown.entries)
        polled = Polled(began=now, entries=entries, etag=etag(0), whole=True, hints=shown.hints)
        cursor, _ = advance(begin(source, None, now), source, polled, now)
        made.append(replace(cursor, next_poll=instants.to_text(first + spread * number / len(listed))))
    return made


def _of(entry: Entry, feed: str) -> Entry:
    """An entry of the one feed as one of another."""
    root, number = feed.split("/", 3)[:3], feed.rpartition("/")[2]
    changed = {
        name: said.replace(_ROOT, "/".join(root)).replace(_NUMBER, number)
        for name in entry.__struct_fields__
        if isinstance(said := getattr(entry, name), str)
    }
    return replace(entry, **changed)
