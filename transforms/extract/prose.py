"""Where on a page its prose is: the element that holds the paragraphs of the article, and how they look."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

import lxml.html

from transforms.extract.holder import holder_of, home_of, kin_of

Element: TypeAlias = lxml.html.HtmlElement

BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "div", "dl", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6")
    + ("header", "li", "ol", "p", "section", "table", "ul")
)
_MOST_IN_ONE = 0.5  # of a story that stands in pieces, that the largest holds
_PROSE = 60  # bytes of UTF-8 outside links that make a block a paragraph
_BOLD = 0.9  # share of a paragraph in bold that makes it a bold one
_SHARE = 0.3  # of the page's prose, that an article must hold to be the page's
# Names that style sheets give to a standfirst, in the languages whose newsrooms have a word of their own for it.
_APART = frozenset(
    ("standfirst", "intro", "lead", "lede", "subtitle", "subheadline", "dek", "deck", "summary", "teaser", "excerpt")
    + ("chapo", "ingress", "entradilla", "sommario", "vorspann")
)
_NAMES = re.compile(r"[\W_]+")


class Prose:
    """The prose of a page.

    Attributes:
      home: The element whose own paragraphs make up more of the page's prose than any other's; None where no element
        has two of them.
      scope: The outermost article element around it, or main element where there is none; None where neither holds
        enough of the page's prose to be the page's.
      holder: What is around the home and holds the rest of its story, where boxes cut that in pieces; else the home.
      kin: The paragraphs that are the story's.
      boxes: Elements that hold several of them.
      held: Bytes of their prose.
      paragraphs: All of the page, in their order.
      mass: Bytes of prose by the element that directly holds them.
    """

    home: Element | None
    holder: Element | None

    def __init__(self, tree: Element) -> None:
        self.paragraphs: list[Element] = []
        self._measure(tree, _paragraphs(tree))
        if self.home is None:
            paragraphs = self.paragraphs
            self._measure(tree, _boxes_and_lines(tree))
            self.paragraphs = self.paragraphs if self.home is not None else [*paragraphs, *self.paragraphs]
        inside = [one for one in self.paragraphs if self.belongs(one)]
        self._plain = sum(not _bold(one) for one in inside) > len(inside) / 2
        self.scope = self._scope()

    def _measure(self, tree: Element, paragraphs: Iterable[tuple[Element, int]]) -> None:
        self.mass: Counter[Element] = Counter()
        self.kin: set[Element] = set()
        self.boxes: set[Element | None] = set()
        self.held = 0
        self._pieces: set[Element | None] = set()
        long = [(one, length) for one, length in paragraphs if length >= _PROSE and one.getparent() is not None]
        for paragraph, length in long:
            self.mass[paragraph.getparent()] += length
        self.paragraphs = [paragraph for paragraph, _ in long]
        self.home, self._reach = home_of(long)
        inside = list(filter(self.belongs, self.paragraphs))
        self.holder, self.kin = self.home, set(inside)
        if self.home is None or len(inside) < 2:
            self.home = self.holder = None
            return
        self.kin = set(kin_of(tree, long, inside, self._reach > 1))
        self.holder = holder_of(self.home, long, self.kin)
        self.kin = {one for one in self.kin if self.holder in one.iterancestors()}
        self.held = sum(length for one, length in long if one in self.kin)
        pieces = Counter(one.getparent() for one in self.kin)
        self._pieces = {piece for piece, count in pieces.items() if count > 1}
        self.boxes = {self.home} | self._pieces

    @property
    def scattered(self) -> bool:
        """Whether the story stands in several pieces."""
        most = max((self.mass[piece] for piece in self._pieces if piece is not None), default=self.held)
        return self.holder is not self.home or most < _MOST_IN_ONE * self.held

    def belongs(self, element: Element) -> bool:
        """Whether an element stands where the paragraphs do: directly in the home, or in a box of its own there."""
        around = element.getparent()
        if around is not None and around.tag == "p":
            element = around
        if element in self.kin:
            return True
        return self.home is not None and self.home in islice(element.iterancestors(), self._reach)

    def is_paragraph(self, element: Element) -> bool:
        """Whether an element is a paragraph of the text like the others, and not set apart from them."""
        return (
            element.tag in ("p", "br", "div")
            and self.belongs(element)
            and not (self._plain and _bold(element))
            and not set_apart(element)
        )

    def first(self) -> Element | None:
        """The first paragraph that is like the others."""
        return next((one for one in self.paragraphs if self.is_paragraph(one)), None)

    def _scope(self) -> Element | None:
        if self.home is None:
            return None
        path = (self.home, *self.home.iterancestors())
        around = [one for one in path if one.tag == "article"] or [one for one in path if one.tag == "main"]
        if not around:
            return None
        held = sum(mass for element, mass in self.mass.items() if around[-1] in (element, *element.iterancestors()))
        return around[-1] if held >= _SHARE * self.mass.total() else None


def set_apart(element: Element) -> bool:
    """Whether its class says that an element is a standfirst."""
    return not _APART.isdisjoint(_NAMES.split((element.get("class") or "").lower()))


def wrappers(element: Element | None) -> Iterator[Element]:
    """An element and what is around it, within the body."""
    while element is not None and element.tag not in ("html", "body"):
        yield element
        element = element.getparent()


def size(text: str | None) -> int:
    """Bytes of UTF-8: a Chinese word has one or two characters, an English one five."""
    return len((text or "").encode("utf-8", "ignore"))


def _paragraphs(tree: Element) -> Iterator[tuple[Element, int]]:
    """Paragraphs, with their bytes outside links."""
    for element in tree.iter("p"):
        yield element, _unlinked(element)


def _boxes_and_lines(tree: Element) -> Iterator[tuple[Element, int]]:
    """What stands for paragraphs on a page without them: divisions that hold no blocks, lines that a br begins."""
    for element in tree.iter("div", "br"):
        if element.tag == "br":
            yield element, size((element.tail or "").strip())
        elif not any(child.tag in BLOCKS or child.tag == "br" for child in element):
            yield element, _unlinked(element)


def _unlinked(element: Element) -> int:
    return size(element.text_content().strip()) - sum(size(link.text_content()) for link in element.iter("a"))


def _bold(paragraph: Element) -> bool:
    if paragraph.tag == "br":
        return False
    whole = len(paragraph.text_content().strip())
    bold = sum(len(one.text_content().strip()) for one in paragraph.iter("b", "strong"))
    return bool(whole) and bold >= _BOLD * whole
