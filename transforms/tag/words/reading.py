"""A document as the rules read it: its sentences, what each holds, and which names may be trusted."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from transforms.tag.entries import App, Company, Entry, Grammar
from transforms.tag.words.finder import Finder
from transforms.tag.words.lexicon import TARGET_KINDS, Found, Lexicon, Mention, Span, code_of
from transforms.tag.words.patterns import View
from transforms.tag.words.text import Piece, Sentence, ends, pairs_in, sentences_of, words_in
from transforms.tags import Document

LEAD_SENTENCES = 4
LEAST_WORDS = 8
FURNITURE = 12
"""Lines that may stand above an article's first sentence, which has some words and a stop."""

MENU = 100
"""The same where the headline stands again in the text: menus may stand above it."""

REPEATED = 3000
"""Characters of a text among which its headline is sought."""

SENTENCES = ("。", "！", ". ", ".\n")
FEW_SENTENCES = 3
"""Sentences that a menu may hold."""

_year = re.compile(r"(?:19|20)\d\d")

ANYTHING = [Mention(0, 0, "", Entry(id=""), "")]
"""What may be in focus before an article is read."""


def begins(document: Document) -> int:
    """Where a text goes on behind its own headline, if that is one of its first lines; else 0."""
    title = document.title.strip()
    if len(title) < LEAST_WORDS:
        return 0
    at = document.text.rfind(title, 0, REPEATED)
    end = at + len(title)
    if at < 0 or document.text[end : end + 1] not in ("\n", "\r"):
        return 0
    above = document.text[:at]
    # Below its article a headline may stand again, too.
    return end if sum(map(above.count, SENTENCES)) <= FEW_SENTENCES else 0


class Line:
    """One sentence with all that was found in it.

    Attributes:
      sentence: Tokens and offsets.
      found: Names, measures and classes, sought when first asked for: most articles are left before.
      view: What patterns look at.
      grammar: How its language is written.
    """

    __slots__ = (
        "_ahead",
        "_behind",
        "_classes",
        "_finder",
        "_found",
        "_may_measure",
        "_view",
        "_years",
        "grammar",
        "origins",
        "sentence",
    )

    def __init__(self, sentence: Sentence, finder: Finder, grammar: Grammar) -> None:
        self.sentence = sentence
        self.grammar = grammar
        self._finder = finder
        self._found: Found | None = None
        self._may_measure: bool | None = None
        self._classes: dict[str, list[Span]] | None = None
        self.origins: dict[tuple[int, int, str], bool] = {}  # what `is_origin` has said
        self._view: View | None = None
        self._years: list[int] | None = None
        self._ahead: dict[int, Mention] | None = None
        self._behind: dict[int, Mention] | None = None

    @property
    def found(self) -> Found:
        if self._found is None:
            self._found = self._finder.find(self.sentence)
        return self._found

    @property
    def classes(self) -> dict[str, list[Span]]:
        """The spans of each class of words and each kind of name."""
        if self._classes is None:
            self._classes = self.found.classes
        return self._classes

    @property
    def may_measure(self) -> bool:
        """May it hold a measure? Of a line that may not, `found` need not be asked."""
        if self._found is not None:
            return bool(self._found.measures)
        if self._may_measure is None:
            self._may_measure = self._finder.may_measure(self.sentence)
        return self._may_measure

    @property
    def view(self) -> View:
        if self._view is None:
            self._view = View(self.sentence, self.found, self.grammar.barriers, self.grammar.scale)
        return self._view

    @property
    def years(self) -> list[int]:
        """The years that it names in digits, the earliest first."""
        if self._years is None:
            fours = [word for word in self.sentence.low if len(word) == 4 and word[0] in "12"]
            self._years = sorted(int(word) for word in fours if _year.fullmatch(word))
        return self._years

    @property
    def targets_ahead(self) -> dict[int, Mention]:
        """Apps, companies and goods by their first token."""
        if self._ahead is None:
            self._ahead = {name.first: name for name in self.found.names if name.kind in TARGET_KINDS}
        return self._ahead

    @property
    def targets_behind(self) -> dict[int, Mention]:
        """The same by their last token."""
        if self._behind is None:
            self._behind = {name.last - 1: name for name in self.found.names if name.kind in TARGET_KINDS}
        return self._behind

    def has(self, name: str) -> bool:
        """Is there a word of this class, or a name of this kind?"""
        if self._found is None and not self._finder.may_hold(name, self.sentence):
            return False
        return name in self.classes

    def may_name(self, firsts: frozenset[str] | None) -> bool:
        """May it hold a name that begins with one of these words (`first_words`)?"""
        return self._found is not None or firsts is None or not firsts.isdisjoint(self.sentence.low)

    def of_class(self, name: str, first: int, last: int) -> bool:
        """Does a span of the class touch these tokens?"""
        spans = self.classes.get(name)
        if spans is not None:
            for a, b in spans:
                if a < last and first < b:
                    return True
        return False


class Reading:
    """A document, read: its head at once, the rest when `finish` is called.

    Args:
      document: What to read.
      pieces: Its parts.
      lexicon: The terms of its language.
      grammar: How the language is written.
      words: All words of the document.

    Attributes:
      lines: The sentences read so far.
      first_text: Index of the first sentence under the headline.
    """

    def __init__(
        self, document: Document, pieces: list[Piece], lexicon: Lexicon, grammar: Grammar, words: set[str]
    ) -> None:
        self.document = document
        self.grammar = grammar
        self.lines: list[Line] = []
        self._finished = False
        self._focus: list[Mention] | None = None
        self._countries: Counter[str] | None = None
        self._speakers: list[str] | None = None
        self._finder = Finder(lexicon, grammar, words)
        self._coming = sentences_of(pieces, grammar)
        self._begins = begins(document)
        self.first_text = unknown = MENU if self._begins else FURNITURE
        for line in self._read():
            if self.first_text == unknown and self._is_first(line.sentence):
                self.first_text = line.sentence.index
            if line.sentence.part == "text" and line.sentence.index >= self.first_text + LEAD_SENTENCES:
                break
        self.first_text = self._first_text(unknown)

    @property
    def home(self) -> str:
        """Whose government is meant where none is named; nobody's in traditional characters: three places use them."""
        grammar = self.grammar
        return "" if grammar.folds and grammar.foldable.search(self.document.title) else grammar.home

    def above(self, line: Line) -> bool:
        """Does a line stand in the menu above the article?"""
        return line.sentence.part == "text" and line.sentence.start < self._begins

    def read_to(self, count: int) -> None:
        """Reads on until so many sentences are read, the headline among them."""
        if len(self.lines) < count:
            for _ in itertools.islice(self._read(), count - len(self.lines)):
                pass

    def count_measures(self) -> int:
        """Reads on to the end; how many measures the article may have at the most."""
        for _ in self._read():
            pass
        return sum(len(line.found.measures) for line in self.lines if line.may_measure)

    def finish(self) -> None:
        """Reads on to the end."""
        for _ in self._read():
            pass
        self._finished = True

    @property
    def focus(self) -> list[Mention]:
        """What "the app" or "the company" stands for; anything, before all is read."""
        if self._focus is None:
            if not self._finished:
                return ANYTHING
            self._focus = self._spoken_of()
        return self._focus

    @property
    def countries(self) -> Counter[str]:
        """How often each government speaks; empty before all is read."""
        if self._countries is None:
            if not self._finished:
                return Counter()
            self._countries = self._count_countries()
        return self._countries

    @property
    def speakers(self) -> list[str]:
        """The governments that speak most, up to four."""
        if self._speakers is None:
            speakers = [code for code, _ in self.countries.most_common(4)]
            if not self._finished:
                return speakers
            self._speakers = speakers
        return self._speakers

    def _read(self) -> Iterator[Line]:
        for sentence in self._coming:
            line = Line(sentence, self._finder, self.grammar)
            self.lines.append(line)
            yield line

    def _first_text(self, most: int) -> int:
        """Index of the first sentence under the headline: bylines and captions that stand above it are none."""
        below = [line.sentence for line in self.lines if line.sentence.part != "title"]
        full = (sentence.index for sentence in below[:most] if self._is_first(sentence))
        return next(full, below[0].index if below else 0)

    def _is_first(self, sentence: Sentence) -> bool:
        if sentence.part != "text":
            return sentence.part == "summary"
        if sentence.start < self._begins:
            return False
        return len(sentence) >= LEAST_WORDS * self.grammar.scale and ends(sentence)

    def _spoken_of(self) -> list[Mention]:
        """The app or company that the article speaks of most."""
        counts: Counter[str] = Counter()
        first: dict[str, Mention] = {}
        for line in self.lines:
            for name in line.found.names:
                if isinstance(name.entry, App | Company):
                    key = f"{name.kind}/{name.entry.id}"
                    counts[key] += 3 if line.sentence.index == 0 else 1
                    first.setdefault(key, name)
        ranked = [(key, count) for key, count in counts.most_common(3) if count >= 2]
        return [first[key] for key, count in ranked if count * 2 >= ranked[0][1]]

    def _count_countries(self) -> Counter[str]:
        """How often each government speaks, the head of the article counting more."""
        counts: Counter[str] = Counter()
        for line in self.lines:
            weight = 4 if line.sentence.index == 0 else 2 if line.sentence.index <= 4 else 1
            for name in line.found.names:
                code = code_of(name)
                if code and (name.kind != "place" or not is_origin(line, name)):
                    counts[code] += weight
        return counts


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
    key = (name.first, name.last, name.form)
    known = line.origins.get(key)
    if known is None:
        known = line.origins[key] = _is_origin(line, name)
    return known


def _is_origin(line: Line, name: Mention) -> bool:
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
    if line.grammar.script == "han" and any(b == name.first for _, b in line.classes.get("target", ())):
        # "微软中国", but not "TikTok 美国业务"
        return not line.of_class("operations", at, at + 1)
    if line.of_class("app-store", at, at + 1):
        return False
    if line.grammar.free_order and name.form == "adjective" and at > 1:
        # "l'app cinese"
        before = name.first
        if any(b == before for _, b in (*line.classes.get("origin-noun", ()), *line.classes.get("target", ()))):
            return True
    for ahead in range(2 if possessive or name.form == "adjective" else 1):
        if at + ahead >= len(low):
            return False
        position = at + ahead
        if any(measure.first <= position < measure.last for measure in found.measures):
            return False
        here = [(a, b) for a, b in line.classes.get("origin-noun", ()) if a == position]
        if here:
            if any(n.kind == "body" and n.first in (position, here[0][1]) for n in found.names):
                # "Russian internet watchdog"
                return False
            if low[position - 1] == "-":
                # "India-style curbs", "China-bound shipments"
                return True
            # "Australia's social media ban": up to the end of what the word begins.
            end = max(b for a, b in (*here, *line.classes.get("target", ())) if a == position)
            return not any(
                measure.first <= end <= measure.first + 1 for measure in found.measures if measure.form == "noun"
            )
        target = next((b for a, b in line.classes.get("target", ()) if a == position), None)
        if low[position] in line.grammar.fronting:
            # "美国对华为": a name that a preposition is part of.
            return False
        if target is not None and (possessive or name.form == "adjective" or line.grammar.script == "han"):
            # "China's Huawei", "中国华为", but not "Montana's TikTok ban".
            return not any(measure.first == target and measure.form == "noun" for measure in found.measures)
        if any(a <= position < b for a, b in line.classes.get("body", ())):
            return False
    return False


_HEAD_PAIRS = 300
HEAD_CHARACTERS = 3200
"""Of the text: no sentence of the lead ends behind them, for it begins in the first 1,200 and has at most 160 words."""


def may_act(pieces: list[Piece], words: set[str], lexicon: Lexicon, grammar: Grammar) -> bool:
    """Could an article of these words hold an action? Then there are words of a measure and of a target."""
    # Pairs are dear, and more of them never make it less so: the whole is asked only where its head is not enough.
    words = lexicon.with_stems(words)
    measure, target = lexicon.may_measure(words), lexicon.may_target(words)
    for cap in (0, _HEAD_PAIRS, None) if grammar.script == "han" else ():
        if measure and target:
            break
        pairs = pairs_in([(part, text if part == "title" else text[:cap]) for part, text in pieces], grammar)
        measure = measure or lexicon.may_measure(pairs)
        target = target or lexicon.may_target(pairs)
    return measure and target


def may_report(pieces: list[Piece], lexicon: Lexicon, grammar: Grammar) -> bool:
    """Could the main news be an action? Then a measure stands in headline or lead, or the headline names a target."""
    title = pieces[:1]
    words = lexicon.with_stems(words_in(title, grammar) | pairs_in(title, grammar))
    if lexicon.may_target(words):
        return True
    head: list[Piece] = [(part, text[:HEAD_CHARACTERS] if part == "text" else text) for part, text in pieces[1:]]
    return lexicon.may_measure(words | lexicon.with_stems(words_in(head, grammar) | pairs_in(head, grammar)))


def speaks(words: set[str], grammar: Grammar) -> int | None:
    """How surely a text is in this grammar's language, as far as its commonest words tell; None if it is not."""
    own, foreign = len(words & grammar.own_words), len(words & grammar.foreign_words)
    return own - foreign if foreign <= 2 or own > foreign else None
