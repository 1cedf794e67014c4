"""Real arrivals of feeds, as a world that can be polled."""

import bisect
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

from transforms import instants
from transforms.records import Entry

WINDOW = 30  # entries that a feed shows, newest first
PLAUSIBLE = 86_400.0  # seconds at most between publication and arrival, for the first to be when an entry appeared
TAIL = 4 * 3600.0  # seconds before the last arrival at which the record ends: feeds were asked hours apart then
_OTHERS = "reddit.com"  # feeds of a forum are left out: they are no news feeds, and show 25 of hundreds an hour


class Item(NamedTuple):
    """When an entry appeared (Unix time), and as what."""

    at: float
    entry: Entry


class Stream:
    """What one feed publishes over the time of the record.

    Args:
      items: In any order.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.at)
        self._times = [item.at for item in self.items]

    def shown(self, now: float) -> tuple[int, tuple[Entry, ...]]:
        """How many entries have appeared, and the newest of them as the feed shows them."""
        count = bisect.bisect_right(self._times, now)
        return count, tuple(item.entry for item in reversed(self.items[max(0, count - WINDOW) : count]))

    def within(self, begin: float, end: float) -> list[Item]:
        """What appears from ``begin`` on, before ``end``."""
        return self.items[bisect.bisect_left(self._times, begin) : bisect.bisect_left(self._times, end)]

    def without(self, begin: float, end: float) -> Self:
        """The same feed, silent from ``begin`` to ``end``."""
        return type(self)(item for item in self.items if not begin <= item.at < end)


class Record(NamedTuple):
    """All streams by name, and the time in which they were recorded."""

    streams: dict[str, Stream]
    begin: float
    end: float


def load(path: Path) -> Record:
    """Reads a record of arrivals.

    Args:
      path: Gzipped JSON lines: ``arrived``, ``published``, ``feed``, ``link``, ``title``.
    """
    firsts: dict[str, dict[str, float]] = defaultdict(dict)
    arrivals = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not row["feed"] or _OTHERS in row["feed"]:
                continue
            arrived = _instant(row["arrived"])
            arrivals.append(arrived)
            published = _instant(row["published"]) if row["published"] else arrived
            at = published if 0 <= arrived - published <= PLAUSIBLE else arrived
            items, name = firsts[row["feed"]], row["link"] or row["title"]
            items[name] = min(at, items.get(name, at))
    streams = {
        feed: Stream(
            # A link of our own: what an entry says does not matter here, and is not ours to keep.
            Item(at, Entry(link=f"https://feed.example/{number}/{one}", title="-", published=instants.to_text(at)))
            for one, at in enumerate(items.values())
        )
        for number, (feed, items) in enumerate(sorted(firsts.items()))
    }
    return Record(streams, min(arrivals), max(arrivals) - TAIL)


def _instant(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
