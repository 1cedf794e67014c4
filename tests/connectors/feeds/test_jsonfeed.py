"""JSON feeds as they are met: wrong types, missing fields, other JSON."""

import json

import pytest
from feed_bytes import URL
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.parse import parse
from connectors.feeds.parsed import MAX_CONTENT, MAX_SUMMARY, MAX_TERM, MAX_TERMS, MAX_TITLE
from transforms.errors import NotAFeed

VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items, **more):
    return parse(json.dumps({"version": VERSION, "title": "Agency", "items": items, **more}).encode(), URL, None)


def one(**item):
    (entry,) = feed(item).entries
    return entry


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ({"url": "https://agency.example/1"}, "https://agency.example/1"),
        ({"url": "1.html"}, "https://wire.example/feeds/1.html"),
        ({"url": "", "external_url": "https://other.example/1"}, "https://other.example/1"),
        ({"url": "https://a.example/", "external_url": "https://other.example/1"}, "https://a.example/"),
        ({"url": "https://l.facebook.com/l.php?u=https%3A%2F%2Fother.example%2F1"}, "https://other.example/1"),
        ({"id": "https://agency.example/1"}, "https://agency.example/1"),
        ({"id": "/1"}, ""),
        ({"url": "javascript:alert(1)"}, ""),
        ({"url": 7, "id": "x"}, "https://wire.example/feeds/7"),
        ({"url": ["https://agency.example/1"]}, ""),
    ],
)
def test_the_link_is_the_page_or_what_it_is_about_or_an_id_that_is_an_address(item, link):
    assert link == one(**item).link


@pytest.mark.parametrize(
    ("item", "content"),
    [
        ({"content_html": "<p>One</p><p>Two</p>"}, "One\nTwo"),
        ({"content_text": "One <b>\n\n two"}, "One <b>\ntwo"),
        ({"content_html": "<img src='x'>", "content_text": "Text"}, "Text"),
        ({"content_html": {"a": 1}}, ""),
        ({}, ""),
    ],
)
def test_content_is_the_text_of_its_markup_or_its_text(item, content):
    assert content == one(**item).content


@pytest.mark.parametrize(
    ("item", "authors"),
    [
        ({"authors": [{"name": "Ann"}, {"name": "Bob"}]}, ("Ann", "Bob")),
        ({"author": {"name": "Ann"}}, ("Ann",)),
        ({"authors": [{"name": "Ann"}], "author": {"name": "Ann"}}, ("Ann",)),
        ({"authors": ["Ann", None, {"url": "https://a.example"}]}, ("Desk",)),
        ({"authors": "Ann"}, ("Desk",)),
    ],
)
def test_an_item_without_named_authors_has_those_of_the_feed(item, authors):
    assert authors == feed(item, authors=[{"name": "Desk"}]).entries[0].authors


def test_the_language_of_the_feed_or_the_answer_holds_for_an_item_without_one():
    body = json.dumps({"version": VERSION, "items": [{"id": "1"}, {"id": "2", "language": "fr"}]}).encode()
    parsed = parse(body, URL, None, None, "de-AT")
    assert ("de-AT", ["de-AT", "fr"]) == (parsed.language, [entry.language for entry in parsed.entries])


def test_texts_and_terms_are_capped():
    long = "word " * MAX_CONTENT
    entry = one(title=long, summary=long, content_text=long, tags=[f"{number}{'t' * 999}" for number in range(99)])
    assert (MAX_TITLE - 1, MAX_SUMMARY - 1, MAX_CONTENT - 1) == tuple(
        map(len, (entry.title, entry.summary, entry.content))
    )
    assert (MAX_TERMS, {MAX_TERM}) == (len(entry.categories), set(map(len, entry.categories)))


@pytest.mark.parametrize(
    "version", [VERSION, "https://jsonfeed.org/version/1", "http://jsonfeed.org/version/1.1", "1.0"]
)
def test_the_versions_that_there_are_are_read(version):
    assert "Agency" == feed(version=version).title


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"items": []}',
        b'{"items": {}, "version": "https://jsonfeed.org/version/1"}',
        b'{"version": "3.0", "title": "GeoJSON", "items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": [',
        b"{" * 100_000,
        b'{"a":' * 100_000,
        b"[]",
        b"{nothing}",
        b'{"items": ["\xff"]}',
    ],
)
def test_other_json_is_no_feed(body):
    with pytest.raises(NotAFeed, match="JSON"):
        parse(body, URL, "application/feed+json")


def test_a_mark_and_blanks_in_front_of_json_are_passed_over():
    body = json.dumps({"version": VERSION, "title": "Café", "items": []}, ensure_ascii=False)
    marked = [b"\xef\xbb\xbf" + body.encode(), b"\n  " + body.encode(), b"\xff\xfe" + body.encode("utf-16-le")]
    assert ["Café"] * 3 == [parse(one, URL, None).title for one in marked]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "id",
    "url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "date_published",
    "tags",
    "authors",
    "author",
)


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON, max_size=4), JSON, JSON)
def test_any_types_in_a_feed_are_read_as_far_as_they_go(items, title, authors):
    dictionaries = [item for item in items if isinstance(item, dict)]
    assert len(dictionaries) == len(feed(*items, title=title, authors=authors).entries)


@pytest.mark.parametrize("title", [b"two\nlines", b"two\x07 lines", b"two\\ud800 lines"])
def test_characters_that_json_forbids_do_not_cost_the_feed(title):
    body = b'{"version": "https://jsonfeed.org/version/1", "title": "' + title + b'", "items": []}'
    assert "two lines" == parse(body, URL, None).title
