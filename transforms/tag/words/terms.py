"""Phrases indexed by their first words: looking a text up costs the same for a hundred of them as for 100,000."""

import itertools
from typing import NamedTuple

from transforms.tag.entries import Entry
from transforms.tag.words.text import Sentence

STEM = 3
"""Letters by which words that end in ``*`` are looked up; a stem has at least as many."""

NOTHING, CAPITAL, EXACT, ALL = range(4)


class Term(NamedTuple):
    """One way of writing an entry.

    Attributes:
      length: How many words it has.
      stems: Its words in lower case, if one of them ends in ``*``; else all of them were looked up.
      written: What is asked of them as written, if one of them begins with a capital: of each nothing (None), a capital
        (empty), or to be this word.
      check: What of it is to be looked at where its words stand: `NOTHING`, or the capitals of its one word, or `ALL`.
      group: Is it a class of words rather than a name?
      kind: Of what it is a name; of a class of words, the class.
      entry: The entry; None for a phrase that is none, and for classes.
      form: Of a verb, or of a place's name.
    """

    length: int
    stems: list[str] | None
    written: list[str | None] | None
    check: int
    group: bool
    kind: str
    entry: Entry | None
    form: str


class Spelling(NamedTuple):
    """A term as it is added, which does not depend on the language.

    Attributes:
      term: The term.
      low: Its words in lower case.
      key: Terms of one key differ in nothing that is looked at.
    """

    term: Term
    low: list[str]
    key: tuple[object, ...]


class Pair(NamedTuple):
    """Terms by their first two words: those of two and those with a stem; how many words longer ones have, downwards,
    by the third.
    """

    held: list[Term]
    sizes: dict[str, tuple[int, ...]]


def spelled(words: list[str], group: bool, kind: str, entry: Entry | None, form: str) -> Spelling:
    """A phrase as a term."""
    low = [word.lower() for word in words]
    capitals = tuple([(word.isupper(), word[0].isupper()) for word in words])
    stem, cased = any(word[-1] == "*" for word in low), any(first for _, first in capitals)
    check = NOTHING
    if stem or cased:
        check = ALL if stem or len(low) > 1 else EXACT if words[0].isupper() else CAPITAL
    written = [word if every else "" if first else None for word, (every, first) in zip(words, capitals, strict=True)]
    term = Term(len(low), low if stem else None, written if cased else None, check, group, kind, entry, form)
    return Spelling(term, low, (group, kind, entry.id if entry else None, form, capitals, *low))


def is_han(word: str) -> bool:
    """Is it a Chinese character?"""
    return len(word) == 1 and "\u3400" <= word <= "\u9fff"


def _longest(term: Term) -> int:
    return -term.length


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
        self._seen: set[tuple[object, ...]] = set()
        self._alone: dict[str, list[Term]] = {}  # of one word, or with a stem behind it
        self._pairs: dict[str, dict[str, Pair]] = {}  # others, by the first word and the second
        self._first: dict[str, tuple[list[Term], dict[str, Pair] | None]] = {}  # both, by the word that begins them
        self._whole: dict[tuple[str, ...], list[Term]] = {}  # those of three words and more
        self.stems: dict[str, list[Term]] = {}  # by the first letters

    def add(self, spelling: Spelling) -> None:
        """Adds a term unless one is there that differs in nothing that is looked at ("TikTok", "Tiktok")."""
        term, low, key = spelling
        if key in self._seen:
            return
        self._seen.add(key)
        if low[0].endswith("*"):
            self.stems.setdefault(low[0][:STEM], []).append(term)
        elif len(low) == 1 or low[1].endswith("*"):
            self._alone.setdefault(low[0], []).append(term)
        else:
            seconds = self._pairs.setdefault(low[0], {})
            terms, longer = seconds.setdefault(low[1], Pair([], {}))
            if len(low) == 2 or term.stems:
                terms.append(term)
            else:
                self._whole.setdefault(tuple(low), []).append(term)
                sizes = longer.get(low[2], ())
                if len(low) not in sizes:
                    longer[low[2]] = tuple(sorted((*sizes, len(low)), reverse=True))

    def close(self) -> None:
        """Makes the terms ready to be looked up."""
        self._seen.clear()
        for terms in (*self.stems.values(), *self._alone.values()):
            terms.sort(key=_longest)
        for word, seconds in self._pairs.items():
            for terms, _ in seconds.values():
                terms.sort(key=_longest)
                terms.extend(self._alone.get(word, ()))
        begin = self._alone.keys() | self._pairs.keys()
        self._first = {word: (self._alone.get(word, []), self._pairs.get(word)) for word in begin}

    def at(self, low: list[str]) -> list[tuple[int, list[Term]]]:
        """Where terms may begin in a sentence, and which; of those that may, the longer ones come first."""
        whole = self._whole
        found: list[tuple[int, list[Term]]] = []
        end = len(low) - 1
        for at, node in enumerate(map(self._first.get, low)):
            if node is None:
                continue
            held, seconds = node
            if seconds is not None and at < end:
                pair = seconds.get(low[at + 1])
                if pair is not None:
                    held, longer = pair
                    if longer and at + 1 < end and (sizes := longer.get(low[at + 2])):
                        same = [whole.get(tuple(low[at : at + size]), ()) for size in sizes if at + size <= end + 1]
                        held = [*itertools.chain.from_iterable(same), *held]
            if held:
                found.append((at, held))
        return self._with_stems(low, dict(found)) if self.stems else found

    def _with_stems(self, low: list[str], found: dict[int, list[Term]]) -> list[tuple[int, list[Term]]]:
        for at, more in enumerate(map(self.stems.get, [word[:STEM] for word in low])):
            if more:
                found[at] = sorted(found.get(at, []) + more, key=_longest)
        return sorted(found.items())


def holds(sentence: Sentence, at: int, term: Term) -> bool:
    """Do the words of a term stand here, in its capitals? Those that are no stems were looked up."""
    last = at + term.length
    if term.stems and not _fits(sentence.low[at:last], term.stems):
        return False
    for word, want in zip(sentence.raw[at:last], term.written or (), strict=False):
        if want is not None and (word != want if want else not word[0].isupper()):
            return False
    return True


class Needed:
    """What a text must hold at the least for one of some terms: a word, or two of them."""

    def __init__(self) -> None:
        self._single: set[str] = set()
        self._double: dict[str, set[str]] = {}  # second words by the first

    def add(self, low: list[str]) -> None:
        """Adds a term by its words in lower case.

        Of Chinese terms the first two characters count, of stems the letters that they are sought by.
        """
        one, *more = [word[:STEM] + "*" if word[-1] == "*" else word for word in low]
        if more and is_han(one) and is_han(more[0]):
            self._single.add(one + more[0])
        elif more and more[0].isalnum() and one.isalnum():
            self._double.setdefault(one, set()).add(more[0])
        else:
            self._single.add(one)

    def among(self, words: set[str]) -> bool:
        """Are they among these?"""
        if not words.isdisjoint(self._single):
            return True
        return any(not words.isdisjoint(self._double[first]) for first in words & self._double.keys())
