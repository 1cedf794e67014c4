"""Tokens: the words and marks of a text, and the spelling in which they are looked up.

A token keeps its place in the text as given; only its lower-case copy is matched.
"""

import re
from typing import TypeVar

from transforms.tag.entries import SAME, Grammar

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
WORD = rf"[^\W{HAN}]"
"""A letter, digit or underscore that is no Chinese character."""

INITIALS = r"[A-Za-z]\.(?:[A-Za-z]\.)+"
# Initials are one token ("U.S."), and so is each Chinese character, since Chinese puts no spaces between words. No two
# alternatives can match the same text in two ways, so this is linear.
TOKEN = rf"[{HAN}]|{INITIALS}|{WORD}+|[^\w\s]"
token = re.compile(TOKEN)
# The same for ASCII, in two thirds of the time. What `\s` leaves out of it there are separators that are white space.
_ascii_token = re.compile(rf"{INITIALS}|\w+|[^\w\s\x1c-\x1f]", re.ASCII)


_ascii_words = re.compile(r"\w+|[^\w\s\x1c-\x1f]", re.ASCII)

KEPT = 1 << 15
LONGEST = 32
"""Of how many words it is remembered what was found out about them, and how long those are at the most."""

T = TypeVar("T")


def remember(known: dict[str, T], word: str, value: T) -> None:
    """Keeps what was found out about a word, for a while: memory stays bounded whatever is read."""
    if len(word) <= LONGEST:
        if len(known) >= KEPT:
            known.clear()
        known[word] = value


def raw_tokens(text: str) -> list[str]:
    """The tokens of a text as written."""
    if not text.isascii():
        return token.findall(text)
    # Initials have two stops.
    return _ascii_token.findall(text) if text.count(".") > 1 else _ascii_words.findall(text)


def low_tokens(raw: list[str], grammar: Grammar) -> list[str]:
    """Tokens as they are looked up: in lower case, with plain marks and simplified characters."""
    return list(map(_lows(grammar).__getitem__, raw))


class _Lows(dict[str, str]):
    def __init__(self, grammar: Grammar) -> None:
        self._same = grammar.same

    def __missing__(self, word: str) -> str:
        low = word.lower()
        low = self._same.get(low, low)
        remember(self, word, low)
        return low


def _lows(grammar: Grammar) -> _Lows:
    """Words as they are looked up, for those that were met of late."""
    lows = grammar.memo.get("lows")
    if lows is None:
        lows = grammar.memo["lows"] = _Lows(grammar)
    return lows


def words_of(phrase: str) -> list[str]:
    """A phrase of the data files as the tokens that it will be met as; ``*`` stays at the end of its stem."""
    words: list[str] = []
    for match in token.finditer(phrase):
        word = match.group()
        if word == "*" and words and match.start() and not phrase[match.start() - 1].isspace():
            words[-1] += word
        else:
            words.append(SAME.get(word, word))
    return words
