"""What stands around an article: menus, boxes, forms. None of it belongs to the text, and some speaks of the beat."""

import functools
import tomllib
from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from connectors.demo.items import Item
from connectors.demo.material import Piece, Publisher

NETWORKS = ("Facebook", "X", "WhatsApp", "Telegram")


@functools.cache
def _all_words() -> dict[str, dict[str, Any]]:
    return tomllib.loads((resources.files("connectors.demo") / "furniture.toml").read_text("utf-8"))


def words(publisher: Publisher) -> dict[str, Any]:
    """What its pages say around an article, in its language."""
    return _all_words()[publisher.language.partition("-")[0]]


def cookies(item: Item) -> str:
    """A line about cookies."""
    said = words(item.publisher)
    return (
        f'<div class="cookies" role="dialog">{escape(said["cookies"].format(name=item.publisher.name))} '
        f'<button type="button">{said["accept"]}</button> <button type="button">{said["reject"]}</button></div>'
    )


def menu(item: Item) -> str:
    """The sections, and a topic of the day that is on the beat whatever the article."""
    said = words(item.publisher)
    links = "".join(f'<a href="/">{name}</a>' for name in (*said["sections"], *said["topics"]))
    return f'<nav class="menu">{links}</nav>'


def breadcrumbs(item: Item) -> str:
    """Where one is."""
    section = escape(item.story.section)
    home = words(item.publisher)["home"]
    return f'<nav class="breadcrumbs"><a href="/">{home}</a> &rsaquo; <a href="/">{section}</a></nav>'


def share(item: Item) -> str:
    """Links to networks."""
    said = words(item.publisher)
    links = "".join(f'<a href="/">{name}</a>' for name in (*NETWORKS, said["copy"]))
    return f'<div class="share">{said["share"]} {links}</div>'


def newsletter(item: Item) -> str:
    """A box to sign up."""
    said = words(item.publisher)
    return (
        f'<div class="box newsletter"><h3>{said["brief"]}</h3>'
        f"<p>{escape(said['brief_text'].format(name=item.publisher.name))}</p>"
        f'<form><input type="email" placeholder="{said["email"]}"><button>{said["sign_up"]}</button></form></div>'
    )


def related(item: Item) -> str:
    """A box of related stories."""
    return _links(words(item.publisher)["related"], "related", item.story.related)


def popular(item: Item) -> str:
    """A box of most read stories."""
    return _links(words(item.publisher)["popular"], "most-read", item.publisher.popular)


def comments(item: Item) -> str:
    """What readers say, and a form to say more."""
    words_here = words(item.publisher)
    said = "".join(f'<div class="comment"><p>{escape(remark)}</p></div>' for remark in item.story.remarks)
    return (
        f'<section id="comments" class="comments"><h3>{words_here["comments"].format(count=len(item.story.remarks))}'
        f"</h3>{said}<form><textarea></textarea><button>{words_here['post']}</button></form></section>"
    )


ABOVE: Mapping[Piece, Callable[[Item], str]] = {
    "cookies": cookies,
    "menu": menu,
    "breadcrumbs": breadcrumbs,
    "share": share,
}
BELOW: Mapping[Piece, Callable[[Item], str]] = {
    "newsletter": newsletter,
    "related": related,
    "popular": popular,
    "comments": comments,
}


def _links(heading: str, css: str, titles: Sequence[str]) -> str:
    if not titles:
        return ""
    rows = "".join(f'<li><a href="/">{escape(title)}</a></li>' for title in titles)
    return f'<div class="box {css}"><h3>{heading}</h3><ul>{rows}</ul></div>'
