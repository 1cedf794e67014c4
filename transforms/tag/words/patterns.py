"""The rules' small pattern language: words and classes to the left and right of a measure.

``{court} .. {halt} .. {it}`` holds when, going left from the measure, a word of class ``halt`` comes within six words
and a court within six more, without leaving the clause. Patterns are run as sets of reachable positions, so the cost is
bounded by pattern length times reach and cannot blow up.
"""

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from transforms.tag.words.lexicon import Found
from transforms.tag.words.text import Sentence, words_of

T = TypeVar("T")
REACH = 6
WIDE = 16
NAMES = ("app", "company", "good", "place", "body", "target", "public")
COMMON = 16
"""Most sentences with a measure hold names: how much commoner they are than other classes."""
Span = tuple[int, int]


class Element(NamedTuple):
    """One part of a pattern: a gap, a class, or a choice of words."""

    kind: str
    words: tuple[str, ...]
    optional: bool


class Pattern(NamedTuple):
    """What must stand before the measure (nearest first) and after it.

    Attributes:
      source: As the data file has it.
      left, right: Its parts.
      classes: Those that must be in the sentence.
      words: Choices of which one must be in it, for each.
    """

    source: str
    left: tuple[Element, ...]
    right: tuple[Element, ...]
    classes: frozenset[str]
    words: tuple[frozenset[str], ...]


class Match(NamedTuple):
    """The tokens that a pattern covers, and those of its classes and words."""

    first: int
    last: int
    used: tuple[Span, ...]


def compile_pattern(source: str) -> Pattern:
    """Reads a pattern; its ``{it}`` was checked when the file was loaded."""
    elements: list[Element | None] = []
    needed = set()
    for word in source.split():
        optional = word.endswith("?") and len(word) > 1
        bare = word[:-1] if optional else word
        if bare == "{it}":
            elements.append(None)
        elif bare in ("..", "..."):
            elements.append(Element("gap" if bare == ".." else "wide", (), False))
        elif bare.startswith("{"):
            elements.append(Element("class", (bare[1:-1],), optional))
            if not optional:
                needed.add(bare[1:-1])
        else:
            choices = bare.split("/") if len(bare) > 1 else [bare]
            if len(choices) == 1:
                # "didn't" is several tokens, as in the text.
                elements += [Element("word", (token.lower(),), optional) for token in words_of(bare)]
            else:
                elements.append(Element("word", tuple(choice.lower() for choice in choices), optional))
    at = elements.index(None)
    left = tuple(element for element in reversed(elements[:at]) if element)
    right = tuple(element for element in elements[at + 1 :] if element)
    words = tuple(frozenset(part.words) for part in (*left, *right) if part.kind == "word" and not part.optional)
    return Pattern(source, left, right, frozenset(needed), words)


class View:
    """A sentence as patterns see it: tokens, and the spans of each class by where they start and end."""

    def __init__(self, sentence: Sentence, found: Found, barriers: frozenset[str], scale: int = 1) -> None:
        self.low = sentence.low
        self.classes: Mapping[str, list[Span]] = found.classes
        self.scale = scale
        self.words = frozenset(sentence.low)
        self.near: dict[int, list[Any]] = {}  # what rules have said of it
        self._barriers = barriers
        self._stops: set[int] | None = None
        self._by_end: dict[str, dict[int, list[int]]] = {}
        self._by_start: dict[str, dict[int, list[int]]] = {}

    @property
    def stops(self) -> set[int]:
        """Where the clause ends."""
        if self._stops is None:
            ends = _clause_ends(self._barriers)
            self._stops = {at for at, word in enumerate(self.low) if word in ends}
        return self._stops

    def table(self, name: str, leftwards: bool) -> dict[int, list[int]]:
        """Where the spans of a class lead, by where they end (or start)."""
        index = self._by_end if leftwards else self._by_start
        table = index.get(name)
        if table is None:
            table = {}
            for first, last in self.classes.get(name, ()):
                table.setdefault(last if leftwards else first, []).append(first if leftwards else last)
            index[name] = table
        return table


@functools.lru_cache(maxsize=16)
def _clause_ends(barriers: frozenset[str]) -> frozenset[str]:
    return barriers | {";", ":"}


def _bars(view: View, elements: tuple[Element, ...], at: int, leftwards: bool) -> bool:
    """Is what must stand nearest to the measure not there? It saves walking."""
    if not elements:
        return False
    reach = 0
    kind, words, optional = elements[0]
    if kind in ("gap", "wide") and len(elements) > 1:
        reach = (REACH if kind == "gap" else WIDE) * view.scale
        kind, words, optional = elements[1]
    if optional or kind in ("gap", "wide"):
        return False
    if kind == "class":
        first, last = (at - reach, at) if leftwards else (at, at + reach)
        return not any(first <= edge <= last for edge in view.table(words[0], leftwards))
    near = view.low[max(0, at - reach - 1) : at] if leftwards else view.low[at : at + reach + 1]
    return not any(word in near for word in words)


def _walk(
    view: View, elements: tuple[Element, ...], start: int, leftwards: bool
) -> tuple[int, tuple[Span, ...]] | None:
    reached: dict[int, tuple[Span, ...]] = {start: ()}
    low, size = view.low, len(view.low)
    for kind, words, optional in elements:
        following: dict[int, tuple[Span, ...]] = dict(reached) if optional else {}
        for at, used in reached.items():
            if kind in ("gap", "wide"):
                position, stops = at, view.stops
                for _ in range((REACH if kind == "gap" else WIDE) * view.scale + 1):
                    following.setdefault(position, used)
                    position += -1 if leftwards else 1
                    if not 0 <= position <= size or (position if leftwards else position - 1) in stops:
                        break
            elif kind == "class":
                for end in view.table(words[0], leftwards).get(at, ()):
                    following.setdefault(end, (*used, (min(at, end), max(at, end))))
            else:
                token = at - 1 if leftwards else at
                if 0 <= token < size and low[token] in words:
                    following.setdefault(token if leftwards else at + 1, (*used, (token, token + 1)))
        if not following:
            return None
        reached = following
    return next(iter(reached.items()))


def _as_key(name: str) -> str:
    """A class, told from a word."""
    return "{" + name if name != "{" else name


class RuleIndex(Generic[T]):
    """The rules of one file, of which those are tried whose words stand in the sentence.

    Args:
      rules: Each rule with its patterns, in the order of their rank.
    """

    def __init__(self, rules: Iterable[tuple[T, Iterable[str]]]) -> None:
        self.all = [(rule, [compile_pattern(source) for source in sources]) for rule, sources in rules]
        self._patterns = [
            (at, pattern, tuple(sorted(pattern.classes)), pattern.words)
            for at, (_, patterns) in enumerate(self.all)
            for pattern in patterns
        ]
        # Patterns by the word or class that they need and fewest others do, and those that need none.
        self._by_word: dict[str, list[int]] = {}
        self._by_class: dict[str, list[int]] = {}
        self._always: list[int] = []
        shared = Counter(
            key
            for _, _, classes, words in self._patterns
            for key in (*map(_as_key, classes), *itertools.chain.from_iterable(words))
        )
        for name in NAMES:
            shared[_as_key(name)] *= COMMON
        for number, (_, _, classes, words) in enumerate(self._patterns):
            needs = [*words, *(frozenset({_as_key(name)}) for name in classes)]
            if not needs:
                self._always.append(number)
                continue
            for key in min(needs, key=lambda need: sum(map(shared.__getitem__, need))):
                name = key.removeprefix("{")
                (self._by_word if name == key else self._by_class).setdefault(name, []).append(number)

    def near(self, view: View) -> list[tuple[T, list[Pattern]]]:
        """The rules that may hold somewhere in a sentence, with those of their patterns that may, in their order."""
        known: list[tuple[T, list[Pattern]]] | None = view.near.get(id(self))
        if known is None:
            known = view.near[id(self)] = self._near(view)
        return known

    def _near(self, view: View) -> list[tuple[T, list[Pattern]]]:
        classes, words = view.classes, view.words
        numbers = set(self._always)
        for word in self._by_word.keys() & words:
            numbers.update(self._by_word[word])
        for name in self._by_class.keys() & classes.keys():
            numbers.update(self._by_class[name])
        kept: list[tuple[T, list[Pattern]]] = []
        last = -1
        for number in sorted(numbers):
            at, pattern, needed, choices = self._patterns[number]
            for name in needed:
                if name not in classes:
                    break
            else:
                for choice in choices:
                    if words.isdisjoint(choice):
                        break
                else:
                    if at != last:
                        kept.append((self.all[at][0], []))
                        last = at
                    kept[-1][1].append(pattern)
        return kept


def match(pattern: Pattern, view: View, first: int, last: int) -> Match | None:
    """Does the pattern hold around the measure at tokens ``first`` to ``last``?"""
    if _bars(view, pattern.left, first, leftwards=True) or _bars(view, pattern.right, last, leftwards=False):
        return None
    left = _walk(view, pattern.left, first, leftwards=True)
    if left is None:
        return None
    right = _walk(view, pattern.right, last, leftwards=False)
    if right is None:
        return None
    return Match(left[0], right[0], left[1] + right[1])
