"""Finding the words of the data files in a sentence.

Terms are indexed by their first word, so the cost of a sentence does not grow with the number of terms. Of the names
that begin at one word the longest wins; equally long ones are all kept (DeepSeek is an app and a company).
"""

from collections import defaultdict
from typing import NamedTuple

from transforms.tag.data import forms
from transforms.tag.entries import App, Body, Company, Entry, Good, Language, MeasureRule, Place, RuleData
from transforms.tag.text import Sentence, words_of

_CYRILLIC = frozenset(map(chr, range(0x400, 0x500)))
_HAN = frozenset(map(chr, range(0x3400, 0xA000)))
_FOREIGN = {"latin": _CYRILLIC | _HAN, "cyrillic": _HAN, "han": _CYRILLIC}

Form = str
"""``base``, ``present``, ``ing``, ``past``, ``participle`` or ``noun``."""

_FORMS = ("base", "present", "ing", "past", "participle")
_STEM = 3
"""Letters by which words that end in ``*`` are looked up; a stem has at least as many."""


class Term(NamedTuple):
    """One way of writing an entry."""

    words: tuple[str, ...]
    low: tuple[str, ...]
    kind: str
    entry: Entry | None
    form: str


class Mention(NamedTuple):
    """A name or measure at tokens ``first`` to ``last`` (exclusive) of a sentence."""

    first: int
    last: int
    kind: str
    entry: Entry
    form: str


def _written(word: str, want: str) -> bool:
    """Does a word of the text have the capitals that the data file asks for?"""
    if not want[0].isupper():
        return True
    if want.isupper():
        return word == want
    return word[0].isupper()


def _same(one: Term, other: Term) -> bool:
    """Do two spellings of an entry differ in nothing that is looked at ("TikTok", "Tiktok")?"""

    def capitals(term: Term) -> list[tuple[bool, bool]]:
        return [(word.isupper(), word[0].isupper()) for word in term.words]

    return one[1:] == other[1:] and capitals(one) == capitals(other)


def is_han(word: str) -> bool:
    """Is it a Chinese character?"""
    return len(word) == 1 and "\u3400" <= word <= "\u9fff"


def _fits(words: list[str], want: tuple[str, ...]) -> bool:
    """Are these the words of a term, of which some may end in ``*``?"""
    if len(words) != len(want):
        return False
    return all(
        word == wanted or (wanted[-1] == "*" and word.startswith(wanted[:-1]))
        for word, wanted in zip(words, want, strict=True)
    )


class Found(NamedTuple):
    """What a sentence holds: names, measures, and the spans of each class of words."""

    names: list[Mention]
    measures: list[Mention]
    classes: dict[str, list[tuple[int, int]]]


class Lexicon:
    """All terms of one language and the names common to all, ready to be looked up.

    Args:
      data: The rules.
      language: Those of the language.
    """

    def __init__(self, data: RuleData, language: Language) -> None:
        # Names of another script never stand in this language's texts.
        self._alphabet = _FOREIGN[language.grammar.script]
        self._index: dict[str, list[Term]] = defaultdict(list)
        self._stems: dict[str, list[Term]] = defaultdict(list)
        for kind, entries in (("app", data.apps), ("company", data.companies)):
            for entry in entries:
                assert isinstance(entry, App | Company)
                for name in (entry.name, *entry.aliases):
                    self._add(name, kind, entry)
                self._avoid(entry.avoid, kind)
        for place in language.places:
            for form, names in (("noun", place.names), ("adjective", place.adjectives), ("seat", place.seats)):
                for name in names:
                    self._add(name, "place", place, form)
            self._avoid(place.avoid, "place")
        for kind, more in (("body", language.bodies), ("good", language.goods)):
            for item in more:
                assert isinstance(item, Body | Good)
                for name in item.names:
                    self._add(name, kind, item)
                self._avoid(item.avoid, kind)
        for measure in language.measures:
            for verb in forms(measure.verb):
                # A verb of one form is of a language without any ("禁止"): it is a plain report, as "bans" is.
                for form, words in zip(_FORMS if len(verb) > 1 else ("present",), verb, strict=False):
                    for word in words.split("|"):
                        self._add(word, "measure", measure, form)
            for noun in measure.noun:
                self._add(noun, "measure", measure, "noun")
            self._avoid(measure.avoid, "measure")
        for name, phrases in language.words.items():
            for group in forms(phrases):
                for phrase in group:
                    self._add(phrase, f"word:{name}", None)
        for terms in (*self._index.values(), *self._stems.values()):
            terms.sort(key=lambda term: -len(term.low))
        # An action needs a measure and a target, so their first words are what a text must have at the least.
        self.measure_words = self._first_words("measure")
        self.target_words = self._first_words("app", "company", "good")

    def _first_words(self, *kinds: str) -> frozenset[str]:
        """First words of terms; of Chinese ones the first two characters, of stems the letters they are sought by."""
        found = set()
        for terms in (*self._index.values(), *self._stems.values()):
            for term in terms:
                if term.kind in kinds and term.entry:
                    one, *more = term.low
                    if one.endswith("*"):
                        one = one[:_STEM] + "*"
                    elif is_han(one) and more and is_han(more[0]):
                        one += more[0]
                    found.add(one)
        return frozenset(found)

    def may_hold(self, words: set[str]) -> bool:
        """The cheap check: could a text of these words hold a measure and a target?"""
        if self._stems:
            words = words | {word[:_STEM] + "*" for word in words}
        return not (words.isdisjoint(self.measure_words) or words.isdisjoint(self.target_words))

    def _add(self, phrase: str, kind: str, entry: Entry | None, form: str = "noun") -> None:
        if not self._alphabet.isdisjoint(phrase):
            return
        words = tuple(words_of(phrase))
        low = tuple(word.lower() for word in words)
        term = Term(words, low, kind, entry, form)
        if not words:
            return
        table, key = (self._stems, low[0][:_STEM]) if low[0].endswith("*") else (self._index, low[0])
        if not any(_same(other, term) for other in table[key]):
            table[key].append(term)

    def _avoid(self, phrases: tuple[str, ...], kind: str) -> None:
        for phrase in phrases:
            self._add(phrase, kind, None)

    def find(self, sentence: Sentence) -> Found:
        """Looks every word of a sentence up."""
        names: list[Mention] = []
        measures: list[Mention] = []
        classes: dict[str, list[tuple[int, int]]] = {}
        low, raw, index, stems = sentence.low, sentence.raw, self._index, self._stems
        name_end = measure_end = 0
        for at, word in enumerate(low):
            terms = index.get(word)
            if stems:
                more = stems.get(word[:_STEM])
                terms = sorted((terms or []) + more, key=lambda term: -len(term.low)) if more else terms
            if terms is None:
                continue
            name_length = measure_length = 0
            for term in terms:
                length = len(term.low)
                if (length > 1 or stems) and not _fits(low[at : at + length], term.low):
                    continue
                if not all(map(_written, raw[at : at + length], term.words)):
                    continue
                if term.kind.startswith("word:"):
                    classes.setdefault(term.kind[5:], []).append((at, at + length))
                elif term.kind == "measure":
                    if at >= measure_end and length >= measure_length:
                        measure_length = length
                        if term.entry:
                            measures.append(Mention(at, at + length, "measure", term.entry, term.form))
                elif at >= name_end and length >= name_length:
                    name_length = length
                    if term.entry:
                        names.append(Mention(at, at + length, term.kind, term.entry, term.form))
            name_end = max(name_end, at + name_length)
            measure_end = max(measure_end, at + measure_length)
        if measures:
            # "中国军工企业清单", "exports to China": the place says whom it concerns, not who acts.
            nouns = [(m.first, m.last) for m in measures if m.last - m.first > 1]
            names = [
                name._replace(form="adjective")
                if name.kind == "place" and any(a <= name.first and name.last <= b for a, b in nouns)
                else name
                for name in names
            ]
        for kind in ("app", "company", "good", "place", "body"):
            spans = [(name.first, name.last) for name in names if name.kind == kind]
            if spans:
                classes[kind] = spans
        targets = [(name.first, name.last) for name in names if name.kind in ("app", "company", "good")]
        if targets:
            classes["target"] = targets
        for name in names:
            if isinstance(name.entry, Body):
                classes.setdefault(name.entry.kind, []).append((name.first, name.last))
        public = [(name.first, name.last) for name in names if name.kind in ("body", "place")]
        if public:
            classes["public"] = public
        return Found(names, measures, classes)


def measure_of(mention: Mention) -> MeasureRule:
    """The measure's entry behind a mention."""
    assert isinstance(mention.entry, MeasureRule)
    return mention.entry


def code_of(mention: Mention) -> str:
    """The jurisdiction that a place or body stands for; empty when its words alone do not say."""
    return mention.entry.code if isinstance(mention.entry, Place | Body) else ""
