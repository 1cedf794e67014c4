"""Dates in news prose, counted from the day of a story: ``{weekday-1}``, ``{date+30}``, ``{fulldate+30}``.

Names of days and months are spelled out here, since ``strftime`` follows the machine's locale.
"""

import re
from datetime import date, datetime, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    ("January", "February", "March", "April", "May", "June")
    + ("July", "August", "September", "October", "November", "December")
)  # fmt: skip
# Associated Press style shortens the longer names when a day follows.
ITALIAN_WEEKDAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
ITALIAN_MONTHS = (
    ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno")
    + ("luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre")
)  # fmt: skip
CHINESE_DAYS = "一二三四五六日"
SHORT_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")

_FIELD = re.compile(r"\{([a-z]*)([+-]\d{1,4})?\}")


def fill(text: str, today: date) -> str:
    """Puts dates in the place of fields.

    A field is a form and a number of days from today. Forms: ``weekday`` (Friday), ``date`` (Nov. 12), ``fulldate``
    (November 12, 2026), ``britdate`` (12 November), ``month`` (November), ``year``; in Italian ``giorno`` (venerdì) and
    ``data`` (12 novembre); in Chinese ``xingqi`` (周五) and ``riqi`` (11月12日).

    Args:
      text: Prose with fields.
      today: The story's own date.

    Raises:
      ValueError: If a form is unknown.
    """
    return _FIELD.sub(lambda field: written(field[1], today + timedelta(days=int(field[2] or 0))), text)


def written(form: str, day: date) -> str:
    """One day in one of the forms of ``fill``."""
    match form:
        case "weekday":
            return WEEKDAYS[day.weekday()]
        case "date":
            return f"{SHORT_MONTHS[day.month - 1]} {day.day}"
        case "fulldate":
            return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
        case "britdate":
            return f"{day.day} {MONTHS[day.month - 1]}"
        case "month":
            return MONTHS[day.month - 1]
        case "year":
            return str(day.year)
        case "giorno":
            return ITALIAN_WEEKDAYS[day.weekday()]
        case "data":
            return f"{day.day} {ITALIAN_MONTHS[day.month - 1]}"
        case "xingqi":
            return f"周{CHINESE_DAYS[day.weekday()]}"
        case "riqi":
            return f"{day.month}月{day.day}日"
    known = "weekday, date, fulldate, britdate, month, year, giorno, data, xingqi or riqi"
    raise ValueError(f"unknown field {{{form}}}: use {known}")


def american(moment: datetime, zone_name: str) -> str:
    """``Nov. 24, 2026, 8:38 a.m. EST``."""
    half = "a.m." if moment.hour < 12 else "p.m."
    clock = f"{moment.hour % 12 or 12}:{moment.minute:02d} {half}"
    return f"{written('date', moment)}, {moment.year}, {clock} {zone_name}"


def british(moment: datetime, zone_name: str) -> str:
    """``24 November 2026 13:38 GMT``."""
    return f"{written('britdate', moment)} {moment.year} {moment:%H:%M} {zone_name}"


def italian(moment: datetime, zone_name: str) -> str:
    """``24 novembre 2026, 13:38``; the zone is that of the country."""
    del zone_name
    return f"{written('data', moment)} {moment.year}, {moment:%H:%M}"


def chinese(moment: datetime, zone_name: str) -> str:
    """``2026年11月24日 13:38``; likewise."""
    del zone_name
    return f"{moment.year}年{written('riqi', moment)} {moment:%H:%M}"
