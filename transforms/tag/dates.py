"""Dates beside an action: resolved against the article's own date, with the precision that the words allow.

Read: "Nov. 12", "November 12, 2020", "12 November", "September 2020", "in 2020" (never as a date of its own),
"2020年11月12日", weekdays, tomorrow, "next month", "next year", "the end of 2026" (its last day), "within 60 days".
A weekday is the nearest such day in the direction that the sentence looks: back for a past tense, ahead after a word
of a deadline or of what will take effect. What cannot be resolved surely is left out.
"""

import datetime
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from transforms.tag.dateforms import DateForms, Form
from transforms.tag.entries import DateWords
from transforms.tag.words.reading import Line
from transforms.tag.words.text import words_of
from transforms.tags import Date
from transforms.vocabulary import DateRole

MAX_DATES = 5
ROLES: tuple[DateRole, ...] = ("deadline", "effective", "expiry", "hearing", "decision", "announced")
AHEAD = frozenset({"deadline", "effective", "expiry", "hearing"})
COMING = frozenset({"deadline", "effective", "expiry"})
"""Roles that a period may have."""
MAX_AGE_DAYS = 200
"""Older dates beside an action are its history."""
AHEAD_OF = 8
BEHIND = 8
"""Words before and behind a date among which one that gives it its role is sought."""
BRIDGE = 3
"""Words such as "midnight on" between a word of a role and the date."""
CLOCK = 6
"""Tokens of a time of day behind a date."""


def article_date(date: str | None) -> datetime.date | None:
    """The day of an ISO date or instant; None when there is none that can be read."""
    try:
        return datetime.date.fromisoformat((date or "")[:10])
    except ValueError:
        return None


def _too_old(iso: str, today: datetime.date | None) -> bool:
    if today is None:
        return False
    year, month = int(iso[:4]), int(iso[5:7] or 12)
    return (today.year - year) * 365 + (today.month - month) * 30 > MAX_AGE_DAYS


def _is_recent(iso: str, today: datetime.date | None) -> bool:
    """Is a month that of a day, or the one before?"""
    return today is not None and (today.year - int(iso[:4])) * 12 + today.month - int(iso[5:7]) <= 1


class Told(NamedTuple):
    """A date with the first token of the word that gives it its role; that of the date where none does."""

    date: Date
    said_at: int


class DateReader:
    """Reads dates out of sentences.

    Args:
      words: The language's months, weekdays and role words.
    """

    def __init__(self, words: DateWords) -> None:
        self._words = words
        self._forms = DateForms(words)
        self._roles: list[tuple[DateRole | None, list[list[str]]]] = []
        for role in ROLES:
            phrases = [words_of(phrase) for phrase in words.role.get(role, ())]
            self._roles.append((role, phrases))
        self._roles.append((None, [words_of(phrase) for phrase in words.reported]))
        self._before = _by_role(words.before)
        self._after = _by_role(words.after)

    def read(
        self,
        line: Line,
        today: datetime.date | None,
        otherwise: DateRole | None = None,
        since: datetime.date | None = None,
    ) -> Iterator[Told]:
        """The dates of a sentence that have a role.

        Args:
          line: The sentence.
          today: The article's own day.
          otherwise: The role of a weekday beside which no word gives it one.
          since: The day from which periods run, where it is known.
        """
        sentence = line.sentence
        low = sentence.low
        behind = 0
        ranged: int | None = None
        for at in self._forms.starts(low):
            form = self._forms.at(low, at, today, since) if at >= behind else None
            if form is None:
                continue
            if form.kind == "weekday":
                form = self._dated_weekday(low, form, today, since)
            role, said_at = self._role(low, at, form.last, line.view.scale)
            if ranged is not None and at - 1 == ranged and low[at - 1] in self._words.range:
                role = "deadline"
            if form.kind == "period" and role not in COMING:
                role, said_at = "deadline", at
            if role is None and form.kind == "weekday" and said_at == at:
                role = otherwise
            if form.kind == "year" and role != "effective":
                role = None
            if form.kind == "month" and role == "announced" and not _is_recent(form.iso, today):
                # "already banned last June"
                role = None
            if role is not None and not _too_old(form.iso, today):
                iso = form.iso
                if form.kind == "weekday" and today is not None:
                    iso = self._weekday(low, at, form, today, role).isoformat()
                start, end = sentence.span(at, form.last)
                date = Date(
                    date=iso,
                    precision=form.precision,
                    role=role,
                    part=sentence.part,
                    start=start,
                    end=end,
                    quote="",
                    rule=f"date/{form.kind}",
                )
                yield Told(date, said_at)
                ranged = form.last
            behind = form.last

    def _dated_weekday(
        self, low: list[str], form: Form, today: datetime.date | None, since: datetime.date | None
    ) -> Form:
        """ "Tuesday, September 15": the date behind a weekday, where there is one."""
        at = form.last + (low[form.last : form.last + 1] == [","])
        full = self._forms.at(low, at, today, since) if at < len(low) else None
        return full if full and full.precision == "day" and full.kind.startswith(("month-day", "day")) else form

    def _weekday(self, low: list[str], at: int, form: Form, today: datetime.date, role: DateRole) -> datetime.date:
        value = self._forms.weekday(low[at : form.last])
        back = (today.weekday() - value) % 7
        shift = self._words.week_shift.get(low[at - 1]) if at else None
        if shift is not None:
            return today + datetime.timedelta(days=7 * shift + value - today.weekday())
        if role in AHEAD and self._words.ahead & set(low):
            # "would be banned from Saturday", told on Sunday: a reported tense does not say which of the two is meant.
            yesterday = back == 1 and not self._words.ahead_surely & set(low)
            return today - datetime.timedelta(days=1) if yesterday else today + datetime.timedelta(days=(7 - back) % 7)
        if back == 0 and any(" ".join(pair) in self._words.earlier for pair in itertools.pairwise(low)):
            back = 7
        return today - datetime.timedelta(days=back)

    def _role(self, low: list[str], first: int, last: int, scale: int) -> tuple[DateRole | None, int]:
        """The role whose word stands nearest, before the date rather than after it, and where that word stands.

        What must stand right behind or before the date goes first; of equals the earlier role does.
        """
        behind = last
        while behind < min(len(low), last + CLOCK) and (low[behind] in self._words.clock or low[behind].isdecimal()):
            behind += 1
        for role, phrase in self._after:
            if low[behind : behind + len(phrase)] == phrase:
                return role, behind
        skipped = first
        while skipped > 0 and first - skipped < BRIDGE and low[skipped - 1] in self._words.between:
            skipped -= 1
        ahead = bool(self._words.ahead & set(low))
        for end in range(first, skipped - 1, -1):
            for role, phrase in self._before:
                begin = end - len(phrase)
                # "was read by censors from as early as January" looks back.
                if begin >= 0 and low[begin:end] == phrase and (ahead or role != "effective"):
                    return role, begin
        best: tuple[int, int, DateRole | None, int] | None = None
        end = min(len(low), last + BEHIND * scale)
        end = next((at for at in range(last, end) if low[at] in self._words.stops), end)
        near = set(low[max(0, first - AHEAD_OF * scale) : end])
        for rank, (kind, phrases) in enumerate(self._roles):
            for phrase in phrases:
                if phrase[0] not in near:
                    continue
                size = len(phrase)
                for at in range(max(0, first - AHEAD_OF * scale), end - size + 1):
                    if low[at : at + size] == phrase and not first <= at < last:
                        distance = first - (at + size) if at < first else at - last + 2
                        if best is None or (distance, rank) < best[:2]:
                            best = (distance, rank, kind, at)
        if best is None:
            soon = bool(self._words.future & set(low[max(0, first - BRIDGE) : first]))
            return ("effective", first) if soon else (None, first)
        if best[2] == "announced" and self._words.future & set(low[best[3] : first]):
            # "announced that it would be blocked on March 3"
            return "effective", best[3]
        return best[2], best[3]


def _by_role(table: dict[str, tuple[str, ...]]) -> list[tuple[DateRole, list[str]]]:
    """Phrases with their roles, the longest first."""
    pairs: list[tuple[DateRole, list[str]]] = []
    for role, phrases in table.items():
        pairs += [(role, words_of(phrase)) for phrase in phrases]  # type: ignore[misc]
    return sorted(pairs, key=lambda pair: -len(pair[1]))
