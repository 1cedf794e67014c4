"""A text while it is tidied: its lines, and for each one why it goes, if it does."""

import re
from collections.abc import Iterator

from transforms.tidy.cuts import Cut
from transforms.tidy.lines import Line, is_date, is_markup, lines_of
from transforms.tidy.phrases import Phrase, is_age, phrase_of
from transforms.tidy.words import lists

_DOUBLED = 60  # code points: a line as long does not stand in a text twice by chance
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.,;:。，；：、][\"'”’»)\]】」』]*$")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Page:
    """The lines of a text and the marks on them.

    Attributes:
      lines: Those that are not blank.
      why: For each line the reason it goes, or empty.
      phrases: For each line what it is, whatever text it stands in.
    """

    def __init__(self, text: str):
        """Marks what is no article in any text: furniture by its wording, markup, lines that stood there already."""
        self.raw = text
        self.lines: list[Line] = lines_of(text)
        self.why = [""] * len(self.lines)
        self.phrases: list[Phrase | None] = [phrase_of(line.text) for line in self.lines]
        seen: set[str] = set()
        for at, line in enumerate(self.lines):
            phrase = self.phrases[at]
            if phrase:
                self.why[at] = phrase.reason
            elif is_markup(line.text):
                self.why[at] = "markup"
            elif len(line.text) >= _DOUBLED:
                if line.text in seen:
                    self.why[at] = "doubled"
                seen.add(line.text)

    def kept(self, at: int) -> bool:
        """True while nothing is said against a line."""
        return not self.why[at]

    def story(self) -> list[int]:
        """The lines of prose that stay."""
        return [at for at, line in enumerate(self.lines) if line.prose and not self.why[at]]

    def mark(self, span: range, reason: str) -> None:
        """Says why lines go; one that goes already keeps its reason."""
        for at in span:
            self.why[at] = self.why[at] or reason

    def mark_edge(self, at: int) -> None:
        """Marks a line that is furniture only where a text begins or ends."""
        line = self.lines[at].text
        if self.why[at]:
            return
        if phrase := phrase_of(line, edges=True):
            self.why[at] = phrase.reason
        elif is_date(line) or is_age(line):
            self.why[at] = "date"

    def cuts(self) -> Iterator[Cut]:
        """The marked lines, neighbours of one reason as one cut, each with the white space up to the next kept line."""
        at, count = 0, len(self.lines)
        while at < count:
            if not self.why[at]:
                at += 1
                continue
            first = at
            while at < count and self.why[at] == self.why[first]:
                at += 1
            # The white space after the last line that stays goes with what ends the text.
            ends = not any(map(self.kept, range(at, count))) if first == 0 or self.kept(first - 1) else False
            begin = self.lines[first].start
            if ends and first:
                begin = self.lines[first - 1].end
            end = self.lines[at].start if at < count else len(self.raw)
            yield Cut("text", begin, self.raw[begin:end], self.why[first])


def is_headline(line: str) -> bool:
    """True for a line that has the form of a headline: some words, and no end of a sentence."""
    if len(line) > 200 or _SENTENCE_END.search(line):
        return False
    if len(_HAN.findall(line)) * 3 > len(line):
        return 6 <= len(line) <= 60
    return 3 <= len(line.split()) <= 30


def stems(text: str) -> frozenset[str]:
    """The words of a line whatever their case, for headlines that write them all with capitals."""
    found = {word.casefold().replace("’", "'").removesuffix("'s")[:6] for word in _WORD.findall(text[:3_000])}
    latin = {word for word in found if len(word) > 2 and word not in lists().little and not _HAN.search(word)}
    runs = re.findall(r"[\u3400-\u9fff]{2,}", text[:3_000])
    return frozenset(latin | {run[at : at + 2] for run in runs for at in range(len(run) - 1)})
