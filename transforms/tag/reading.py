"""A document as the rules read it: its sentences, what each holds, and which names may be trusted.

Names that are also common words ("X", "Signal", "Line") are dropped here unless the article holds one of the words that
their entry asks for.
"""

from collections import Counter
from collections.abc import Iterable

from transforms.tag.entries import App, Company, Grammar, Place
from transforms.tag.lexicon import Found, Lexicon, Mention, code_of, measure_of
from transforms.tag.patterns import View
from transforms.tag.text import Sentence, characters_of, ends, parts_of, sentences, vocabulary_of, words_of
from transforms.tags import Document

LEAST_WORDS = 8
FURNITURE = 12
"""Lines that may stand above an article's first sentence, which has some words and a stop."""
_SURE_NAME = 4
"""Letters from which a Latin name is taken at its word in a text of another script."""


class Line:
    """One sentence with all that was found in it.

    Attributes:
      sentence: Tokens and offsets.
      found: Names, measures and classes.
      view: What patterns look at.
      grammar: How its language is written.
    """

    __slots__ = ("found", "grammar", "sentence", "view")

    def __init__(self, sentence: Sentence, found: Found, grammar: Grammar) -> None:
        self.sentence = sentence
        self.found = found
        self.grammar = grammar
        self.view = View(sentence, found, grammar.barriers, grammar.scale)

    def has(self, name: str) -> bool:
        """Is there a word of this class, or a name of this kind?"""
        return bool(self.found.classes.get(name))

    def of_class(self, name: str, first: int, last: int) -> bool:
        """Does a span of the class touch these tokens?"""
        return any(a < last and first < b for a, b in self.found.classes.get(name, ()))


class Reading:
    """A document, read.

    Args:
      document: What to read.
      lexicon: The terms of its language.
      grammar: How the language is written.
    """

    def __init__(self, document: Document, lexicon: Lexicon, grammar: Grammar, words: set[str]) -> None:
        self.document = document
        self.grammar = grammar
        self.words = words
        self.lines: list[Line] = []
        trusted: dict[str, bool] = {}
        for sentence in sentences(document, grammar):
            found = lexicon.find(sentence)
            if any(self._needs(name) for name in found.names):
                found = self._without_doubtful(found, trusted)
            self.lines.append(Line(sentence, found, grammar))
        self.first_text = self._first_text()
        self.countries = self._count_countries()
        self.focus = self._focus()

    def _first_text(self) -> int:
        """Index of the first sentence under the headline: bylines and captions that stand above it are none."""
        below = [line.sentence for line in self.lines if line.sentence.part != "title"]
        least = LEAST_WORDS * self.grammar.scale
        full = (s.index for s in below[:FURNITURE] if s.part == "summary" or (len(s) >= least and ends(s)))
        return next(full, below[0].index if below else 0)

    def _needs(self, name: Mention) -> tuple[str, ...]:
        entry = name.entry
        if not isinstance(entry, App | Company):
            return ()
        # Among Chinese or Cyrillic letters "Discord" and "Signal" are no common words; "X" and "Max" may be anything.
        return () if self.grammar.script != "latin" and len(entry.name) >= _SURE_NAME else entry.needs

    def _without_doubtful(self, found: Found, trusted: dict[str, bool]) -> Found:
        kept = []
        objects = {m.last for m in found.measures if _falls_on_services(m)}
        passives = {m.first for m in found.measures if _falls_on_services(m) and m.form in ("past", "participle")}
        for name in found.names:
            needs = self._needs(name)
            if needs and name.kind == "app" and (name.first in objects or name.last in passives):
                # "Pakistan bans X": what stands right behind the verb is named as a service.
                kept.append(name)
                continue
            if needs:
                key = f"{name.kind}/{name.entry.id}"
                if key not in trusted:
                    trusted[key] = any(all(w.lower() in self.words for w in words_of(need)) for need in needs)
                if not trusted[key]:
                    continue
            kept.append(name)
        classes = dict(found.classes)
        for kind, kinds in (("app", ("app",)), ("company", ("company",)), ("target", ("app", "company", "good"))):
            classes[kind] = [(name.first, name.last) for name in kept if name.kind in kinds]
        return Found(kept, found.measures, classes)

    def _focus(self) -> list[Mention]:
        """The app or company that the article speaks of most: what "the app" or "the company" stands for."""
        counts: Counter[str] = Counter()
        first: dict[str, Mention] = {}
        for line in self.lines:
            for name in line.found.names:
                if isinstance(name.entry, App | Company):
                    key = f"{name.kind}/{name.entry.id}"
                    counts[key] += 3 if line.sentence.index == 0 else 1
                    first.setdefault(key, name)
        ranked = [(key, count) for key, count in counts.most_common(2) if count >= 2]
        return [first[key] for key, count in ranked if count * 2 >= ranked[0][1]]

    def _count_countries(self) -> Counter[str]:
        """How often each government speaks, the head of the article counting more."""
        counts: Counter[str] = Counter()
        for line in self.lines:
            weight = 4 if line.sentence.index == 0 else 2 if line.sentence.index <= 4 else 1
            for name in line.found.names:
                code = code_of(name)
                if code and (not isinstance(name.entry, Place) or not is_origin(line, name)):
                    counts[code] += weight
        return counts


def _falls_on_services(measure: Mention) -> bool:
    rule = measure_of(measure)
    return rule.measure in ("ban", "block") and measure.form != "noun" and not rule.needs


def _is_relation(line: Line, name: Mention) -> bool:
    """Is a place one side of a relation, as in "US-China talks"? Neither acts."""
    low, names = line.sentence.low, line.found.names
    behind = low[name.last : name.last + 1] == ["-"] and any(
        n.kind == "place" and n.first == name.last + 1 for n in names
    )
    before = name.first > 1 and low[name.first - 1] == "-"
    return behind or (before and any(n.kind == "place" and n.last == name.first - 1 for n in names))


def is_origin(line: Line, name: Mention) -> bool:
    """Does a place only say where a company, product or people come from ("the Chinese app", "China's Huawei")?"""
    low, found = line.sentence.low, line.found
    at = name.last
    if _is_relation(line, name):
        return True
    possessive = low[at : at + 2] == ["'", "s"]
    if possessive:
        at += 2
    elif line.grammar.script == "han" and low[at : at + 1] == ["的"]:
        possessive = True
        at += 1
    elif low[at : at + 1] == ["-"]:
        at += 1
    elif name.form == "seat":
        return False
    if line.grammar.script == "han" and any(b == name.first for _, b in found.classes.get("target", ())):
        # "微软中国", but not "TikTok 美国业务"
        return not line.of_class("operations", at, at + 1)
    if line.of_class("app-store", at, at + 1):
        return False
    if line.grammar.free_order and name.form == "adjective" and at > 1:
        # "l'app cinese"
        before = name.first
        if any(b == before for _, b in (*found.classes.get("origin-noun", ()), *found.classes.get("target", ()))):
            return True
    for ahead in range(2 if possessive or name.form == "adjective" else 1):
        if at + ahead >= len(low):
            return False
        position = at + ahead
        if any(measure.first <= position < measure.last for measure in found.measures):
            return False
        here = [(a, b) for a, b in found.classes.get("origin-noun", ()) if a == position]
        if here:
            if any(kind == "body" and first == here[0][1] for kind, first in ((n.kind, n.first) for n in found.names)):
                # "Russian internet watchdog"
                return False
            # "Australia's social media ban": up to the end of what the word begins.
            end = max(b for a, b in (*here, *found.classes.get("target", ())) if a == position)
            return not any(
                measure.first <= end <= measure.first + 1 for measure in found.measures if measure.form == "noun"
            )
        target = next((b for a, b in found.classes.get("target", ()) if a == position), None)
        if low[position] in line.grammar.fronting:
            # "美国对华为": a name that a preposition is part of.
            return False
        if target is not None and (possessive or name.form == "adjective" or line.grammar.script == "han"):
            # "China's Huawei", "中国华为", but not "Montana's TikTok ban".
            return not any(measure.first == target and measure.form == "noun" for measure in found.measures)
        if any(a <= position < b for a, b in found.classes.get("body", ())):
            return False
    return False


HEAD_CHARACTERS = 3200
"""Of the text: no sentence of the lead ends behind them, for it begins in the first 1,200 and has at most 160 words."""


def words_in(text: str, grammar: Grammar) -> set[str]:
    """The words of a text; of a Chinese one its characters, and each two that stand together."""
    return characters_of(text, grammar.folds) if grammar.script == "han" else vocabulary_of(text)


def read_words(document: Document, grammar: Grammar) -> set[str]:
    """The words of the parts that are read."""
    return set[str]().union(*(words_in(text, grammar) for _, text in parts_of(document)))


def may_report(document: Document, lexicon: Lexicon, grammar: Grammar) -> bool:
    """Could the main news be an action? Then a measure stands in headline or lead, or the headline names a target."""
    title = lexicon.with_stems(words_in(document.title, grammar))
    if lexicon.may_target(title):
        return True
    head = words_in(f"{document.summary[:4000]} {document.text[:HEAD_CHARACTERS]}", grammar)
    return lexicon.may_measure(title | lexicon.with_stems(head))


def speaks(words: Iterable[str], grammar: Grammar) -> int | None:
    """How surely a text is in this grammar's language, as far as its commonest words tell; None if it is not."""
    held = set(words)
    own, foreign = len(held & grammar.own_words), len(held & grammar.foreign_words)
    return own - foreign if foreign <= 2 or own > foreign else None
