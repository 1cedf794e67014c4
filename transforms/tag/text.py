"""A document as sentences and words: what is read of it, and what the cheap checks before reading look at.

What is read is capped, so that the cost of a page stays bounded however long it is.
"""

import re
from collections.abc import Iterator
from operator import add

from transforms.tag.ends import MAX_SENTENCE_TOKENS, Ends, titled
from transforms.tag.entries import Grammar
from transforms.tag.tokens import HAN, WORD, Piece, find_tokens, lower_tokens, words_of
from transforms.tags import Document
from transforms.vocabulary import Part

MAX_SENTENCES = 400

_WORD = re.compile(r"\w+")
_OTHER_WORD = re.compile(f"{WORD}+")
_HAN_RUN = re.compile(f"[{HAN}]+")
_KANA = re.compile("[\u3040-\u30ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SAMPLE = 4000
"""Characters that are looked at to tell a script."""


class Sentence:
    """One sentence: its tokens, and their offsets once somebody asks.

    Attributes:
      part: Where it stands.
      index: 0 is the headline, then the summary's and the text's sentences in order.
      start: Offset of its first token in its part.
      low: The tokens in lower case and simplified characters; initials are one token, ``u.s.``.
    """

    __slots__ = ("_end", "_raw", "_spans", "_text", "index", "low", "part", "start")

    def __init__(self, piece: Piece, index: int, start: int, end: int, grammar: Grammar) -> None:
        self.part: Part = piece.part
        self.index = index
        self.start = start
        self._text = piece.text
        self._end = end
        self._raw: list[str] | None = None
        self._spans: list[tuple[int, int]] | None = None
        if piece.plain is not None:
            self.low: list[str] = find_tokens.findall(piece.plain, start, end)
        else:
            self.low = lower_tokens(self.raw, grammar)

    def __len__(self) -> int:
        return len(self.low)

    @property
    def raw(self) -> list[str]:
        """The tokens as written."""
        if self._raw is None:
            self._raw = find_tokens.findall(self._text, self.start, self._end)
        return self._raw

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Start and end of each token in its part."""
        if self._spans is None:
            self._spans = [found.span() for found in find_tokens.finditer(self._text, self.start, self._end)]
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


def words_of_pieces(pieces: list[Piece], grammar: Grammar) -> set[str]:
    """All words of some parts in lower case: what the cheap check before tagging looks at.

    Of Chinese parts each character and each two that stand together, simplified, and all other words.
    """
    found: set[str] = set()
    han = grammar.script == "han"
    for _, text, plain in pieces:
        if plain is None:
            plain = text.lower()
            plain = plain.translate(grammar.fold_table) if han else plain
        if not han:
            found.update(_WORD.findall(plain))
            continue
        found.update(_OTHER_WORD.findall(plain))
        for run in _HAN_RUN.findall(plain):
            found.update(run)
            found.update(map(add, run, run[1:]))
    return found


def script_of(document: Document) -> str:
    """Whether a document is written in Chinese characters, Cyrillic or Latin letters: ``han``, ``cyrillic``, ``latin``.

    The headline decides where it holds four Chinese characters: pages whose text was decoded wrongly keep it. Kana are
    Japanese, which no rules read.
    """
    sample = document.title[:300] + " " + document.summary[:500] + " " + document.text[:_SAMPLE]
    if sample.isascii():
        return "latin"
    if _HAN_RUN.search(sample):
        han = sum(map(len, _HAN_RUN.findall(sample)))
        titled = sum(map(len, _HAN_RUN.findall(document.title[:300])))
        if (titled >= 4 or han * 5 >= len(sample)) and len(_KANA.findall(sample)) * 20 < han:
            return "han"
    if _CYRILLIC.search(sample) and len(_CYRILLIC.findall(sample)) * 3 >= len(sample):
        return "cyrillic"
    return "latin"


def sentences(pieces: list[Piece], grammar: Grammar) -> Iterator[Sentence]:
    """Cuts a document into at most ``MAX_SENTENCES`` sentences; the headline is one, whatever its stops."""
    count = 0
    for piece in pieces:
        bounds = titled(piece.text, grammar) if piece.part == "title" else Ends(piece.text, grammar)
        for start, end in bounds:
            if count >= MAX_SENTENCES:
                return
            yield Sentence(piece, count, start, end, grammar)
            count += 1


