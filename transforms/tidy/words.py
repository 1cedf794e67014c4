"""What a paragraph speaks of: names and words that tell one story from another."""

import functools
import re
import tomllib
from importlib import resources
from typing import NamedTuple

MOST = 3_000  # code points of a paragraph that are read: the longest of 3,100 articles' paragraphs say it by then
_WORD = re.compile(r"[^\W\d_]+(?:[’'.-][^\W\d_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_OPENS = frozenset('.!?:;"“‘«(–—-•|\n')
_STEM = 6  # letters: "restrict", "restricted" and "restrictions" are one word


class Terms(NamedTuple):
    """Names, folded, and words, as stems; Han text has no names but pairs of characters as words."""

    names: frozenset[str]
    words: frozenset[str]


class Lists(NamedTuple):
    """Words of no weight, names of none, words that a name is glued to, words of headlines that say nothing."""

    function: frozenset[str]
    weak: frozenset[str]
    before: frozenset[str]
    little: frozenset[str]


def terms(text: str) -> Terms:
    """The terms of a paragraph."""
    text = text[:MOST]
    function, weak, *_ = lists()
    names, words = set(), set()
    for found in _WORD.finditer(text):
        word = found[0]
        if "\u3400" <= word[0] <= "\u9fff":
            continue
        folded = _folded(word)
        capital = word[0].isupper()
        if capital and (not _opens(text, found.start()) or not word[1:].islower()):
            if folded not in weak:
                names.add(folded)
        elif len(folded) > 3 and folded not in function and folded not in weak:
            words.add(folded[:_STEM])
    for run in _HAN.finditer(text):
        words.update(run[0][at : at + 2] for at in range(len(run[0]) - 1))
    return Terms(frozenset(names), frozenset(words))


def either(every: list[Terms]) -> Terms:
    """All terms of several paragraphs."""
    return Terms(frozenset().union(*(one.names for one in every)), frozenset().union(*(one.words for one in every)))


def _opens(text: str, at: int) -> bool:
    before = text[:at][-3:].rstrip() if at else ""
    return not before or before[-1] in _OPENS


def _folded(word: str) -> str:
    folded = word.casefold().replace("’", "'")
    return folded.removesuffix("'s").rstrip("'.")


@functools.cache
def lists() -> Lists:
    """The words of ``data/words.toml``."""
    file = tomllib.loads((resources.files("transforms.tidy") / "data" / "words.toml").read_text("utf-8"))
    return Lists(**{name: frozenset(words.split()) for name, words in file.items()})
