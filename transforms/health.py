"""What a feed's polls say of its health: entries missed, silence, an address given up or moved.

Pure rules over the cursor before and after a poll; `told` puts into words what is news to those who run the pipeline.
"""

import math
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from transforms import instants, rhythm
from transforms.cursor import MAX_FIELD, Cursor, Gap
from transforms.errors import Failure

DAY = 86_400.0
SEEN_ENOUGH = 7 * DAY  # seconds that a feed is looked at before its silence means anything: one week of its rhythm
MISSING = 8.0  # arrivals that its rhythm lets expect in a silence that means something,
LONGER = 1.5  # which is also longer than its longest one so far, by this factor
PROOF = 3 * DAY  # seconds of nothing but 410 after which a feed is thought to be gone
MOVED = 7 * DAY  # seconds for which a permanent redirect must stand until it is followed without asking
_PASSING: frozenset[Failure | None] = frozenset({"dns", "refused", "tls", "timeout", "connection"})
_LASTING: frozenset[Failure | None] = frozenset({"dns", "client", "gone", "denied", "not-a-feed", "redirect"})


def gap(before: Cursor, dates: Sequence[float | None], arrivals: int, now: float) -> Gap | None:
    """What may have been missed between two polls that showed no entry in common.

    Args:
      before: The cursor before the later poll, which showed something.
      dates: When the entries that are shown now were published; None where they do not say.
      arrivals: How many are shown.
      now: Begin of the later poll.

    Returns:
      None when most entries are dated before the earlier poll: then the feed was given other addresses, and reaches
      back past what was seen.
    """
    since = instants.from_text(before.succeeded) if before.succeeded else now
    known = sorted(one for one in dates if one is not None and one <= now)
    if len(known) > arrivals / 2 and known[len(known) // 2] < since:
        return None
    usual, hoped = before.rhythm, 0.0
    if usual is not None and len(known) > arrivals / 2:
        # What its rhythm lets expect before the oldest that is shown, and half-way to how thick they stand since.
        thick = (len(known) + rhythm.CALM) / (rhythm.expected(usual, known[0], now) + rhythm.CALM)
        hoped = rhythm.expected(usual, since, known[0]) * math.sqrt(thick)
    elif usual is not None:
        hoped = rhythm.expected(usual, since, now) - arrivals
    return Gap(since=instants.to_text(since), until=instants.to_text(now), missed=max(0, round(hoped)))


def quiet(cursor: Cursor, now: float) -> str | None:
    """Since when a feed that answers has published nothing, if that is too long by its own rhythm."""
    known = cursor.rhythm
    if known is None or known.arrived is None or now - instants.from_text(known.since) < SEEN_ENOUGH:
        return None
    hoped = rhythm.expected(known, rhythm.begun(known), now)
    return known.arrived if hoped >= max(MISSING, LONGER * known.silence) else None


def gone_since(cursor: Cursor, failure: Failure | None, now: float) -> str | None:
    """Since when there was no other answer than 410; what is no answer proves nothing either way."""
    if failure == "gone":
        return cursor.gone_since or instants.to_text(now)
    return cursor.gone_since if failure in _PASSING else None


def gone(cursor: Cursor, now: float) -> bool:
    """Whether a feed is thought to be gone: it is asked once a day then, not given up."""
    return cursor.gone_since is not None and now - instants.from_text(cursor.gone_since) >= PROOF


def moved(cursor: Cursor, failure: Failure | None, target: str | None, now: float) -> Cursor:
    """The cursor with what a poll says of the feed's address.

    Args:
      cursor: After the poll.
      failure: How it failed, or None.
      target: Where it was permanently redirected to, if it was; None when the address itself answered.
      now: Unix time.
    """
    if failure in _LASTING and cursor.address is not None:
        return replace(cursor, address=None, moved_to=None, moved_since=None)  # the old address may know better
    if failure is not None or (cursor.address is not None and target is None):
        return cursor
    if target is None and cursor.moved_to is None and cursor.moved_since is None:
        return cursor
    if target is None or len(target) > MAX_FIELD:
        return replace(cursor, moved_to=None, moved_since=None)
    if target != cursor.moved_to:
        return replace(cursor, moved_to=target, moved_since=instants.to_text(now))
    since = instants.from_text(cursor.moved_since) if cursor.moved_since else now
    return replace(cursor, address=target) if now - since >= MOVED else cursor


def told(before: Cursor, after: Cursor) -> Iterator[str]:
    """What is news in a poll to those who run the pipeline, one line each; nothing twice."""
    name = f"feed {after.feed_id}"
    if after.gap is not None and after.gap != before.gap:
        yield (
            f"{name}: possible-gap: none of its entries of {after.gap.since} was still shown at {after.gap.until}; "
            f"about {after.gap.missed} may have come and gone in between"
        )
    if after.left_out and not before.left_out:
        yield (
            f"{name}: shows too much: {after.left_out} entries beyond the newest {after.entries}, which are read; "
            "what falls behind these between two polls is never found"
        )
    if after.quiet and not before.quiet:
        yield f"{name}: quiet: it answers, but has published nothing since {after.quiet}, unlike its rhythm so far"
    if before.quiet and not after.quiet:
        yield f"{name}: publishes again"
    if after.lies > before.lies:
        yield f"{name}: says that it has not changed when it has; asked without validators until {after.doubted}"
    if after.address and after.address != before.address:
        yield f"{name}: has moved for good to {after.address}, where it is asked from now on: change its url"
    if before.address and not after.address:
        yield f"{name}: {before.address} fails ({after.error}); asked at {after.url} again"
    if _is_gone(after) and not _is_gone(before):
        yield f"{name}: is gone: nothing but HTTP 410 since {after.gone_since}; asked once a day"


def _is_gone(cursor: Cursor) -> bool:
    return cursor.polled is not None and gone(cursor, instants.from_text(cursor.polled))
