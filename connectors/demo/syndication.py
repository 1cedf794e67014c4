"""Feeds as XML: RSS 2.0 (with ``content:encoded`` and Dublin Core authors) and Atom (RFC 4287)."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from connectors.demo import pages
from connectors.demo.items import Item
from connectors.demo.material import Publisher

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"

ET.register_namespace("a10", ATOM)  # the prefix that others use for Atom's elements in RSS
ET.register_namespace("content", CONTENT)
ET.register_namespace("dc", DC)


def feed(publisher: Publisher, base: str, items: Sequence[Item], began: datetime) -> tuple[str, bytes]:
    """A publisher's feed.

    Args:
      publisher: Whose feed; its habits decide the form.
      base: Root of its site.
      items: What is shown, newest first.
      began: Date of a feed that shows nothing yet.

    Returns:
      Media type and XML in UTF-8.
    """
    if publisher.format == "atom":
        return "application/atom+xml", _atom(publisher, base, items, began)
    return "application/rss+xml", _rss(publisher, base, items)


def _rss(publisher: Publisher, base: str, items: Sequence[Item]) -> bytes:
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", publisher.name)
    _add(channel, "link", base + "/")
    _add(channel, "description", publisher.slogan)
    _add(channel, "language", publisher.language.lower())
    if items and publisher.zoned:
        _add(channel, "lastBuildDate", format_datetime(items[0].dated))
    for item in items:
        entry = ET.SubElement(channel, "item")
        _add(entry, "title", item.title)
        _add(entry, "link", item.link)
        _add(entry, "guid", item.guid, isPermaLink="true" if publisher.permalinks else "false")
        # A date as databases write it, without zone, breaks RFC 822; many feeds have it, and readers take it for UTC.
        _add(entry, "pubDate", format_datetime(item.dated) if publisher.zoned else f"{item.dated:%Y-%m-%d %H:%M:%S}")
        if item.updated:
            _add(entry, f"{{{ATOM}}}updated", item.updated.isoformat())
        _add(entry, f"{{{DC}}}creator", item.story.author)
        _add(entry, "category", item.story.section)
        _add(entry, "description", item.summary)
        # A story of someone else's is only pointed to.
        if publisher.full and item.publisher is publisher:
            _add(entry, f"{{{CONTENT}}}encoded", pages.body(item))
    return _bytes(root)


def _atom(publisher: Publisher, base: str, items: Sequence[Item], began: datetime) -> bytes:
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": publisher.language})
    _add(root, "id", base + "/")
    _add(root, "title", publisher.name)
    _add(root, "subtitle", publisher.slogan)
    _add(root, "updated", max([item.updated or item.dated for item in items], default=began).isoformat())
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=base + publisher.feed)
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=base + "/")
    for item in items:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", item.guid if publisher.permalinks else "urn:" + item.guid)
        _add(entry, "title", item.title)
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=item.link)
        _add(entry, "published", item.dated.isoformat())
        _add(entry, "updated", (item.updated or item.dated).isoformat())
        _add(ET.SubElement(entry, "author"), "name", item.story.author)
        ET.SubElement(entry, "category", term=item.story.section)
        _add(entry, "summary", item.summary)
        if publisher.full and item.publisher is publisher:
            _add(entry, "content", pages.body(item), type="html")
    return _bytes(root)


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text


def _bytes(root: ET.Element) -> bytes:
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
