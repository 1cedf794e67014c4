"""What stands around an article: menus, boxes, forms. None of it belongs to the text, and some speaks of the beat."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from connectors.demo.items import Item
from connectors.demo.material import Piece

SECTIONS = ("World", "Politics", "Technology", "Business", "Culture", "Sport")


def cookies(item: Item) -> str:
    """A line about cookies."""
    return (
        f'<div class="cookies" role="dialog">{escape(item.publisher.name)} and 214 partners use cookies to measure '
        'audiences. <button type="button">Accept all</button> <button type="button">Reject</button></div>'
    )


def menu(_: Item) -> str:
    """The sections, and a topic of the day that is on the beat whatever the article."""
    links = "".join(f'<a href="/">{name}</a>' for name in (*SECTIONS, "TikTok ban", "US-China chip war"))
    return f'<nav class="menu">{links}</nav>'


def breadcrumbs(item: Item) -> str:
    """Where one is."""
    section = escape(item.story.section)
    return f'<nav class="breadcrumbs"><a href="/">Home</a> &rsaquo; <a href="/">{section}</a></nav>'


def share(_: Item) -> str:
    """Links to networks."""
    links = "".join(f'<a href="/">{name}</a>' for name in ("Facebook", "X", "WhatsApp", "Telegram", "Copy link"))
    return f'<div class="share">Share {links}</div>'


def newsletter(item: Item) -> str:
    """A box to sign up."""
    return (
        '<div class="box newsletter"><h3>The Morning Brief</h3>'
        f"<p>What matters today, from the editors of {escape(item.publisher.name)}, in your inbox at seven.</p>"
        '<form><input type="email" placeholder="Your email"><button>Sign up</button></form></div>'
    )


def related(item: Item) -> str:
    """A box of related stories."""
    return _links("Related stories", "related", item.story.related)


def popular(item: Item) -> str:
    """A box of most read stories."""
    return _links("Most read", "most-read", item.publisher.popular)


def comments(item: Item) -> str:
    """What readers say, and a form to say more."""
    said = "".join(f'<div class="comment"><p>{escape(remark)}</p></div>' for remark in item.story.remarks)
    return (
        f'<section id="comments" class="comments"><h3>Comments ({len(item.story.remarks)})</h3>{said}'
        "<form><textarea></textarea><button>Post comment</button></form></section>"
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
