"""Tokens: the words and marks of a text, and the spelling in which they are looked up.

A token keeps its place in the text as given; only its lower-case copy is matched.
"""

import re

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


def raw_tokens(text: str) -> list[str]:
    """The tokens of a text as written."""
    return _ascii_token.findall(text) if text.isascii() else token.findall(text)


def low_tokens(raw: list[str], grammar: Grammar) -> list[str]:
    """Tokens as they are looked up: in lower case, with plain marks and simplified characters."""
    # No token holds a space, and a space ends a word for the rules of lower case, so all are changed at once.
    joined = " ".join(raw)
    low = joined.lower().split(" ") if raw else []
    if joined.isascii():
        return low
    same = grammar.same
    return list(map(same.get, low, low))


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
