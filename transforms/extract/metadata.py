"""What a page says of itself in JSON-LD, meta and link elements: address, language, dates, paywall, robots."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import lxml.html
import msgspec

_ARTICLES = ("Article", "BlogPosting", "LiveBlogPosting", "Report")  # endings of schema.org's article types
_MAX_LD = 2_000_000  # code points of JSON-LD that are read
_MAX_NODES = 2_000
_NESTS = frozenset({"@graph", "mainEntity", "mainEntityOfPage"})
_PUBLISHED = ("article:published_time", "datepublished", "og:article:published_time", "parsely-pub-date")
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A page's own words of itself; what it does not say is empty or None."""

    canonical: str | None = None
    title: str = ""
    description: str = ""
    language: str | None = None
    published: str | None = None
    modified: str | None = None
    paywalled: bool = False
    robots: tuple[str, ...] = ()


def read_metadata(tree: lxml.html.HtmlElement) -> Said:
    """Reads it; anything malformed counts as not said."""
    meta = _meta(tree)
    articles = [node for node in _linked_data(tree) if _is_article(node)]
    link = tree.xpath("//link[translate(@rel,'CANONICAL','canonical')='canonical']/@href")
    stated = [_language(one) for one in (*tree.xpath("/html/@lang"), *(meta.get("content-language", "").split(",")))]
    return Said(
        canonical=(str(link[0]).strip() or None) if link else None,
        title=_first(articles, "headline") or meta.get("og:title", ""),
        description=meta.get("description") or meta.get("og:description", ""),
        language=next((one for one in stated if one), None),
        published=_date(_first(articles, "datePublished"), *(meta.get(name, "") for name in _PUBLISHED)),
        modified=_date(_first(articles, "dateModified"), *(meta.get(name, "") for name in _MODIFIED)),
        paywalled=any(_is_false(node.get("isAccessibleForFree")) for node in articles),
        robots=tuple(one.strip().lower() for one in meta.get("robots", "").split(",") if one.strip()),
    )


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = element.get("content")
        if name and content:
            found.setdefault(name.strip().lower(), content.strip())
    return found


def _linked_data(tree: lxml.html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, nested graphs included, within bounds."""
    for script in tree.xpath("//script[contains(@type,'ld+json')]"):
        text = (script.text or "")[:_MAX_LD]
        try:
            queue = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        seen = 0
        while queue and seen < _MAX_NODES:
            node = queue.pop(0)
            seen += 1
            if isinstance(node, list):
                queue.extend(node)
            elif isinstance(node, dict):
                yield node
                queue.extend(value for key, value in node.items() if key in _NESTS)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.endswith(_ARTICLES) for kind in kinds)


def _first(nodes: list[dict[str, Any]], name: str) -> str:
    return next((value.strip() for node in nodes if isinstance(value := node.get(name), str) and value.strip()), "")


def _is_false(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() in ("false", "http://schema.org/False"))


def _date(*texts: str) -> str | None:
    """The first that is an ISO date or instant, as given but in RFC 3339's spelling."""
    for text in texts:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            continue
        if not 1990 <= moment.year < 2100:
            continue
        if len(text.strip()) <= 10:
            return moment.date().isoformat()
        return moment.isoformat() if moment.tzinfo else moment.date().isoformat()
    return None


def _language(text: str) -> str | None:
    text = text.strip().replace("_", "-")
    return text if _LANGUAGE.match(text) else None
