"""What changes on a page by itself: "5 min ago", "Updated 10:32", "12 comments".

Such words must not make a new version of an article, and no real change may hide behind them: "the ban began 3 days
ago" is a sentence, and another number in it is another fact. So only a whole line is cut, or a whole part of a line
that stands between bars, dots or brackets: "By Jane Doe | Updated 10:32 (12 comments)" is "By Jane Doe".
"""

import re

MOST = 60  # code points of a part; what is longer says something

_NUMBER = r"(?:about |over |less than |almost )?(?:\d[\d.,]{0,9} ?[KkMm]?|an?|one|a few|few)"
_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|[smhd])"
_AGO = rf"(?:{_NUMBER} ?{_UNIT} ago|just now|moments ago|yesterday|today)"
_ZONE = r"(?: ?(?:[A-Z]{2,4}|[+-]\d\d:?\d\d))?"
_CLOCK = rf"\d{{1,2}}[:.h]\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?{_ZONE}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
    rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}\.? {_MONTH}(?:,? \d{{4}})?"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)
_WHEN = rf"(?:{_AGO}|{_CLOCK}(?:,? (?:on )?{_DAY})?|{_DAY}(?:,? (?:at )?{_CLOCK})?)"
_COUNTED = (
    r"(?:views?|comments?|shares?|likes?|reads?|reactions?|replies|reply|responses?|reposts?|retweets?|upvotes?|claps?"
    r"|followers?|readers?|people (?:are )?(?:reading|watching)(?: this)?(?: now)?)"
)
_PART = re.compile(
    "|".join(
        (
            _AGO,
            rf"(?:last |first )?(?:updated?|modified|edited|posted|published)(?: on| at)?:? ?{_WHEN}",
            rf"{_NUMBER}[ -]?(?:minutes?|mins?)\.?[ -]read(?:ing time)?",
            rf"(?:reading|read) time:? {_NUMBER} ?(?:minutes?|mins?)\.?",
            rf"(?:view |show |see |read |join |all )*{_NUMBER} {_COUNTED}",
            rf"{_COUNTED}:? ?\(?{_NUMBER}\)?",
        )
    ),
    re.IGNORECASE,
)
_BREAK = re.compile(r"\s*[|\u00b7\u2022\u2027]\s*|\s+[\u2013\u2014]\s+")
_BRACKETS = re.compile(r"\(([^()\n]{1,60})\)")


def cut(text: str) -> str:
    """A text without the lines, and the parts of lines, that change by themselves.

    Args:
      text: Any text; lines end with a line feed.
    """
    return "\n".join(_line(line) for line in text.split("\n"))


def is_volatile(part: str) -> bool:
    """True for a line, or a part of one, that says nothing but when or how many."""
    part = part.strip(" .,:;()[]")
    return len(part) <= MOST and _PART.fullmatch(part) is not None


def _line(line: str) -> str:
    if is_volatile(line):
        return ""
    line = _BRACKETS.sub(lambda found: " " if is_volatile(found[1]) else found[0], line)
    parts = _BREAK.split(line)
    if not any(is_volatile(part) for part in parts):
        return line
    return " | ".join(part for part in parts if part.strip() and not is_volatile(part))
