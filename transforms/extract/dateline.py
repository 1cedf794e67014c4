"""The date that a page shows under its headline, for pages whose markup states none."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from transforms.extract.dates import day_in, moment
from transforms.extract.prose import Element, size
from transforms.titles import fold

_MOST_LINE = 120  # code points; a longer line is a sentence or a caption, and its date that of something else
_MOST_LINES = 40  # that are looked at behind the headline
_MOST_TRIED = 6  # lines with a year that are read: reading one takes some milliseconds
_PROSE = 200  # code points of a line that is a caption or a sentence; behind the second one the text has begun
_ENOUGH = 15  # bytes of UTF-8, folded, of a heading that is part of the headline
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HEADINGS = ("h1", "h2")
_SILENT = ("style", "noscript", "template")
_REVISED = re.compile(r"modif|updat", re.IGNORECASE)


class Line(str):
    """A line between headline and text.

    Attributes:
      stated: What markup says of it: ``datetime`` of a ``time`` element (HTML, 4.5.14), or empty.
    """

    stated = ""


def lines_under(tree: Element, headlines: Iterable[str]) -> list[Line]:
    """The lines between a page's headline and its text.

    What stands above the headline is often the day on which the page was made; it is never looked at. A headline that
    stands in menus as well counts where the text follows it.

    Args:
      tree: The page.
      headlines: Its headline, in all forms that it gives; some element must be it.
    """
    wanted = [one for one in map(fold, headlines) if size(one) >= _ENOUGH]
    body = tree.find("body")
    if body is None:
        return []
    heads = [one for one in body.iter(*_HEADINGS) if _is_headline(fold(one.text_content()), wanted)]
    if not heads:
        only = [one for one, _ in zip(body.iter("h1"), range(2), strict=False)]
        heads = only if len(only) == 1 else _plain_heads(body, wanted)
    return _behind(body, set(heads)) if heads else []


def dated(lines: Iterable[Line], latest: str) -> str | None:
    """The first date or instant that markup under the headline states.

    Args:
      lines: As `lines_under` gives them.
      latest: ISO date after which no date is believed.
    """
    found = (moment(line.stated, latest) for line in lines if line.stated)
    return next((one for one in found if one and one[:10] <= latest), None)


def dateline(lines: Iterable[Line], latest: str, language: str | None) -> str | None:
    """The first ISO date that a short line under the headline says.

    Args:
      lines: As `lines_under` gives them.
      latest: ISO date after which no date is believed.
      language: Of the page, a BCP 47 tag.
    """
    short = (line for line in lines if len(line) <= _MOST_LINE and _YEAR.search(line))
    return next(filter(None, (day_in(line, latest, language) for line in islice(short, _MOST_TRIED))), None)


def _behind(body: Element, heads: set[Element]) -> list[Line]:
    lines: list[Line] = []
    behind, long = False, 0
    for element in body.iter():
        if element in heads:
            behind, long, lines = True, 0, []
        if not behind or not isinstance(element.tag, str):
            continue
        for line in _lines(element):
            if len(lines) < _MOST_LINES:
                lines.append(line)
            long += len(line) > _PROSE
        if long > 1:
            break
    return lines


def _lines(element: Element) -> Iterator[Line]:
    text = " ".join((element.text or "").split())
    if element.tag == "time" and (stated := element.get("datetime")):
        line = Line(" ".join(element.text_content()[:_MOST_LINE].split()))
        revised = " ".join((element.get("itemprop") or "", element.get("class") or ""))
        line.stated = "" if _REVISED.search(revised) else stated
        yield line
    elif text and element.tag not in _SILENT and (element.tag != "script" or len(text) <= _MOST_LINE):
        yield Line(text)  # a short script may be what writes the date
    if tail := " ".join((element.tail or "").split()):
        yield Line(tail)


def _plain_heads(body: Element, headlines: list[str]) -> list[Element]:
    """Where no heading is the headline: elements whose own words it begins with."""
    for element in body.iter("td", "div", "p", "span", "strong", "b", "font", "a", "h3", "h4"):
        words = fold((element.text or "")[:_PROSE])
        if size(words) >= _ENOUGH and any(one.startswith(words) for one in headlines):
            return [element]
    return []


def _is_headline(words: str, headlines: list[str]) -> bool:
    return size(words) >= _ENOUGH and any(words in one for one in headlines)
