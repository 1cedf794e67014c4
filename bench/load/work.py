"""What readers are given to do in benches; they find it by name."""

import re
from collections.abc import Sequence

from bench.load.articles import entry
from transforms.extract import article_or_ending
from transforms.records import Page

_SLOW = re.compile(r"(a+)+b")


def hang() -> object:
    """Never ends: a loop in C that holds Python's lock, as a parser's would."""
    return _SLOW.fullmatch("a" * 60)


def give_back(got: object, *_: object) -> object:
    """No work: what is left is the way there and back."""
    return got


def read_all(pages: Sequence[Page]) -> int:
    """Many pages in one piece of work; how many were read."""
    return sum(article_or_ending(page, entry(page)) is not None for page in pages)
