"""From a feed's bytes to its entries: which format it is, told by its content alone.

    bytes -> unpacked -> UTF-8 -> {                  -> jsonfeed     -> ParsedFeed
                               -> <urlset            -> sitemap      -> ParsedFeed
                               -> <sitemapindex      -> sitemap      -> ParsedIndex
                               -> <rss, <feed, <rdf  -> syndication  -> ParsedFeed

Media types of feeds are wrong too often to be asked. Runs in a reader (`connectors.reading`).
"""

import re

from connectors.feeds import jsonfeed, sitemap, syndication
from connectors.feeds.encoding import possible, unpacked, utf8
from connectors.feeds.parsed import ParsedFeed, ParsedIndex
from transforms.errors import ItemError, NotAFeed

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(rss|feed|rdf|channel|urlset|sitemapindex)[\s/>]", re.IGNORECASE)
_HTML = re.compile(rb"<html[\s>]", re.IGNORECASE)
_HTML_TYPE = re.compile(rb"<!doctype\s+html", re.IGNORECASE)
_NOTHING = b"\0\t\n\r \xef\xbb\xbf\xfe\xff"


def parse(
    body: bytes, url: str, content_type: str | None, now: float | None = None, audience: str | None = None
) -> ParsedFeed | ParsedIndex:
    """Reads RSS, RDF, Atom, JSON Feed or a news sitemap; or a sitemap index.

    Args:
      body: The feed as it was served.
      url: Where it was; relative links are resolved against it.
      content_type: The Content-Type header; only its charset is believed.
      now: Unix time of the poll: dates beyond it are marked. None marks none.
      audience: The Content-Language header; holds where the feed names no language of its own.

    Raises:
      NotAFeed: It is something else, or nothing.
      TooLarge: It is a packed file that holds too much.
    """
    try:
        return _read(body, url, content_type, now, audience)
    except ItemError:
        raise
    except Exception as error:  # feedparser lets its parsers' errors through on some broken input
        raise NotAFeed(url, f"cannot be read as a feed: {type(error).__name__}") from error


def parse_feed(
    body: bytes, url: str, content_type: str | None, now: float | None = None, audience: str | None = None
) -> ParsedFeed:
    """As `parse`, where an index will not do.

    Raises:
      NotAFeed: As there, or it is an index.
    """
    feed = parse(body, url, content_type, now, audience)
    if isinstance(feed, ParsedIndex):
        raise NotAFeed(url, "a sitemap index within an index")
    return feed


def _read(
    body: bytes, url: str, content_type: str | None, now: float | None, audience: str | None
) -> ParsedFeed | ParsedIndex:
    body = unpacked(body, url)
    if not body.strip(_NOTHING):
        raise NotAFeed(url, "the feed is empty")
    data = utf8(body, content_type)
    start = data.lstrip(_NOTHING)
    if start.startswith((b"{", b"[")):
        return jsonfeed.read(start, url, now, audience)
    root = _ROOT.search(data)
    if root is None or _HTML.search(data, 0, root.start()):
        raise NotAFeed(url, f"the address answers with {_kind(data)}")
    document = data[root.start() :]
    match root[1].lower():
        case b"urlset":
            return sitemap.read(possible(document), url, now)
        case b"sitemapindex":
            return sitemap.read_index(possible(document), url)
        case _:
            return syndication.read(document, root[0][1:-1], url, now, audience)


def _kind(data: bytes) -> str:
    return "an HTML page" if _HTML.search(data) or _HTML_TYPE.search(data) else "no feed"
