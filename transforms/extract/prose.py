"""Where on a page its prose is: the element that holds the paragraphs of the article, and how they look."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

import lxml.html

Element: TypeAlias = lxml.html.HtmlElement

BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "div", "dl", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6")
    + ("header", "li", "ol", "p", "section", "table", "ul")
)
_PROSE = 60  # bytes of UTF-8 outside links that make a block a paragraph
_BOLD = 0.9  # share of a paragraph in bold that makes it a bold one
_SPLIT = 1.5  # times as much prose as in the best single box
_RIVAL = 0.5  # of the most prose; the first with as much is the page's story, what follows may be the next one
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
      mass: Bytes of prose by the element that directly holds them.
    """

    def __init__(self, tree: Element) -> None:
        self._measure(_paragraphs(tree))
        if self.home is None:
            self._measure(_boxes_and_lines(tree))
        inside = [one for one in self.paragraphs if self.belongs(one)]
        self._plain = sum(not _bold(one) for one in inside) > len(inside) / 2
        self.scope = self._scope()

    def _measure(self, paragraphs: Iterable[tuple[Element, int]]) -> None:
        self.mass: Counter[Element] = Counter()
        self.paragraphs: list[Element] = []
        above: Counter[Element] = Counter()
        for paragraph, length in paragraphs:
            parent = paragraph.getparent()
            if parent is None or length < _PROSE:
                continue
            self.mass[parent] += length
            self.paragraphs.append(paragraph)
            if (around := parent.getparent()) is not None:
                above[around] += length
        own, split = _first_of_most(self.mass), _first_of_most(above)
        # Where each paragraph has a box of its own, what holds the boxes is the home.
        boxed = split is not None and above[split] >= _SPLIT * self.mass[own] and self._boxed(split)
        self.home = split if boxed else own
        if sum(map(self.belongs, self.paragraphs)) < 2:
            self.home = None

    def belongs(self, element: Element) -> bool:
        """Whether an element stands directly in the home, or in a box of its own there."""
        return self.home is not None and self.home in islice(element.iterancestors(), 2)

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

    def _boxed(self, around: Element) -> bool:
        parents = [one.getparent() for one in self.paragraphs if around in islice(one.iterancestors(), 1, 2)]
        return all(one.tag in ("div", "section") for one in parents)

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


def _first_of_most(mass: Counter[Element]) -> Element | None:
    """In the order of the page: what follows may be the next story."""
    most = max(mass.values(), default=0)
    return next((one for one, held in mass.items() if held >= _RIVAL * most), None)


def _bold(paragraph: Element) -> bool:
    if paragraph.tag == "br":
        return False
    whole = len(paragraph.text_content().strip())
    bold = sum(len(one.text_content().strip()) for one in paragraph.iter("b", "strong"))
    return bool(whole) and bold >= _BOLD * whole
