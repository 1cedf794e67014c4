"""What a poll of a feed comes to: finds, and the feed's next cursor.

    answer -> entries compared with those seen -> finds
           -> arrivals -> rhythm -> next poll
           -> validators, trust, health        -> cursor

The cursor (`transforms.cursor`) lives in the runner's state and, after each poll, on `feeds`, so that conditional GET,
the schedule and the telling of new from old stay right after a restart from nothing.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from transforms import health, identity, instants, rhythm, schedule, trust
from transforms.cursor import Cursor, packed, short, unpacked, upgraded
from transforms.errors import ItemError
from transforms.hints import Hints
from transforms.records import Entry, FeedSource, Find

BELIEVED = 2 * 86400.0  # seconds that a stored instant may lie ahead of the clock
MAX_ERROR = 200  # characters of a reason


class Polled(msgspec.Struct, frozen=True):
    """What a poll brought.

    Attributes:
      began: Unix time of its start.
      entries: What the feed shows, or None when it has not changed since the last answer.
      etag: Validator of this answer; also a 304 may bring one (RFC 9111, section 3.2).
      last_modified: Validator of this answer.
      error: What went wrong, or None.
      whole: A full answer came, whether its bytes were the known ones or not.
      checked: It came though the server had just said that nothing changed.
      digest: Hash of the full answer's bytes.
      fresh: Seconds for which it holds by its own word; None where it says nothing.
      hints: What the feed says of when to ask; None where it was not read.
      moved: Where it was permanently redirected to, if it was.
      again: It took more than one request; the last was made just now.
      left_out: Entries that the feed shows beyond these; only the newest are read.
    """

    began: float
    entries: tuple[Entry, ...] | None = None
    etag: str | None = None
    last_modified: str | None = None
    error: ItemError | None = None
    whole: bool = False
    checked: bool = False
    digest: str = ""
    fresh: float | None = None
    hints: Hints | None = None
    moved: str | None = None
    again: bool = False
    left_out: int = 0


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
    stored = in_reach(configured(upgraded(stored), source), source, now)
    return stored if instants.from_text(stored.next_poll) > now else replace(stored, next_poll=first)


def in_reach(cursor: Cursor, source: FeedSource, now: float) -> Cursor:
    """The cursor, due soon where its next poll lies further ahead than any wait.

    That was written under a clock that was ahead, or for another interval.
    """
    ahead = instants.from_text(cursor.next_poll) - now
    if ahead <= schedule.longest(source, cursor):
        return cursor
    return replace(cursor, next_poll=instants.to_text(schedule.first(source, now)))


def configured(cursor: Cursor, source: FeedSource) -> Cursor:
    """The cursor after a change of configuration: what a server told belongs to the address that it was told at."""
    if cursor.url == source.url:
        return cursor
    return replace(
        cursor,
        url=source.url,
        etag=None,
        last_modified=None,
        digest="",
        hints=None,
        fresh=0.0,
        brake=0.0,
        gone_since=None,
        moved_to=None,
        moved_since=None,
        address=None,
        compared=None,
        unmodified=0,
        lies=0,
        doubted=None,
        left_out=0,
    )


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
    cursor = upgraded(cursor)
    error, began = polled.error, instants.to_text(polled.began)
    failure = error.failure if error else None
    after = replace(
        cursor,
        polled=began,
        polls=cursor.polls + 1,
        failures=cursor.failures + 1 if error else 0,
        error=error.reason[:MAX_ERROR] if error else "",
        failure=failure or "",
        gone_since=health.gone_since(cursor, failure, polled.began),
    )
    finds: tuple[Find, ...] = ()
    if error is None:
        after, finds = _answered(cursor, after, source, polled, now)
    after = health.moved(after, failure, polled.moved, polled.began)
    brake = schedule.braked(source, after, error, now)
    after = after if brake == after.brake else replace(after, brake=brake)
    return replace(after, next_poll=instants.to_text(schedule.following(source, after, error, now))), finds


def _answered(
    cursor: Cursor, after: Cursor, source: FeedSource, polled: Polled, now: float
) -> tuple[Cursor, tuple[Find, ...]]:
    """The cursor after an answer: ``after``, with what the answer says of the feed; and its finds."""
    finds: tuple[Find, ...] = ()
    new: list[Entry] = []
    if polled.entries is not None:
        seen = unpacked(cursor.seen)
        shown, fresh, new = _compared(polled.entries, source, seen)
        finds = _finds(fresh, cursor, source, after, instants.to_text(now), now)
        if seen and shown and len(new) == len(shown):
            dates = [_date(entry) for entry in new]
            after = replace(after, gap=health.gap(cursor, dates, len(new), polled.began) or cursor.gap)
        after = replace(
            after,
            seen=packed(shown.items()),
            found=cursor.found + len(finds),
            newest=finds[-1].found if finds else cursor.newest,
            left_out=polled.left_out,
        )
    lied = bool(new) and (polled.checked or (cursor.etag is not None and polled.etag == cursor.etag))
    after = replace(
        after,
        succeeded=after.polled,
        # What a 304 does not name stays; a full answer names all there is, but an old validator does no harm.
        etag=trust.kept(polled.etag) if polled.etag or polled.entries is not None else cursor.etag,
        last_modified=trust.kept(polled.last_modified)
        if polled.last_modified or polled.entries is not None
        else cursor.last_modified,
        digest=polled.digest or cursor.digest,
        fresh=cursor.fresh if polled.fresh is None and not polled.whole else polled.fresh or 0.0,
        hints=cursor.hints if polled.hints is None else polled.hints,
        rhythm=_rhythm(cursor, polled, new),
    )
    after = trust.judged(after, lied=lied, whole=polled.whole or polled.entries is not None, now=polled.began)
    quiet = health.quiet(after, polled.began)
    return after if quiet == after.quiet else replace(after, quiet=quiet), finds


def _compared(
    entries: Sequence[Entry], source: FeedSource, seen: dict[bytes, bytes]
) -> tuple[dict[str, str], list[tuple[Entry, str, str]], list[Entry]]:
    """All that is shown, by item id; what of it is new or changed; which items are new.

    An item that the feed showed under its first id keeps that for as long as it is shown: it is the same item, and what
    it published stays its own.
    """
    shown: dict[str, str] = {}
    fresh, new = [], []
    for entry in entries:
        item = identity.item_id(entry.link, source.id, entry.guid, entry.title)
        told = identity.entry_hash(entry)
        first = identity.first_item_id(entry.link, item)
        if first != item and first not in shown and short(first, told)[0] in seen:
            item = first
        if item in shown:  # a feed that shows one link twice means its first, newest one
            continue
        shown[item] = told
        known, words = short(item, told)
        if seen.get(known) != words:
            fresh.append((entry, item, told))
        if known not in seen:
            new.append(entry)
    return shown, fresh, new


def _finds(
    fresh: Sequence[tuple[Entry, str, str]], cursor: Cursor, source: FeedSource, after: Cursor, moment: str, now: float
) -> tuple[Find, ...]:
    found = _not_before(moment, cursor.newest, now)
    return tuple(
        Find(
            find_id=identity.find_id(item, source.id, told),
            item_id=item,
            entry_hash=told,
            source=source,
            entry=entry,
            polled=after.polled or moment,
            found=found,
            poll=after.polls,
            ordinal=cursor.found + number,
        )
        for number, (entry, item, told) in enumerate(reversed(fresh), start=1)
    )


def _rhythm(cursor: Cursor, polled: Polled, new: Sequence[Entry]) -> rhythm.Rhythm:
    """The feed's rhythm after an answer; a feed without one, though known, begins one with what it brings from now."""
    now, dates = polled.began, [_date(entry) for entry in new]
    if cursor.rhythm is None or cursor.succeeded is None:
        return rhythm.first(now, [date for date in dates if date is not None])
    last = min(instants.from_text(cursor.succeeded), now)
    # An entry appeared between the two polls; its own date says when, if it lies there.
    middle = (last + now) / 2
    arrivals = [date if date is not None and last < date <= now else middle for date in dates]
    return rhythm.after(cursor.rhythm, last, now, arrivals)


def _date(entry: Entry) -> float | None:
    """When an entry was published, by its own word; None where that lies ahead and is not believed."""
    try:
        return instants.from_text(entry.appeared) if entry.appeared else None
    except ValueError:
        return None


def _not_before(found: str, newest: str | None, now: float) -> str:
    """An instant, or the one that it must not lie before; one that is days ahead is not believed."""
    believed = newest is not None and instants.from_text(newest) - now <= BELIEVED
    return max(found, newest) if newest is not None and believed else found
