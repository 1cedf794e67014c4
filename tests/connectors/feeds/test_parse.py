"""From a feed's bytes to entries; what is no feed says so."""

import pytest
from feed_bytes import URL, one, rss
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.parse import parse
from connectors.feeds.parsed import MAX_SUMMARY, MAX_TITLE
from transforms.errors import NotAFeed

ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Desk</title><entry>
<title type="html">Ban &lt;b&gt;halted&lt;/b&gt;</title><link href="/a/1"/><id>tag:1</id>
<updated>2026-01-31T10:30:00+01:00</updated><author><name>A. Writer</name></author><summary>Short</summary>
<content type="html">&lt;p&gt;Long &amp;amp; whole&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</content></entry></feed>"""


@pytest.mark.parametrize(
    ("item", "field", "expected"),
    [
        ("<title>Ban</title>", "title", "Ban"),
        ("<title>A &amp;amp; B</title>", "title", "A & B"),
        ("<title><![CDATA[<b>Ban</b>  now]]></title>", "title", "Ban now"),
        ("<link>https://wire.example/1</link>", "link", "https://wire.example/1"),
        ("<link>/1?a=b</link>", "link", "https://wire.example/1?a=b"),
        ("<link>javascript:alert(1)</link><title>x</title>", "link", ""),
        ("<guid isPermaLink='false'>g-1</guid><title>x</title>", "guid", "g-1"),
        ("<description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;</description>", "summary", "One Two"),
        ("<title>x</title>", "language", "en-GB"),
        ("<category>Law</category><category>Apps</category><title>x</title>", "categories", ("Law", "Apps")),
        ("<pubDate>Sat, 31 Jan 2026 09:30:00 GMT</pubDate><title>x</title>", "published", "2026-01-31T09:30:00.000Z"),
        ("<pubDate>Sat, 31 Jan 2026 10:30:00 +0100</pubDate><title>x</title>", "published", "2026-01-31T09:30:00.000Z"),
        ("<pubDate>yesterday</pubDate><title>x</title>", "published", None),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate><title>x</title>", "published", None),
        ("<pubDate>Fri, 31 Dec 9999 00:00:00 GMT</pubDate><title>x</title>", "published", None),
        ("<title>x</title>", "published", None),
    ],
)
def test_fields_of_an_rss_item(item, field, expected):
    assert expected == getattr(one(rss(f"<item>{item}</item>")), field)


def test_fields_of_an_atom_entry():
    entry = one(ATOM, "application/atom+xml")
    assert ("Ban halted", "https://wire.example/a/1", "tag:1", "Short", ("A. Writer",)) == (
        entry.title,
        entry.link,
        entry.guid,
        entry.summary,
        entry.authors,
    )
    assert ("2026-01-31T09:30:00.000Z", True) == (entry.updated, entry.content.startswith("Long & whole"))


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_every_rss_is_read(version):
    assert "Ban" == one(rss("<item><title>Ban</title></item>", version)).title


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_declared_encodings_are_read(encoding):
    assert "Café" == one(rss("<item><title>Café</title></item>", encoding=encoding), None).title


def test_texts_are_capped():
    entry = one(rss(f"<item><title>{'t' * 9000}</title><description>{'d ' * 9000}</description></item>"))
    assert (MAX_TITLE, MAX_SUMMARY) >= (len(entry.title), len(entry.summary))
    assert len(entry.title) > 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<!doctype html><html><body><h1>Hello</h1></body></html>",
        b'{"error": "no"}',
        b"\x00\xff\xfe\x00garbage",
        b"plain words",
    ],
)
def test_what_is_no_feed_says_so(body):
    with pytest.raises(NotAFeed):
        parse(body, URL, "text/html")


def title_or_error(body):
    try:
        return parse(body, URL, None).title
    except NotAFeed as error:
        return error.reason


def test_a_billion_laughs_are_not_laughed():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{entities}]><rss><channel><title>&l9;</title>'
    assert len(title_or_error(bomb.encode() + b"</channel></rss>")) <= MAX_TITLE


@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_no_feed(body):
    assert isinstance(title_or_error(body), str)
