"""RSS 0.9 to 2.0, RDF, CDF, Atom 0.3 and 1.0: feedparser, fenced in.

The fence is there because feeds come from strangers. feedparser gets a stream, never bytes: it takes bytes that name a
file for that file. It gets nothing before the root element, so no document type either, and so no entities that expand
into gigabytes; its search for one takes time quadratic in the length of a blank prologue.
"""

import dataclasses
import io
import re
from collections.abc import Mapping
from typing import Any

import feedparser
import feedparser.mixin

from connectors.feeds import parsed, quicker
from connectors.feeds.encoding import DECLARATION, possible
from connectors.feeds.hints import hints
from connectors.feeds.newest import with_newest
from connectors.feeds.parsed import MAX_CONTENT, MAX_ENTRIES, MAX_SUMMARY, MAX_TERM, MAX_TITLE, ParsedFeed
from transforms.errors import NotAFeed
from transforms.extract.plain import plain, single_line
from transforms.records import Entry
from transforms.urls import is_web

_HEAD = 64 * 1024  # bytes of a feed in which it speaks of itself
_MAILBOX = re.compile(r"\S+@\S+\s*\((.+)\)")  # RSS 2.0: lawyer@boyer.net (Lawyer Boyer)
_TEXTUAL = ("/plain", "html", "html+xml")  # endings of media types


def read(data: bytes, root: bytes, url: str, now: float | None, audience: str | None) -> ParsedFeed:
    """Reads a feed.

    Args:
      data: UTF-8 from its root element on.
      root: The root's name.
      url: Where it was; relative links are resolved against it.
      now: Unix time of the poll.
      audience: The language that holds where the feed names none.

    Raises:
      NotAFeed: It is another XML.
    """
    cut, left_out = with_newest(data, root)
    headers = {"content-type": "application/xml; charset=utf-8"}
    said = feedparser.parse(
        io.BytesIO(DECLARATION + possible(cut)),
        # Without the feed's address: by it, a guid that is no address would be made one (and resolving is ours to do).
        response_headers=headers | ({"content-language": audience} if audience else {}),
        sanitize_html=False,  # all becomes plain text here
        resolve_relative_uris=False,
    )
    if not (said.version or said.entries or said.feed.get("title") or said.feed.get("link")):
        raise NotAFeed(url, "the address answers with XML that is no feed")
    language = parsed.language(said.feed.get("language"))
    around = _Around(url, language, said.feed, str(said.version).startswith("atom"), now)
    entries = tuple(_entry(one, around) for one in said.entries[:MAX_ENTRIES])
    return ParsedFeed(
        title=_text(said.feed, "title", MAX_TITLE),
        home=parsed.address(url, str(said.feed.get("link") or "")),
        language=language,
        entries=entries,
        left_out=left_out + len(said.entries) - len(entries),
        hints=hints(said.feed, cut[:_HEAD]),
    )


@dataclasses.dataclass(frozen=True)
class _Around:
    """What holds for all entries: their feed, its address and language, whether it is Atom; the time of the poll."""

    url: str
    language: str | None
    feed: Mapping[str, Any]
    atom: bool
    now: float | None


def _entry(entry: dict[str, Any], around: _Around) -> Entry:
    """One entry; in Atom the feed's authors are those of an entry without any (RFC 4287, section 4.2.1)."""
    changed = _date(entry, "updated")
    # Outside of Atom feedparser calls Dublin Core's date, most often the only one of an RDF feed, that of an update.
    appeared = _date(entry, "published", "created") or ("" if around.atom else changed)
    published, updated, doubts = parsed.dates(appeared, changed, around.now)
    return Entry(
        link=_link(entry, around.url),
        guid=parsed.guid(entry.get("id")),
        title=_text(entry, "title", MAX_TITLE),
        summary=_text(entry, "summary", MAX_SUMMARY),
        content=_content(entry),
        authors=_names(entry) or (_names(around.feed) if around.atom else ()),
        categories=parsed.distinct(tag.get("label") or tag.get("term") for tag in entry.get("tags") or ()),
        language=_language(entry, around.language),
        published=published,
        updated=updated,
        doubts=doubts,
    )


def _language(entry: Mapping[str, Any], inherited: str | None) -> str | None:
    """The language that title, content or summary say of themselves (xml:lang), before the one that holds for all."""
    parts = (_detail(entry, "title"), *(entry.get("content") or ()), _detail(entry, "summary"))
    said = [parsed.language(one) for one in (entry.get("language"), *(part.get("language") for part in parts))]
    return next((one for one in said if one is not None and one != inherited), inherited)


def _date(entry: dict[str, Any], *names: str) -> str:
    """The first of these dates that is said; `dict.get`, for feedparser's own lends ``updated`` the published one."""
    return next((str(said) for name in names if (said := dict.get(entry, name))), "")


def _link(entry: Mapping[str, Any], url: str) -> str:
    """The entry's address; its id stands in only if it is a whole address and not said to be none (RSS 2.0, guid)."""
    link = str(entry.get("link") or "")
    if not entry.get("links") and not is_web(str(entry.get("id") or "")):
        return ""
    return parsed.entry_link(url, link)


def _text(said: Mapping[str, Any], name: str, limit: int) -> str:
    """A text construct; as HTML unless the feed says that it is none."""
    return _flat(str(said.get(name) or ""), _detail(said, name).get("type"), limit)


def _detail(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What feedparser notes of a text construct: its type, and the language (xml:lang) that holds for it."""
    detail: Mapping[str, Any] = said.get(f"{name}_detail") or {}
    return detail


def _flat(value: str, kind: str | None, limit: int, separator: str = " ") -> str:
    return single_line(value, limit) if kind == "text/plain" else plain(value, limit, separator)


def _content(entry: Mapping[str, Any]) -> str:
    """The longest content that is text; paragraphs stand on lines of their own."""
    texts = [one for one in entry.get("content") or () if str(one.get("type") or "text/html").endswith(_TEXTUAL)]
    if not texts:
        return ""
    longest = max(texts, key=lambda one: len(one.get("value") or ""))
    return _flat(str(longest.get("value") or ""), longest.get("type"), MAX_CONTENT, "\n")


def _names(said: Mapping[str, Any]) -> tuple[str, ...]:
    mailbox = _MAILBOX.fullmatch(str(said.get("author") or "").strip())
    if mailbox:
        return parsed.distinct([mailbox[1]])
    authors = [author.get("name") for author in said.get("authors") or ()]
    return parsed.distinct(authors if any(authors) else [said.get("author")])


# feedparser looks for an address in an author's name by a regular expression that is quadratic in its length: a feed of
# 100 KB would hold a worker for minutes. The name is private; a test holds the time.
_sync_author_detail = feedparser.mixin._FeedParserMixin._sync_author_detail


def _sync_short_author_detail(self: Any, key: str = "author") -> None:
    context = self._get_context()
    if isinstance(context.get(key), str):
        context[key] = context[key][:MAX_TERM]
    _sync_author_detail(self, key)


feedparser.mixin._FeedParserMixin._sync_author_detail = _sync_short_author_detail
quicker.install()
