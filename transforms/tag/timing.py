"""Which of an article's dates belong to an action, and to which of its sentences they must not be taken from."""

import datetime
import itertools

import msgspec

from transforms.tag.dates import AHEAD, MAX_DATES, DateReader, Told, article_date
from transforms.tag.decide import LEAD_CHARACTERS, Judged, line_keys, target_keys
from transforms.tag.evidence import date_span, text_of
from transforms.tag.words.reading import Line, Reading
from transforms.tags import Date
from transforms.vocabulary import DateRole

PERIOD = "date/period"
DECIDED = frozenset({"announced", "in-force", "delayed", "upheld"})
STAND_IN = "stand-in"
TOLD_IN = "told-in"
NEAR_HEAD = 8
"""Sentences under the headline."""
RECENT_DAYS = 7
COMPANY_REACH = 6
"""Words between a company and the "announced" that is then its own."""


def dates_of(group: list[Judged], main: bool, reading: Reading, reader: DateReader) -> tuple[Date, ...]:
    """Dates in the action's own sentences; for the main one also where the text tells of what comes next.

    Of sentences that do not name the measure those are read for the day of its announcement that stand in the lead and
    speak of it by another word: "The order, issued on Tuesday".

    Args:
      group: Measures of the action, the weightiest first.
      main: Is it the main news?
      reading: The article.
      reader: Reads dates in its language.
    """
    today = article_date(reading.document.date)
    own = [judged.candidate.line for judged in group]
    lead = next((line for line in own if line.sentence.part != "title"), None)
    keys = target_keys(group[0].candidate)
    first_text = reading.first_text
    first = _first_under(own, first_text, reading)
    read = _Read(reader, today, lead)
    dated = [line for line in (reading.lines if main else dict.fromkeys(own)) if read.starts(line)]
    since = _announced(own, [line for line in dated if _speaks_of_it(line, first_text)], read) if main else None
    decided = group[0].candidate.stage in DECIDED
    found: dict[tuple[str, str], Date] = {}
    for line in dict.fromkeys((*own, *dated)):
        mine = line in own
        if not mine and _of_others(line, keys):
            # Another app's date must not land on this one.
            continue
        speaks = mine or line is first or _speaks_of_it(line, first_text)
        about = speaks or bool(line_keys(line) & keys)
        for date, at in read.dates(line, since):
            if not speaks and date.role not in AHEAD:
                continue
            if date.rule == PERIOD and not (decided and about):
                # "If it passes, the company has 165 days": nobody knows from which day on.
                continue
            if date.role == "announced" and _said_by_company(line, at):
                continue
            if (date.date, date.role) not in found and len(found) < MAX_DATES:
                text = text_of(reading.document, date.part)
                start, end = date_span(line.sentence, date.start, date.end, at)
                found[date.date, date.role] = msgspec.structs.replace(date, start=start, end=end, quote=text[start:end])
    return tuple(found.values())


def _first_under(own: list[Line], first_text: int, reading: Reading) -> Line | None:
    """The first sentence under a headline that reports the measure: it tells of the same, in whatever words."""
    if own[0].sentence.part != "title":
        return None
    return next((line for line in reading.lines if line.sentence.index == first_text), None)


class _Read:
    """Dates of an article's sentences, none read twice.

    Args:
      reader: Reads them.
      today: The article's own day.
      lead: The sentence in which a weekday is the day of the announcement: "The FCC banned carriers from buying gear on
        Friday" needs no word of saying.
    """

    def __init__(self, reader: DateReader, today: datetime.date | None, lead: Line | None) -> None:
        self.today = today
        self._reader = reader
        self._lead = lead
        self._starts: dict[int, list[int]] = {}
        self._known: dict[int, list[Told]] = {}

    def starts(self, line: Line) -> list[int]:
        """Where dates may begin in a sentence."""
        index = line.sentence.index
        starts = self._starts.get(index)
        if starts is None:
            starts = self._starts[index] = self._reader.starts(line)
        return starts

    def dates(self, line: Line, since: datetime.date | None) -> list[Told]:
        """The dates of a sentence; periods run from a day."""
        index = line.sentence.index
        known = self._known.get(index) if since is None else None
        if known is None:
            told: DateRole | None = "announced" if line is self._lead else None
            known = list(self._reader.read(line, self.today, told, since, self.starts(line)))
            if since is None:
                self._known[index] = known
        return known


def _announced(own: list[Line], others: list[Line], read: _Read) -> datetime.date | None:
    """The day on which the measure was announced or decided, from which a period of the text runs."""
    today = read.today
    days = [
        datetime.date.fromisoformat(date.date)
        for line in dict.fromkeys(itertools.chain(own, others))
        for date, at in read.dates(line, None)
        if date.role in ("announced", "decision") and date.precision == "day" and not _said_by_company(line, at)
    ]
    # "The order, issued on Tuesday", beside a statement's "today".
    return min((day for day in days if today and (today - day).days <= RECENT_DAYS), default=None)


def _speaks_of_it(line: Line, first_text: int) -> bool:
    """Does a sentence near the head of the article tell of the measure, or of how it was told, by another word?"""
    sentence = line.sentence
    near = sentence.part == "summary" or (
        sentence.part == "text" and sentence.index < first_text + NEAR_HEAD and sentence.start < LEAD_CHARACTERS
    )
    return near and (line.has(STAND_IN) or line.has(TOLD_IN))


def _of_others(line: Line, keys: set[str]) -> bool:
    named = {key for key in line_keys(line) if not key.startswith("good:")}
    return bool(named - keys)


def _said_by_company(line: Line, at: int) -> bool:
    """Is the nearest name before "announced" a company? That is no public body's date."""
    before = [n for n in line.found.names if n.last <= at and n.kind != "good"]
    if not before or before[-1].kind not in ("app", "company") or at - before[-1].last > COMPANY_REACH:
        return False
    # "India banned TikTok, and the order asked ..."
    return not line.of_class(STAND_IN, before[-1].last, at)
