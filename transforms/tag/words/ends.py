"""Where sentences end.

Only the characters at which one may end are looked at, line breaks and stops, and first what stands behind them:
cutting is done for each article of the world, not only for those on the beat.
"""

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from transforms.tag.entries import Grammar
from transforms.tag.words.tokens import INITIALS, TOKEN, WORD, raw_tokens

MAX_SENTENCE_TOKENS = 160
"""A longer run without an end is a list or debris; it is cut here, so that no search runs over all of it."""

_WIDE = "。！？"
"""They end a sentence with no space behind them."""

STOPS = ".!?" + _WIDE
CLOSERS = "\"”’')]»」』）"
_stops = re.compile(f"[\n{STOPS}]")
_initials = re.compile(INITIALS)
_behind = re.compile(rf"(?:\s*[{re.escape(CLOSERS)}])*+(\s*)")
_last_word = re.compile(rf"{WORD}+\Z")
_word = re.compile(WORD)


@functools.cache
def _many(count: int) -> re.Pattern[str]:
    """So many tokens and the space behind them; nothing is tried twice, so it is linear."""
    return re.compile(rf"(?>\s*(?:{TOKEN})){{{count}}}\s*")


class Span(NamedTuple):
    """A sentence: where its first token starts; where it ends, white space included; its tokens as written."""

    start: int
    end: int
    raw: list[str]


def titled(text: str, grammar: Grammar) -> Iterator[Span]:
    """The headline's one sentence, whatever its stops; what is too long of it is left."""
    begin = _skip(text, 0)
    if begin < len(text):
        yield _cut(text, begin, len(text), MAX_SENTENCE_TOKENS * grammar.scale)[0]


def spans_of(text: str, grammar: Grammar) -> Iterator[Span]:
    """The sentences of a text.

    A sentence ends with a line; at a stop behind which, quotes and brackets aside, something else than a small letter
    follows; and where it has ``MAX_SENTENCE_TOKENS`` tokens (times the grammar's ``scale``).
    """
    most = MAX_SENTENCE_TOKENS * grammar.scale
    longest = max(map(len, grammar.abbreviations), default=0) + 2
    begin = _skip(text, 0)
    initials_end, initials = -1, ""
    wide = False
    planned = -1  # where the next sentence begins, behind a stop and what closes it
    for found in _stops.finditer(text):
        at = found.start()
        if at < begin or at < initials_end:
            continue
        stop = text[at]
        first, behind = at, at + 1
        # A letter before the last one is no initial's.
        met = stop == "." and at and not (at > 1 and "a" <= text[at - 2] <= "z") and _initials_at(text, at - 1)
        if met:
            first, behind = at - 1, met.end()
        if 0 <= planned <= first:
            yield from _cut(text, begin, planned, most)
            begin, planned = planned, -1
        if stop == "\n":
            yield from _cut(text, begin, at, most)
            begin = _skip(text, at)
            continue
        if met:
            initials_end, initials = behind, met.group().lower()
        else:
            wide = stop in _WIDE
        follows, gap = _follows(text, behind)
        following = text[follows : follows + 1]
        if not following or not (gap or wide) or following.islower() or following in STOPS:
            continue
        if met:
            ends = initials.rstrip(".") not in grammar.abbreviations
        elif stop != "." or at == begin:
            ends = True
        else:
            end = at
            while text[end - 1].isspace():
                end -= 1
            before = initials if end == initials_end else _last_token(text, begin, end, longest)
            ends = len(before) != 1 and before not in grammar.abbreviations
            if not ends and at - begin >= most:
                # A sentence of full length may end right before the stop, which then stands behind nothing.
                for span in _full(text, begin, at, most):
                    yield span
                    begin = span.end
                ends = at == begin
        if ends:
            planned = follows
    if planned >= 0:
        yield from _cut(text, begin, planned, most)
        begin = planned
    yield from _cut(text, begin, len(text), most)


def _skip(text: str, at: int) -> int:
    """Where the next token starts."""
    size = len(text)
    while at < size and text[at].isspace():
        at += 1
    return at


def _initials_at(text: str, at: int) -> re.Match[str] | None:
    """Initials that begin with this letter, if it begins a token."""
    if not text[at].isalpha() or (at and _word.match(text, at - 1)):
        return None
    return _initials.match(text, at)


def _follows(text: str, at: int) -> tuple[int, bool]:
    """Where the first token behind a stop and what closes it begins, and whether there is white space before it."""
    one, other = text[at : at + 1], text[at + 1 : at + 2]
    if one == " " and other.isalnum():
        return at + 1, True
    if one.isalnum():
        return at, False
    closed = _behind.match(text, at)
    assert closed is not None  # it matches the empty text
    return closed.end(), bool(closed.group(1))


def _last_token(text: str, begin: int, end: int, longest: int) -> str:
    """The token before a stop, in lower case; of one that is no word its last character, of a long one its end."""
    plain = text[max(begin, text.rfind(" ", begin, end) + 1) : end]
    if plain.isascii() and plain.isalnum():
        return plain[-longest:].lower()
    word = _last_word.search(text, max(begin, end - longest), end)
    return word.group().lower() if word else text[end - 1]


def _cut(text: str, begin: int, end: int, most: int) -> list[Span]:
    """A sentence, in pieces where it has too many tokens."""
    if begin >= end:
        return []
    raw = raw_tokens(text[begin:end])
    if len(raw) <= most:
        return [Span(begin, end, raw)] if raw else []
    pieces = list(_full(text, begin, end, most))
    begin = pieces[-1].end
    raw = raw_tokens(text[begin:end])
    return [*pieces, Span(begin, end, raw)] if raw else pieces


def _full(text: str, begin: int, end: int, most: int) -> Iterator[Span]:
    """As many tokens as a sentence may have, again and again."""
    many = _many(most)
    while found := many.match(text, begin, end):
        yield Span(begin, found.end(), raw_tokens(found.group()))
        begin = found.end()
