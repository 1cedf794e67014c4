"""A feed polled under a simulated clock, by the product's own functions: `polling.begin`, `polling.advance`."""

import dataclasses
from collections.abc import Iterator

from bench.polling.arrivals import Stream
from transforms import instants
from transforms.cursor import Cursor, Gap
from transforms.polling import Polled, advance, begin
from transforms.records import FeedSource


@dataclasses.dataclass
class Tale:
    """What became of one feed.

    Attributes:
      polls: Made.
      delays: From the moment an entry appeared to its find, in seconds; of entries that appeared while it was polled.
      missed: Entries that rolled off unseen.
      gaps: Each poll before which entries were missed, or that said so: how many, and what was said.
      quiets: When it was said to be quiet.
      cursor: At the end.
    """

    polls: int = 0
    delays: list[float] = dataclasses.field(default_factory=list)
    missed: int = 0
    gaps: list[tuple[int, Gap | None]] = dataclasses.field(default_factory=list)
    quiets: list[float] = dataclasses.field(default_factory=list)
    cursor: Cursor | None = None


def follow(
    source: FeedSource, stream: Stream, start: float, end: float, away: tuple[float, float] | None = None
) -> Tale:
    """Polls a feed as the pipeline would.

    Args:
      source: The feed as configured.
      stream: What it publishes.
      start: Begin of the pipeline.
      end: Its end.
      away: A time in which the pipeline does not run.
    """
    tale, cursor, known = Tale(), begin(source, None, start), None
    for now in _moments(cursor, lambda: tale.cursor or cursor, end, away):
        count, entries = stream.shown(now)
        before = tale.cursor or cursor
        unchanged = known is not None and count == known
        polled = Polled(began=now) if unchanged else Polled(began=now, entries=entries, whole=True)
        after, finds = advance(before, source, polled, now)
        tale.polls += 1
        appeared = {item.entry.link: item.at for item in stream.within(start, now + 1)} if finds else {}
        tale.delays += [now - appeared[find.entry.link] for find in finds if find.entry.link in appeared]
        lost = max(0, count - known - len(entries)) if known is not None else 0
        told = after.gap if after.gap != before.gap else None
        if lost or told:
            tale.gaps.append((lost, told))
        if after.quiet and not before.quiet:
            tale.quiets.append(now)
        tale.missed += lost
        tale.cursor, known = after, count
    return tale


def _moments(first: Cursor, newest, end: float, away: tuple[float, float] | None) -> Iterator[float]:
    now = instants.from_text(first.next_poll)
    while now < end:
        if away is not None and away[0] <= now < away[1]:
            now = away[1]
        yield now
        now = max(instants.from_text(newest().next_poll), now + 1.0)
