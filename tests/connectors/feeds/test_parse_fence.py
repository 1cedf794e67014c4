"""Bytes from strangers: encodings, what only looks like a feed, and what would hold the parser up."""

import codecs
import time

import pytest
from feed_bytes import URL, one, rss

from connectors.feeds.parse import parse
from connectors.feeds.parsed import MAX_TERM
from transforms.errors import NotAFeed

CAFE = "<item><title>Café 禁令</title></item>"


def reason(body, content_type=None):
    with pytest.raises(NotAFeed) as caught:
        parse(body, URL, content_type)
    assert URL == caught.value.url
    return caught.value.reason


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (codecs.BOM_UTF8 + b" \n", "empty"),
        (b"\0\0\0\0", "empty"),
        (b"<!doctype html><html><body>Hello</body></html>", "an HTML page"),
        (b"<HTML><body>Hello</body></HTML>", "an HTML page"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "JSON that is no feed"),
        (b'{"items": [', "broken JSON"),
        (b"[1, 2]", "JSON"),
        (b"/etc/passwd", "no feed"),
        (b"https://wire.example/other.xml", "no feed"),
        (b"<?xml version='1.0'?><opml version='2.0'><body/></opml>", "no feed"),
        (b"<channel>", "no feed"),
    ],
)
def test_what_is_no_feed_is_told_by_what_it_is(body, words):
    assert words in reason(body)


def test_a_page_that_shows_a_feed_is_a_page():
    assert "an HTML page" in reason(
        b"<html><body><pre>" + rss("<item><title>x</title></item>") + b"</pre></body></html>"
    )


def test_bytes_that_name_a_file_are_not_that_file(tmp_path):
    file = tmp_path / "feed.xml"
    file.write_bytes(rss("<item><title>private</title></item>"))
    assert "no feed" in reason(str(file).encode())


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_goes_before_header_and_declaration(mark, encoding):
    text = rss(CAFE).decode().replace('encoding="utf-8"', 'encoding="iso-8859-1"')
    assert "Café 禁令" == one(mark + text.encode(encoding), "text/xml; charset=koi8-r").title


@pytest.mark.parametrize("declared", ["iso-8859-1", "us-ascii", "no-such-encoding", "punycode"])
def test_what_is_utf8_is_utf8_whatever_is_declared(declared):
    body = rss(CAFE).replace(b'encoding="utf-8"', f'encoding="{declared}"'.encode())
    assert ["Café 禁令"] * 2 == [one(body, kind).title for kind in (None, f"text/xml; charset={declared}")]


def test_the_header_tells_what_no_declaration_does():
    body = rss("<item><title>Café</title></item>", encoding="iso-8859-1").replace(b' encoding="iso-8859-1"', b"")
    assert "Café" == one(body, "application/rss+xml; charset=iso-8859-1").title


@pytest.mark.parametrize(
    "reference", ["&#0;", "&#xD800;", "&#x110000;", "&#99999999999999999999;", "&#xFFFFFFFFFFFFFF;"]
)
def test_a_reference_to_no_character_vanishes_and_its_neighbours_stay(reference):
    assert "A B" == one(rss(f"<item><title>A {reference}B</title></item>")).title


@pytest.mark.parametrize(("reference", "title"), [("&#233;", "é"), ("&#xE9;", "é"), ("&#x1F600;", "😀")])
def test_other_references_are_read(reference, title):
    assert title == one(rss(f"<item><title>{reference}</title></item>")).title


def test_a_document_type_is_not_read_and_its_entities_stand_for_nothing():
    doctype = b'<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/hostname"><!ENTITY own "expanded">]>'
    body = rss("<item><title>A&secret;&own;B</title></item>").replace(b"<rss ", doctype + b"<rss ", 1)
    title = one(body).title
    assert (True, False) == (title.startswith("A"), "expanded" in title)


def test_what_stands_before_the_root_is_passed_over():
    body = b"\n\n <!-- made by hand -->\n<?xml-stylesheet href='x'?>" + rss("<item><title>Ban</title></item>")
    assert "Ban" == one(body).title


def test_a_feed_that_breaks_off_keeps_what_was_whole():
    body = rss("<item><title>Whole</title></item><item><title>Broken")
    assert "Whole" == parse(body[: body.index(b"Broken")], URL, None).entries[0].title


@pytest.mark.parametrize(
    "hard",
    [
        lambda size: b" " * size + rss(""),
        lambda size: rss(f"<item><title>x</title><author>{'a' * size}</author></item>"),
        lambda size: rss(f"<item><title>x</title><author>{'a.' * (size // 2)}@</author></item>"),
        lambda size: rss(f"<item><title>{'&amp;lt;' * (size // 8)}</title></item>"),
        lambda size: rss(f"<item><description>{'&lt;div&gt;' * (size // 11)}</description></item>"),
        lambda size: rss("").replace(b'encoding="utf-8"', b'encoding="punycode"') + b"a-" * (size // 2),
    ],
    ids=["blank prologue", "long author", "address of an author", "references", "nested markup", "punycode"],
)
def test_time_does_not_grow_with_the_square_of_the_size(hard):
    """Each takes less than a tenth of a second. feedparser alone needs 7 s for 40 KB of author, minutes for 200 KB."""
    began = time.process_time()
    parse(hard(200_000), URL, None)
    assert time.process_time() - began < 5.0


def test_an_author_is_cut():
    assert MAX_TERM >= len("".join(one(rss(f"<item><title>x</title><author>{'a' * 9999}</author></item>")).authors))
