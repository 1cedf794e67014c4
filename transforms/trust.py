"""Whether a server's validators are believed: some say 304 for ever, some never change their ETag.

    304 -> now and then asked once more without validators, in the same poll -> other entries: a lie
        -> validators are not sent for a week, or longer

Asking twice within a second is what makes it proof: what changes between two polls is no lie. All functions are pure.
"""

from msgspec.structs import replace

from transforms import instants, rhythm
from transforms.cursor import MAX_FIELD, Cursor

DAY = 86_400.0
CHECK = DAY  # seconds after a full answer at which a 304 is checked: one whole body a day
CHECK_AGAIN = DAY / 4  # for a server that has lied before
OVERDUE = 6.0  # entries that should have come while it said 304: then it is checked sooner,
OVERDUE_AFTER = 3600.0  # but once an hour at most
DOUBT = 7 * DAY  # for which a liar's validators are not sent; doubled with each further lie
MOST_DOUBT = 8 * 7 * DAY
_MOST_LIES = 4


def validators(cursor: Cursor, now: float) -> tuple[str | None, str | None]:
    """ETag and Last-Modified to send; None where there is none, or it is not believed."""
    return (None, None) if doubted(cursor, now) else (cursor.etag, cursor.last_modified)


def to_check(cursor: Cursor, etag: str | None, now: float) -> bool:
    """Whether a 304 is to be checked by asking once more without validators.

    Args:
      cursor: The cursor that the poll was asked for.
      etag: The 304's own ETag. By RFC 9111, section 4.3.4, a 304 that names another validator than ours speaks of
        something that we do not hold.
      now: Unix time.
    """
    if cursor.compared is None:
        return True  # nothing says when the bytes behind the validators came
    spent = now - instants.from_text(cursor.compared)
    if spent >= (CHECK_AGAIN if cursor.lies else CHECK) or spent < 0:
        return True
    if spent < OVERDUE_AFTER:
        return False
    if cursor.etag and etag and not same(cursor.etag, etag):
        return True
    if cursor.rhythm is None or not cursor.unmodified:
        return False
    return rhythm.expected(cursor.rhythm, instants.from_text(cursor.compared), now) >= OVERDUE


def same(one: str, other: str) -> bool:
    """Weak comparison of two ETags (RFC 9110, section 8.8.3.2)."""
    return one.removeprefix("W/") == other.removeprefix("W/")


def kept(field: str | None) -> str | None:
    """A validator as it is kept: one that is longer than any sane one would swell the state."""
    return field if field and len(field) <= MAX_FIELD else None


def judged(cursor: Cursor, *, lied: bool, whole: bool, now: float) -> Cursor:
    """The cursor with what an answer says of the server's honesty.

    Args:
      cursor: After the poll.
      lied: Its validators said that nothing is new, and something was.
      whole: A full answer came.
      now: Unix time.
    """
    if not whole:
        return replace(cursor, unmodified=cursor.unmodified + 1)
    cursor = replace(cursor, compared=instants.to_text(now), unmodified=0)
    if not lied:
        return cursor
    # One that is not believed anyway, and lies on, is looked at later; it is news once.
    lies = cursor.lies if doubted(cursor, now) else min(cursor.lies + 1, _MOST_LIES)
    return replace(cursor, lies=lies, doubted=instants.to_text(now + min(DOUBT * 2.0 ** (lies - 1), MOST_DOUBT)))


def doubted(cursor: Cursor, now: float) -> bool:
    """Whether the server's validators are not believed for now."""
    return cursor.doubted is not None and 0 < instants.from_text(cursor.doubted) - now <= MOST_DOUBT
