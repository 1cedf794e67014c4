"""Finding the words of the data files in a sentence.

Terms are indexed by their first words, so the cost of a sentence does not grow with the number of terms. Of the names
that begin at one word the longest wins; equally long ones are all kept (DeepSeek is an app and a company).
"""

import functools
from collections.abc import Iterable, Iterator

import msgspec

from transforms.tag.entries import App, Body, Company, Entry, Good, Language, MeasureRule, Place, RuleData
from transforms.tag.words.terms import CAPITAL, EXACT, STEM, Needed, Spelling, Terms, holds, spelled
from transforms.tag.words.text import Sentence
from transforms.tag.words.tokens import words_of

_CYRILLIC = frozenset(map(chr, range(0x400, 0x500)))
_HAN = frozenset(map(chr, range(0x3400, 0xA000)))
_FOREIGN = {"latin": _CYRILLIC | _HAN, "cyrillic": _HAN, "han": _CYRILLIC}

Form = str
"""``base``, ``present``, ``ing``, ``past``, ``participle`` or ``noun``."""

_FORMS = ("base", "present", "ing", "past", "participle")
Span = tuple[int, int]


class Mention(msgspec.Struct, frozen=True, gc=False):
    """A name or measure at tokens ``first`` to ``last`` (exclusive) of a sentence."""

    first: int
    last: int
    kind: str
    entry: Entry
    form: str


TARGET_KINDS = frozenset({"app", "company", "good"})
_CLASS = "word:"
AVOID = "avoid-"
"""Begins the name of a class of phrases in which words of another one do not count."""


class Found:
    """What a sentence holds.

    Attributes:
      names: Apps, companies, goods, places and public bodies.
      measures: Words that may mean a measure.
    """

    __slots__ = ("_classes", "_words", "measures", "names")

    def __init__(self, names: list[Mention], measures: list[Mention], words: dict[str, list[Span]]) -> None:
        self.names = names
        self.measures = measures
        self._words = words
        self._classes: dict[str, list[Span]] | None = None

    def only(self, names: list[Mention]) -> "Found":
        """The same with some of the names; to be asked for before `classes`."""
        return Found(names, self.measures, self._words)

    @property
    def classes(self) -> dict[str, list[Span]]:
        """The spans of each class of words and each kind of name; put together when first asked for."""
        if self._classes is None:
            self._classes = self._words
            self._add_names(self._classes)
        return self._classes

    def _add_names(self, classes: dict[str, list[Span]]) -> None:
        names = self.names
        if "ask" in classes:
            # "appeals court"
            long = [(n.first, n.last) for n in names if n.kind == "body" and n.last - n.first > 1]
            asked = [(a, b) for a, b in classes.pop("ask") if not any(x <= a and b <= y for x, y in long)]
            if asked:
                classes["ask"] = asked
        for name in names:
            span = (name.first, name.last)
            kind = name.kind
            kinds: tuple[str, ...] = (kind, "target" if kind in TARGET_KINDS else "public")
            if kind == "body":
                kinds = (*kinds, name.entry.kind)  # type: ignore[attr-defined]
            for one in kinds:
                spans = classes.get(one)
                if spans is None:
                    classes[one] = [span]
                else:
                    spans.append(span)


def _names_of(data: RuleData) -> Iterator[tuple[str, Spelling]]:
    """Names of apps and companies, and phrases in which they are none: the same in all languages, so made once."""
    for kind, entries in (("app", data.apps), ("company", data.companies)):
        for entry in entries:
            assert isinstance(entry, App | Company)
            named = [(phrase, entry) for phrase in (entry.name, *entry.aliases)]
            for phrase, meant in [*named, *((phrase, None) for phrase in entry.avoid)]:
                words = words_of(phrase)
                if words:
                    yield phrase, spelled(words, False, kind, meant, "noun")


def forms(phrases: Iterable[str]) -> list[list[str]]:
    """Splits ``a/b/c`` into its forms; the order is kept, since verbs tell their form by it."""
    return [[form.strip() for form in phrase.split("/")] for phrase in phrases]


@functools.lru_cache(maxsize=1024)
def first_words(phrases: tuple[str, ...]) -> frozenset[str] | None:
    """The words with which names begin, as they are looked up; None where one of them is a stem."""
    firsts = frozenset(words[0].lower() for words in map(words_of, phrases) if words)
    return None if any(first.endswith("*") for first in firsts) else firsts


class Lexicon:
    """All terms of one language and the names common to all, ready to be looked up.

    Args:
      data: The rules.
      language: Those of the language.
    """

    def __init__(self, data: RuleData, language: Language) -> None:
        # Names of another script never stand in this language's texts.
        self._alphabet = _FOREIGN[language.grammar.script]
        self._terms = Terms()
        # An action needs a measure and a target, so their words are what a text must have at the least.
        self._measure_words = Needed()
        self._measure_firsts: set[str] = set()
        self._measure_seconds: dict[str, set[str]] = {}  # by the first; empty where none need follow
        self._target_words = Needed()
        # First words of each class that no kind of names is part of.
        self._class_firsts: dict[str, set[str]] = {}
        for phrase, spelling in data.memo.get("names") or data.memo.setdefault("names", list(_names_of(data))):
            if self._alphabet.isdisjoint(phrase):
                self._put(spelling)
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
        for name in ("body", "place", "public", "target", *TARGET_KINDS, *(body.kind for body in language.bodies)):
            self._class_firsts.pop(name, None)
        self._avoided = [name for name in language.words if name.startswith(AVOID)]
        self._terms.close()

    def with_stems(self, words: set[str]) -> set[str]:
        """The words, with the beginnings by which stems are sought."""
        return words | {word[:STEM] + "*" for word in words} if self._terms.stems else words

    def may_measure(self, words: set[str]) -> bool:
        """Could a text of these words (`with_stems`) hold a measure?"""
        return self._measure_words.among(words)

    def begins_measure(self, low: list[str]) -> bool:
        """Has a sentence the word with which a measure begins, and behind it the second one, where it has one?"""
        if self._terms.stems or self._measure_firsts.isdisjoint(low):
            return self._begins(self._measure_firsts, low)
        for seconds, second in zip(map(self._measure_seconds.get, low), [*low[1:], ""], strict=True):
            if seconds is not None and (second in seconds or "" in seconds):
                return True
        return False

    def begins_class(self, name: str, low: list[str]) -> bool:
        """Has it one with which a word of a class may begin?"""
        firsts = self._class_firsts.get(name)
        return firsts is None or self._begins(firsts, low)

    def _begins(self, firsts: set[str], low: list[str]) -> bool:
        if not firsts.isdisjoint(low):
            return True
        return bool(self._terms.stems) and not firsts.isdisjoint([word[:STEM] + "*" for word in low])

    def may_target(self, words: set[str]) -> bool:
        """Could it hold a target?"""
        return self._target_words.among(words)

    def _add(self, phrase: str, kind: str, entry: Entry | None, form: str = "noun") -> None:
        if not self._alphabet.isdisjoint(phrase):
            return
        words = words_of(phrase)
        if words:
            self._put(spelled(words, kind.startswith(_CLASS), kind.removeprefix(_CLASS), entry, form))

    def _put(self, spelling: Spelling) -> None:
        self._terms.add(spelling)
        term, low = spelling.term, spelling.low
        group, kind, entry = term.group, term.kind, term.entry
        if kind == "measure" or group:
            firsts = self._class_firsts.setdefault(kind, set()) if group else self._measure_firsts
            firsts.add(low[0][:STEM] + "*" if low[0].endswith("*") else low[0])
        if kind == "measure" and not group:
            alone = len(low) == 1 or low[1].endswith("*")
            self._measure_seconds.setdefault(low[0], set()).add("" if alone else low[1])
        if entry is not None:
            needed = self._measure_words if kind == "measure" else self._target_words if kind in TARGET_KINDS else None
            if needed is not None:
                needed.add(low)

    def _avoid(self, phrases: tuple[str, ...], kind: str) -> None:
        for phrase in phrases:
            self._add(phrase, kind, None)

    def find(self, sentence: Sentence) -> Found:
        """Looks every word of a sentence up."""
        names: list[Mention] = []
        measures: list[Mention] = []
        classes: dict[str, list[Span]] = {}
        name_end = measure_end = 0
        raw = sentence.raw
        for at, terms in self._terms.at(sentence.low):
            name_length = measure_length = 0
            for term in terms:
                length, _, written, check, group, kind, entry, form = term
                if check and not (
                    raw[at][0].isupper()
                    if check == CAPITAL
                    else raw[at] == written[0]  # type: ignore[index]
                    if check == EXACT
                    else holds(sentence, at, term)
                ):
                    continue
                if group:
                    spans = classes.get(kind)
                    if spans is None:
                        classes[kind] = [(at, at + length)]
                    else:
                        spans.append((at, at + length))
                elif kind == "measure":
                    if at >= measure_end and length >= measure_length:
                        measure_length = length
                        if entry:
                            measures.append(Mention(at, at + length, kind, entry, form))
                elif at >= name_end and length >= name_length:
                    name_length = length
                    if entry:
                        names.append(Mention(at, at + length, kind, entry, form))
            if name_length:
                name_end = at + name_length
            if measure_length:
                measure_end = at + measure_length
        for avoided in self._avoided:
            if avoided in classes:
                # "以威胁国家安全为由" threatens nothing.
                longer, meant = classes.pop(avoided), avoided.removeprefix(AVOID)
                left = [(a, b) for a, b in classes.pop(meant, ()) if not any(x <= a and b <= y for x, y in longer)]
                if left:
                    classes[meant] = left
        if measures and names:
            # "中国军工企业清单", "exports to China": the place says whom it concerns, not who acts.
            nouns = [(m.first, m.last) for m in measures if m.last - m.first > 1]
            if nouns:
                names = [kept for name in names if (kept := _within(name, nouns)) is not None]
        return Found(names, measures, classes)


def _within(name: Mention, nouns: list[Span]) -> Mention | None:
    """A name as it counts beside the measures of its sentence; None for "military" in "Chinese military companies"."""
    if name.kind not in ("place", "body") or not any(a <= name.first and name.last <= b for a, b in nouns):
        return name
    if name.kind == "place":
        return msgspec.structs.replace(name, form="adjective")
    return name if code_of(name) else None


def measure_of(mention: Mention) -> MeasureRule:
    """The measure's entry behind a mention."""
    assert isinstance(mention.entry, MeasureRule)
    return mention.entry


def code_of(mention: Mention) -> str:
    """The jurisdiction that a place or body stands for; empty when its words alone do not say."""
    return mention.entry.code if isinstance(mention.entry, Place | Body) else ""
