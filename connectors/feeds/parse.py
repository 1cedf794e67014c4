"""From a feed's bytes to its entries: feedparser, fenced in.

    bytes -> UTF-8 -> from the root element on -> feedparser -> Entry

The fence is there because feeds come from strangers. feedparser gets a stream, never bytes: it takes bytes that name a
file for that file. It gets nothing before the root element, so no document type either, and so no entities that expand
into gigabytes; its search for one takes time quadratic in the length of a blank prologue.
"""

import calendar
import codecs
import io
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

import feedparser
import feedparser.encodings
import feedparser.mixin
import msgspec

from transforms import instants
from transforms.errors import NotAFeed
from transforms.extract.plain import plain, single_line
from transforms.records import Entry
from transforms.urls import absolute, is_web

MAX_ENTRIES = 500
MAX_TITLE, MAX_SUMMARY, MAX_CONTENT, MAX_TERM = 500, 2_000, 20_000, 200  # code points
MAX_TERMS = 20
_YEARS = range(1990, 2101)  # a date outside is a mistake, not a date

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel)[\s/>]", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_HTML = re.compile(rb"<html[\s>]", re.IGNORECASE)
_HTML_TYPE = re.compile(rb"<!doctype\s+html", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_MAILBOX = re.compile(r"\S+@\S+\s*\((.+)\)")  # RSS 2.0: lawyer@boyer.net (Lawyer Boyer)
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")
# In this order: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8 = "application/xml; charset=utf-8"
_TEXTUAL = ("/plain", "html", "html+xml")  # endings of media types
_DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"


class ParsedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says: of itself, and its entries in the order in which it shows them."""

    title: str
    language: str | None
    entries: tuple[Entry, ...]


def parse(body: bytes, url: str, content_type: str | None) -> ParsedFeed:
    """Reads RSS, RDF or Atom.

    Args:
      body: The feed as it was served.
      url: Where it was; relative links are resolved against it.
      content_type: The Content-Type header.

    Raises:
      NotAFeed: It is something else, or nothing.
    """
    if not body.strip(b"\0\t\n\r \xef\xbb\xbf\xfe\xff"):
        raise NotAFeed(url, "the feed is empty")
    try:
        parsed = _parsed(body, url, content_type)
        language = _language(parsed.feed.get("language"))
        fallback = parsed.feed if str(parsed.version).startswith("atom") else {}
        entries = tuple(_entry(one, url, language, fallback) for one in parsed.entries[:MAX_ENTRIES])
        return ParsedFeed(title=_text(parsed.feed, "title", MAX_TITLE), language=language, entries=entries)
    except NotAFeed:
        raise
    except Exception as error:  # feedparser lets its parsers' errors through on some broken input
        raise NotAFeed(url, f"cannot be read as a feed: {type(error).__name__}") from error


def _parsed(body: bytes, url: str, content_type: str | None) -> Any:
    data = _utf8(body, content_type)
    root = _ROOT.search(data)
    if root is None or _HTML.search(data, 0, root.start()):
        raise NotAFeed(url, f"the address answers with {_kind(data)}")
    data = _first_entries(data[root.start() :], root[0][1:-1])
    parsed = feedparser.parse(
        io.BytesIO(_DECLARATION + _REFERENCE.sub(_possible, data)),
        # Without the feed's address: by it, a guid that is no address would be made one (and resolving is ours to do).
        response_headers={"content-type": _UTF8},
        sanitize_html=False,  # all becomes plain text here
        resolve_relative_uris=False,
    )
    if not parsed.version and not parsed.entries:
        raise NotAFeed(url, "the address answers with XML that is no feed")
    return parsed


def _first_entries(data: bytes, root: bytes) -> bytes:
    """The document up to the last entry that is used, and ended there: 150,000 entries take feedparser 14 s.

    Args:
      data: The document from its root element on.
      root: The root's name; what is open with it is closed, as far as the usual feed goes.
    """
    beyond = next(itertools.islice(_ENTRY.finditer(data), MAX_ENTRIES, None), None)
    if beyond is None:
        return data
    return data[: beyond.start()] + (b"</channel></" if root.lower() == b"rss" else b"</") + root + b">"


def _utf8(body: bytes, content_type: str | None) -> bytes:
    """The feed in UTF-8.

    By header, byte order mark and declaration (RFC 7303), but bytes that are UTF-8 and not just ASCII are taken for
    UTF-8 whatever is declared: no text in another encoding comes out so by chance.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace").encode()
    headers = {"content-type": content_type} if content_type else {}
    start = body[:1024].replace(b"\0", b"").lower() + (content_type or "").lower().encode("utf-8", "replace")
    if b"punycode" in start:  # a codec of Python's, quadratic in time, and none for documents
        headers = {"content-type": _UTF8}
    elif not body.isascii():
        try:
            body.decode("utf-8")
            headers = {"content-type": _UTF8}
        except UnicodeDecodeError:
            pass
    converted: bytes = feedparser.encodings.convert_to_utf8(headers, body, {})
    return converted


def _possible(reference: re.Match[bytes]) -> bytes:
    """A character reference, or nothing in the place of one to no character: feedparser would give up the feed."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    code = int(digits, base) if len(digits) <= 10 else -1
    return reference[0] if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else b""


def _kind(data: bytes) -> str:
    if _HTML.search(data) or _HTML_TYPE.search(data):
        return "an HTML page"
    start = data.removeprefix(_DECLARATION).strip()[:1]
    return "JSON" if start in (b"{", b"[") else "no feed"


def _entry(entry: Mapping[str, Any], url: str, language: str | None, fallback: Mapping[str, Any]) -> Entry:
    """One entry; the authors of ``fallback`` are those of an entry without any (RFC 4287, section 4.2.1)."""
    return Entry(
        link=_link(entry, url),
        guid=single_line(str(entry.get("id") or ""), MAX_TITLE),
        title=_text(entry, "title", MAX_TITLE),
        summary=_text(entry, "summary", MAX_SUMMARY),
        content=_content(entry),
        authors=_names(entry) or _names(fallback),
        categories=_distinct(tag.get("label") or tag.get("term") for tag in entry.get("tags") or ()),
        language=_language(entry.get("language")) or _language(_detail(entry, "title").get("language")) or language,
        published=_instant(entry, "published"),
        updated=_instant(entry, "updated"),
    )


def _link(entry: Mapping[str, Any], url: str) -> str:
    """The entry's address; its id stands in only if it is a whole address and not said to be none (RSS 2.0, guid)."""
    link = str(entry.get("link") or "")
    if not entry.get("links") and not is_web(str(entry.get("id") or "")):
        return ""
    return (absolute(url, link) or "") if link else ""


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
        return _distinct([mailbox[1]])
    authors = [author.get("name") for author in said.get("authors") or ()]
    return _distinct(authors if any(authors) else [said.get("author")])


def _distinct(values: Iterable[Any]) -> tuple[str, ...]:
    cleaned = (plain(str(value), MAX_TERM) for value in values if value)
    return tuple(dict.fromkeys(value for value in cleaned if value))[:MAX_TERMS]


def _language(tag: Any) -> str | None:
    """A language tag as BCP 47 writes it, if it can be one."""
    text = str(tag or "").strip().replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) else None


def _instant(entry: Mapping[str, Any], name: str) -> str | None:
    """A date as feedparser reads it (UTC), if it is one; never the published one for want of an updated one."""
    parsed = entry.get(f"{name}_parsed") if name in entry else None
    try:
        return instants.to_text(calendar.timegm(parsed)) if parsed and parsed.tm_year in _YEARS else None
    except (ValueError, OverflowError, TypeError):
        return None


# feedparser looks for an address in an author's name by a regular expression that is quadratic in its length: a feed of
# 100 KB would hold a worker for minutes. The name is private; a test holds the time.
_sync_author_detail = feedparser.mixin._FeedParserMixin._sync_author_detail


def _sync_short_author_detail(self: Any, key: str = "author") -> None:
    context = self._get_context()
    if isinstance(context.get(key), str):
        context[key] = context[key][:MAX_TERM]
    _sync_author_detail(self, key)


feedparser.mixin._FeedParserMixin._sync_author_detail = _sync_short_author_detail
