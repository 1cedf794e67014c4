"""What a poll of a feed comes to: finds, and the feed's next cursor.

The cursor is the whole memory of a feed: validators, schedule, and the id and hash of every entry still shown. It is
small and versioned, lives in the runner's state and, after each poll, on `feeds`, so that conditional GET and the
telling of new from old stay right after a restart from nothing.
"""

import dataclasses

from msgspec.structs import replace

from transforms import identity, instants, schedule
from transforms.errors import ItemError
from transforms.records import Entry, FeedSource, Find, Record

BELIEVED = 2 * 86400.0  # seconds that a stored instant may lie ahead of the clock


class Cursor(Record, frozen=True, kw_only=True):
    """State of one feed; also the value on `feeds`.

    Attributes:
      feed_id: Key of `feeds`.
      url: The address that the validators belong to.
      etag: Validator of the last full answer.
      last_modified: Validator of the last full answer.
      shown: Item id to entry hash of every entry still shown.
      next_poll: When it is due.
      polled: When it was last polled, whatever came of it.
      succeeded: When it last answered.
      polls: Polls so far.
      found: Finds so far.
      failures: Polls that failed since it last answered.
      error: Why the last poll failed; empty when it did not.
      newest: When its newest find was found. Later finds are never dated before it, also when the clock goes back:
        which of two finds of an item is the later one hangs on it.
      version: Of this form.
    """

    feed_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    shown: dict[str, str] = {}  # noqa: RUF012  # msgspec copies an empty literal default
    next_poll: str
    polled: str | None = None
    succeeded: str | None = None
    polls: int = 0
    found: int = 0
    failures: int = 0
    error: str = ""
    newest: str | None = None
    version: int = 1


@dataclasses.dataclass(frozen=True)
class Polled:
    """What a poll brought.

    Attributes:
      began: Unix time of its start.
      entries: What the feed shows, or None when it has not changed since the last answer.
      etag: Validator of this answer.
      last_modified: Validator of this answer.
      error: What went wrong, or None.
    """

    began: float
    entries: tuple[Entry, ...] | None = None
    etag: str | None = None
    last_modified: str | None = None
    error: ItemError | None = None


def begin(source: FeedSource, stored: Cursor | None, now: float) -> Cursor:
    """The cursor that a feed starts a run with.

    Args:
      source: The feed as configured.
      stored: Its newest value on `feeds`, or None.
      now: Unix time; first polls, and those missed while nothing ran, are spread from here on.
    """
    first = instants.to_text(schedule.first(source, now))
    if stored is None:
        return Cursor(feed_id=source.id, url=source.url, next_poll=first)
    # What lies further ahead than any wait was written under a clock that was ahead.
    ahead = instants.from_text(stored.next_poll) - now
    due = stored.next_poll if 0 < ahead <= schedule.longest(source) else first
    return configured(replace(stored, next_poll=due), source)


def configured(cursor: Cursor, source: FeedSource) -> Cursor:
    """The cursor after a change of configuration: validators belong to the address that gave them."""
    if cursor.url == source.url:
        return cursor
    return replace(cursor, url=source.url, etag=None, last_modified=None)


def advance(cursor: Cursor, source: FeedSource, polled: Polled, now: float) -> tuple[Cursor, tuple[Find, ...]]:
    """What a poll comes to.

    Args:
      cursor: The feed's cursor before the poll.
      source: The feed.
      polled: What the poll brought.
      now: Unix time; becomes ``found`` of the finds, unless an earlier one is dated later.

    Returns:
      The next cursor, and a find for every entry that is new or says something else than before, oldest entry first.
    """
    failures = cursor.failures + 1 if polled.error else 0
    began = instants.to_text(polled.began)
    after = replace(
        cursor,
        polled=began,
        polls=cursor.polls + 1,
        failures=failures,
        error=polled.error.reason if polled.error else "",
        next_poll=instants.to_text(schedule.following(source, failures, polled.error, cursor.polls + 1, now)),
    )
    if polled.error:
        return after, ()
    after = replace(after, succeeded=began)
    if polled.entries is None:
        return after, ()
    shown: dict[str, str] = {}
    fresh = []
    for entry in polled.entries:
        item = identity.item_id(entry.link, source.id, entry.guid, entry.title)
        told = identity.entry_hash(entry)
        if item in shown:  # a feed that shows one link twice means its first, newest one
            continue
        shown[item] = told
        if cursor.shown.get(item) != told:
            fresh.append((entry, item, told))
    found = _not_before(instants.to_text(now), cursor.newest, now)
    finds = tuple(
        Find(
            find_id=identity.find_id(item, source.id, told),
            item_id=item,
            entry_hash=told,
            source=source,
            entry=entry,
            polled=began,
            found=found,
            poll=after.polls,
            ordinal=cursor.found + number,
        )
        for number, (entry, item, told) in enumerate(reversed(fresh), start=1)
    )
    after = replace(
        after,
        etag=polled.etag,
        last_modified=polled.last_modified,
        shown=shown,
        found=cursor.found + len(finds),
        newest=found if finds else cursor.newest,
    )
    return after, finds


def _not_before(found: str, newest: str | None, now: float) -> str:
    """An instant, or the one that it must not lie before; one that is days ahead is not believed."""
    believed = newest is not None and instants.from_text(newest) - now <= BELIEVED
    return max(found, newest) if newest is not None and believed else found
