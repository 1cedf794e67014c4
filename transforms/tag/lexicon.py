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
    """One way of writing an entry.

    Attributes:
      words, low: Its words as written and in lower case.
      kind: Of what it is a name; ``word:CLASS`` for a class of words.
      entry: The entry; None for a phrase that is none, and for classes.
      form: Of a verb, or of a place's name.
      rest: Its words behind the first, in lower case.
      stem: Does one of its words end in ``*``?
      cased: Does one of its words begin with a capital?
    """

    words: tuple[str, ...]
    low: tuple[str, ...]
    kind: str
    entry: Entry | None
    form: str
    rest: list[str]
    stem: bool
    cased: bool


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

    return one[1:5] == other[1:5] and capitals(one) == capitals(other)


def _may_hold(words: set[str], needed: tuple[frozenset[str], frozenset[tuple[str, str]]]) -> bool:
    return not words.isdisjoint(needed[0]) or any(a in words and b in words for a, b in needed[1])


def _longest(term: Term) -> int:
    return -len(term.low)


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
            terms.sort(key=_longest)
        # Of the terms that begin at a word only those are tried whose second word follows, and those of one word.
        self._alone: dict[str, list[Term]] = {}
        self._pairs: dict[str, dict[str, list[Term]]] = {}
        for word, terms in self._index.items():
            for term in terms:
                if term.rest and not term.rest[0].endswith("*"):
                    self._pairs.setdefault(word, {}).setdefault(term.rest[0], []).append(term)
                else:
                    self._alone.setdefault(word, []).append(term)
        # An action needs a measure and a target, so their words are what a text must have at the least.
        self._measure_words = self._words_needed("measure")
        self._target_words = self._words_needed("app", "company", "good")

    def _words_needed(self, *kinds: str) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
        """What a text must hold for a term of these kinds: a word, or two of them.

        Of Chinese terms that is the first two characters, of stems the letters that they are sought by.
        """
        single: set[str] = set()
        double: set[tuple[str, str]] = set()
        for terms in (*self._index.values(), *self._stems.values()):
            for term in terms:
                if term.kind not in kinds or not term.entry:
                    continue
                one, *more = [word[:_STEM] + "*" if word[-1] == "*" else word for word in term.low]
                if more and is_han(one) and is_han(more[0]):
                    single.add(one + more[0])
                elif more and more[0].isalnum() and one.isalnum():
                    double.add((one, more[0]))
                else:
                    single.add(one)
        return frozenset(single), frozenset(pair for pair in double if single.isdisjoint(pair))

    def with_stems(self, words: set[str]) -> set[str]:
        """The words, with the beginnings by which stems are sought."""
        return words | {word[:_STEM] + "*" for word in words} if self._stems else words

    def may_measure(self, words: set[str]) -> bool:
        """Could a text of these words (`with_stems`) hold a measure?"""
        return _may_hold(words, self._measure_words)

    def may_target(self, words: set[str]) -> bool:
        """Could it hold a target?"""
        return _may_hold(words, self._target_words)

    def _add(self, phrase: str, kind: str, entry: Entry | None, form: str = "noun") -> None:
        if not self._alphabet.isdisjoint(phrase):
            return
        words = tuple(words_of(phrase))
        low = tuple(word.lower() for word in words)
        if not words:
            return
        stem, cased = any(word[-1] == "*" for word in low), any(word[0].isupper() for word in words)
        term = Term(words, low, kind, entry, form, list(low[1:]), stem, cased)
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
        low, raw, stems = sentence.low, sentence.raw, self._stems
        alone, pairs = self._alone, self._pairs
        end = len(low) - 1
        name_end = measure_end = 0
        for at, word in enumerate(low):
            terms = alone.get(word)
            seconds = pairs.get(word)
            if seconds is not None and at < end:
                longer = seconds.get(low[at + 1])
                if longer is not None:
                    terms = longer + terms if terms else longer
            if stems:
                more = stems.get(word[:_STEM])
                terms = sorted((terms or []) + more, key=_longest) if more else terms
            if terms is None:
                continue
            name_length = measure_length = 0
            for term in terms:
                length = len(term.low)
                if term.stem:
                    if not _fits(low[at : at + length], term.low):
                        continue
                elif length > 2 and low[at + 1 : at + length] != term.rest:
                    continue
                if term.cased and not all(map(_written, raw[at : at + length], term.words)):
                    continue
                if term.kind[:5] == "word:":
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
        long = [(n.first, n.last) for n in names if n.kind == "body" and n.last - n.first > 1]
        if long and "ask" in classes:
            # "appeals court"
            classes["ask"] = [(a, b) for a, b in classes["ask"] if not any(x <= a and b <= y for x, y in long)]
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
