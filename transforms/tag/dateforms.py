"""Forms of dates in a sentence, resolved against the article's own day, each with the precision that its words allow.

A form is looked for at a token: a month by its name or by a sign behind its number, a weekday, a word such as
"tomorrow" or "next year", the end of a month or year, a period ("within 60 days"). What cannot be resolved is left out.
"""

import datetime
import itertools
import re
from collections.abc import Iterable
from typing import NamedTuple

from transforms.tag.entries import DateWords
from transforms.tag.words.tokens import remember, words_of
from transforms.vocabulary import Precision

EXACT_DAYS = 14
"""A longer period that runs from a day which the article does not tell ends at a day that nobody can tell."""
GIVEN_REACH = 5
LONGEST = 1000
"""Days of a period; a longer one is no deadline that anybody waits for."""

_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Form(NamedTuple):
    """A date as it was found: its value, how much of it is known, the token behind it, and the rule that read it."""

    iso: str
    precision: Precision
    last: int
    kind: str


MONTH, NAMED, NUMBER, END, DIGITS = (1 << bit for bit in range(5))


class _Firsts(dict[str, int]):
    """What a date that begins with a word may be, as bits. Words that were asked for of late are kept."""

    def __init__(self, kinds: Iterable[tuple[int, Iterable[str]]]) -> None:
        self._kinds: dict[str, int] = {}
        for kind, words in kinds:
            for word in words:
                self._kinds[word] = self._kinds.get(word, 0) | kind

    def __missing__(self, word: str) -> int:
        kinds = self._kinds.get(word, 0) | (DIGITS if word[0].isdigit() else 0)
        remember(self, word, kinds)
        return kinds


class DateForms:
    """Finds dates.

    Args:
      words: How the language writes them.
    """

    def __init__(self, words: DateWords) -> None:
        self._words = words
        # Words of several tokens ("周五") by the first of them.
        self._named: dict[str, list[tuple[list[str], str, int]]] = {}
        tables = (
            ("weekday", words.weekdays),
            ("relative", words.relative),
            ("month", words.relative_months),
            ("year", words.relative_years),
            ("month-end", dict.fromkeys(words.month_end, 0)),
            ("this-year-end", dict.fromkeys(words.this_year_end, 0)),
        )
        for kind, table in tables:
            for name, value in table.items():
                tokens = words_of(name)
                self._named.setdefault(tokens[0], []).append((tokens, kind, value))
        for named in self._named.values():
            named.sort(key=lambda one: -len(one[0]))
        self._year_ends: dict[str, list[list[str]]] = {}  # by the first word
        for phrase in words.year_end:
            tokens = words_of(phrase)
            self._year_ends.setdefault(tokens[0], []).append(tokens)
        self._month_parts = [words_of(phrase) for phrase in words.month_parts]
        self._period_after = [words_of(phrase) for phrase in words.period_after]
        self._signs = {words.year_sign, words.month_sign, *words.day_signs}
        # What a date may begin with, beside a number in digits: most words are none of it, and are passed over.
        self._firsts = _Firsts(
            ((MONTH, words.months), (NAMED, self._named), (NUMBER, words.numbers), (END, self._year_ends))
        )

    def starts(self, low: list[str]) -> list[int]:
        """Where in a sentence a date may begin."""
        return list(itertools.compress(range(len(low)), map(self._firsts.__getitem__, low)))

    def at(self, low: list[str], at: int, today: datetime.date | None, since: datetime.date | None) -> Form | None:
        """The date that begins at a token.

        Args:
          low: The sentence's tokens.
          at: The token.
          today: The article's own day; None when unknown, and only full dates are read.
          since: The day from which periods run, where the article tells it.
        """
        word = low[at]
        kinds = self._firsts[word]
        month = self._words.months[word] if kinds & MONTH else 0
        if month and not (
            word in self._words.doubtful_months
            and not self._dated(low, at)
            and not (at and low[at - 1] in self._words.month_in_surely)
        ):
            return self._month(low, at, month, today)
        form = self._year_end(low, at) if kinds & END or (kinds & DIGITS and len(word) == 4) else None
        if form is None and today is not None:
            if kinds & NAMED:
                form = self._by_name(low, at, today)
            if form is None and (kinds & NUMBER or (kinds & DIGITS and len(word) <= 3)):
                form = self._period(low, at, today, since)
        if form is not None:
            return form
        if self._words.month_sign and word.isdecimal():
            return self._signed(low, at, today) if at + 1 < len(low) and low[at + 1] in self._signs else None
        if kinds & DIGITS and at + 1 < len(low) and low[at + 1] in self._words.months:
            day_first = _DAY.fullmatch(word)
            if day_first:
                return self._day_month(low, at, int(day_first.group(1)), today)
        return None

    def weekday(self, tokens: list[str]) -> int:
        """The number of a weekday by its tokens, Monday being 0."""
        return next(value for words, kind, value in self._named[tokens[0]] if kind == "weekday" and words == tokens)

    def _by_name(self, low: list[str], at: int, today: datetime.date) -> Form | None:
        for tokens, kind, value in self._named.get(low[at], ()):
            last = at + len(tokens)
            if low[at:last] != tokens:
                continue
            if kind == "month":
                years, month = divmod(today.month - 1 + value, 12)
                return Form(f"{today.year + years}-{month + 1:02d}", "month", last, kind)
            if kind == "month-end":
                return Form(f"{today.year}-{today.month:02d}", "month", last, kind)
            if kind == "this-year-end" and at and self._counts(low[at - 1]):
                continue
            if kind == "this-year-end":
                return Form(f"{today.year}-12-31", "day", last, "year-end")
            if kind == "year":
                year = today.year + value
                if self._words.month_sign and last < len(low) and low[last].isdecimal():
                    form = self._of_year(low, last, year)
                    if form:
                        return form
                return Form(str(year), "year", last, kind)
            day = today if kind == "weekday" else today + datetime.timedelta(days=value)
            return Form(day.isoformat(), "day", last, kind)
        return None

    def _counts(self, word: str) -> bool:
        """Does a word make a span of what stands behind it: "三年内", "半年内"?"""
        return word.isdecimal() or word in self._words.numbers or word in self._words.not_this_year

    def _period(self, low: list[str], at: int, today: datetime.date, since: datetime.date | None) -> Form | None:
        """ "within 60 days", "has 60 days to", "60 天内": its end."""
        words = self._words
        word = low[at]
        number = int(word) if len(word) <= 3 and word.isdecimal() else words.numbers.get(word, 0)
        if not number:
            return None
        unit = at + 1
        while unit < len(low) and low[unit] in words.period_between:
            unit += 1
        if unit >= len(low) or low[unit] not in words.units:
            return None
        last = unit + 1
        within = at > 0 and low[at - 1] in words.period_before
        given = (
            bool(words.period_given & set(low[max(0, at - GIVEN_REACH) : at]))
            and low[last : last + 1]
            and low[last] in words.period_to
        )
        behind = next((phrase for phrase in self._period_after if low[last : last + len(phrase)] == phrase), None)
        days = number * words.units[low[unit]]
        if not (within or given or behind) or days > LONGEST:
            return None
        end = (since or today) + datetime.timedelta(days=days)
        last += len(behind or ())
        if since is None and days > EXACT_DAYS:
            return Form(f"{end.year}-{end.month:02d}", "month", last, "period")
        return Form(end.isoformat(), "day", last, "period")

    def _year_end(self, low: list[str], at: int) -> Form | None:
        """ "the end of 2026", "2026年底": the year stands on either side of the words."""
        for words in self._year_ends.get(low[at], ()):
            last = at + len(words)
            if low[at:last] == words and last < len(low) and _YEAR.fullmatch(low[last]):
                return Form(f"{low[last]}-12-31", "day", last + 1, "year-end")
        if len(low[at]) == 4 and at + 1 < len(low) and low[at + 1] in self._year_ends and _YEAR.fullmatch(low[at]):
            for words in self._year_ends[low[at + 1]]:
                last = at + len(words) + 1
                if low[at + 1 : last] == words:
                    return Form(f"{low[at]}-12-31", "day", last, "year-end")
        return None

    def _number(self, low: list[str], at: int, *signs: str) -> int:
        held = low[at : at + 2]
        return int(held[0]) if len(held) == 2 and held[0].isdecimal() and len(held[0]) <= 4 and held[1] in signs else 0

    def _of_year(self, low: list[str], at: int, year: int) -> Form | None:
        """ "明年1月1日", "明年1月": a month, and may be a day, behind a word for the year."""
        words = self._words
        month = self._number(low, at, words.month_sign)
        if not 1 <= month <= 12:
            return None
        day = self._number(low, at + 2, *words.day_signs)
        if day:
            return _build(year, month, day, at + 4, "day-month-year")
        return Form(f"{year}-{month:02d}", "month", at + 2, "month-year")

    def _signed(self, low: list[str], at: int, today: datetime.date | None) -> Form | None:
        """Numbers with signs behind them: "2024年9月20日", "9 月 20 日"; a day alone is of this month or the last."""
        words = self._words
        year = self._number(low, at, words.year_sign)
        if year:
            return self._of_year(low, at + 2, year) if 1900 <= year <= 2100 else None
        month = self._number(low, at, words.month_sign)
        if not month:
            day = self._number(low, at, *words.day_signs)
            if not day or today is None:
                return None
            start = today if day <= today.day else today.replace(day=1) - datetime.timedelta(days=1)
            return _build(start.year, start.month, day, at + 2, "day")
        day = self._number(low, at + 2, *words.day_signs)
        if day:
            return _nearest(month, day, at + 4, today)
        if today is None or not 1 <= month <= 12:
            return None
        part = next((one for one in self._month_parts if low[at + 2 : at + 2 + len(one)] == one), [])
        return self._month_near(low, at, month, at + 2 + len(part), today)

    def _dated(self, low: list[str], at: int) -> bool:
        following = low[at + 1 : at + 3]
        return any(_DAY.fullmatch(word) or _YEAR.fullmatch(word) for word in following)

    def _year_told(self, low: list[str], at: int, today: datetime.date | None) -> tuple[int, int] | None:
        """A year behind a month, in digits or as "next year": the year and the token behind it."""
        if at < len(low) and _YEAR.fullmatch(low[at]):
            return int(low[at]), at + 1
        if today is not None and at < len(low):
            for tokens, kind, value in self._named.get(low[at], ()):
                if kind == "year" and low[at : at + len(tokens)] == tokens:
                    return today.year + value, at + len(tokens)
        return None

    def _day_month(self, low: list[str], at: int, day: int, today: datetime.date | None) -> Form | None:
        month = self._words.months[low[at + 1]]
        last = at + 2
        while last < len(low) and low[last] in (".", ","):
            last += 1
        told = self._year_told(low, last, today)
        if told:
            return _build(told[0], month, day, told[1], "day-month-year")
        return _nearest(month, day, at + 2, today)

    def _month(self, low: list[str], at: int, month: int, today: datetime.date | None) -> Form | None:
        last = at + 1
        if last < len(low) and low[last] == ".":
            last += 1
        told = self._year_told(low, last, today)
        if told:
            return Form(f"{told[0]}-{month:02d}", "month", told[1], "month-year")
        day = _DAY.fullmatch(low[last]) if last < len(low) else None
        if day is None:
            return self._month_alone(low, at, month, today)
        after = last + 1
        if after < len(low) and low[after] in ("st", "nd", "rd", "th"):
            after += 1
        comma = after + 1 if after < len(low) and low[after] == "," else after
        told = self._year_told(low, comma, today)
        if told:
            return _build(told[0], month, int(day.group(1)), told[1], "month-day-year")
        return _nearest(month, int(day.group(1)), after, today)

    def _month_alone(self, low: list[str], at: int, month: int, today: datetime.date | None) -> Form | None:
        """ "in February", "the end of March"."""
        words = self._words
        if today is None or at == 0:
            return None
        ended = low[at - 1] in words.month_of and at > 1 and low[at - 2] in words.month_parts
        if not (low[at - 1] in words.month_in or (low[at - 1] == "-" and at > 1) or ended):
            return None
        return self._month_near(low, at, month, at + 1, today)

    def _month_near(self, low: list[str], at: int, month: int, last: int, today: datetime.date) -> Form:
        """The next such month in a sentence that looks ahead, else the last one."""
        ahead = bool(self._words.ahead & set(low[max(0, at - 8) : at]))
        year = today.year
        if ahead and month < today.month:
            year += 1
        elif not ahead and month > today.month:
            year -= 1
        return Form(f"{year}-{month:02d}", "month", last, "month")


def _nearest(month: int, day: int, last: int, today: datetime.date | None) -> Form | None:
    """The year that brings a day and month nearest to the article's own date."""
    if today is None:
        return None
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        built = _build(year, month, day, last, "month-day")
        if built:
            days.append((abs((datetime.date.fromisoformat(built.iso) - today).days), built))
    return min(days)[1] if days else None


def _build(year: int, month: int, day: int, last: int, kind: str) -> Form | None:
    try:
        return Form(datetime.date(year, month, day).isoformat(), "day", last, kind)
    except ValueError:
        return None
