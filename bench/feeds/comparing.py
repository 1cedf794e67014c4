"""Whether we keep what a case of feedparser's expects.

We keep plain text, instants in UTC and absolute addresses; a case expects markup, words and what stands in the feed. So
the expected value is brought to our form, by other code than the product's: markup by the standard library's parser,
white space left out on both sides (between two blocks it is ours to choose).
"""

import calendar
import html
import html.parser
import re
from typing import Any
from urllib.parse import urljoin

import feedparser

from bench.feeds.expectations import Claim
from connectors.feeds.parsed import MAX_CONTENT, MAX_SUMMARY, MAX_TITLE, ParsedFeed
from transforms.instants import from_text

_SPACE = re.compile(r"\s+")
_CAPS = {"title": MAX_TITLE, "summary": MAX_SUMMARY, "content": MAX_CONTENT}
_MAIL = re.compile(r"[(<]?\S+@[^\s)>]+[)>]?")


def kept(claim: Claim, feed: ParsedFeed, url: str) -> bool:
    """Whether our reading fulfils a claim.

    Args:
      claim: The claim.
      feed: Our reading.
      url: Where the case was served.
    """
    if claim.entry is None:
        return _fulfils(claim, feed.home if claim.field == "link" else getattr(feed, claim.field), url)
    if claim.entry >= len(feed.entries):
        return False
    return _fulfils(claim, getattr(feed.entries[claim.entry], claim.field), url)


def words(claim: Claim) -> str:
    """The expected text as plain text; markup is read where feedparser takes it for markup."""
    value = str(claim.value)
    if _kind(claim) == "text/plain":
        return value
    stripper = _Stripper()
    stripper.feed(value)
    stripper.close()
    return "".join(stripper.pieces)


def _fulfils(claim: Claim, ours: Any, url: str) -> bool:
    match claim.field:
        case "title" | "summary" | "content":
            cap = _CAPS[claim.field]
            expected = words(claim)
            return _bare(expected) == _bare(ours) or (len(ours) >= cap - 20 and _bare(expected).startswith(_bare(ours)))
        case "link":
            return _address(claim.value, url) == ours
        case "guid":
            return str(claim.value).strip() == ours
        case "language":
            return (str(claim.value or "").replace("_", "-").lower() or None) == (ours.lower() if ours else None)
        case "authors":
            return bool(set(_names(claim.value)) & set(ours)) if claim.value else not ours
        case "categories" if claim.way == ("count",):
            return bool(claim.value == len(ours))
        case "categories":
            return str(claim.value) in ours
    return _seconds(claim.value) == (from_text(ours) if ours else None)


def _kind(claim: Claim) -> str:
    """The media type of a text, as feedparser's reading of the same element has it."""
    match claim.way:
        case ("content", int(number), _):
            return str(claim.said["content"][number].get("type"))
        case (str(name), *_):
            detail = {"description": "summary_detail"}.get(name, f"{name.removesuffix('_detail')}_detail")
            return str((claim.said.get(detail) or {}).get("type"))
    return ""


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def _address(value: Any, url: str) -> str:
    """An expected address from where the case was served; the empty one stands for none."""
    return urljoin(url, str(value).strip()) if value else ""


def _names(value: Any) -> tuple[str, ...]:
    """A name as it stands, and without the mail address that feedparser has beside it."""
    text = str(value).strip()
    return text, _MAIL.sub("", text).strip(" ()")


def _seconds(value: Any) -> float | None:
    """Unix time of a date in words or as feedparser's nine numbers; its own reading of the words, if it has one."""
    parts = feedparser.datetimes._parse_date(value) if isinstance(value, str) else value
    return float(calendar.timegm(tuple(parts))) if parts else None


class _Stripper(html.parser.HTMLParser):
    """The text of markup, without scripts and styles."""

    _SILENT = frozenset(("script", "style", "template", "noscript", "iframe", "object", "svg", "math", "textarea"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002  # the library names it
        self._silent += tag in self._SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)
