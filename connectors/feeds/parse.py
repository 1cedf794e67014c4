"""From a feed's bytes to its entries: feedparser, fenced in."""

import calendar
import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

import feedparser
import msgspec

from transforms import instants
from transforms.errors import NotAFeed
from transforms.records import Entry
from transforms.urls import absolute

MAX_ENTRIES = 500
MAX_TITLE, MAX_SUMMARY, MAX_CONTENT, MAX_TERM = 500, 2_000, 20_000, 200  # code points
_MAX_MARKUP = 200_000  # code points of markup that are stripped for one field
_YEARS = range(1990, 2100)  # a date outside is a mistake, not a date

_TAG = re.compile(r"<!--.*?-->|<(script|style)\b[^>]*>.*?</\1\s*>|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# DTDs with entities of their own: no feed needs them, and an expander of them is a bomb.
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


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
    if not body.strip():
        raise NotAFeed(url, "the feed is empty")
    if _ENTITY.search(body[:65_536]):
        raise NotAFeed(url, "the feed defines entities of its own", retriable=False)
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    try:
        # sanitize_html stays off: everything becomes plain text here.
        parsed = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # feedparser lets its parsers' errors through on some broken input
        raise NotAFeed(url, f"cannot be read as a feed: {type(error).__name__}") from error
    if not parsed.get("version") and not parsed.get("entries"):
        what = "an HTML page" if re.search(rb"<html|<!doctype html", body[:2_000], re.IGNORECASE) else "no feed"
        raise NotAFeed(url, f"the address answers with {what}")
    language = parsed.feed.get("language") or None
    entries = tuple(_entry(one, url, language) for one in parsed.entries[:MAX_ENTRIES])
    return ParsedFeed(title=plain(parsed.feed.get("title", ""), MAX_TITLE), language=language, entries=entries)


def plain(markup: str, limit: int) -> str:
    """Text of a piece of HTML: tags off, references read, white space single, at most ``limit`` code points."""
    text = html.unescape(_TAG.sub(" ", markup[:_MAX_MARKUP])) if "<" in markup or "&" in markup else markup
    return _SPACE.sub(" ", _UNUSABLE.sub(" ", text[: limit * 4])).strip()[:limit]


def _entry(entry: Mapping[str, Any], url: str, language: str | None) -> Entry:
    contents = [one.get("value", "") for one in entry.get("content") or ()]
    summary = entry.get("summary", "")
    return Entry(
        link=absolute(url, str(entry.get("link") or "")) or "" if entry.get("link") else "",
        guid=_UNUSABLE.sub("", str(entry.get("id") or ""))[:MAX_TITLE],
        title=plain(entry.get("title", ""), MAX_TITLE),
        summary=plain(summary, MAX_SUMMARY),
        content=plain(max(contents, key=len), MAX_CONTENT) if contents else "",
        authors=_names(entry),
        categories=_distinct(tag.get("term") or tag.get("label") for tag in entry.get("tags") or ()),
        language=(entry.get("language") or language),
        published=_instant(entry.get("published_parsed")),
        updated=_instant(entry.get("updated_parsed")),
    )


def _names(entry: Mapping[str, Any]) -> tuple[str, ...]:
    authors = [author.get("name") for author in entry.get("authors") or ()]
    return _distinct(authors if any(authors) else [entry.get("author")])


def _distinct(values: Iterable[Any]) -> tuple[str, ...]:
    cleaned = (plain(str(value), MAX_TERM) for value in values if value)
    return tuple(dict.fromkeys(value for value in cleaned if value))[:20]


def _instant(parsed: Any) -> str | None:
    """A date as feedparser reads it (UTC), if it is one."""
    try:
        return instants.to_text(calendar.timegm(parsed)) if parsed and parsed.tm_year in _YEARS else None
    except (ValueError, OverflowError, TypeError):
        return None
