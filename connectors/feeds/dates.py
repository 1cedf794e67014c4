"""The dates that feeds claim: read, and doubted where they cannot be. None is ever replaced by the present."""

import datetime
import email.utils
import functools
import math
import re
from typing import Literal

from connectors.feeds.quicker import date as _parsed
from transforms import instants

Fault = Literal["missing", "unreadable", "impossible", "future"]

AHEAD = 600.0  # seconds that a publisher's clock may go before ours
YEARS = range(1990, 2101)  # a date outside is a mistake: 1970 for none, 9999 for never
_LONGEST = 100  # characters of a date
_KEPT = 2_048  # dates that are not read again: feeds show them each time

# Hours from UTC of zones by name. feedparser takes some of them for UTC, and loses the time of day where one of the
# others ends an ISO date, for it splits that at its "t". Only names that mean one zone to those who publish news: IST
# is India's, Israel's and Ireland's, so it stays UTC.
_OFFSETS = (
    ("UTC UT GMT WET", 0),
    ("CET WEST BST", 1),
    ("CEST EET SAST", 2),
    ("EEST MSK", 3),
    ("HKT SGT AWST", 8),
    ("JST KST", 9),
    ("AEST", 10),
    ("AEDT", 11),
    ("NZST", 12),
    ("NZDT", 13),
    ("ADT", -3),
    ("AST EDT", -4),
    ("EST CDT", -5),
    ("CST MDT", -6),
    ("MST PDT", -7),
    ("PST AKDT", -8),
    ("AKST HDT", -9),
    ("HST", -10),
)
_ZONES = {name: f"{hours:+03d}00" for names, hours in _OFFSETS for name in names.split()}
_NAMED = re.compile(r"(?<=[\d\s])(" + "|".join(_ZONES) + r")$", re.IGNORECASE)
_HALVES = re.compile(r"\b(0?[1-9]|1[0-2])(:\d\d(?::\d\d)?) ?([ap])\.?m\b\.?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d))?")


def claimed(text: str, now: float | None) -> tuple[str | None, Fault | None]:
    """What a feed says of when something was.

    Args:
      text: Its words; a time without a zone is taken for UTC.
      now: Unix time of the poll; None where nobody asks for the future.

    Returns:
      The instant, and what is wrong with it. An instant that cannot be is None; one in the future is kept.
    """
    text = text.strip()
    if not text:
        return None, "missing"
    instant, seconds, fault = _said(text[: _LONGEST + 1])
    return instant, "future" if now is not None and seconds > now + AHEAD else fault


@functools.lru_cache(_KEPT)
def _said(text: str) -> tuple[str | None, float, Fault | None]:
    """The instant that a date is, also as Unix time, and what is wrong with it; -inf where there is none."""
    if _no_day(text):
        return None, -math.inf, "impossible"
    seconds = _seconds(text) if len(text) <= _LONGEST else None
    if seconds is None:
        return None, -math.inf, "unreadable"
    return (instants.to_text(seconds), seconds, None) if _possible(seconds) else (None, -math.inf, "impossible")


def rough(text: str) -> float | None:
    """Unix time of a date in the two usual forms, at a quarter of the cost; None for others and where it cannot be."""
    text = text.strip()
    try:
        if text[:4].isdigit():
            seconds = instants.from_text(text)
        else:
            parts = email.utils.parsedate_tz(text)
            if parts is None:
                return None
            seconds = email.utils.mktime_tz(parts)
    except (ValueError, OverflowError, TypeError):
        return None
    return seconds if _possible(seconds) else None


def _seconds(text: str) -> float | None:
    text = _HALVES.sub(_of_24_hours, text)
    text = _NAMED.sub(lambda name: _ZONES[name[1].upper()], text)
    try:
        # It does not know the form of RFC 822 without a zone.
        parts = _parsed(text) or _parsed(f"{text} +0000")
        return None if parts is None else _since_epoch(*parts[:6])
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _of_24_hours(said: re.Match[str]) -> str:
    return f"{int(said[1]) % 12 + 12 * (said[3] in 'pP'):02d}{said[2]}"


def _since_epoch(year: int, month: int, day: int, hour: int, minute: int, second: int) -> float:
    """As `calendar.timegm`, which also takes a day that no month has, and the year 0."""
    midnight = datetime.datetime(year, month, day, tzinfo=datetime.UTC)
    return (midnight + datetime.timedelta(hours=hour, minutes=minute, seconds=second)).timestamp()


def _no_day(text: str) -> bool:
    """Whether an ISO date names a day or hour that there is not: feedparser makes 30 February the 2nd of March."""
    said = _CLOCK.match(text)
    if said is None:
        return False
    try:
        datetime.date(int(said[1]), int(said[2]), int(said[3]))
    except ValueError:
        return True
    return int(said[4] or 0) > 24


def _possible(seconds: float) -> bool:
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).year in YEARS
    except (ValueError, OverflowError, OSError):
        return False
