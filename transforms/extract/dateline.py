"""The date that a page shows under its headline, for pages whose markup states none."""

import re
from collections.abc import Iterator

from htmldate import find_date

from transforms.extract.prose import Element, size
from transforms.titles import fold

_MOST_LINE = 120  # code points; a longer line is a sentence or a caption, and its date that of something else
_MOST_LINES = 40  # that are looked at behind the headline
_PROSE = 200  # code points of a line that is a caption or a sentence; behind the second one the text has begun
_ENOUGH = 15  # bytes of UTF-8, folded, of a heading that is part of the headline
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"(?<!\d)\d\d?(?!\d)")
_SILENT = ("script", "style", "noscript", "template")


def dateline(tree: Element, headline: str, latest: str) -> str | None:
    """The ISO date in the first short line with a year between the headline and the text.

    What stands above the headline is often the day on which the page was made; it is never looked at.

    Args:
      tree: The page.
      headline: Its headline; some element must be it.
      latest: ISO date after which no date is believed.
    """
    long = 0
    for line in _lines_behind(tree, fold(headline)):
        long += len(line) > _PROSE
        if long > 1:
            return None
        if len(line) <= _MOST_LINE and _YEAR.search(line):
            markup = f"<html><body><p>{line.replace('<', ' ').replace('&', ' ')}</p></body></html>"
            # Only with a day that the line says: where it says a year alone, htmldate fills in the rest.
            found = find_date(markup, extensive_search=True, original_date=True, max_date=latest)
            if found and int(found[8:]) in map(int, _NUMBER.findall(line)):
                return str(found)
    return None


def _lines_behind(tree: Element, headline: str) -> Iterator[str]:
    behind, seen = False, 0
    for element in tree.iter():
        if behind and element.tag not in _SILENT and isinstance(element.tag, str) and (element.text or "").strip():
            yield " ".join(element.text.split())
            seen += 1
        if behind and (element.tail or "").strip():
            yield " ".join(element.tail.split())
            seen += 1
        if seen > _MOST_LINES:
            return
        behind = behind or (element.tag in ("h1", "h2") and _is_headline(fold(element.text_content()), headline))


def _is_headline(words: str, headline: str) -> bool:
    return size(words) >= _ENOUGH and words in headline
