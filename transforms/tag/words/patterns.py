"""The rules' small pattern language: words and classes to the left and right of a measure.

``{court} .. {halt} .. {it}`` holds when, going left from the measure, a word of class ``halt`` comes within six words
and a court within six more, without leaving the clause. Patterns are run as sets of reachable positions, so the cost is
bounded by pattern length times reach and cannot blow up.
"""

from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from transforms.tag.words.lexicon import Found
from transforms.tag.words.text import Sentence, words_of

T = TypeVar("T")
REACH = 6
WIDE = 16
SHORT = 3
"""Letters of "on", "for" and the like."""
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
        # Where the clause ends.
        self.stops = {at for at, word in enumerate(sentence.low) if word in barriers or word in ";:"}
        self._by_end: dict[str, dict[int, list[int]]] = {}
        self._by_start: dict[str, dict[int, list[int]]] = {}

    def step(self, name: str, at: int, leftwards: bool) -> list[int]:
        """Where the spans of a class lead that end (or start) at a position."""
        index = self._by_end if leftwards else self._by_start
        table = index.get(name)
        if table is None:
            table = {}
            for first, last in self.classes.get(name, ()):
                table.setdefault(last if leftwards else first, []).append(first if leftwards else last)
            index[name] = table
        return table.get(at, [])


def _walk(
    view: View, elements: tuple[Element, ...], start: int, leftwards: bool
) -> tuple[int, tuple[Span, ...]] | None:
    reached: dict[int, tuple[Span, ...]] = {start: ()}
    low, size, stops = view.low, len(view.low), view.stops
    for kind, words, optional in elements:
        following: dict[int, tuple[Span, ...]] = dict(reached) if optional else {}
        for at, used in reached.items():
            if kind in ("gap", "wide"):
                position = at
                for _ in range((REACH if kind == "gap" else WIDE) * view.scale + 1):
                    following.setdefault(position, used)
                    position += -1 if leftwards else 1
                    if not 0 <= position <= size or (position if leftwards else position - 1) in stops:
                        break
            elif kind == "class":
                for end in view.step(words[0], at, leftwards):
                    following.setdefault(end, (*used, (min(at, end), max(at, end))))
            else:
                token = at - 1 if leftwards else at
                if 0 <= token < size and low[token] in words:
                    following.setdefault(token if leftwards else at + 1, (*used, (token, token + 1)))
        if not following:
            return None
        reached = following
    return next(iter(reached.items()))


def _is_common(choice: frozenset[str]) -> bool:
    """Is one of these words so short that many sentences have it? Then a class tells more."""
    return any(len(word) <= SHORT for word in choice)


class RuleIndex(Generic[T]):
    """The rules of one file, of which those are tried whose words stand in the sentence.

    Args:
      rules: Each rule with its patterns, in the order of their rank.
    """

    def __init__(self, rules: Iterable[tuple[T, Iterable[str]]]) -> None:
        self.all = [(rule, [compile_pattern(source) for source in sources]) for rule, sources in rules]
        self._patterns = [(at, pattern) for at, (_, patterns) in enumerate(self.all) for pattern in patterns]
        # Patterns by a word or class that they need, and those that need none.
        self._by_word: dict[str, list[int]] = {}
        self._by_class: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, (_, pattern) in enumerate(self._patterns):
            if pattern.words and not (pattern.classes and any(map(_is_common, pattern.words))):
                for word in min(pattern.words, key=len):
                    self._by_word.setdefault(word, []).append(number)
            elif pattern.classes:
                self._by_class.setdefault(min(pattern.classes), []).append(number)
            else:
                self._always.append(number)

    def near(self, view: View) -> list[tuple[T, list[Pattern]]]:
        """The rules that may hold somewhere in a sentence, with those of their patterns that may, in their order."""
        numbers = set(self._always)
        for word in self._by_word.keys() & view.words:
            numbers.update(self._by_word[word])
        for name in self._by_class.keys() & view.classes.keys():
            numbers.update(self._by_class[name])
        kept: list[tuple[T, list[Pattern]]] = []
        last = -1
        for number in sorted(numbers):
            at, pattern = self._patterns[number]
            if not may_match(pattern, view):
                continue
            if at != last:
                kept.append((self.all[at][0], []))
                last = at
            kept[-1][1].append(pattern)
        return kept


def may_match(pattern: Pattern, view: View) -> bool:
    """Does a sentence have all words and classes that a pattern needs?"""
    return pattern.classes <= view.classes.keys() and not any(map(view.words.isdisjoint, pattern.words))


def match(pattern: Pattern, view: View, first: int, last: int) -> Match | None:
    """Does the pattern hold around the measure at tokens ``first`` to ``last``?"""
    left = _walk(view, pattern.left, first, leftwards=True)
    if left is None:
        return None
    right = _walk(view, pattern.right, last, leftwards=False)
    if right is None:
        return None
    return Match(left[0], right[0], left[1] + right[1])
