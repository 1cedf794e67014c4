"""Phrases indexed by their first words, so that looking a text up costs the same for a hundred of them as for 100,000."""

import re
from typing import NamedTuple

from transforms.tag.entries import Entry
from transforms.tag.text import Sentence

STEM = 3
"""Letters by which words that end in ``*`` are looked up; a stem has at least as many."""

_word = re.compile(r"\w+")


class Term(NamedTuple):
    """One way of writing an entry.

    Attributes:
      length: How many words it has.
      check: Is there more to be seen than its first two words in lower case?
      stem: Does one of its words end in ``*``?
      cased: Does one of its words begin with a capital?
      low: Its words in lower case.
      written: They as written.
      kind: Of what it is a name; of a class of words, the class.
      entry: The entry; None for a phrase that is none, and for classes.
      form: Of a verb, or of a place's name.
    """

    length: int
    check: bool
    stem: bool
    cased: bool
    low: list[str]
    written: list[str]
    kind: str
    entry: Entry | None
    form: str


def is_han(word: str) -> bool:
    """Is it a Chinese character?"""
    return len(word) == 1 and "\u3400" <= word <= "\u9fff"


def _longest(term: Term) -> int:
    return -term.length


def _is_written(word: str, want: str) -> bool:
    """Does a word of the text have the capitals that the data file asks for?"""
    if not want[0].isupper():
        return True
    if want.isupper():
        return word == want
    return word[0].isupper()


def _fits(words: list[str], want: list[str]) -> bool:
    """Are these the words of a term, of which some may end in ``*``?"""
    if len(words) != len(want):
        return False
    return all(
        word == wanted or (wanted[-1] == "*" and word.startswith(wanted[:-1]))
        for word, wanted in zip(words, want, strict=True)
    )


class Terms:
    """Terms that are added first, then closed, then looked up."""

    def __init__(self) -> None:
        self._all: dict[str, list[Term]] = {}
        self._seen: set[tuple[object, ...]] = set()
        # By its first word, and by its second one where it has several: those of one word go with them.
        self._first: dict[str, tuple[list[Term], dict[str, list[Term]]]] = {}
        self.stems: dict[str, list[Term]] = {}

    def add(self, words: list[str], kind: str, entry: Entry | None, form: str) -> list[str]:
        """Adds a term unless one is there that differs in nothing that is looked at ("TikTok", "Tiktok").

        Returns:
          Its words in lower case.
        """
        low = [word.lower() for word in words]
        capitals = tuple((word.isupper(), word[0].isupper()) for word in words)
        key = (kind, entry.id if entry else None, form, capitals, *low)
        if key not in self._seen:
            self._seen.add(key)
            stem, cased = any(word[-1] == "*" for word in low), any(first for _, first in capitals)
            term = Term(len(low), stem or cased or len(low) > 2, stem, cased, low, words, kind, entry, form)
            table, first = (self.stems, low[0][:STEM]) if low[0][-1] == "*" and len(low[0]) > 1 else (self._all, low[0])
            table.setdefault(first, []).append(term)
        return low

    def close(self) -> None:
        """Makes the terms ready to be looked up."""
        for terms in (*self._all.values(), *self.stems.values()):
            terms.sort(key=_longest)
        for word, terms in self._all.items():
            alone: list[Term] = []
            seconds: dict[str, list[Term]] = {}
            for term in terms:
                if term.length > 1 and term.low[1][-1] != "*":
                    seconds.setdefault(term.low[1], []).append(term)
                else:
                    alone.append(term)
            for longer in seconds.values():
                longer += alone
            self._first[word] = (alone, seconds)
        self._all.clear()
        self._seen.clear()

    def at(self, low: list[str]) -> list[tuple[int, list[Term]]]:
        """Where terms may begin in a sentence, and which; of those that may, the longer ones come first."""
        first = self._first
        if self.stems:
            return self._with_stems(low)
        found = []
        end = len(low) - 1
        for at, (terms, seconds) in [(at, first[word]) for at, word in enumerate(low) if word in first]:
            if seconds and at < end:
                terms = seconds.get(low[at + 1], terms)
            if terms:
                found.append((at, terms))
        return found

    def _with_stems(self, low: list[str]) -> list[tuple[int, list[Term]]]:
        first, stems = self._first, self.stems
        found = []
        end = len(low) - 1
        for at, word in enumerate(low):
            terms: list[Term] = []
            if word in first:
                terms, seconds = first[word]
                if seconds and at < end:
                    terms = seconds.get(low[at + 1], terms)
            more = stems.get(word[:STEM])
            if more:
                terms = sorted(terms + more, key=_longest)
            if terms:
                found.append((at, terms))
        return found


def holds(sentence: Sentence, at: int, term: Term) -> bool:
    """Do all words of a term stand here, in its capitals?"""
    last = at + term.length
    if term.stem:
        if not _fits(sentence.low[at:last], term.low):
            return False
    elif term.length > 2 and sentence.low[at:last] != term.low:
        return False
    return not term.cased or all(map(_is_written, sentence.raw[at:last], term.written))


class Needed:
    """What a text must hold at the least for one of some terms: a word, or two of them."""

    def __init__(self) -> None:
        self._single: set[str] = set()
        self._double: dict[str, set[str]] = {}
        self._firsts: set[str] = set()

    def add(self, low: list[str]) -> None:
        """Adds a term by its words in lower case.

        Of Chinese terms the first two characters count, of stems the letters that they are sought by.
        """
        one, *more = [word[:STEM] + "*" if word[-1] == "*" else word for word in low]
        if more and is_han(one) and is_han(more[0]):
            self._single.add(one + more[0])
        elif more and more[0].isalnum() and one.isalnum():
            self._double.setdefault(one, set()).add(more[0])
            self._firsts.add(one)
        else:
            self._single.add(one)

    def among(self, words: set[str]) -> bool:
        """Are they among these?"""
        if not words.isdisjoint(self._single):
            return True
        return any(not words.isdisjoint(self._double[first]) for first in words & self._firsts)
