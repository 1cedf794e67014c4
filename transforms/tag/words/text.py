"""A document as sentences and words: what is read of it, and what the cheap checks before reading look at.

What is read is capped, so that the cost of a page stays bounded however long it is.
"""

import re
from collections.abc import Iterator
from operator import add

from transforms.tag.entries import Grammar
from transforms.tag.words.ends import CLOSERS, MAX_SENTENCE_TOKENS, STOPS, Span, spans_of, titled
from transforms.tag.words.tokens import HAN, WORD, low_tokens, words_of
from transforms.tags import Document
from transforms.vocabulary import Part

__all__ = ["MAX_SENTENCES", "MAX_SENTENCE_TOKENS", "Sentence", "script_of", "sentences", "words_of"]

MAX_CHARACTERS = 40_000
"""News articles have 3,000 to 8,000; the main news stands at the top."""

MAX_SENTENCES = 400

_WORD = re.compile(r"\w+")
_OTHER_WORD = re.compile(f"{WORD}+")
# Bytes of UTF-8: those of ASCII in lower case, as spaces where they are no word's; the others as they are.
_ASCII_WORDS = bytes(ord(chr(at).lower() if _WORD.match(chr(at)) else " ") if at < 128 else at for at in range(256))
_SIGMA = "\u03a3"
"""Its lower case hangs on what stands behind its word."""
# First bytes of what `script_of` looks for: U+0400 to U+04FF, and U+3000 to U+9FFF.
_LEADS = bytes([*range(0xD0, 0xD4), *range(0xE3, 0xEA)])
_NO_LEADS = bytes(set(range(256)) - set(_LEADS))
_HAN_RUN = re.compile(f"[{HAN}]+")
_KANA = re.compile("[\u3040-\u30ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SAMPLE = 4000
"""Characters that are looked at to tell a script."""

Piece = tuple[Part, str]
"""A part of a document, as far as it is read."""


class Sentence:
    """One sentence: its tokens, and their offsets once somebody asks.

    Attributes:
      part: Where it stands.
      index: 0 is the headline, then the summary's and the text's sentences in order.
      start: Offset of its first token in its part.
      raw, low: The tokens as written, and in lower case and simplified characters; initials are one token, ``u.s.``.
    """

    __slots__ = ("_spans", "_text", "index", "low", "part", "raw", "start")

    def __init__(self, part: Part, index: int, text: str, span: Span, grammar: Grammar) -> None:
        self.part: Part = part
        self.index = index
        self.start, _, self.raw = span
        self.low = low_tokens(self.raw, grammar)
        self._text = text
        self._spans: list[tuple[int, int]] | None = None

    def __len__(self) -> int:
        return len(self.low)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Start and end of each token in its part."""
        if self._spans is None:
            # Between tokens is white space only, so each is the next of its kind.
            seek, end = self._text.index, self.start
            self._spans = []
            for word in self.raw:
                start = seek(word, end)
                end = start + len(word)
                self._spans.append((start, end))
        return self._spans

    @property
    def starts(self) -> list[int]:
        """Offsets of the tokens in their part."""
        return [start for start, _ in self.spans]

    @property
    def ends(self) -> list[int]:
        """Where they end there."""
        return [end for _, end in self.spans]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Offsets of the tokens from ``first`` up to but without ``last``."""
        return self.spans[first][0], self.spans[last - 1][1]


def ends(sentence: Sentence) -> bool:
    """Does it end with a stop, as a line of furniture does not?"""
    at = len(sentence) - 1
    while at > 0 and sentence.raw[at] in CLOSERS:
        at -= 1
    return sentence.raw[at] in STOPS or sentence.raw[at].endswith(".")


def words_in(pieces: list[Piece], grammar: Grammar) -> set[str]:
    """All words of some parts in lower case; of Chinese each character, simplified."""
    found: set[str] = set()
    for _, text in pieces:
        if grammar.script == "latin":
            found |= _latin_words(text)
            continue
        if grammar.script == "han":
            found.update("".join(_runs(text, grammar)))
            # Only what is between them has capitals.
            others = text if _SIGMA in text else " ".join(_OTHER_WORD.findall(text))
            found.update(_OTHER_WORD.findall(others.lower()))
        else:
            found.update(_WORD.findall(text.lower()))
    return found


def _latin_words(text: str) -> set[str]:
    """Split at what is no word in ASCII; only pieces that hold more are looked at."""
    if _SIGMA in text:
        return set(_WORD.findall(text.lower()))
    plain = text.encode("utf-8", "surrogatepass").translate(_ASCII_WORDS).decode("utf-8", "surrogatepass")
    found = set(plain.split())
    if not plain.isascii():
        odd = [word for word in found if not word.isascii()]
        found.difference_update(odd)
        found.update(_WORD.findall(" ".join(odd).lower()))
    return found


def pairs_in(pieces: list[Piece], grammar: Grammar) -> set[str]:
    """Each two Chinese characters that stand together, simplified: the nearest to a word that needs no dictionary."""
    if grammar.script != "han":
        return set()
    runs = [run for _, text in pieces for run in _runs(text, grammar)]
    return {pair for run in runs for pair in map(add, run, run[1:])}


def _runs(text: str, grammar: Grammar) -> list[str]:
    if grammar.folds and grammar.foldable.search(text):
        text = text.translate(grammar.fold_table)
    found: list[str] = _HAN_RUN.findall(text)
    return found


def script_of(document: Document) -> str:
    """Whether a document is written in Chinese characters, Cyrillic or Latin letters: ``han``, ``cyrillic``, ``latin``.

    The headline decides where it holds four Chinese characters: pages whose text was decoded wrongly keep it. Kana are
    Japanese, which no rules read.
    """
    sample = document.title[:300] + " " + document.summary[:500] + " " + document.text[:_SAMPLE]
    if sample.isascii() or not sample.encode("utf-8", "surrogatepass").translate(None, _NO_LEADS):
        return "latin"
    if _HAN_RUN.search(sample):
        han = sum(map(len, _HAN_RUN.findall(sample)))
        titled = sum(map(len, _HAN_RUN.findall(document.title[:300])))
        if (titled >= 4 or han * 5 >= len(sample)) and len(_KANA.findall(sample)) * 20 < han:
            return "han"
    if _CYRILLIC.search(sample) and len(_CYRILLIC.findall(sample)) * 3 >= len(sample):
        return "cyrillic"
    return "latin"


def parts_of(document: Document) -> list[Piece]:
    """The parts that are read, in order, as far as the cap allows."""
    return [
        ("title", document.title[:1000]),
        ("summary", document.summary[:4000]),
        ("text", document.text[:MAX_CHARACTERS]),
    ]


def sentences(document: Document, grammar: Grammar) -> list[Sentence]:
    """Cuts a document into at most ``MAX_SENTENCES`` sentences; the headline is one, whatever its stops."""
    return list(sentences_of(parts_of(document), grammar))


def sentences_of(pieces: list[Piece], grammar: Grammar) -> Iterator[Sentence]:
    """The sentences of some parts, cut as they are asked for."""
    count = 0
    for part, text in pieces:
        for span in (titled if part == "title" else spans_of)(text, grammar):
            if count >= MAX_SENTENCES:
                return
            yield Sentence(part, count, text, span, grammar)
            count += 1
