"""The headline of a page, without the name of its site."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

# What stands between a headline and the name of its site. Within a headline a bare hyphen or colon means nothing.
_SEPARATOR = re.compile(r"\s+[-|–—―•·»›:/]+\s+|\s*[|｜»：]\s*|--+")
_BAR = re.compile(
    r"\s*[|｜]\s*"
)  # never within a headline: what follows may be more than the bare name (CBC, CBC News)
_ENOUGH = 15  # bytes of UTF-8, folded: what is shorter may be a section and not a headline
_MAX_LINE = 1_000  # code points; no headline is longer, and every separator in it is looked at
_WORDS = re.compile(r"[\W_]+")


def headline(stated: Iterable[str], page_title: str, headings: Iterable[str], sites: Iterable[str], url: str) -> str:
    """Chooses a page's headline.

    The first that the page states (for sharing, for search engines) wins, then a heading that the page's title begins
    with or is, then the title. What follows a separator is cut when the rest is itself stated or a heading, or when the
    cut is the site's name.

    Args:
      stated: What the metadata says, in the order of belief.
      page_title: The title element.
      headings: Texts of the h1 elements, in their order.
      sites: Names of the site, as the metadata says.
      url: The page's address; its host names the site too.
    """
    said = [text for text in (_line(one) for one in stated) if text]
    heads = [text for text in (_line(one) for one in headings) if text]
    title = _line(page_title)
    if not said:
        said = [head for head in heads if fold(head) and fold(title).startswith(fold(head))]
    best = next((text for text in (*said, title, *heads) if text), "")
    if not best:
        return ""
    whole = {fold(text) for text in (*said[1:], *heads, title)}
    return _without_site(best, whole, _names(sites, url))


def fold(text: str) -> str:
    """Letters and digits only, case folded: what two spellings of a headline share."""
    return _WORDS.sub("", text.casefold())


def _without_site(text: str, whole: set[str], names: set[str]) -> str:
    cuts = [(match.start(), match.end()) for match in _SEPARATOR.finditer(text)]
    for start, _ in cuts:
        if fold(text[:start]) in whole and len(fold(text[:start]).encode("utf-8", "ignore")) >= _ENOUGH:
            return text[:start].rstrip()
    while cuts:
        start, end = cuts.pop()
        if not _is_site(text[start:], text[end:], names) or not fold(text[:start]):
            break
        text = text[:start].rstrip()
    first = _SEPARATOR.search(text)
    if first and fold(text[: first.start()]) in names and fold(text[first.end() :]):
        return text[first.end() :].strip()
    return text


def _is_site(with_separator: str, tail: str, names: set[str]) -> bool:
    folded = fold(tail)
    return folded in names or bool(_BAR.match(with_separator) and folded.startswith(tuple(names)))


def _names(sites: Iterable[str], url: str) -> set[str]:
    """Foldings of the site's names: as stated, its host (``bbc.co.uk``), and the host's longest label (``bbc``)."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return {name for name in map(fold, (*sites, host, max(host.split("."), key=len))) if name}


def _line(text: str) -> str:
    return " ".join(text[:_MAX_LINE].split())
