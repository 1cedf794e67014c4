"""The words that prove a value: exact spans, with a little context on both sides."""

from collections.abc import Iterable

from transforms.tag.words.lexicon import Mention
from transforms.tag.words.reading import Line
from transforms.tag.words.text import Sentence
from transforms.tags import Document, Evidence
from transforms.vocabulary import Part

CONTEXT = 32
"""Characters kept before and after a quote, for finding it again (W3C Web Annotation, TextQuoteSelector)."""

CLAUSE = 160
"""Characters of a quote that proves what is done, or in which state it is: the words that say so, and who and what."""

MAX_QUOTE = 400
"""Characters; a longer sentence is cut around the measure. Events carry quotes, not texts."""

_PARTS = frozenset(',;:.!?()[]"|。！？、（）《》【】「」')
"""Where a clause ends; in `Sentence.low`, wide commas are plain ones."""


def text_of(document: Document, part: Part) -> str:
    """The part as given."""
    return {"title": document.title, "summary": document.summary, "text": document.text}[part]


def rule_of(mention: Mention) -> str:
    """The lexicon entry behind a name, as evidence gives it: ``app/tiktok``."""
    return f"{mention.kind}/{mention.entry.id}"


class Proofs:
    """Collects evidence in the order in which it is added, each value and span once.

    Args:
      document: What the offsets count in.
      language: BCP 47 tag of the rules.
    """

    def __init__(self, document: Document, language: str) -> None:
        self._document = document
        self._language = language
        self._seen: set[tuple[str, int | None, str, int, int]] = set()
        self.all: list[Evidence] = []

    def add(self, supports: str, action: int | None, part: Part, start: int, end: int, rule: str) -> None:
        """Adds a span unless it is empty or already there."""
        text = text_of(self._document, part)
        key = (supports, action, part, start, end)
        if key in self._seen or not text[start:end].strip():
            return
        self._seen.add(key)
        self.all.append(
            Evidence(
                supports=supports,
                action=action,
                part=part,
                start=start,
                end=end,
                quote=text[start:end],
                prefix=text[max(0, start - CONTEXT) : start],
                suffix=text[end : end + CONTEXT],
                rule=rule,
                language=self._language,
            )
        )

    def tokens(self, supports: str, action: int | None, line: Line, first: int, last: int, rule: str) -> None:
        """Adds the tokens ``first`` to ``last`` of a sentence; a quote of one character is widened by a word."""
        sentence = line.sentence
        start, end = sentence.span(first, last)
        if end - start < 2:
            first, last = max(0, first - 1), min(len(sentence), last + 1)
            start, end = sentence.span(first, last)
        self.add(supports, action, sentence.part, start, end, rule)

    def clause(
        self,
        supports: str,
        action: int | None,
        line: Line,
        first: int,
        last: int,
        rule: str,
        beside: Iterable[Mention] = (),
    ) -> None:
        """Adds some tokens with what makes them understood alone: "judge halts TikTok ban", not "halts".

        Args:
          supports: As for `add`; so ``action`` and ``rule``.
          line: The sentence.
          first: Of the tokens.
          last: Behind them.
          beside: Who acts and what is hit, as far as the sentence names them; the nearest go in first. On a side
            where none stands the quote goes on to the end of the clause.
        """
        sentence = line.sentence
        low, high = first, last
        names = sorted(beside, key=lambda name: max(name.first - last, first - name.last))
        for name in names:
            wider = min(low, name.first), max(high, name.last)
            if _length(sentence, *wider) <= CLAUSE:
                low, high = wider
        begin, end = _clause(sentence, low, high)
        low = low if any(name.first < last for name in names) else begin
        high = high if any(name.last > first for name in names) else end
        self.tokens(supports, action, line, low, high, rule)

    def sentence(self, supports: str, action: int | None, line: Line, first: int, last: int, rule: str) -> None:
        """Adds the whole sentence around some tokens, or as much of it as a quote may hold."""
        sentence = line.sentence
        start, end = sentence.span(0, len(sentence))
        if end - start > MAX_QUOTE:
            low, high = max(0, first - 25), min(len(sentence), last + 25)
            start, end = sentence.span(low, high)
            if end - start > MAX_QUOTE:
                start, end = sentence.span(first, last)
        self.add(supports, action, sentence.part, start, end, rule)


def _length(sentence: Sentence, first: int, last: int) -> int:
    start, end = sentence.span(first, last)
    return end - start


def _clause(sentence: Sentence, first: int, last: int) -> tuple[int, int]:
    """The tokens around some up to what parts clauses, as far as a quote may go."""
    low, high = first, last
    while low and sentence.low[low - 1] not in _PARTS and _length(sentence, low - 1, high) <= CLAUSE:
        low -= 1
    while high < len(sentence) and sentence.low[high] not in _PARTS and _length(sentence, low, high + 1) <= CLAUSE:
        high += 1
    return low, high
