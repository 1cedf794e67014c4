"""What a page says of itself in JSON-LD, meta and link elements: address, headline, language, dates, rights."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import msgspec

from transforms.extract import paywall, robots
from transforms.extract.dates import moment
from transforms.titles import headline
from transforms.urls import absolute, normalise
from transforms.vocabulary import Access

_ARTICLES = ("Article", "BlogPosting", "LiveBlogPosting", "Report")  # endings of schema.org's article types
_MAX_LD = 2_000_000  # code points of JSON-LD that are read
_MAX_NODES = 2_000
_MAX_HEADINGS = 5
_NESTS = frozenset({"@graph", "mainEntity", "mainEntityOfPage"})
_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
) + ("cxenseparse:recs:publishtime", "article:published", "publish-date", "dc.date.issued", "dcterms.created")
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "article:modified", "dcterms.modified")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LATEST = "2100-12-31"
# JSON in HTML is wrapped by some in what XHTML once wanted. Looked for at the ends only: a search for it with blanks
# around takes time quadratic in a run of blanks.
_OPENERS = ("<!--", "//", "/*", "<![CDATA[", "*/")
_CLOSERS = ("-->", "//", "/*", "]]>", "*/")
_MOST_MARKS = 4  # at each end: "/* ]]> */" has three, and each costs a copy of the text


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A page's own words of itself; what it does not say is empty or None."""

    canonical: str | None = None
    title: str = ""
    description: str = ""
    language: str | None = None
    published: str | None = None
    modified: str | None = None
    access: Access = "unknown"
    article: bool = False  # whether it declares one of its own
    robots: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()
    live: bool = False
    body: str = ""


def read_metadata(tree: lxml.html.HtmlElement, url: str) -> Said:
    """Reads it; anything malformed counts as not said.

    Args:
      tree: The page.
      url: Its address.
    """
    meta = _meta(tree)
    nodes = list(_linked_data(tree))
    articles = [node for node in nodes if _is_article(node)]
    own = _own(articles, url)
    ranked = [*own, *articles]  # others may be of stories that the page points to
    access = paywall.declared(own or articles, nodes, meta)
    return Said(
        canonical=_canonical(tree, meta, articles),
        title=_headline(tree, meta, articles, url),
        description=meta.get("description") or meta.get("og:description", ""),
        language=_language(
            *tree.xpath("/html/@lang"),
            *tree.xpath("/html/@*[local-name()='lang']"),
            *meta.get("content-language", "").split(","),
            _first(articles, "inLanguage"),
            meta.get("og:locale", ""),
        ),
        published=_date(_first(ranked, "datePublished"), *(meta.get(name, "") for name in _PUBLISHED)),
        modified=_date(_first(ranked, "dateModified"), *(meta.get(name, "") for name in _MODIFIED)),
        access=access,
        article=bool(articles) or meta.get("og:type", "").lower() in ("article", "news"),
        robots=robots.directives(meta.get("robots")),
        headlines=tuple(
            html.unescape(one)
            for one in (
                meta.get("og:title"),
                meta.get("twitter:title"),
                *(n.get("headline") for n in articles),
                tree.findtext(".//title"),
            )
            if isinstance(one, str)
        ),
        body="" if access == "paywalled" else _first(articles, "articleBody"),
        live=any("LiveBlogPosting" in str(n.get("@type")) for n in articles),
    )


def drop_linked_data(tree: lxml.html.HtmlElement) -> None:
    """Takes JSON-LD off the page: there, a text behind a paywall stands in full for search engines."""
    for script in list(tree.iter("script")):
        if "json" in (script.get("type") or ""):
            script.drop_tree()


def _headline(tree: lxml.html.HtmlElement, meta: dict[str, str], articles: list[dict[str, Any]], url: str) -> str:
    headings = [" ".join(heading.itertext()) for heading, _ in zip(tree.iter("h1"), range(_MAX_HEADINGS), strict=False)]
    publishers = [node.get("publisher") for node in articles]
    sites = [str(one.get("name") or "") for one in publishers if isinstance(one, dict)]
    return headline(
        (meta.get("og:title", ""), html.unescape(_first(articles, "headline")), meta.get("twitter:title", "")),
        tree.findtext(".//title") or "",
        headings,
        (meta.get("og:site_name", ""), meta.get("application-name", ""), *sites),
        url,
    )


def _canonical(tree: lxml.html.HtmlElement, meta: dict[str, str], articles: list[dict[str, Any]]) -> str | None:
    """The address that a page gives itself: by its canonical link (RFC 6596), else ``og:url``, else its JSON-LD."""
    links = (link for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    linked = next((address for link in links if (address := (link.get("href") or "").strip())), None)
    return linked or meta.get("og:url") or next(filter(None, map(_own_address, articles)), None)


def _own(articles: list[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    """Those of a page's articles that name its address: others may be of stories that it points to."""
    mine = normalise(url)
    return [node for node in articles if normalise(absolute(url, _own_address(node)) or "") == mine]


def _own_address(node: dict[str, Any]) -> str:
    page = node.get("mainEntityOfPage")
    named = (node.get("url"), page.get("@id") if isinstance(page, dict) else page)
    return next((text.strip() for text in named if isinstance(text, str) and text.strip()), "")


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = element.get("content")
        if name and content and content.strip():
            found.setdefault(name.strip().lower(), content.strip())
    return found


def _linked_data(tree: lxml.html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, nested graphs included, within bounds."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = (script.text or "")[:_MAX_LD]
        try:
            queue = [json.loads(_unwrapped(text), strict=False)]
        except (ValueError, RecursionError):
            continue
        # A list that grows while it is walked: breadth first, each node once.
        for node in queue:
            if isinstance(node, list):
                queue.extend(node[:_MAX_NODES])
            elif isinstance(node, dict):
                yield node
                queue.extend(value for key, value in node.items() if key in _NESTS)
            if len(queue) > _MAX_NODES:
                break


def _unwrapped(text: str) -> str:
    """The text without comment and CDATA marks at its ends, in whatever order they stand there."""
    text = text.strip()
    for _ in range(_MOST_MARKS):
        opener = next((one for one in _OPENERS if text.startswith(one)), "")
        closer = next((one for one in _CLOSERS if text.endswith(one)), "")
        text = text.removeprefix(opener).removesuffix(closer).strip()
    return text


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.endswith(_ARTICLES) for kind in kinds)


def _first(nodes: list[dict[str, Any]], name: str) -> str:
    return next((value.strip() for node in nodes if isinstance(value := node.get(name), str) and value.strip()), "")


def _date(*texts: str) -> str | None:
    """The first that is a date."""
    return next(filter(None, (moment(text, _LATEST) for text in texts)), None)


def _language(*texts: str) -> str | None:
    stated = (text.strip().replace("_", "-") for text in texts)
    return next((tag for tag in stated if _LANGUAGE.fullmatch(tag) and tag.lower() not in ("und", "mul", "zxx")), None)
