"""The words that prove a value: exact spans, with a little context on both sides."""

import bisect
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

REACH = 240
"""Characters up to which such a quote goes on to the end of its clause."""

_PARTS = frozenset(",;:.!?|。！？")
"""Where a clause ends; in `Sentence.low`, wide commas are plain ones. What stands between quotation marks goes with who
says it, what stands in brackets with what it explains, and 、 joins the names of a list."""


def text_of(document: Document, part: Part) -> str:
    """The part as given."""
    return document.title if part == "title" else document.summary if part == "summary" else document.text


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
          beside: Who acts and what is hit, as far as the sentence names them; the nearest go in first. On both
            sides the quote then goes on to the end of the clause.
        """
        low, high = self._widened(line, first, last, beside)
        begin, end = _clause(line.sentence, low, high)
        self.tokens(supports, action, line, begin, end, rule)

    @staticmethod
    def _widened(line: Line, first: int, last: int, beside: Iterable[Mention]) -> tuple[int, int]:
        low, high = first, last
        for name in sorted(beside, key=lambda name: max(name.first - last, first - name.last)):
            wider = min(low, name.first), max(high, name.last)
            start, end = line.sentence.span(*wider)
            if end - start <= CLAUSE:
                low, high = wider
        return low, high

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


def _clause(sentence: Sentence, first: int, last: int) -> tuple[int, int]:
    """The tokens around some up to what parts clauses, as far as a quote may go."""
    low, high, spans = first, last, sentence.spans
    end = spans[last - 1][1]
    while low and not _parts(sentence, low - 1) and end - spans[low - 1][0] <= REACH:
        low -= 1
    start = spans[low][0]
    while high < len(spans) and not _parts(sentence, high) and spans[high][1] - start <= REACH:
        high += 1
    return low, high


def _parts(sentence: Sentence, at: int) -> bool:
    """Does a clause end at this token? A mark within a number or a name ends none: "1,500", "Musical.ly"."""
    if sentence.low[at] not in _PARTS:
        return False
    if not 0 < at < len(sentence) - 1 or sentence.raw[at] not in ".,:":
        return True
    following = sentence.raw[at + 1][0]
    spans = sentence.spans
    return not (following.isascii() and following.isalnum() and spans[at][1] == spans[at + 1][0])


def date_span(sentence: Sentence, start: int, end: int, said_at: int) -> tuple[int, int]:
    """A date with the words that give it its role: "takes effect on Jan. 19".

    Args:
      sentence: Where it stands.
      start: Of the date, in its part.
      end: Behind it.
      said_at: The first token of the word that gives the role; that of the date where none does.

    Returns:
      Start and end: from that word to the date; from the date to the end of the clause where the word stands behind
      it; the clause where there is none. The date alone where that would be long.
    """
    starts = sentence.starts
    first, last = bisect.bisect_left(starts, start), bisect.bisect_left(starts, end)
    begin, finish = _clause(sentence, min(first, said_at), max(last, said_at + 1))
    low = said_at if said_at < first else first if said_at > first else begin
    span = sentence.span(low, last if said_at < first else finish)
    return span if span[1] - span[0] <= CLAUSE else (start, end)
