"""Which element of a page holds its story: the home of the paragraphs, and what else is of their make."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, islice
from typing import TypeAlias

import lxml.html

Element: TypeAlias = lxml.html.HtmlElement

_LEVELS = 6  # elements around a paragraph, of which one may be its home
_SPLIT = 1.5  # times as much prose as in the best home further in
_RIVAL = 0.5  # of the most prose; the first with as much is the page's story, what follows may be the next one
_BOXES = frozenset(("div", "section"))
_CLIMB = 5  # elements around a home, of which one may hold the rest of the story
_GAIN = 1.1  # times as much of the story as within the home
_MANY = 5  # paragraphs of one make, that set what differs apart
_KIN = 0.7  # of the prose within it, that must be of the story's make


def home_of(paragraphs: Iterable[tuple[Element, int]]) -> tuple[Element | None, int]:
    """The element that holds more of the paragraphs than any other, and how far around them it stands.

    Where each paragraph has a box of its own, or a box within a box, what holds the boxes is the home.

    Args:
      paragraphs: With their lengths, in their order.
    """
    mass: list[Counter[Element]] = [Counter() for _ in range(_LEVELS)]
    for paragraph, length in paragraphs:
        for level, around in enumerate(islice(paragraph.iterancestors(), _LEVELS)):
            mass[level][around] += length
            if around.tag not in _BOXES:
                break
    home, reach = _first_of_most(mass[0]), 1
    for level in range(1, _LEVELS):
        wider = _first_of_most(mass[level])
        if wider is None or home is None:
            continue
        if mass[level][wider] >= _SPLIT * mass[reach - 1][home]:
            home, reach = wider, level + 1
    return home, reach


def kin_of(
    tree: Element, paragraphs: Sequence[tuple[Element, int]], home: Sequence[Element], boxed: bool
) -> list[Element]:
    """The paragraphs that are of the same make as those of the home, and of the same story.

    A story that advertisements or boxes cut in pieces has its paragraphs in several elements, all of one make. Another
    story of that make has an article element or a headline of its own.

    Args:
      tree: The page.
      paragraphs: All of it, with their lengths, in their order.
      home: Those in the home.
      boxed: Whether they stand in boxes there, of which some may be other things.
    """
    lengths = dict(paragraphs)
    makes: Counter[tuple[int, str]] = Counter()
    for one in home:
        makes[_make(one)] += lengths[one]
    make = max(makes, key=makes.__getitem__)
    if not make[1]:
        return list(home)
    stories, story = {}, 0
    for element in tree.iter("h1", "p", "div", "br"):
        story += element.tag == "h1"
        stories[element] = story
    own, inside = _article(home[0]), set(home)
    if boxed and makes[make] >= _KIN * makes.total():
        inside = {one for one in home if _make(one) == make}
    return [
        one
        for one, _ in paragraphs
        if one in inside or (_make(one) == make and _article(one) is own and stories[one] == stories[home[0]])
    ]


def strange_tail(holder: Element, kin: Collection[Element]) -> list[Element]:
    """Paragraphs in the holder behind the last of the story's, and of another make: notices of the site.

    Args:
      holder: The element that holds the story.
      kin: Its paragraphs.
    """
    makes = Counter(map(_make, kin))
    make, number = makes.most_common(1)[0]
    if not make[1] or number < _MANY or number < len(kin):
        return []
    tail: list[Element] = []
    for element in holder.iter("p"):
        if element in kin or _make(element) == make:
            tail = []
        else:
            tail.append(element)
    return tail


def holder_of(home: Element, paragraphs: Sequence[tuple[Element, int]], kin: Collection[Element]) -> Element:
    """The element around the home that holds its kin, and hardly any other prose.

    Args:
      home: The element that holds most of the story.
      paragraphs: Of the page, with their lengths.
      kin: Those that are the story's.
    """
    mass: Counter[Element] = Counter()
    own: Counter[Element] = Counter()
    for one, length in paragraphs:
        for around in one.iterancestors():
            mass[around] += length
            own[around] += length * (one in kin)
    holder = home
    for around in islice(home.iterancestors(), _CLIMB):
        if around.tag in ("body", "html"):
            break
        if own[around] >= _GAIN * own[holder] and own[around] >= _KIN * mass[around]:
            holder = around
    return holder


def _make(paragraph: Element) -> tuple[int, str]:
    """The nearest class of a paragraph and what is around it, and how far away it is."""
    around = chain((paragraph,), islice(paragraph.iterancestors(), _LEVELS - 1))
    return next(((level, one.get("class")) for level, one in enumerate(around) if one.get("class")), (0, ""))


def _article(paragraph: Element) -> Element | None:
    return next(paragraph.iterancestors("article"), None)


def _first_of_most(mass: Counter[Element]) -> Element | None:
    """In the order of the page: what follows may be the next story."""
    most = max(mass.values(), default=0)
    return next((one for one, held in mass.items() if held >= _RIVAL * most), None)
