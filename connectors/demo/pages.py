"""Pages as HTML: an article among all that stands around articles on real sites.

Each piece is a function from an item to markup, so that stories and publishers combine them as they like; every text
goes through ``html.escape``.
"""

import json
from collections.abc import Sequence
from html import escape

from connectors.demo import furniture
from connectors.demo.dates import american, british, chinese, italian
from connectors.demo.items import Item
from connectors.demo.material import Publisher
from connectors.demo.programme import Programme

FOOTER = "All publishers, people and events on this site are invented: demo material of beatwire. Apps are real names."
TEASER = 2  # paragraphs that a paywalled page shows
CONSENT = "/consent"  # where consent is given

_STYLE = (
    "body{font:17px/1.5 Georgia,serif;max-width:46rem;margin:auto;padding:1rem;color:#222}"
    "nav a,.share a{margin-right:1rem}aside,.box{background:#f3f1ec;padding:.6rem 1rem;margin:1rem 0}"
    "footer,.meta,.cookies{color:#666;font-size:.8rem}textarea{width:100%}"
)


def article(item: Item, base: str) -> str:
    """The page of an item.

    Args:
      item: The item.
      base: Root of its publisher's site.
    """
    publisher = item.publisher
    above = "".join(furniture.ABOVE[piece](item) for piece in publisher.pieces if piece in furniture.ABOVE)
    below = "".join(furniture.BELOW[piece](item) for piece in publisher.pieces if piece in furniture.BELOW)
    semantic = publisher.semantic
    title = f"<h1>{escape(item.title)}</h1>"
    if semantic:
        main = f"<main><article><header>{title}{_byline(item)}</header>{body(item)}</article></main>"
        above, below = f"<header>{above}</header>", f"<aside>{below}</aside>"
    else:
        main = (
            f'<div class="content"><div class="headline">{title}</div>{_byline(item)}'
            f'<div class="article-body">{body(item)}</div></div>'
        )
    return _document(publisher, item.title, above + main + below, _head(item, base))


def body(item: Item) -> str:
    """The text of an item as its page has it; of one behind a paywall the rest is there, but hidden."""
    if not item.story.paywalled:
        return marked(item.paragraphs)
    return (
        f'{marked(item.paragraphs[:TEASER])}<div class="box paywall"><h3>Subscribe to continue reading</h3>'
        f'<p>Already a subscriber? Log in.</p></div><div class="rest" hidden>{marked(item.paragraphs[TEASER:])}</div>'
    )


def marked(paragraphs: Sequence[str]) -> str:
    """Text as HTML paragraphs, subheadings and quotations."""
    parts = []
    for paragraph in paragraphs:
        if paragraph.startswith("## "):
            parts.append(f"<h2>{escape(paragraph[3:])}</h2>")
        elif paragraph.startswith("> "):
            parts.append(f"<blockquote><p>{escape(paragraph[2:])}</p></blockquote>")
        else:
            parts.append(f"<p>{escape(paragraph)}</p>")
    return "\n".join(parts)


def consent(item: Item, path: str) -> str:
    """What stands before a page until its reader has agreed to cookies, at the same address and with status 200."""
    name = escape(item.publisher.name)
    words = (
        f"<h1>Your privacy</h1><p>{name} and its 214 partners store cookies on your device to measure audiences."
        f' Without your consent we cannot show you this page.</p><form class="consent-form" action="{CONSENT}">'
        f'<input type="hidden" name="to" value="{escape(path)}"><button>Accept all</button></form>'
    )
    return _document(item.publisher, "Your privacy", words)


def front(publisher: Publisher, items: Sequence[Item]) -> str:
    """A publisher's front page: the newest stories."""
    rows = "".join(
        f'<li><a href="{escape(item.link)}">{escape(item.title)}</a> <small>{escape(item.story.section)}</small></li>'
        for item in items
    )
    listing = f"<h1>{escape(publisher.name)}</h1><p>{escape(publisher.slogan)}</p><ul>{rows}</ul>"
    return _document(publisher, publisher.name, listing)


def overview(programme: Programme, now: float) -> str:
    """What stands at the bare port: the publishers, and what each item must come to."""
    publishers = "".join(
        f'<li><a href="{programme.base(p)}/">{escape(p.name)}</a> (<a href="{programme.base(p)}{p.feed}">feed</a>)</li>'
        for p in programme.edition.publishers
    )
    rows = "".join(
        f'<tr><td>{escape(item.feed)}</td><td><a href="{escape(item.link)}">{escape(item.title)}</a></td>'
        f"<td>{item.expected.outcome}</td><td>{escape(item.expected.reason)}</td></tr>"
        for item in programme.items
        if item.appears <= now
    )
    text = (
        f"<h1>beatwire demo news</h1><ul>{publishers}</ul>"
        f"<table><tr><th>Feed</th><th>Story</th><th>Must come to</th><th>Why</th></tr>{rows}</table>"
    )
    return _document(None, "beatwire demo news", text)


def failure(status: int, words: str) -> str:
    """The page of an error."""
    return _document(None, words, f"<h1>{status}</h1><p>{escape(words)}</p>")


_MOMENTS = {"zh": chinese, "it": italian}  # how a language writes them; others as Americans do


def _byline(item: Item) -> str:
    publisher, author = item.publisher, escape(item.story.author)
    stamp = item.dated.isoformat()
    by = escape(furniture.words(publisher)["by"].format(author=item.story.author))
    language = publisher.language.partition("-")[0]
    match publisher.kind, publisher.semantic:
        case "wire", _:
            moment = british(item.dated, publisher.zone_name)
            return f'<p class="meta">{author} | <time datetime="{stamp}">Published {moment}</time></p>'
        case _, True:
            moment = _MOMENTS.get(language, american)(item.dated, publisher.zone_name)
            return (
                f'<p class="meta"><span class="author" rel="author">{by}</span> '
                f'<time datetime="{stamp}">{moment}</time></p>'
            )
    moment = british(item.dated, publisher.zone_name)
    return f'<div class="meta"><span class="byline">{author}</span> &middot; <span class="date">{moment}</span></div>'


def _head(item: Item, base: str) -> str:
    stamp = item.dated.isoformat()
    metas: tuple[tuple[str, str, str], ...] = (
        ("name", "description", item.summary),
        ("name", "author", item.story.author),
        ("property", "og:type", "article"),
        ("property", "og:title", item.title),
        ("property", "og:description", item.summary),
        ("property", "og:url", item.page),
        ("property", "og:site_name", item.publisher.name),
        ("property", "article:published_time", stamp),
        ("property", "article:section", item.story.section),
    )
    if item.updated:
        metas = (*metas, ("property", "article:modified_time", item.updated.isoformat()))
    tags = "".join(f'<meta {kind}="{name}" content="{escape(value)}">\n' for kind, name, value in metas)
    return f'<link rel="canonical" href="{escape(item.page)}">\n{tags}{_json_ld(item, base)}'


def _json_ld(item: Item, base: str) -> str:
    """schema.org NewsArticle; ``<`` is escaped so that no text can end the script."""
    if item.story.markup == "none":
        return ""
    value = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": item.page,
        "headline": item.title,
        "description": item.summary,
        "datePublished": item.dated.isoformat(),
        "dateModified": (item.updated or item.dated).isoformat(),
        "author": [{"@type": "Person", "name": item.story.author}],
        "publisher": {"@type": "NewsMediaOrganization", "name": item.publisher.name, "url": base + "/"},
        "articleSection": item.story.section,
        "inLanguage": item.publisher.language,
        "isAccessibleForFree": not item.story.paywalled,
    }
    if item.story.paywalled:
        rest = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".rest"}
        value["hasPart"] = rest
    if item.story.markup == "full":
        value["articleBody"] = "\n\n".join(p.removeprefix("## ").removeprefix("> ") for p in item.paragraphs)
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>\n'


def robots(barred: Sequence[str]) -> str:
    """robots.txt of a publisher: all but these paths is open to everybody (RFC 9309)."""
    return "".join(f"{line}\n" for line in ("User-agent: *", *(f"Disallow: {path}" for path in barred), "Allow: /"))


def _document(publisher: Publisher | None, title: str, content: str, head: str = "") -> str:
    name = publisher.name if publisher else ""
    language = publisher.language if publisher else "en"
    whole = f"{title} | {name}" if name and name != title else title
    feed = (
        f'<link rel="alternate" type="application/{publisher.format}+xml" href="{publisher.feed}">' if publisher else ""
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(whole)}</title>\n'
        f"{feed}\n{head}<style>{_STYLE}</style>\n</head>\n<body>\n{content}\n"
        f"<footer><p>{escape(FOOTER)}</p></footer>\n</body>\n</html>\n"
    )
