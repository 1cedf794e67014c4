"""News sitemaps, and which sitemaps of an index are asked for."""

import gzip

import pytest
from feed_bytes import URL
from growth import growth
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.encoding import MAX_UNPACKED, unpacked
from connectors.feeds.parse import parse, parse_feed
from connectors.feeds.parsed import Child, ParsedIndex
from connectors.feeds.sitemap import MAX_TAGS, children
from transforms.errors import NotAFeed, TooLarge

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def sitemap(*urls):
    return f"<?xml version='1.0'?><urlset {SPACES}>{''.join(f'<url>{one}</url>' for one in urls)}</urlset>".encode()


def news(title="Ban", more="", link="https://wire.example/1"):
    return f"<loc>{link}</loc><news:news><news:title>{title}</news:title>{more}</news:news>"


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("A &amp; B", "A & B"),
        ("<![CDATA[<b>Ban</b>]]>", "<b>Ban</b>"),
        ("Caf&eacute; &unknown; open", "Café open"),
        ("&#xD800;Ban\x07", "Ban"),
        ("  two \n lines ", "two lines"),
    ],
)
def test_a_title_is_plain_text(title, read):
    assert read == parse(sitemap(news(title)), URL, None).entries[0].title


def test_a_sitemap_without_news_is_named_as_such_and_an_empty_one_is_an_empty_feed():
    with pytest.raises(NotAFeed, match="lists no news"):
        parse(sitemap("<loc>https://wire.example/</loc>"), URL, None)
    assert () == parse(sitemap(), URL, None).entries


def test_a_title_and_a_language_of_the_feed_need_all_to_agree():
    def publication(name, language):
        said = f"<news:name>{name}</news:name><news:language>{language}</news:language>"
        return news(more=f"<news:publication>{said}</news:publication>")

    both = parse(sitemap(publication("Wire", "en"), publication("Wire", "fr")), URL, None)
    assert ("Wire", None, ["en", "fr"]) == (both.title, both.language, [entry.language for entry in both.entries])


def test_a_sitemap_packed_with_gzip_is_read_whatever_its_headers_say():
    body = gzip.compress(sitemap(news()))
    assert ["Ban"] * 2 == [parse(body, URL, kind).entries[0].title for kind in ("text/xml", "application/x-gzip")]


def test_a_packed_file_is_read_up_to_a_size():
    with pytest.raises(TooLarge):
        parse(gzip.compress(b" " * (MAX_UNPACKED + 1)), URL, None)


def test_a_packed_file_of_a_great_many_members_takes_time_by_its_length():
    def unpack(count):
        unpacked(gzip.compress(b"") * count + gzip.compress(b"<urlset/>"), URL)

    assert growth(unpack, 40_000) < 3.2


@pytest.mark.parametrize("cut", [11, 40, -9])
def test_a_packed_file_that_breaks_off_is_named_as_such(cut):
    with pytest.raises(NotAFeed, match="gzip"):
        parse(gzip.compress(sitemap(news()))[:cut], URL, None)


def test_a_sitemap_of_millions_of_tags_is_refused():
    with pytest.raises(TooLarge, match="tags"):
        parse(sitemap("<a/>" * (MAX_TAGS + 1)), URL, None)


def test_entities_of_a_document_type_stand_for_nothing():
    doctype = b'<!DOCTYPE urlset [<!ENTITY file SYSTEM "file:///etc/hostname"><!ENTITY own "expanded">]>'
    body = sitemap(news("A&file;&own;B")).replace(b"<urlset", doctype + b"<urlset")
    assert "AB" == parse(body, URL, None).entries[0].title


def index(*listed):
    said = "".join(
        f"<sitemap><loc>{link}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</sitemap>"
        for link, changed in listed
    )
    return parse(f"<sitemapindex>{said}</sitemapindex>".encode(), URL, None)


def names(*listed, limit=3):
    return [url.rpartition("/")[2] for url in children(index(*listed), limit)]


def test_the_sitemaps_that_changed_last_are_asked_for_in_the_order_of_the_index():
    listed = [(f"https://wire.example/{day}.xml", f"2026-01-{day}") for day in (10, 30, 20, 31, 11)]
    assert ["30.xml", "20.xml", "31.xml"] == names(*listed)


def test_sitemaps_that_call_themselves_news_go_first():
    listed = [(f"https://wire.example/{name}.xml", "2026-01-31") for name in ("posts", "pages", "google-News", "tags")]
    assert ["google-News.xml"] == names(*listed)


def test_without_dates_sitemaps_are_asked_for_from_both_ends():
    assert ["0.xml", "1.xml", "4.xml"] == names(*((f"https://wire.example/{number}.xml", "") for number in range(5)))


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("https://www.example.org/a.xml", True),
        ("https://maps.example.org/a.xml", True),
        ("https://example.com/a.xml", False),
        ("https://example.org.example.com/a.xml", False),
        ("https://www.example.org/index.xml", False),
    ],
)
def test_only_sitemaps_of_its_own_domain_are_asked_for_and_not_itself(link, asked):
    said = ParsedIndex(url="https://www.example.org/index.xml", children=(Child(link),))
    assert ((link,) if asked else ()) == children(said)


def test_what_an_index_lists_are_web_addresses():
    said = index(("/a.xml", ""), ("file:///a.xml", ""), ("", ""), ("b.xml", "2026-01-31"))
    expected = (Child("https://wire.example/a.xml"), Child("https://wire.example/feeds/b.xml", 1_769_817_600.0))
    assert expected == said.children


def test_an_index_within_an_index_is_no_feed():
    with pytest.raises(NotAFeed, match="within an index"):
        parse_feed(b"<sitemapindex></sitemapindex>", URL, None)


LISTED = st.tuples(st.integers(0, 9), st.none() | st.floats(0, 2e9))
MARKUP = ["<url>", "</url>", "<loc>", "<news:news>", "x", "&", "&a;", "]]>", "<!--", "</urlset>", "<?x?>", "\0"]


@given(st.lists(LISTED, max_size=12), st.integers(1, 5))
def test_an_index_never_asks_for_more_than_its_limit_nor_twice_for_one(listed, limit):
    every = tuple(Child(f"https://wire.example/{name}", changed) for name, changed in listed)
    asked = children(ParsedIndex(url=URL, children=every), limit)
    assert len(asked) == len(set(asked)) == min(limit, len({name for name, _ in listed}))


@given(st.lists(st.sampled_from(MARKUP)))
def test_any_markup_is_a_sitemap_or_none(pieces):
    assert "cannot be read" not in title_or_reason(f"<urlset {SPACES}>{''.join(pieces)}".encode())


def title_or_reason(body):
    try:
        return parse(body, URL, None).title
    except NotAFeed as error:
        return error.reason
