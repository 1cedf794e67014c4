"""When a feed is polled next: pure decisions on times, made of the feed, its history and ``now``.

    interval   configured -> kept
               else       -> as its arrivals call for (`transforms.rhythm`), within shortest and longest
                          -> not sooner than its publisher wishes (ttl, sy:update*, Cache-Control, Expires)
               failed     -> by the kind of failure (`transforms.backoff`)
    then       -> Retry-After -> jitter -> out of skipHours and skipDays

What a publisher wishes is heard within bounds: none can have a feed forgotten, nor have entries roll off unseen.
"""

import math

from transforms import identity, rhythm
from transforms.backoff import GONE, RETRY_MOST, SLOWEST, after_failures
from transforms.cursor import Cursor
from transforms.errors import ItemError
from transforms.health import gone
from transforms.hints import Hints
from transforms.records import FeedSource

FIRST_SPREAD = 60.0  # seconds over which first polls are spread at most: a start is no burst, and no long wait
JITTER = 0.1  # share of the interval
COST = 48.0  # seconds of one entry's waiting that a request is worth: 15 minutes between polls, over all news feeds
FRESH_MOST = 3600.0  # seconds of a Cache-Control or an Expires that are honoured: a day is mostly a site's default
ROLL = 0.5  # share of what a feed shows that may come anew between two polls before a publisher's wish is overruled
SKIP_MOST = 72 * 3600.0  # seconds of skipHours and skipDays at a stretch: a long weekend
BRAKE, BRAKE_FADES = 2.0, 0.9  # after a 429 all waits are so much longer, and each answer takes a tenth of it off
_HOUR, _DAY = 3600.0, 86_400.0


def first(source: FeedSource, now: float) -> float:
    """First poll of a run: spread over the feed's interval, within `FIRST_SPREAD`."""
    return now + _fraction(source.id, 0) * min(source.interval or source.shortest, FIRST_SPREAD)


def following(source: FeedSource, cursor: Cursor, error: ItemError | None, now: float) -> float:
    """The poll after one that ended at ``now``.

    Args:
      source: The feed; its interval, or bounds, are kept.
      cursor: After the poll: its failures, rhythm, hints. The count of polls varies the jitter.
      error: What went wrong, or None; its ``retry_after`` is honoured, up to `RETRY_MOST`.
      now: Unix time.
    """
    wait, least = usual(source, cursor, now), 0.0
    if error is not None:
        wait = after_failures(error.failure, cursor.failures, wait, fixed=bool(source.interval))
        wait = max(wait, GONE) if gone(cursor, now) else wait
        least = min(error.retry_after or 0.0, RETRY_MOST)
    fraction = _fraction(source.id, cursor.polls)
    jittered = max(wait, least) * (1 + JITTER * (fraction - 0.5))
    if not source.interval and error is None:
        jittered = min(max(jittered, source.shortest), source.longest)
    # All that one host told to come back at the same time do so one after the other.
    due = now + max(jittered, least * (1 + JITTER / 2 * fraction))
    if source.interval or not source.heed:
        return due
    woken = awake(cursor.hints, due)
    return due if woken == due else woken + fraction * FIRST_SPREAD


def usual(source: FeedSource, cursor: Cursor, now: float) -> float:
    """Seconds between two polls while all is well."""
    if source.interval:
        return source.interval
    known = cursor.rhythm
    wait = source.shortest if known is None else rhythm.until(known, now, COST, source.longest)
    if source.heed:
        wished = max(cursor.hints.period or 0.0 if cursor.hints else 0.0, min(cursor.fresh, FRESH_MOST))
        if known is not None and cursor.seen:
            wished = min(wished, ROLL * cursor.entries / max(known.rate, 1e-9))
        wait = max(wait, wished)
    return min(max(wait, cursor.brake, source.shortest), source.longest)


def braked(source: FeedSource, cursor: Cursor, error: ItemError | None, now: float) -> float:
    """The shortest wait that a server's word of too many requests leaves behind, in seconds."""
    if error is not None and error.failure == "rate-limited":
        return round(min(BRAKE * usual(source, cursor, now), source.longest), 1)
    if error is not None or not cursor.brake:
        return cursor.brake
    eased = cursor.brake * BRAKE_FADES
    return round(eased, 1) if eased > source.shortest else 0.0


def awake(hints: Hints | None, due: float) -> float:
    """The first instant from ``due`` on in which the publisher does not ask to be left alone (RSS 2.0, in GMT).

    Where that is more than `SKIP_MOST` away, the hint cannot be meant, and counts for nothing.
    """
    if hints is None or not (hints.skip_hours or hints.skip_days):
        return due
    here = due
    while here - due <= SKIP_MOST:
        if int(here // _DAY + 3) % 7 in hints.skip_days:
            here = (math.floor(here / _DAY) + 1) * _DAY
        elif int(here % _DAY / _HOUR) in hints.skip_hours:
            here = (math.floor(here / _HOUR) + 1) * _HOUR
        else:
            return here
    return due


def longest(source: FeedSource, cursor: Cursor) -> float:
    """Seconds that a feed waits for its next poll at most; a stored instant further ahead is not believed."""
    hints = cursor.hints if source.heed and not source.interval else None
    skipped = SKIP_MOST if hints is not None and (hints.skip_hours or hints.skip_days) else 0.0
    failing = max(SLOWEST, GONE, RETRY_MOST) if cursor.failures else 0.0
    return max(failing, source.interval or source.longest) * (1 + JITTER / 2) + skipped


def _fraction(feed_id: str, salt: int) -> float:
    """The same number in [0, 1) for the same feed and salt, so that a replay decides alike."""
    return int(identity.digest(feed_id, salt)[:8], 16) / 2**32
