"""Where sentences end.

Only the characters at which one may end are looked at: line breaks and stops. All else is left to the scanner in C, since
cutting is done for each article of the world, not only for those on the beat.
"""

import functools
import re
from collections.abc import Iterator

from transforms.tag.entries import Grammar
from transforms.tag.tokens import INITIALS, TOKEN, WORD

MAX_SENTENCE_TOKENS = 160
"""A longer run without an end is a list or debris; it is cut here, so that no search runs over all of it."""

_WIDE = "。！？"
"""They end a sentence with no space behind them."""

_ENDS = ".!?" + _WIDE
_CLOSERS = re.escape("\"”’')]»」』）")
_stops = re.compile(f"[\n{_ENDS}]")
_initials = re.compile(INITIALS)
_behind = re.compile(rf"(?:\s*[{_CLOSERS}])*+(\s*)")
_last_word = re.compile(rf"{WORD}+\Z")
_is_word = re.compile(WORD)


@functools.cache
def _many(count: int) -> re.Pattern[str]:
    """So many tokens and the space behind them; nothing is tried twice, so it is linear."""
    return re.compile(rf"(?>\s*(?:{TOKEN})){{{count}}}\s*")


def titled(text: str, grammar: Grammar) -> Iterator[tuple[int, int]]:
    """The headline's one sentence, whatever its stops; what is too long of it is left."""
    begin = _skip(text, 0)
    if begin < len(text):
        longest = _many(MAX_SENTENCE_TOKENS * grammar.scale).match(text, begin)
        yield begin, longest.end() if longest else len(text)


def _skip(text: str, at: int) -> int:
    """Where the next token starts."""
    size = len(text)
    while at < size and text[at].isspace():
        at += 1
    return at


class Ends:
    """The way through one text, sentence by sentence.

    A sentence ends with a line; at a stop behind which, quotes and brackets aside, something else than a small letter
    follows; and where it has ``MAX_SENTENCE_TOKENS`` tokens (times the grammar's ``scale``).

    Args:
      text: What to cut.
      grammar: Its abbreviations, after which a full stop ends nothing.
    """

    def __init__(self, text: str, grammar: Grammar) -> None:
        self._text = text
        self._abbreviations = grammar.abbreviations
        self._longest = max(map(len, grammar.abbreviations), default=0) + 2
        self._most = MAX_SENTENCE_TOKENS * grammar.scale
        self._begin = 0
        self._initials: tuple[int, str] = (-1, "")  # the last ones met, by where they end

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Start and end of each sentence; it starts with its first token, and white space may follow its last one."""
        text = self._text
        self._begin = _skip(text, 0)
        wide = False
        behind = 0  # of initials, the stops within which are no stops
        planned: int | None = None  # where the next sentence begins, behind a stop and what closes it
        for found in _stops.finditer(text):
            at = found.start()
            if at < behind:
                continue
            stop = text[at]
            first = at
            initials = None
            if stop == "." and at and text[at - 1].isalpha() and not (at > 1 and _is_word.match(text, at - 2)):
                initials = _initials.match(text, at - 1)
                first = at - 1 if initials else at
            if planned is not None and first >= planned:
                yield from self._until(planned)
                planned = None
            if first - self._begin >= self._most:
                yield from self._cut(first)
            if stop == "\n":
                if self._begin < at:
                    yield from self._until(at)
                self._begin = _skip(text, at)
                continue
            if initials:
                behind = initials.end()
                word = initials.group().lower()
                self._initials = (behind, word)
                may_end = word.rstrip(".") not in self._abbreviations
            else:
                behind = at + 1
                wide = stop in _WIDE
                may_end = stop != "." or self._is_full(at)
            if may_end:
                closed = _behind.match(text, behind)
                assert closed is not None  # it matches the empty text
                following = text[closed.end() : closed.end() + 1]
                if following and (closed.group(1) or wide) and not following.islower() and following not in _ENDS:
                    planned = closed.end()
        if planned is not None:
            yield from self._until(planned)
        if self._begin < len(text):
            yield from self._until(len(text))

    def _until(self, end: int) -> Iterator[tuple[int, int]]:
        """The sentence that ends here, cut where it is too long."""
        if end - self._begin >= self._most:
            yield from self._cut(end)
        if self._begin < end:
            yield self._begin, end
            self._begin = end

    def _cut(self, end: int) -> Iterator[tuple[int, int]]:
        """Full lengths of tokens before a place."""
        many = _many(self._most)
        while found := many.match(self._text, self._begin, end):
            yield self._begin, found.end()
            self._begin = found.end()

    def _is_full(self, at: int) -> bool:
        """Is a full stop one, by the token before it? Not after an abbreviation or a single character."""
        text = self._text
        end = at
        while end > self._begin and text[end - 1].isspace():
            end -= 1
        if end <= self._begin:
            return True
        if end == self._initials[0]:
            return self._initials[1] not in self._abbreviations
        word = _last_word.search(text, max(self._begin, end - self._longest), end)
        if word is None:
            return False
        low = word.group().lower()
        return len(low) != 1 and low not in self._abbreviations
