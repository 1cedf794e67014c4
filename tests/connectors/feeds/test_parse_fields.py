"""What each field of an entry is taken from, where dialects differ."""

import pytest
from feed_bytes import URL, atom, one, rss

from connectors.feeds.parse import parse
from connectors.feeds.parsed import MAX_CONTENT, MAX_ENTRIES, MAX_TERM, MAX_TERMS

NAMESPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'

WRAPPED = "https://www.google.com/url?rct=j&amp;url=https%3A%2F%2Fother.example%2F1&amp;ct=ga"  # as search alerts do


def wide(item):
    """An RSS feed that knows Dublin Core and full content."""
    return rss(f"<item><title>x</title>{item}</item>").replace(b"<rss ", f"<rss {NAMESPACES} ".encode(), 1)


@pytest.mark.parametrize(
    ("said", "link"),
    [
        ("<guid>https://wire.example/g</guid>", "https://wire.example/g"),
        ("<guid isPermaLink='true'>https://wire.example/g</guid>", "https://wire.example/g"),
        ("<guid isPermaLink='false'>https://wire.example/g</guid>", ""),
        ("<guid>g-1</guid>", ""),
        ("<guid>g-1</guid><link>https://wire.example/1</link>", "https://wire.example/1"),
        ("<guid>/g/1</guid>", ""),
        ("<link>  https://wire.example/1\n</link>", "https://wire.example/1"),
        ("<link>1.html</link>", "https://wire.example/feeds/1.html"),
        ("<link>//cdn.example/1</link>", "https://cdn.example/1"),
        (f"<link>{WRAPPED}</link>", "https://other.example/1"),
        ("<link>http://a.%65xample/1</link>", ""),
        ("<link>mailto:a@wire.example</link>", ""),
        ("<link>file:///etc/passwd</link>", ""),
    ],
)
def test_the_link_is_a_web_address_or_nothing(said, link):
    assert link == one(rss(f"<item><title>x</title>{said}</item>")).link


@pytest.mark.parametrize("said", ["", "<link>https://wire.example/1</link>"])
def test_a_guid_is_kept_as_the_feed_wrote_it(said):
    assert "g-1" == one(rss(f"<item><title>x</title><guid>g-1</guid>{said}</item>")).guid


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("1.html", "https://cdn.example/news/1.html"),
        ("/1.html", "https://cdn.example/1.html"),
        ("https://other.example/1", "https://other.example/1"),
    ],
)
def test_a_relative_link_is_resolved_by_the_base_that_the_feed_gives(link, expected):
    body = atom(f'<title>x</title><link href="{link}"/>').replace(
        b"<feed ", b'<feed xml:base="https://cdn.example/news/" '
    )
    assert expected == one(body).link


def test_a_base_that_is_relative_itself_counts_from_the_feeds_address():
    body = atom('<title>x</title><link href="1.html"/>').replace(b"<feed ", b'<feed xml:base="/news/" ')
    assert "https://wire.example/news/1.html" == one(body).link


@pytest.mark.parametrize(
    ("said", "authors"),
    [
        ("<author>desk@wire.example (Ann Writer)</author>", ("Ann Writer",)),
        ("<dc:creator>Ann Writer</dc:creator>", ("Ann Writer",)),
        ("<dc:creator>&lt;b&gt;Ann&lt;/b&gt; Writer</dc:creator>", ("Ann Writer",)),
        ("<dc:creator> </dc:creator>", ()),
        ("", ()),
    ],
)
def test_the_authors_of_an_rss_item_are_names(said, authors):
    assert authors == one(wide(said)).authors


@pytest.mark.parametrize(
    ("entry", "feed", "authors"),
    [
        ("<author><name>Ann</name></author><author><name>Bob</name></author>", "", ("Ann", "Bob")),
        ("<author><name>Ann</name></author><author><name>Ann</name></author>", "", ("Ann",)),
        ("", "<author><name>Desk</name></author>", ("Desk",)),
        ("<author><name>Ann</name></author>", "<author><name>Desk</name></author>", ("Ann",)),
    ],
)
def test_an_atom_entry_without_authors_has_those_of_its_feed(entry, feed, authors):
    assert authors == one(atom(f"<title>x</title>{entry}", feed)).authors


def test_an_rss_item_without_author_has_none_though_the_channel_names_its_editor():
    body = rss("<managingEditor>desk@wire.example (Desk)</managingEditor><item><title>x</title></item>")
    assert () == one(body).authors


def test_a_category_is_its_label_or_its_term_and_each_comes_once():
    said = '<category term="t1" label="Law"/><category term="Apps"/><category term="t2" label="Law"/>'
    assert ("Law", "Apps") == one(atom(f"<title>x</title>{said}")).categories


def test_categories_are_few_and_short():
    said = "".join(f"<category>{number:03}{'c' * 999}</category>" for number in range(99))
    categories = one(rss(f"<item><title>x</title>{said}</item>")).categories
    assert (MAX_TERMS, {MAX_TERM}) == (len(categories), {len(term) for term in categories})


def test_content_keeps_its_paragraphs_and_the_summary_does_not():
    html = "&lt;p&gt;One &lt;i&gt;of&lt;/i&gt; two&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;"
    entry = one(wide(f"<description>{html}</description><content:encoded>{html}</content:encoded>"))
    assert ("One of two Two", "One of two\nTwo") == (entry.summary, entry.content)


def test_of_several_contents_the_longest_text_counts_and_media_does_not():
    contents = [
        '<content type="text">Short</content>',
        '<content type="html">&lt;p&gt;The longer one&lt;/p&gt;</content>',
        f'<content type="image/png">{"QUJD" * 50}</content>',
    ]
    assert "The longer one" == one(atom(f"<title>x</title>{''.join(contents)}")).content


def test_content_is_capped():
    entry = one(wide(f"<content:encoded>{'word ' * MAX_CONTENT}</content:encoded>"))
    assert MAX_CONTENT - 5 <= len(entry.content) <= MAX_CONTENT


@pytest.mark.parametrize(
    ("kind", "title"), [("text", "1 <b>2</b> &amp; 3"), ("html", "1 2 & 3"), ("", "1 <b>2</b> &amp; 3")]
)
def test_markup_counts_only_where_the_feed_says_so(kind, title):
    attribute = f'type="{kind}"' if kind else ""
    body = atom(f"<title {attribute}>1 &lt;b&gt;2&lt;/b&gt; &amp;amp; 3</title>")
    assert title == one(body, "application/atom+xml").title


def test_an_xhtml_title_is_its_text():
    title = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Ban <b>halted</b></div></title>'
    assert "Ban halted" == one(atom(title)).title


@pytest.mark.parametrize(
    ("said", "published", "updated"),
    [
        ("<published>2026-01-31T09:30:00Z</published>", "2026-01-31T09:30:00.000Z", None),
        ("<updated>2026-01-31T09:30:00Z</updated>", None, "2026-01-31T09:30:00.000Z"),
        (
            "<published>2026-01-30T09:30:00Z</published><updated>2026-01-31T09:30:00Z</updated>",
            "2026-01-30T09:30:00.000Z",
            "2026-01-31T09:30:00.000Z",
        ),
    ],
)
def test_neither_date_stands_in_for_the_other(said, published, updated):
    entry = one(atom(f"<title>x</title>{said}"))
    assert (published, updated) == (entry.published, entry.updated)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("de_AT", "de-AT"),
        ("  fr ", "fr"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("English (UK)", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_language_is_a_tag_or_unknown(said, language):
    body = rss("<item><title>x</title></item>").replace(b"en-GB", said.encode())
    assert (language, language) == (parse(body, URL, None).language, one(body).language)


def test_an_entry_may_speak_another_language_than_its_feed():
    body = (
        atom("<title>x</title>").replace(b"<feed ", b'<feed xml:lang="en" ').replace(b"<entry", b'<entry xml:lang="fr"')
    )
    assert ("en", "fr") == (parse(body, URL, None).language, one(body).language)


def test_entries_keep_their_order():
    items = "".join(f"<item><title>{number}</title></item>" for number in range(MAX_ENTRIES))
    parsed = parse(rss(items), URL, None)
    assert ("Wire", [str(number) for number in range(MAX_ENTRIES)], 0) == (
        parsed.title,
        [entry.title for entry in parsed.entries],
        parsed.left_out,
    )


def test_a_feed_without_entries_is_a_feed():
    assert () == parse(rss(""), URL, None).entries


def test_rdf_is_read():
    body = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://w.example/">
    <title>Wire</title></channel><item rdf:about="https://wire.example/1"><title>Ban</title>
    <link>https://wire.example/1</link><dc:date>2026-01-31T09:30:00Z</dc:date></item></rdf:RDF>"""
    entry = one(body, "application/rdf+xml")
    assert ("Ban", "https://wire.example/1", "2026-01-31T09:30:00.000Z") == (
        entry.title,
        entry.link,
        entry.published or entry.updated,
    )
