"""Cutting a document into sentences and tokens whose offsets count in the text as given.

Nothing is normalised before counting: a token keeps its offsets in code points; only its lower-case copy is matched.
What is read is capped, so that the cost of a page stays bounded however long it is.
"""

import itertools
import re
from collections.abc import Iterator

from transforms.tag.entries import Grammar
from transforms.tags import Document
from transforms.vocabulary import Part

MAX_CHARACTERS = 40_000
"""News articles have 3,000 to 8,000; the main news stands at the top."""

MAX_SENTENCES = 400
MAX_SENTENCE_TOKENS = 160
"""A longer run without an end is a list or debris; it is cut here, so that no search runs over all of it."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
# Initials are one token ("U.S."), and so is each Chinese character, since Chinese puts no spaces between words. No two
# alternatives can match the same text in two ways, so this is linear.
_TOKEN = re.compile(rf"(?:[A-Za-z]\.){{2,}}|[{_HAN}]|[^\W{_HAN}]+|[^\w\s]")
_WORD = re.compile(r"\w+")
_OTHER_WORD = re.compile(rf"[^\W{_HAN}]+")
_HAN_RUN = re.compile(f"[{_HAN}]+")
_KANA = re.compile("[\u3040-\u30ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SAME = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "，": ",", "；": ";", "：": ":"}
_ENDS = frozenset(".!?。！？")
_SURE_ENDS = _ENDS - {"."}
_WIDE_ENDS = frozenset("。！？")
"""They end a sentence with no space behind them."""

_CLOSERS = frozenset("\"”’')]»」』）")
_SAMPLE = 4000
"""Characters that are looked at to tell a script."""


class Sentence:
    """One sentence: tokens with offsets, and what was found in it.

    Attributes:
      part: Where it stands.
      index: 0 is the headline, then the summary's and the text's sentences in order.
      raw, low: The tokens as written, and in lower case and simplified characters; initials are one token, ``u.s.``.
      starts, ends: Offsets of each token in its part.
    """

    __slots__ = ("ends", "index", "low", "part", "raw", "starts")

    def __init__(
        self, part: Part, index: int, tokens: list[tuple[str, int, int]], fold: dict[str, str] | None = None
    ) -> None:
        self.part: Part = part
        self.index = index
        self.raw = [token[0] for token in tokens]
        self.low = [_SAME.get(token[0], token[0].lower()) for token in tokens]
        if fold:
            self.low = [fold.get(word, word) for word in self.low]
        self.starts = [token[1] for token in tokens]
        self.ends = [token[2] for token in tokens]

    def __len__(self) -> int:
        return len(self.low)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Offsets of the tokens from ``first`` up to but without ``last``."""
        return self.starts[first], self.ends[last - 1]


def ends(sentence: Sentence) -> bool:
    """Does it end with a stop, as a line of furniture does not?"""
    at = len(sentence) - 1
    while at > 0 and sentence.raw[at] in _CLOSERS:
        at -= 1
    return sentence.raw[at] in _ENDS or sentence.raw[at].endswith(".")


def words_of(phrase: str) -> list[str]:
    """A phrase of the data files as the tokens that it will be met as; ``*`` stays at the end of its stem."""
    words: list[str] = []
    for match in _TOKEN.finditer(phrase):
        word = match.group()
        if word == "*" and words and match.start() and not phrase[match.start() - 1].isspace():
            words[-1] += word
        else:
            words.append(_SAME.get(word, word))
    return words


def vocabulary_of(text: str) -> set[str]:
    """All words of a text in lower case: what the cheap check before tagging looks at."""
    return set(_WORD.findall(text.lower()))


def characters_of(text: str, fold: dict[str, str]) -> set[str]:
    """The same for Chinese: each character and each two that stand together, simplified, and all other words."""
    found: set[str] = set(_OTHER_WORD.findall(text.lower()))
    for run in _HAN_RUN.findall(text):
        plain = "".join(map(fold.get, run, run)) if fold else run
        found.update(plain)
        found.update(map("".join, itertools.pairwise(plain)))
    return found


def script_of(document: Document) -> str:
    """Whether a document is written in Chinese characters, Cyrillic or Latin letters: ``han``, ``cyrillic``, ``latin``.

    The headline decides where it holds four Chinese characters: pages whose text was decoded wrongly keep it. Kana are
    Japanese, which no rules read.
    """
    sample = document.title[:300] + " " + document.summary[:500] + " " + document.text[:_SAMPLE]
    if _HAN_RUN.search(sample):
        han = sum(map(len, _HAN_RUN.findall(sample)))
        titled = sum(map(len, _HAN_RUN.findall(document.title[:300])))
        if (titled >= 4 or han * 5 >= len(sample)) and len(_KANA.findall(sample)) * 20 < han:
            return "han"
    if _CYRILLIC.search(sample) and len(_CYRILLIC.findall(sample)) * 3 >= len(sample):
        return "cyrillic"
    return "latin"


def parts_of(document: Document) -> tuple[tuple[Part, str], ...]:
    """The parts that are read, in order, as far as the cap allows."""
    return (
        ("title", document.title[:1000]),
        ("summary", document.summary[:4000]),
        ("text", document.text[:MAX_CHARACTERS]),
    )


def _pieces(text: str, grammar: Grammar) -> Iterator[list[tuple[str, int, int]]]:
    tokens: list[tuple[str, int, int]] = []
    previous_end = 0
    may_end = wide = False
    most = MAX_SENTENCE_TOKENS * grammar.scale
    for match in _TOKEN.finditer(text):
        start = match.start()
        gap = text[previous_end:start] if previous_end < start else ""
        token = match.group()
        if tokens and (
            "\n" in gap
            or len(tokens) >= most
            or (may_end and (gap or wide) and not token[0].islower() and token not in _CLOSERS and token not in _ENDS)
        ):
            yield tokens
            tokens = []
        if token in _ENDS:
            before = tokens[-1][0].lower() if tokens else ""
            wide = token in _WIDE_ENDS
            may_end = token in _SURE_ENDS or not (before in grammar.abbreviations or len(before) == 1)
        elif token not in _CLOSERS:
            may_end = token.endswith(".") and token.lower().rstrip(".") not in grammar.abbreviations
        tokens.append((token, start, match.end()))
        previous_end = match.end()
    if tokens:
        yield tokens


def sentences(document: Document, grammar: Grammar) -> list[Sentence]:
    """Cuts a document into at most ``MAX_SENTENCES`` sentences; the headline is one, whatever its stops."""
    found: list[Sentence] = []
    for part, text in parts_of(document):
        if part == "title":
            tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
            if tokens:
                found.append(Sentence("title", 0, tokens[: MAX_SENTENCE_TOKENS * grammar.scale], grammar.folds))
            continue
        for tokens in _pieces(text, grammar):
            if len(found) >= MAX_SENTENCES:
                return found
            found.append(Sentence(part, len(found), tokens, grammar.folds))
    return found
