"""The publisher's own zone for an instant that its page states in UTC: its day is then that of the readers."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo

from dateutil.zoneinfo import get_zonefile_instance

_CLOCK = re.compile(r"(?<!\d)(\d\d?)[:.h](\d\d)(?!\d)\s*([ap]\.?m)?", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_STATED = re.compile(
    r"""[tT]ime_?[zZ]one\\?["']\s?:\s?(?:\{[^{}]{0,80})?\\?["']([A-Z][A-Za-z]{3,9}\\?/[A-Z][A-Za-z_]{2,20})\\?["']"""
)
_WEST, _EAST = -12 * 60, 14 * 60  # minutes: the zones that there are
_QUARTER, _HALF_DAY, _DAY = 15, 12 * 60, 24 * 60


def at_home(instant: str, lines: Iterable[str], markup: str) -> str:
    """The same instant in the zone of its publisher, where the page tells it; else as it is.

    A page that shows its date with a clock tells it by what lies between the two; others name the zone in their data.

    Args:
      instant: ISO date or instant; only one in UTC is changed.
      lines: What stands under the headline.
      markup: The page.
    """
    if "T" not in instant:
        return instant
    moment = datetime.fromisoformat(instant)
    if moment.utcoffset() != timedelta(0):
        return instant
    zone = next(filter(None, (_shown(moment, line) for line in lines)), None) or _stated(markup)
    return moment.astimezone(zone).isoformat() if zone else instant


def _shown(moment: datetime, line: str) -> tzinfo | None:
    numbers = {int(number) for number in _NUMBER.findall(line)}
    for clock in _CLOCK.finditer(line):
        hour, minute, half = int(clock[1]), int(clock[2]), (clock[3] or "")[:1].lower()
        if half:
            hour = hour % 12 + (half == "p") * 12
        apart = (hour * 60 + minute - moment.hour * 60 - moment.minute) % _DAY
        if apart % _QUARTER:
            continue
        for minutes in (apart - _DAY, apart) if apart > _HALF_DAY else (apart, apart - _DAY):
            local = moment + timedelta(minutes=minutes)
            if _WEST <= minutes <= _EAST and {local.day, local.year} <= numbers:
                return timezone(timedelta(minutes=minutes))
    return None


def _stated(markup: str) -> tzinfo | None:
    named = {match[1].replace("\\", "") for match in _STATED.finditer(markup)}
    zone: tzinfo | None = get_zonefile_instance().get(named.pop()) if len(named) == 1 else None
    return zone
