"""Feeds: ids that stay, publishers, intervals."""

import pytest

from pipelines.config import Feed, derive_id
from pipelines.config.editing import written
from pipelines.config.quantities import seconds, span
from transforms.records import FeedSource


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.org/feed.xml", "example-org-feed-xml-da2ef16c"),
        ("https://example.org/", "example-org-8198d1ba"),
        ("https://example.org:8443/a/b/?x=1", "example-org-a-b-bbf5638d"),
        ("http://[::1]:8080/rss", "1-rss-fcd9d9e4"),
    ],
)
def test_a_derived_id_is_pinned(url, expected):
    assert expected == derive_id(url)


def test_two_spellings_of_one_address_are_one_feed():
    assert derive_id("https://example.org/rss") == derive_id("https://EXAMPLE.org:443/rss?utm_source=x#top")


def test_feeds_that_differ_in_their_query_alone_have_different_ids():
    assert derive_id("https://example.org/rss?c=1") != derive_id("https://example.org/rss?c=2")


def test_a_long_path_is_cut_but_still_told_apart():
    first, second = (derive_id(f"https://example.org/{'section/' * 20}{end}") for end in "ab")
    assert (57, first[:48]) == (len(first), second[:48])
    assert first != second


@pytest.mark.parametrize("url", ["https://example.org/rss", "https://ex.org/ünïcode", "https://例え.jp/フィード"])
def test_a_derived_id_is_a_name_that_a_feed_may_have(url):
    assert derive_id(url) == Feed(url=url, id=derive_id(url)).id == Feed(url=url).id


@pytest.mark.parametrize(
    ("url", "publisher"),
    [("https://feeds.bbc.co.uk/rss", "bbc.co.uk"), ("http://127.0.0.1:8000/rss", "127.0.0.1")],
)
def test_the_publisher_is_the_registered_domain_unless_given(url, publisher):
    assert publisher == Feed(url=url).publisher
    assert "The Wire" == Feed(url=url, publisher="The Wire").publisher


def test_a_feed_becomes_what_the_pipeline_carries():
    feed = Feed(url=" https://example.org/rss ", id="one", publisher="P", kind="wire", interval="5m")
    expected = FeedSource(id="one", url="https://example.org/rss", publisher="P", kind="wire", interval=300.0)
    assert expected == feed.source()


@pytest.mark.parametrize("scope", ["named", "all", "ignore"])
def test_a_feed_says_which_rules_of_robots_txt_it_obeys(scope):
    assert "named" == Feed(url="https://example.org/rss").source().robots
    assert scope == Feed(url="https://example.org/rss", robots=scope).source().robots


@pytest.mark.parametrize(
    ("own", "bounds"),
    [
        ({}, (600.0, 7200.0)),
        ({"shortest": "1m"}, (60.0, 7200.0)),
        ({"longest": "5m"}, (300.0, 300.0)),
        ({"shortest": "3h"}, (10_800.0, 10_800.0)),
        ({"shortest": "2m", "longest": "1d"}, (120.0, 86_400.0)),
    ],
)
def test_a_feed_without_an_interval_is_bounded_by_its_own_words_then_by_those_of_all(own, bounds):
    source = Feed(url="https://example.org/rss", **own).source(600.0, 7200.0)
    assert (0.0, *bounds) == (source.interval, source.shortest, source.longest)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (900, 900.0),
        (0.5, 0.5),
        ("15m", 900.0),
        ("1h30m", 5400.0),
        ("1h 30M", 5400.0),
        (" 2 d ", 172800.0),
        ("45s", 45.0),
    ],
)
def test_a_span_of_time_is_read(written, expected):
    assert expected == seconds(written)


@pytest.mark.parametrize(
    ("amount", "expected"), [(900, "15m"), (5400.0, "90m"), (7200, "2h"), (172800, "2d"), (1.5, "1.5s")]
)
def test_a_span_is_written_as_people_write_it_and_read_back(amount, expected):
    assert (expected, amount) == (span(amount), seconds(span(amount)))


def test_of_a_feed_only_what_would_not_be_derived_is_written():
    assert {"url": "https://example.org/rss"} == written(Feed(url="https://example.org/rss", kind="press"))
    feed = Feed(url="https://example.org/rss", id="one", interval="5m", folder="News")
    assert {"url": feed.url, "id": "one", "interval": "5m", "folder": ["News"]} == written(feed)


@pytest.mark.parametrize("written", ["", "15", "m", "15 minutes", "-5m", True, None, [], "15m ago"])
def test_what_is_no_span_of_time_is_refused_with_the_way_to_write_it(written):
    with pytest.raises(ValueError, match="write seconds"):
        seconds(written)
