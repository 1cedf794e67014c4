"""Dates as pages write them: the forms of standards with their zone, others with their day."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from htmldate import find_date

YEARS = range(1990, 2101)
_MONTHS = 12
_LONGEST = 120  # code points; no date is longer, and what is longer is a sentence
_NUMBER = re.compile(r"(?<!\d)\d\d?(?!\d)")
_WORD = r"[^\W\d_]{2,15}"
# A date within a line of other words: numbers alone, or a day and a month's name on either side of each other.
_WRITTEN = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d\s?[-/.年년]\s?\d\d?\s?[-/.月월]\s?\d\d?|\d\d?[-/.]\s?\d\d?[-/.]\s?(?:19|20)\d\d"
    rf"|\d\d?(?:[.ºª]|st|nd|rd|th|er)?,?\s(?:\w\w\s)?{_WORD}\.?,?\s(?:\w{{2,3}}\s)?(?:19|20)\d\d(?!\d))"
    rf"|\b{_WORD}\.?\s\d\d?(?:st|nd|rd|th)?,?\s(?:19|20)\d\d(?!\d)"
)
_APART = re.compile(r"(?<=\d)\s+(?=[+-]\d\d:?\d\d$)")  # between time and zone, where ISO 8601 has nothing
_EITHER = re.compile(r"(?<!\d)(\d\d?)/(\d\d?)/\d{4}(?!\d)")


def moment(text: str, latest: str) -> str | None:
    """What a page states as a date, in ISO 8601.

    An instant keeps its zone; a time without one is no more than a day. ISO 8601 and RFC 5322 are read in full, of
    other forms the day.

    Args:
      text: What it states.
      latest: ISO date after which no date is believed.
    """
    stated = _APART.sub("", text.strip()[:_LONGEST])
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(stated)
        except (ValueError, IndexError, OverflowError):
            continue
        if found.year in YEARS:
            return found.isoformat() if found.tzinfo else found.date().isoformat()
    return day_in(stated, latest) if _WRITTEN.search(stated) else None


def day_in(line: str, latest: str, language: str | None = None) -> str | None:
    """The ISO date in a line, if the line itself says its day.

    Args:
      line: Of a page.
      latest: ISO date after which no date is believed.
      language: BCP 47 tag; where it is English or not known, ``06/01/2020`` is no day: it is one in June to some
        readers, and in January to others.
    """
    written = _WRITTEN.search(line)
    words = written[0] if written else line
    either = _EITHER.search(words)
    doubtful = either and (language or "en").startswith("en") and either[1] != either[2]
    if either and doubtful and max(int(either[1]), int(either[2])) <= _MONTHS:
        return None
    markup = f"<html><body><p>{words.replace('<', ' ').replace('&', ' ')}</p></body></html>"
    # Only with a day that the line says: where it says a year alone, htmldate fills in the rest.
    found = find_date(markup, extensive_search=True, original_date=True, max_date=latest)
    return str(found) if found and int(found[8:]) in map(int, _NUMBER.findall(words)) else None
