"""JSON Feed 1.0 and 1.1 (jsonfeed.org). Wrong types are common, so each field is looked at by itself."""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.feeds import parsed
from connectors.feeds.dates import rough
from connectors.feeds.newest import newest
from connectors.feeds.parsed import MAX_CONTENT, MAX_SUMMARY, MAX_TITLE, ParsedFeed
from transforms.errors import NotAFeed
from transforms.extract.plain import clean, plain, single_line
from transforms.records import Entry
from transforms.urls import is_web

_VERSION = re.compile(r"(?:https?://(?:www\.)?jsonfeed\.org/version/)?1(?:\.\d)?/?")


def read(data: bytes, url: str, now: float | None, audience: str | None) -> ParsedFeed:
    """Reads a JSON Feed.

    Args:
      data: UTF-8.
      url: Where it was; relative links are resolved against it.
      now: Unix time of the poll.
      audience: The language that holds where the feed names none.

    Raises:
      NotAFeed: It is another JSON, or none.
    """
    try:
        said = _decoded(data)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(url, "the address answers with broken JSON") from error
    if not isinstance(said, dict) or not isinstance(said.get("items"), list) or not _versioned(said):
        raise NotAFeed(url, "the address answers with JSON that is no feed")
    items = [item for item in said["items"] if isinstance(item, dict)]
    chosen = [items[index] for index in newest([_when(item) for item in items])]
    language = parsed.language(_text(said, "language")) or parsed.language(audience)
    authors = _authors(said)
    return ParsedFeed(
        title=single_line(_text(said, "title"), MAX_TITLE),
        home=parsed.address(url, _text(said, "home_page_url")),
        language=language,
        entries=tuple(_entry(item, url, language, authors, now) for item in chosen),
        left_out=len(items) - len(chosen),
    )


def _decoded(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:  # by the letter of RFC 8259; the standard library forgives controls and lone surrogates
        return json.loads(data.decode("utf-8", "replace"), strict=False)


def _versioned(said: Mapping[str, Any]) -> bool:
    """Whether it says that it is a JSON Feed; one that forgot to is known by what else it has to have."""
    version = said.get("version")
    if isinstance(version, str) and version:
        return bool(_VERSION.fullmatch(version))
    return "title" in said


def _entry(
    item: Mapping[str, Any], url: str, language: str | None, authors: tuple[str, ...], now: float | None
) -> Entry:
    """One item; the feed's authors and language hold for an item without its own (version 1.1)."""
    published, updated, doubts = parsed.dates(_text(item, "date_published"), _text(item, "date_modified"), now)
    return Entry(
        link=_link(item, url),
        guid=parsed.guid(_text(item, "id")),
        title=single_line(_text(item, "title"), MAX_TITLE),
        summary=single_line(_text(item, "summary"), MAX_SUMMARY),
        content=plain(_text(item, "content_html"), MAX_CONTENT, "\n") or _lines(_text(item, "content_text")),
        authors=_authors(item) or authors,
        categories=parsed.distinct(_list(item, "tags")),
        language=parsed.language(_text(item, "language")) or language,
        published=published,
        updated=updated,
        doubts=doubts,
    )


def _link(item: Mapping[str, Any], url: str) -> str:
    """Its page, the page that it is about, or an id that is an address (which the format recommends)."""
    for name in ("url", "external_url"):
        if link := parsed.entry_link(url, _text(item, name)):
            return link
    said = _text(item, "id")
    return said if is_web(said) else ""


def _authors(said: Mapping[str, Any]) -> tuple[str, ...]:
    """Version 1.1 has ``authors``, 1.0 had ``author``; an author may have no name but an address."""
    several = [one for one in (*_list(said, "authors"), said.get("author")) if isinstance(one, dict)]
    return parsed.distinct(_text(one, "name") for one in several)


def _text(said: Mapping[str, Any], name: str) -> str:
    """A string; a number in its place (an ``id``, mostly) as the format wants it read."""
    value = said.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []


def _lines(text: str) -> str:
    """Plain text with its lines."""
    lines = (single_line(line, MAX_CONTENT) for line in clean(text[: 4 * MAX_CONTENT]).split("\n"))
    return "\n".join(line for line in lines if line)[:MAX_CONTENT].rstrip()


def _when(item: Mapping[str, Any]) -> float | None:
    return rough(_text(item, "date_published") or _text(item, "date_modified"))
