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
        # Phrases with their rank by the first word; those right before a date by the last.
        self._roles: dict[str, list[tuple[tuple[int, int], DateRole | None, list[str]]]] = {}
        told: list[tuple[DateRole | None, tuple[str, ...]]] = [(role, words.role.get(role, ())) for role in ROLES]
        for rank, (role, phrases) in enumerate([*told, (None, words.reported)]):
            for order, phrase in enumerate(map(words_of, phrases)):
                self._roles.setdefault(phrase[0], []).append(((rank, order), role, phrase))
        self._before = _by_role(words.before, -1)
        self._after = _by_role(words.after, 0)

    def starts(self, line: Line) -> list[int]:
        """Where in a sentence a date may begin: of one without such a token none need be read."""
        return self._forms.starts(line.sentence.low)

    def read(
        self,
        line: Line,
        today: datetime.date | None,
        otherwise: DateRole | None = None,
        since: datetime.date | None = None,
        starts: list[int] | None = None,
    ) -> Iterator[Told]:
        """The dates of a sentence that have a role.

        Args:
          line: The sentence.
          today: The article's own day.
          otherwise: The role of a weekday beside which no word gives it one.
          since: The day from which periods run, where it is known.
          starts: What `starts` said of it, where it was asked.
        """
        sentence = line.sentence
        low = sentence.low
        behind = 0
        ranged: int | None = None
        for at in self._forms.starts(low) if starts is None else starts:
            form = self._forms.at(low, at, today, since) if at >= behind else None
            if form is None:
                continue
            if form.kind == "weekday":
                form = self._dated_weekday(low, form, today, since)
            role, said_at = self._role(low, at, form.last, line.grammar.scale)
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
        if role in AHEAD and not self._words.ahead.isdisjoint(low):
            # "would be banned from Saturday", told on Sunday: a reported tense does not say which of the two is meant.
            yesterday = back == 1 and self._words.ahead_surely.isdisjoint(low)
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
        for role, phrase in self._after.get(low[behind], ()) if behind < len(low) else ():
            if low[behind : behind + len(phrase)] == phrase:
                return role, behind
        skipped = first
        while skipped > 0 and first - skipped < BRIDGE and low[skipped - 1] in self._words.between:
            skipped -= 1
        for end in range(first, max(skipped, 1) - 1, -1):
            for role, phrase in self._before.get(low[end - 1], ()):
                begin = end - len(phrase)
                # "was read by censors from as early as January" looks back.
                if (
                    begin >= 0
                    and low[begin:end] == phrase
                    and (role != "effective" or not self._words.ahead.isdisjoint(low))
                ):
                    return role, begin
        best: tuple[int, tuple[int, int], int] | None = None
        kind: DateRole | None = None
        end = min(len(low), last + BEHIND * scale)
        end = next((at for at in range(last, end) if low[at] in self._words.stops), end)
        for at in range(max(0, first - AHEAD_OF * scale), end):
            if low[at] not in self._roles or first <= at < last:
                continue
            for rank, meant, phrase in self._roles[low[at]]:
                size = len(phrase)
                if at + size <= end and low[at : at + size] == phrase:
                    found = (first - (at + size) if at < first else at - last + 2, rank, at)
                    if best is None or found < best:
                        best, kind = found, meant
        if best is None:
            soon = not self._words.future.isdisjoint(low[max(0, first - BRIDGE) : first])
            return ("effective", first) if soon else (None, first)
        if kind == "announced" and not self._words.future.isdisjoint(low[best[2] : first]):
            # "announced that it would be blocked on March 3"
            return "effective", best[2]
        return kind, best[2]


def _by_role(table: dict[str, tuple[str, ...]], at: int) -> dict[str, list[tuple[DateRole, list[str]]]]:
    """Phrases with their roles, the longest first, by the first or last of their words."""
    pairs: list[tuple[DateRole, list[str]]] = []
    for role, phrases in table.items():
        pairs += [(role, words_of(phrase)) for phrase in phrases]  # type: ignore[misc]
    found: dict[str, list[tuple[DateRole, list[str]]]] = {}
    for pair in sorted(pairs, key=lambda pair: -len(pair[1])):
        found.setdefault(pair[1][at], []).append(pair)
    return found
