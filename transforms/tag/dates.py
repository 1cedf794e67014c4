"""Dates beside an action: resolved against the article's own date, with the precision that the words allow.

Read: "Nov. 12", "November 12, 2020", "12 November", "September 2020", "in 2020" (never as a date of its own),
"2020年11月12日", weekdays, today, yesterday, tomorrow, "next month", "the end of 2026" (its last day).
A weekday is the nearest such day in the direction that the sentence looks: back for a past tense, ahead after a word
of a deadline or of what will take effect. What cannot be resolved surely is left out.
"""

import datetime
import itertools
import re
from collections.abc import Iterator

from transforms.tag.entries import DateWords
from transforms.tag.reading import Line
from transforms.tag.text import words_of
from transforms.tags import Date
from transforms.vocabulary import DateRole, Precision

MAX_DATES = 5
ROLES: tuple[DateRole, ...] = ("deadline", "effective", "expiry", "hearing", "decision", "announced")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_BETWEEN = frozenset({"the", "late", "early", "midnight", "on", "mid", "this", "next", "night", "morning"})
AHEAD = frozenset({"deadline", "effective", "expiry", "hearing"})
MAX_AGE_DAYS = 200
"""Older dates beside an action are its history."""

_YEAR = re.compile(r"(?:19|20)\d\d")


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


class DateReader:
    """Reads dates out of sentences.

    Args:
      words: The language's months, weekdays and role words.
    """

    def __init__(self, words: DateWords) -> None:
        self._words = words
        # Words of several tokens ("周五") by the first of them.
        self._days: dict[str, list[tuple[list[str], str, int]]] = {}
        tables = (("weekday", words.weekdays), ("relative", words.relative), ("month", words.relative_months))
        for kind, table in tables:
            for name, value in table.items():
                tokens = words_of(name)
                self._days.setdefault(tokens[0], []).append((tokens, kind, value))
        self._year_ends = [words_of(phrase) for phrase in words.year_end]
        # What a date may begin with, beside a number; most words are none of it.
        self._firsts = {*words.months, *self._days, *(phrase[0] for phrase in self._year_ends)}
        self._roles: list[tuple[DateRole, list[list[str]]]] = []
        for role in ROLES:
            phrases = [words_of(phrase) for phrase in words.role.get(role, ())]
            self._roles.append((role, phrases))

    def read(
        self, line: Line, today: datetime.date | None, otherwise: DateRole | None = None
    ) -> Iterator[tuple[Date, int]]:
        """The dates of a sentence that have a role, each with the token of the word that gives the role.

        Args:
          line: The sentence.
          today: The article's own day.
          otherwise: The role of a weekday beside which no word gives it one.
        """
        sentence = line.sentence
        low = sentence.low
        at = 0
        while at < len(low):
            hit = self._at(low, at, today) if low[at] in self._firsts or low[at][0].isdigit() else None
            if hit is None:
                at += 1
                continue
            iso, precision, last, kind = hit
            role, said_at = self._role(low, at, last, line.view.scale)
            if role is None and kind == "weekday":
                role = otherwise
            if role is not None and not _too_old(iso, today):
                if kind == "weekday" and today is not None:
                    day = self._weekday(low[at:last], today, role, bool(self._words.ahead & set(low)))
                    if day == today and any(" ".join(pair) in self._words.earlier for pair in itertools.pairwise(low)):
                        day -= datetime.timedelta(days=7)
                    iso = day.isoformat()
                start, end = sentence.span(at, last)
                quote_start = start
                yield (
                    Date(
                        date=iso,
                        precision=precision,
                        role=role,
                        part=sentence.part,
                        start=quote_start,
                        end=end,
                        quote="",
                        rule=f"date/{kind}",
                    ),
                    said_at,
                )
            at = last

    def _at(self, low: list[str], at: int, today: datetime.date | None) -> tuple[str, Precision, int, str] | None:
        word = low[at]
        month = self._words.months.get(word)
        if month and not (
            word in ("may", "march", "mar", "sep", "dec")
            and not self._dated(low, at)
            and not (at and low[at - 1] == "in")
        ):
            return self._month(low, at, month, today)
        for tokens, kind, value in self._days.get(word, ()) if today is not None else ():
            last = at + len(tokens)
            if low[at:last] == tokens and today is not None:
                if kind == "month":
                    years, month = divmod(today.month - 1 + value, 12)
                    return f"{today.year + years}-{month + 1:02d}", "month", last, kind
                day = today if kind == "weekday" else today + datetime.timedelta(days=value)
                return day.isoformat(), "day", last, kind
        ending = self._year_end(low, at)
        if ending:
            return ending
        if self._words.month_sign and word.isdecimal():
            return self._signed(low, at, today)
        day_first = _DAY.fullmatch(word)
        if day_first and at + 1 < len(low) and low[at + 1] in self._words.months:
            return self._day_month(low, at, int(day_first.group(1)), today)
        return None

    def _year_end(self, low: list[str], at: int) -> tuple[str, Precision, int, str] | None:
        """ "the end of 2026", "2026年底": the year stands on either side of the words."""
        for words in self._year_ends:
            last = at + len(words)
            if low[at:last] == words and last < len(low) and _YEAR.fullmatch(low[last]):
                return f"{low[last]}-12-31", "day", last + 1, "year-end"
            if _YEAR.fullmatch(low[at]) and low[at + 1 : last + 1] == words:
                return f"{low[at]}-12-31", "day", last + 1, "year-end"
        return None

    def _signed(self, low: list[str], at: int, today: datetime.date | None) -> tuple[str, Precision, int, str] | None:
        """Numbers with signs behind them: "2024年9月20日", "9 月 20 日"; a day alone is of this month or the last."""
        words = self._words

        def number(where: int, *signs: str) -> int:
            held = low[where : where + 2]
            return (
                int(held[0]) if len(held) == 2 and held[0].isdecimal() and len(held[0]) <= 4 and held[1] in signs else 0
            )

        year = number(at, words.year_sign)
        month_at = at + 2 if year else at
        month = number(month_at, words.month_sign)
        if not month:
            day = 0 if year else number(at, *words.day_signs)
            if not day or today is None:
                return None
            start = today if day <= today.day else today.replace(day=1) - datetime.timedelta(days=1)
            return self._build(start.year, start.month, day, at + 2, "day")
        day = number(month_at + 2, *words.day_signs)
        last = month_at + (4 if day else 2)
        if day:
            if 1900 <= year <= 2100:
                return self._build(year, month, day, last, "day-month-year")
            return None if year else self._nearest(month, day, last, today)
        if 1900 <= year <= 2100 and month <= 12:
            return f"{year}-{month:02d}", "month", last, "month-year"
        return None

    @staticmethod
    def _dated(low: list[str], at: int) -> bool:
        following = low[at + 1 : at + 3]
        return any(_DAY.fullmatch(word) or _YEAR.fullmatch(word) for word in following)

    def _day_month(
        self, low: list[str], at: int, day: int, today: datetime.date | None
    ) -> tuple[str, Precision, int, str] | None:
        month = self._words.months[low[at + 1]]
        last = at + 2
        while last < len(low) and low[last] in (".", ","):
            last += 1
        if last < len(low) and _YEAR.fullmatch(low[last]):
            return self._build(int(low[last]), month, day, last + 1, "day-month-year")
        return self._nearest(month, day, at + 2, today)

    def _month(
        self, low: list[str], at: int, month: int, today: datetime.date | None
    ) -> tuple[str, Precision, int, str] | None:
        last = at + 1
        if last < len(low) and low[last] == ".":
            last += 1
        if last < len(low) and _YEAR.fullmatch(low[last]):
            return f"{low[last]}-{month:02d}", "month", last + 1, "month-year"
        day = _DAY.fullmatch(low[last]) if last < len(low) else None
        if day is None:
            return self._month_alone(low, at, month, today)
        after = last + 1
        if after < len(low) and low[after] in ("st", "nd", "rd", "th"):
            after += 1
        comma = after + 1 if after < len(low) and low[after] == "," else after
        if comma < len(low) and _YEAR.fullmatch(low[comma]):
            return self._build(int(low[comma]), month, int(day.group(1)), comma + 1, "month-day-year")
        return self._nearest(month, int(day.group(1)), after, today)

    def _month_alone(
        self, low: list[str], at: int, month: int, today: datetime.date | None
    ) -> tuple[str, Precision, int, str] | None:
        """ "in February": the next one in a sentence that looks ahead, else the last one."""
        words = self._words
        if today is None or at == 0 or not (low[at - 1] in words.month_in or (low[at - 1] == "-" and at > 1)):
            return None
        ahead = bool(words.ahead & set(low[max(0, at - 8) : at]))
        year = today.year
        if ahead and month < today.month:
            year += 1
        elif not ahead and month > today.month:
            year -= 1
        return f"{year}-{month:02d}", "month", at + 1, "month"

    def _nearest(
        self, month: int, day: int, last: int, today: datetime.date | None
    ) -> tuple[str, Precision, int, str] | None:
        """The year that brings a day and month nearest to the article's own date."""
        if today is None:
            return None
        days = []
        for year in (today.year - 1, today.year, today.year + 1):
            built = self._build(year, month, day, last, "month-day")
            if built:
                days.append((abs((datetime.date.fromisoformat(built[0]) - today).days), built))
        return min(days)[1] if days else None

    @staticmethod
    def _build(year: int, month: int, day: int, last: int, kind: str) -> tuple[str, Precision, int, str] | None:
        try:
            return datetime.date(year, month, day).isoformat(), "day", last, kind
        except ValueError:
            return None

    def _weekday(self, tokens: list[str], today: datetime.date, role: DateRole, ahead: bool) -> datetime.date:
        value = next(value for words, kind, value in self._days[tokens[0]] if kind == "weekday" and words == tokens)
        back = (today.weekday() - value) % 7
        if ahead and role in AHEAD:
            return today + datetime.timedelta(days=(7 - back) % 7)
        return today - datetime.timedelta(days=back)

    def _role(self, low: list[str], first: int, last: int, scale: int) -> tuple[DateRole | None, int]:
        """The role whose word stands nearest, before the date rather than after it, and where that word stands.

        Earlier roles win a tie.
        """
        skipped = first
        while skipped > 0 and first - skipped < 3 and low[skipped - 1] in _BETWEEN:
            skipped -= 1
        for role, words in self._words.before.items():
            if skipped and low[skipped - 1] in words:
                return role, skipped - 1  # type: ignore[return-value]
        near = set(low[max(0, first - 8 * scale) : last + 5 * scale])
        best: tuple[int, int, DateRole, int] | None = None
        for rank, (role, phrases) in enumerate(self._roles):
            for phrase in phrases:
                if phrase[0] not in near:
                    continue
                size = len(phrase)
                for at in range(max(0, first - 8 * scale), min(len(low), last + 5 * scale) - size + 1):
                    if low[at : at + size] == phrase and not first <= at < last:
                        distance = first - (at + size) if at < first else at - last + 2
                        if best is None or (distance, rank) < best[:2]:
                            best = (distance, rank, role, at)
        return (best[2], best[3]) if best else (None, first)
