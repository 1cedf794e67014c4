"""The cursor of a feed: its whole memory, in the runner's state and, after each poll, on `feeds`.

It is small: what the feed still shows is packed to 16 bytes an entry, so that one which shows 30 comes to less than
2 kB. What version 1 wrote (``shown``, two hashes in full) is read for ever.
"""

import math
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from transforms import instants
from transforms.hints import Hints
from transforms.records import Record
from transforms.rhythm import SLOTS, Rhythm

VERSION = 2
ITEM, WORDS = 8, 8  # bytes kept of an item's id and of its entry's hash
_ENTRY = ITEM + WORDS
MAX_FIELD = 500  # characters of a validator or an address that a server gives us to keep


class Gap(Record, frozen=True, kw_only=True, gc=False):
    """Entries may have come and gone unseen: two polls in a row showed none in common.

    Attributes:
      since: Begin of the earlier poll.
      until: Begin of the later one.
      missed: How many entries that may be; 0 where the feed's rhythm lets expect no more than were seen.
    """

    since: str
    until: str
    missed: int = 0


class Cursor(Record, frozen=True, kw_only=True, gc=False):  # ten thousands, never in a circle
    """State of one feed; also the value on `feeds`.

    Attributes:
      feed_id: Key of `feeds`.
      url: The address that the validators belong to, as configured.
      etag: Validator of the last full answer, as a later 304 may have renewed it.
      last_modified: Validator of the last full answer, likewise.
      shown: Item id to entry hash of every entry still shown, as version 1 wrote it; empty since.
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
      seen: What is still shown: `ITEM` bytes of item id and `WORDS` bytes of entry hash for each entry; base64 in JSON.
      digest: Hash of the last full answer's bytes.
      failure: What kind of failure the last poll was, a word of `errors.Failure`; empty when it did not fail.
      rhythm: When new entries come.
      hints: What the feed says of when to ask.
      fresh: Seconds for which the last answer said that it holds (Cache-Control, Expires).
      brake: Shortest wait, in seconds, since the server said that we ask too often; fades with each answer.
      gone_since: Since when it has answered nothing but 410; None otherwise.
      moved_to: Where each answer of late was permanently redirected to.
      moved_since: Since when.
      address: Where it is asked instead of ``url``, once a permanent redirect has stood long enough.
      compared: When a full answer last came.
      unmodified: Answers of 304 since.
      lies: How often the server's validators were found to be wrong.
      doubted: Until when they are not sent for that.
      gap: The last time that entries may have been missed.
      quiet: Since when it has published nothing though by its rhythm it should have; None otherwise.
      left_out: Entries that its last full answer showed beyond those that are read.
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
    version: int = VERSION
    seen: bytes = b""
    digest: str = ""
    failure: str = ""
    rhythm: Rhythm | None = None
    hints: Hints | None = None
    fresh: float = 0.0
    brake: float = 0.0
    gone_since: str | None = None
    moved_to: str | None = None
    moved_since: str | None = None
    address: str | None = None
    compared: str | None = None
    unmodified: int = 0
    lies: int = 0
    doubted: str | None = None
    gap: Gap | None = None
    quiet: str | None = None
    left_out: int = 0

    @property
    def entries(self) -> int:
        """How many entries it shows."""
        return len(self.seen) // _ENTRY


def upgraded(cursor: Cursor) -> Cursor:
    """The cursor in today's form, whatever form it was written in."""
    if not cursor.shown:
        return cursor
    return replace(cursor, version=VERSION, shown={}, seen=packed(cursor.shown.items()))


def packed(entries: Iterable[tuple[str, str]]) -> bytes:
    """Item ids and entry hashes, as many bytes of each as are kept."""
    return b"".join(_bytes(item, ITEM) + _bytes(words, WORDS) for item, words in entries)


def short(item: str, words: str) -> tuple[bytes, bytes]:
    """An item id and an entry hash as `unpacked` gives them."""
    return _bytes(item, ITEM), _bytes(words, WORDS)


def unpacked(seen: bytes) -> dict[bytes, bytes]:
    """What is kept of item ids, and of the entry hash of each.

    64 bits of each are enough: of 500 entries two have the same 64 bits of an id once in 10^14 feeds, and a changed
    entry keeps its 64 bits of hash once in 10^19 changes.
    """
    return {seen[start : start + ITEM]: seen[start + ITEM : start + _ENTRY] for start in range(0, len(seen), _ENTRY)}


def decode(value: bytes) -> Cursor:
    """A value on `feeds`.

    Raises:
      ValueError: If it is none, or holds what no later poll could reckon with.
    """
    cursor = upgraded(msgspec.json.decode(value, type=Cursor))
    known = cursor.rhythm
    for moment in (
        cursor.next_poll,
        *(cursor.polled, cursor.succeeded, cursor.newest, cursor.gone_since, cursor.moved_since),
        *(cursor.compared, cursor.doubted, *((known.since, known.arrived) if known else ())),
    ):
        if moment is not None:
            instants.from_text(moment)
    numbers = [cursor.fresh, cursor.brake, *((known.count, known.spell, known.lately, known.hoped) if known else ())]
    if len(cursor.seen) % _ENTRY or not all(math.isfinite(number) and number >= 0 for number in numbers):
        raise ValueError(f"the cursor of feed {cursor.feed_id!r} holds impossible figures")
    if known and (len(known.profile) != SLOTS or not known.spell or not math.isfinite(known.silence)):
        raise ValueError(f"the cursor of feed {cursor.feed_id!r} holds an impossible rhythm")
    return cursor


def _bytes(digits: str, count: int) -> bytes:
    try:
        return bytes.fromhex(digits[: 2 * count]).ljust(count, b"\0")
    except ValueError:  # written by hand, in a test or a repair
        return digits.encode()[:count].ljust(count, b"\0")
