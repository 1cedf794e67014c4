"""A page's JSON-LD: the objects in it, within bounds, and those that are its article."""

import json
from collections.abc import Iterator
from typing import Any

import lxml.html

from transforms.urls import absolute, normalise

Node = dict[str, Any]

_ARTICLES = ("Article", "BlogPosting", "LiveBlogPosting", "Report")  # endings of schema.org's article types
_MAX_LD = 2_000_000  # code points of JSON-LD that are read
_MAX_NODES = 2_000
_NESTS = frozenset({"@graph", "mainEntity", "mainEntityOfPage"})
# JSON in HTML is wrapped by some in what XHTML once wanted. Looked for at the ends only: a search for it with blanks
# around takes time quadratic in a run of blanks.
_OPENERS = ("<!--", "//", "/*", "<![CDATA[", "*/")
_CLOSERS = ("-->", "//", "/*", "]]>", "*/")
_MOST_MARKS = 4  # at each end: "/* ]]> */" has three, and each costs a copy of the text


def linked_data(tree: lxml.html.HtmlElement) -> Iterator[Node]:
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


def is_article(node: Node) -> bool:
    """Whether it is an article of some kind."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.endswith(_ARTICLES) for kind in kinds)


def own_of(articles: list[Node], url: str) -> list[Node]:
    """Those of a page's articles that name its address: others may be of stories that it points to."""
    mine = normalise(url)
    return [node for node in articles if normalise(absolute(url, own_address(node)) or "") == mine]


def own_address(node: Node) -> str:
    """The address that an article gives itself, or empty."""
    page = node.get("mainEntityOfPage")
    named = (node.get("url"), page.get("@id") if isinstance(page, dict) else page)
    return next((text.strip() for text in named if isinstance(text, str) and text.strip()), "")


def first(nodes: list[Node], name: str) -> str:
    """The first text under a name, or empty."""
    return next((value.strip() for node in nodes if isinstance(value := node.get(name), str) and value.strip()), "")


def drop_linked_data(tree: lxml.html.HtmlElement) -> None:
    """Takes JSON-LD off the page: there, a text behind a paywall stands in full for search engines."""
    for script in list(tree.iter("script")):
        if "json" in (script.get("type") or ""):
            script.drop_tree()


def _unwrapped(text: str) -> str:
    """The text without comment and CDATA marks at its ends, in whatever order they stand there."""
    text = text.strip()
    for _ in range(_MOST_MARKS):
        opener = next((one for one in _OPENERS if text.startswith(one)), "")
        closer = next((one for one in _CLOSERS if text.endswith(one)), "")
        text = text.removeprefix(opener).removesuffix(closer).strip()
    return text
