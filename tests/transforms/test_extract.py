"""The article on a page and what the page says of itself."""

import pytest
from msgspec.structs import replace

from transforms.errors import NotAnArticle, NoText
from transforms.extract import extract_article, extract_row
from transforms.extract.feed import feed_article
from transforms.identity import article_url
from transforms.records import Entry, Origins, Page

URL = "https://wire.example/2026/ban"
BODY = "".join(
    f"<p>A court in the capital halted the ban on the app in its ruling number {n}, and lawyers said that more would"
    " follow before the end of the year, whatever the ministry decides.</p>"
    for n in range(6)
)
HEAD = """<title>Court halts ban - Wire</title><link rel="canonical" href="/2026/ban?utm_source=x">
<meta name="description" content="In short."><meta name="robots" content="noarchive, NoImageIndex">
<meta property="og:title" content="Court halts ban">
<meta property="article:published_time" content="2026-01-31T09:30:00+01:00">"""


def page(head=HEAD, body=BODY, content_type="text/html", charset="utf-8", robots=None, lang="en"):
    markup = f"<html lang='{lang}'><head>{head}</head><body><nav><a href='/'>Home</a></nav><article><h1>Court halts ban"
    data = f"{markup}</h1>{body}</article><footer>All rights reserved</footer></body></html>"
    return Page(
        requested=URL,
        url=URL,
        status=200,
        content_type=content_type,
        charset=charset,
        robots=robots,
        body=data.encode(charset or "utf-8"),
        fetched="2026-01-31T10:00:00.000Z",
    )


def test_the_article_and_nothing_but_the_article():
    article = extract_article(page(), None)
    assert "A court in the capital halted" in article.text
    assert 6 == article.text.count("whatever the ministry decides")
    assert not any(word in article.text for word in ("Home", "All rights reserved"))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("title", "Court halts ban"),
        ("canonical", URL),
        ("language", "en"),
        ("summary", "In short."),
        ("paywalled", False),
        ("url", URL),
    ],
)
def test_what_the_page_says_of_itself(field, expected):
    assert expected == getattr(extract_article(page(), None), field)


def test_the_page_dates_itself_with_its_zone():
    assert extract_article(page(), None).published.startswith("2026-01-31T")


def test_the_feeds_summary_goes_before_the_pages():
    assert "The feed's." == extract_article(page(), Entry(summary="The feed's.")).summary


def test_robots_of_page_and_header_are_carried_along():
    assert {"noarchive", "noimageindex", "noai"} <= set(extract_article(page(robots="noai"), None).robots)


def test_a_paywall_is_told():
    ld = '{"@type": "NewsArticle", "headline": "x", "isAccessibleForFree": false}'
    assert extract_article(page(f'{HEAD}<script type="application/ld+json">{ld}</script>'), None).paywalled


@pytest.mark.parametrize("ld", ["{", "[]", "null", '"x"', '{"@type": 7}', "[" * 5000])
def test_broken_linked_data_counts_as_none(ld):
    head = f'{HEAD}<script type="application/ld+json">{ld}</script>'
    assert not extract_article(page(head), None).paywalled


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "application/json"])
def test_other_media_are_no_articles(content_type):
    with pytest.raises(NotAnArticle):
        extract_article(page(content_type=content_type), None)


def test_a_page_without_text_says_so():
    with pytest.raises((NoText, NotAnArticle)):
        extract_article(replace(page(), body=b"<html><body></body></html>"), None)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", None])
def test_the_charset_of_the_header_counts(charset):
    words = BODY.replace("capital", "capital café")
    assert "café" in extract_article(page(body=words, charset=charset), None).text


def test_no_nul_and_no_surrogate_comes_out():
    row = extract_row({"id": 1, "url": URL}, page(body=BODY + "<p>&#0; &#xD800; end of it all, they said.</p>").body)
    row["text"].encode()
    assert "\0" not in row["text"]


def test_a_row_comes_out_for_every_row_in():
    assert (7, True) == ((row := extract_row({"id": 7}, "<html></html>"))["id"], bool(row["error"]))


@pytest.mark.parametrize(("doubts", "dated"), [((), True), (("published-future", "updated-future"), False)])
def test_a_date_in_the_future_is_no_date_of_the_article(doubts, dated):
    at = "2026-02-01T00:00:00.000Z"
    entry = Entry(title="Ban", published=at, updated=at, doubts=doubts)
    said = feed_article(entry, "https://wire.example/1")
    assert ((at, at) if dated else (None, None)) == (said.published, said.modified)


def linked(head, url=URL):
    return extract_article(replace(page(head=head), url=url), None).canonical


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/2026/ban"><meta property="og:url" content="/other">', URL),
        ('<meta property="og:url" content="https://wire.example/2026/ban">', URL),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "url": "/2026/ban"}</script>', URL),
        (
            '<script type="application/ld+json">'
            '{"@type": "NewsArticle", "mainEntityOfPage": {"@type": "WebPage", "@id": "/2026/ban"}}</script>',
            URL,
        ),
        ('<script type="application/ld+json">{"@type": "Organization", "url": "/"}</script>', None),
        ('<meta property="og:url" content="javascript:void(0)">', None),
        ("", None),
    ],
)
def test_a_page_gives_its_address_by_link_or_open_graph_or_linked_data(head, canonical):
    assert canonical == linked(head)


@pytest.mark.parametrize(
    "amp",
    ["https://amp.wire.com/2026/ban", "https://www.wire.com/2026/ban/amp", "https://www.wire.com/2026/ban?amp=1"],
)
def test_an_amp_page_is_the_article_that_its_canonical_link_names(amp):
    there = "https://www.wire.com/2026/ban"
    head = f'<link rel="canonical" href="{there}">'
    article = extract_article(replace(page(head=head), url=amp, requested=amp), None)
    assert (there, None) == article_url(article)


LINKED = """<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Court halts ban",
 "datePublished": "2026-01-30T23:30:00-05:00", "dateModified": "2026-01-31", "articleSection": ["Courts", "World"],
 "author": {"name": "Jo Doe"}, "image": {"@id": "#lead"}, "isAccessibleForFree": true},
 {"@type": "ImageObject", "@id": "#lead", "url": "/media/lead photo.jpg"}]}</script>"""


def test_each_field_records_which_place_of_the_page_it_is_from():
    article = extract_article(page(LINKED + "<title>Court halts ban - Wire</title>"), None)
    assert ("Courts", "https://wire.example/media/lead%20photo.jpg") == (article.section, article.image)
    expected = Origins(
        title="json-ld headline",
        text="page",
        authors="json-ld author",
        published="json-ld datePublished",
        modified="json-ld dateModified",
        language="html lang",
        section="json-ld articleSection",
        image="json-ld image",
        access="stated",
    )
    assert expected == article.origins


@pytest.mark.parametrize(
    ("head", "body", "field", "expected"),
    [
        (HEAD, BODY, "title", "meta og:title"),
        (HEAD, BODY, "published", "meta article:published_time"),
        ("", f"<time datetime='2026-01-30T10:00:00Z'>Friday</time>{BODY}", "published", "time element"),
        ("", f"<div>January 30, 2026</div>{BODY}", "published", "dateline"),
        ("", BODY, "published", ""),
        ("", BODY, "title", "h1"),
        ("<meta property='article:section' content='World'>", BODY, "section", "meta article:section"),
        ("<meta property='og:image' content='/a.jpg'>", BODY, "image", "meta og:image"),
        ("<meta property='og:image' content='javascript:x'>", BODY, "image", ""),
    ],
)
def test_what_a_page_lacks_in_one_place_is_from_another(head, body, field, expected):
    assert expected == getattr(extract_article(page(head, body), None).origins, field)


def test_what_the_feed_fills_in_is_from_the_feed():
    article = extract_article(page(""), Entry(authors=("Jo Doe",), published="2026-01-30T10:00:00.000Z"))
    assert ("feed", "feed", "page") == (article.origins.authors, article.origins.published, article.origins.text)


def test_the_feeds_own_words_are_all_from_the_feed():
    origins = feed_article(Entry(title="Ban", content="It is halted.", language="en"), URL).origins
    assert Origins(title="feed", text="feed", language="feed") == origins


def test_a_row_says_where_its_fields_are_from():
    row = extract_row({"id": 1, "url": URL}, page().body)
    assert ("meta og:title", "page") == (row["origins"]["title"], row["origins"]["text"])
    assert {"section", "image"} <= set(row)
