"""Tokens, and the spelling of a text in which they are looked up.

Nothing is normalised before counting: tokens are cut from the text as given, or from a copy of it that has the same
length, so offsets always count code points of the text as given.
"""

import re
from typing import NamedTuple

from transforms.tag.entries import Grammar
from transforms.tags import Document
from transforms.vocabulary import Part

MAX_CHARACTERS = 40_000
"""News articles have 3,000 to 8,000; the main news stands at the top."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
WORD = rf"[^\W{HAN}]"
"""A letter, digit or underscore that is no Chinese character."""

INITIALS = r"(?:[A-Za-z]\.){2,}"
# Initials are one token ("U.S."), and so is each Chinese character, since Chinese puts no spaces between words. No two
# alternatives can match the same text in two ways, so this is linear.
TOKEN = rf"{INITIALS}|[{HAN}]|{WORD}+|[^\w\s]"
find_tokens = re.compile(TOKEN)
SAME = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "，": ",", "；": ";", "：": ":"}
"""Marks that are read as one, each a token of its own."""

_UNSTEADY = re.compile("[\u0130\u03a3\u212a]")
"""Capitals whose lower case has another length (İ), depends on what stands around (Σ), or is an ASCII letter (the Kelvin
sign, which could make initials of what is none). Of all others it keeps the length and the kind of character."""


class Piece(NamedTuple):
    """One part of a document.

    Attributes:
      part: Which one.
      text: As given, up to what is read of it.
      plain: In lower case, simplified characters and plain marks, each in the place of its original; None where a
        character of the text has no such copy.
    """

    part: Part
    text: str
    plain: str | None


def words_of(phrase: str) -> list[str]:
    """A phrase of the data files as the tokens that it will be met as; ``*`` stays at the end of its stem."""
    words: list[str] = []
    for match in find_tokens.finditer(phrase):
        word = match.group()
        if word == "*" and words and match.start() and not phrase[match.start() - 1].isspace():
            words[-1] += word
        else:
            words.append(SAME.get(word, word))
    return words


def plain_of(text: str, grammar: Grammar) -> str | None:
    """A text as its words are looked up, of the same length; None where there is no such spelling."""
    if text.isascii():
        return text.lower()
    if _UNSTEADY.search(text):
        return None
    plain = text.lower()
    for mark, same in SAME.items():
        plain = plain.replace(mark, same)
    if grammar.folds and grammar.foldable.search(plain):
        plain = plain.translate(grammar.fold_table)
    return plain


def lower_tokens(raw: list[str], grammar: Grammar) -> list[str]:
    """Tokens as they are looked up: what `plain_of` makes of a text, word by word."""
    fold = grammar.folds
    low = [SAME.get(token, token.lower()) for token in raw]
    return [fold.get(word, word) for word in low] if fold else low


def parts_of(document: Document) -> tuple[tuple[Part, str], ...]:
    """The parts that are read, in order, each as far as it is read."""
    return (
        ("title", document.title[:1000]),
        ("summary", document.summary[:4000]),
        ("text", document.text[:MAX_CHARACTERS]),
    )


def pieces_of(document: Document, grammar: Grammar) -> list[Piece]:
    """The same, with the spelling in which their words are looked up."""
    return [Piece(part, text, plain_of(text, grammar)) for part, text in parts_of(document)]
