"""Ids are contracts: pinned values, and what must and must not change them."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import errors, identity, instants
from transforms.records import Entry

LINK = "https://example.org/a?b=1"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (identity.digest("a", 1, None), "0ae764bffd3a17b6454c8d9ebf712311"),
        (identity.item_id(LINK, "f", "g"), "aa8f8f8dbc8c01c454e74d52eeeb245c"),
        (identity.event_id("a", 1, "c", "t", "usable"), "d1c330afd210a4129f99b819acfd6349"),
        (identity.find_id("i", "f", "e"), "2fbe4ff0a09403582c0df3468f28bcd2"),
        (identity.shard("a", 8), 2),
    ],
)
def test_ids_are_pinned(actual, expected):
    assert expected == actual


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/a?b=1#top",
        "https://EXAMPLE.org/a?b=1",
        "https://example.org:443/a?b=1",
        "https://example.org/a?b=1&utm_source=rss",
        " https://example.org/a?b=1 ",
        "https://example.org/a?fbclid=x&b=1",
    ],
)
def test_spellings_of_one_address_are_one_item(other):
    assert identity.url_id(LINK) == identity.url_id(other)


@pytest.mark.parametrize(
    "other", ["http://example.org/a?b=1", "https://example.org/a?b=2", "https://example.org/A?b=1"]
)
def test_other_addresses_are_other_items(other):
    assert identity.url_id(LINK) != identity.url_id(other)


def test_the_first_id_of_an_item_is_pinned():
    first = identity.first_item_id("https://example.org/a?b=1&source=rss", "today")
    assert "c975b37615a11250010eee7da5a76ef5" == first


@pytest.mark.parametrize("link", ["", LINK, "https://example.org/a?b=1&utm_source=rss"])
def test_an_item_whose_link_is_spelled_as_ever_has_one_id(link):
    assert "today" == identity.first_item_id(link, "today")


def test_without_a_link_feed_and_guid_are_the_item():
    ids = {identity.item_id("", feed, guid) for feed in "ab" for guid in "12"}
    assert 4 == len(ids)


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_parts_do_not_run_together(one, two):
    assert (one == two) == (identity.digest(*one) == identity.digest(*two))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("A ban.", "A  ban.\n"),
        ("Ban\n5 minutes ago", "Ban\n6 minutes ago"),
        ("Ban | 12 comments", "Ban | 1.3K comments"),
        ("Cafe\u0301", "Caf\u00e9"),
    ],
)
def test_volatile_words_and_spelling_do_not_change_the_content(one, two):
    assert identity.content_hash("t", "s", one) == identity.content_hash("t", "s", two)


@pytest.mark.parametrize("field", ["link", "guid", "title", "summary", "content", "updated"])
def test_every_word_of_an_entry_counts_for_its_hash(field):
    assert identity.entry_hash(Entry()) != identity.entry_hash(Entry(**{field: "x"}))


@given(st.text(), st.integers(1, 50))
def test_a_shard_is_one_of_the_count(key, count):
    key = key.encode("utf-8", "replace").decode()
    assert 0 <= identity.shard(key, count) < count


@given(st.floats(0, 4e9))
def test_instants_are_24_characters_and_survive_to_the_millisecond(seconds):
    text = instants.to_text(seconds)
    assert 24 == len(text)
    assert abs(instants.from_text(text) - seconds) < 0.0011


@pytest.mark.parametrize(
    "made",
    [
        errors.FetchFailed("u", "HTTP 503", status=503, retry_after=2.0),
        errors.FetchFailed("u", "HTTP 404", status=404, retriable=False),
        errors.NotAFeed("u", "no feed"),
        errors.ForbiddenAddress("u", "private"),
        errors.TooLarge("u", "large"),
        errors.NotAnArticle("u", "pdf"),
        errors.Withdrawn("u", "notice"),
        errors.NoText("u", "none"),
    ],
)
def test_errors_survive_pickling_with_all_they_know(made):
    back = pickle.loads(pickle.dumps(made))
    assert (type(made), str(made), vars(made)) == (type(back), str(back), vars(back))
