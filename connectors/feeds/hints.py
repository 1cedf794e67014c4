"""When a feed wishes to be asked again: `transforms.hints.Hints` from what stands in its head."""

import re
from collections.abc import Mapping
from typing import Any

from transforms.hints import Hints

_LONGEST = 366 * 86400.0  # seconds; a wish beyond is a mistake
_PERIODS = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 7 * 86400.0,
    "monthly": 30 * 86400.0,
    "yearly": 365 * 86400.0,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SKIPPED = re.compile(rb"<skip(hours|days)\s*>([^\0]{0,2000}?)</skip\1\s*>", re.IGNORECASE)
_WORD = re.compile(rb"<(?:hour|day)\s*>\s*(\w{1,9})\s*<", re.IGNORECASE)


def hints(feed: Mapping[str, Any], head: bytes) -> Hints:
    """The wishes of a feed's publisher.

    Args:
      feed: The feed's own elements as feedparser gives them.
      head: The document's bytes before its first entry: feedparser keeps only the last of several hours or days.
    """
    skipped: dict[bytes, list[str]] = {b"hours": [], b"days": []}
    for kind, words in _SKIPPED.findall(head):
        skipped[kind.lower()] += [word.decode("ascii", "replace").lower() for word in _WORD.findall(words)]
    # Some count the hours from 1 to 24, as RSS 0.91 did.
    hours = sorted({int(word) % 24 for word in skipped[b"hours"] if word.isdigit() and int(word) <= 24})
    days = sorted({_DAYS.index(word) for word in skipped[b"days"] if word in _DAYS})
    periods = [one for one in (_ttl(feed), _update_period(feed)) if one is not None and 0 < one <= _LONGEST]
    return Hints(
        period=max(periods, default=None),
        # Who skips all skips none: there would be no time left to ask.
        skip_hours=tuple(hours) if len(hours) < 24 else (),
        skip_days=tuple(days) if len(days) < 7 else (),
    )


def _ttl(feed: Mapping[str, Any]) -> float | None:
    minutes = _number(feed.get("ttl"))
    return None if minutes is None else 60.0 * minutes


def _update_period(feed: Mapping[str, Any]) -> float | None:
    """RSS 1.0 syndication module: ``updateFrequency`` (1 unless given) times in each ``updatePeriod`` (daily)."""
    period, frequency = feed.get("sy_updateperiod"), feed.get("sy_updatefrequency")
    if not period and not frequency:
        return None
    seconds = _PERIODS.get(str(period or "daily").strip().lower())
    times = _number(frequency) if frequency else 1.0
    return seconds / times if seconds and times else None


def _number(text: Any) -> float | None:
    words = str(text or "").strip()
    return float(words) if words.isascii() and words.isdigit() and len(words) <= 9 else None
