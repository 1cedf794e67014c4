"""Where a site's feeds may be: what its page links to, where feeds usually are, which sitemaps its robots.txt names.

All pure. `page_links` reads what strangers wrote, and runs in a reader (`connectors.reading`).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from transforms.extract.charset import markup_of
from transforms.urls import absolute, normalise, registered_domain

MAX_PAGE = 2 * 1024 * 1024  # bytes of a page that are looked at; the links to feeds stand in its head
MAX_ROBOTS = 500 * 1024  # bytes (RFC 9309, section 2.5)
MAX_LINKS, MAX_SITEMAPS = 8, 3

# What weblogs, content management systems and site generators use; the first are the most frequent.
_PATHS = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")
_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_VAGUE = ("application/json", "application/xml", "text/xml")  # of a feed only where something else says so, too
_FEEDLIKE = re.compile(r"(?:^|[\s/._-])(?:rss2?|atom|feeds?|rdf)(?:$|[\s/._?=&-])", re.IGNORECASE)
_COMMENTS = re.compile(r"comment", re.IGNORECASE)
_SITEMAP = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_NEWS = re.compile(r"news|latest|48h", re.IGNORECASE)
_ROOTS = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(rss|feed|rdf|channel|urlset|sitemapindex)[\s/>]", re.IGNORECASE)
_FORMS = {b"rss": "RSS", b"channel": "RSS", b"feed": "Atom", b"rdf": "RDF"}


def page_links(body: bytes, url: str, charset: str | None) -> tuple[str, ...]:
    """The feeds that a page links to, best first, at most `MAX_LINKS`.

    Those that it declares as its alternates (HTML, section 4.6.7.1) count; without any, links of its body whose address
    looks like that of a feed. Feeds of comments come last.

    Args:
      body: The page.
      url: Where it is.
      charset: Of Content-Type, or None.
    """
    tree = etree.fromstring(markup_of(body[:MAX_PAGE], charset).encode(), etree.HTMLParser(encoding="utf-8"))
    if tree is None:
        return ()
    base = next((urljoin(url, one.get("href", "")) for one in tree.iter("base")), url)
    found = list(_declared(tree, base)) or list(_looking_so(tree, base))
    found.sort(key=lambda one: bool(_COMMENTS.search(" ".join(one))))
    return _distinct(address for address, _ in found)[:MAX_LINKS]


def usual_places(url: str) -> tuple[str, ...]:
    """Addresses at which a site's feed usually is, at most 12: some below the page's own folder, then at the root."""
    folder, root = urljoin(url, "./"), urljoin(url, "/")
    return _distinct([folder + path for path in _PATHS[:4]] + [root + path for path in _PATHS])


def sitemaps(robots: bytes, url: str) -> tuple[str, ...]:
    """Sitemaps that a robots.txt names (sitemaps.org, protocol), those first that sound like news.

    Args:
      robots: The file.
      url: Where it is; sitemaps of other registered domains are not taken.
    """
    names = (one.decode("utf-8", "replace") for one in _SITEMAP.findall(robots[:MAX_ROBOTS]))
    found = [address for name in names if (address := absolute(url, name))]
    own = [one for one in found if registered_domain(one) == registered_domain(url)]
    return _distinct(sorted(own, key=lambda one: not _NEWS.search(urlsplit(one).path)))[:MAX_SITEMAPS]


def form(body: bytes) -> str:
    """What a feed that could be read calls itself, for people."""
    start = body[:4096].lstrip(b"\xef\xbb\xbf\0\t\n\r ")
    if start[:1] in b"{[":
        return "JSON Feed"
    root = _ROOTS.search(body[:65536].replace(b"\0", b""))
    return _FORMS.get(root[1].lower(), "sitemap") if root else "feed"


def _declared(tree: Any, base: str) -> Iterator[tuple[str, str]]:
    for link in tree.iter("link"):
        if "alternate" not in link.get("rel", "").lower().split():
            continue
        kind = link.get("type", "").partition(";")[0].strip().lower()
        href, title = link.get("href", ""), link.get("title", "")
        address = absolute(base, href) if href else None
        if address and (kind in _TYPES or (kind in _VAGUE and _FEEDLIKE.search(f"{address} {title}"))):
            yield address, title


def _looking_so(tree: Any, base: str) -> Iterator[tuple[str, str]]:
    for link in tree.iter("a"):
        href = link.get("href", "")
        address = absolute(base, href) if href else None
        if address and _FEEDLIKE.search(address) and registered_domain(address) == registered_domain(base):
            yield address, link.get("title", "")


def _distinct(urls: Iterable[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for url in urls:
        first.setdefault(normalise(url), url)
    return tuple(first.values())
