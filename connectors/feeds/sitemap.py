"""News sitemaps, and the indexes that list them (sitemaps.org 0.9; Google's news extension 0.9).

Only what is marked as news counts: a plain sitemap lists every page of a site.
"""

import html
import io
import itertools
from collections.abc import Iterator

import lxml.etree

from connectors.feeds import parsed
from connectors.feeds.dates import rough
from connectors.feeds.newest import newest
from connectors.feeds.parsed import MAX_TITLE, Child, ParsedFeed, ParsedIndex
from transforms.errors import NotAFeed, TooLarge
from transforms.extract.plain import single_line
from transforms.records import Entry

MAX_ADDRESSES = 50_000  # of one file, by the protocol
MAX_TAGS = 2_000_000  # of one file; 50 MB of real ones hold 1.5 million. They take 3 s and 400 MB
_LEAVES = 64  # elements looked at within one
MAX_CHILDREN = 3  # sitemaps of an index that one poll asks for

Said = dict[str, list[str]]
"""Texts of an element's leaves by their local names, ``news:`` before those of the news extension."""


def read(data: bytes, url: str, now: float | None) -> ParsedFeed:
    """Reads a news sitemap.

    Args:
      data: UTF-8 from its root element on: without a document type there are no entities.
      url: Where it was.
      now: Unix time of the poll.

    Raises:
      NotAFeed: It lists addresses, and none as news.
      TooLarge: It has more than `MAX_TAGS`.
    """
    every = list(_elements(data, "url", url))
    news = [said for said in every if any(name.startswith("news:") for name in said)]
    if every and not news:
        raise NotAFeed(url, "a sitemap that lists no news")
    chosen = [news[index] for index in newest([_when(said) for said in news])]
    entries = tuple(_entry(said, url, now) for said in chosen)
    names = {_first(said, "news:name") for said in chosen}
    languages = {entry.language for entry in entries}
    beyond = data.count(b"</url>") - MAX_ADDRESSES if len(every) == MAX_ADDRESSES else 0
    return ParsedFeed(
        title=single_line(names.pop(), MAX_TITLE) if len(names) == 1 else "",
        language=languages.pop() if len(languages) == 1 else None,
        entries=entries,
        left_out=len(news) - len(entries) + max(0, beyond),
    )


def read_index(data: bytes, url: str) -> ParsedIndex:
    """Reads a sitemap index; arguments as of `read`."""
    listed = ((parsed.address(url, _first(said, "loc")), said) for said in _elements(data, "sitemap", url))
    return ParsedIndex(
        url=url, children=tuple(Child(link, rough(_first(said, "lastmod"))) for link, said in listed if link)
    )


def children(index: ParsedIndex, limit: int = MAX_CHILDREN) -> tuple[str, ...]:
    """Which sitemaps of an index to ask for now.

    Those on its own registered domain; those that call themselves news before others; of these the last changed, and
    where most do not say when that was, from either end of the list.

    Args:
      index: The index.
      limit: How many at most.
    """
    own = {child.url: child for child in index.children if parsed.same_owner(child.url, index.url)}
    own.pop(index.url, None)
    named = [child for child in own.values() if "news" in child.url.rpartition("/")[2].lower()]
    listed = named or list(own.values())
    return tuple(listed[place].url for place in newest([child.changed for child in listed], limit))


def _elements(data: bytes, name: str, url: str) -> Iterator[Said]:
    """The elements of this name, at most `MAX_ADDRESSES`, each forgotten once it is read."""
    if (tags := data.count(b"<")) > MAX_TAGS:
        raise TooLarge(url, f"a sitemap of {tags} tags, more than {MAX_TAGS}")
    # Broken markup is read as far as it goes; nothing is loaded, and no text is longer than 10 MB (libxml2's own cap).
    steps = lxml.etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        tag=f"{{*}}{name}",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in itertools.islice(steps, MAX_ADDRESSES):
        yield _said(element)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _said(element: lxml.etree._Element) -> Said:
    said: Said = {}
    for one in itertools.islice(element.iterdescendants("*"), _LEAVES):
        tag = lxml.etree.QName(one)
        name = f"news:{tag.localname}" if "news" in (tag.namespace or "") else tag.localname
        said.setdefault(name, []).append(_text(one).strip())
    return said


def _text(leaf: lxml.etree._Element) -> str:
    """A leaf's text, with the entities of HTML, which XML does not know undeclared; others stand for nothing."""
    pieces = [leaf.text or ""]
    for child in leaf:
        if child.tag is lxml.etree.Entity:
            character = html.unescape(child.text)
            pieces += ("" if character == child.text else character, child.tail or "")
    return "".join(pieces)


def _entry(said: Said, url: str, now: float | None) -> Entry:
    published, updated, doubts = parsed.dates(_first(said, "news:publication_date"), _first(said, "lastmod"), now)
    terms = [term for name in ("news:keywords", "news:genres") for term in _first(said, name).split(",")]
    return Entry(
        link=parsed.address(url, _first(said, "loc")),
        title=single_line(_first(said, "news:title"), MAX_TITLE),
        categories=parsed.distinct(term.strip() for term in terms),
        language=parsed.language(_first(said, "news:language")),
        published=published,
        updated=updated,
        doubts=doubts,
    )


def _first(said: Said, name: str) -> str:
    return next(iter(said.get(name, ())), "")


def _when(said: Said) -> float | None:
    return rough(_first(said, "news:publication_date") or _first(said, "lastmod"))
