"""From a fetched page, or in want of one from the feed's entry, to what is tagged."""

import pytest
from msgspec.structs import replace

from transforms.reading import read, tagged
from transforms.records import Ending, Entry, FeedSource, Fetched, Find, Page

NOW = "2026-01-31T10:00:00.000Z"
URL = "https://wire.example/2026/ban"
ENTRY = Entry(
    link=URL + "?utm_source=rss",
    title="Nepal bans TikTok",
    summary="The government of Nepal banned the app on Friday.",
    published="2026-01-31T09:00:00.000Z",
    language="en",
)
FIND = Find(
    find_id="f",
    item_id="1" * 32,
    entry_hash="e",
    source=FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire"),
    entry=ENTRY,
    polled=NOW,
    found=NOW,
)
FAILED = Ending(outcome="fetch-failed", step="fetch", reason="HTTP 503")


def page(body):
    head = "<html lang='en'><head><title>Nepal bans TikTok</title></head>"
    markup = f"{head}<body><article>{body}</article></body></html>"
    return Page(
        requested=URL,
        url=URL,
        status=200,
        content_type="text/html",
        body=markup.encode(),
        fetched=NOW,
    )


ARTICLE = page("<p>" + "The government of Nepal banned TikTok on Friday, the minister said in Kathmandu. " * 8 + "</p>")
EMPTY = page("")
WITHDRAWN = page("<h1>Nepal bans TikTok</h1><p>This article has been withdrawn. We regret the error.</p>")


def without_page(ending=FAILED, entry=ENTRY, **more):
    return tagged(read(Fetched(find=replace(FIND, entry=entry), ending=ending, **more)), 0.0)


def test_a_page_is_read_and_tagged_by_its_own_words():
    one = tagged(read(Fetched(find=FIND, page=ARTICLE, promised=True)), 0.0)
    assert ("page", None, NOW, True) == (one.tags.basis, one.read.ending, one.read.fetched, one.read.promised)


def test_without_a_page_the_feeds_words_are_tagged_and_the_ending_stays_beside_them():
    one = without_page(provisional=True)
    assert ("feed", ("app-ban",), FAILED, True, None) == (
        one.tags.basis,
        one.tags.topics,
        one.read.ending,
        one.read.provisional,
        one.read.fetched,
    )
    assert (URL, "Nepal bans TikTok", "feed") == (
        one.read.article.url,
        one.read.article.title,
        one.read.article.extractor,
    )


@pytest.mark.parametrize("outcome", ["forbidden-address", "robots-denied", "too-large", "fetch-failed"])
def test_whatever_kept_the_page_away_the_feeds_words_are_read(outcome):
    assert "feed" == without_page(Ending(outcome=outcome, step="fetch", reason="x")).tags.basis


def test_an_entry_without_link_has_words_too():
    one = without_page(Ending(outcome="fetch-failed", step="fetch", reason="no link"), replace(ENTRY, link=""))
    assert ("", "feed") == (one.read.article.url, one.tags.basis)


def test_an_entry_without_words_only_ends():
    one = without_page(entry=Entry(link=URL))
    assert (None, None, FAILED) == (one.read.article, one.tags, one.read.ending)


def test_a_page_that_is_gone_for_sure_leaves_no_words():
    gone = replace(FAILED, gone=True)
    assert (None, gone) == ((one := without_page(gone, promised=True)).read.article, one.read.ending)


def test_a_notice_in_the_articles_place_is_no_article_and_leaves_no_words():
    one = read(Fetched(find=FIND, page=WITHDRAWN, promised=True))
    assert (None, "not-an-article", True) == (one.article, one.ending.outcome, one.ending.notice)
    assert "notice: This article has been withdrawn." == one.ending.reason


def test_a_page_that_says_nothing_ends_the_find():
    one = read(Fetched(find=FIND, page=EMPTY))
    assert (None, "no-text") == (one.article, one.ending.outcome)


def test_a_page_that_says_nothing_does_not_take_back_what_the_feed_said_before():
    one = tagged(read(Fetched(find=FIND, page=EMPTY, promised=True)), 0.0)
    assert ("feed", "no-text") == (one.tags.basis, one.read.ending.outcome)


def test_a_demand_for_consent_in_the_pages_place_leaves_the_feeds_words():
    demand = b"<html><title>Your privacy</title><body><form action='/consent/save'>Accept?</form></body></html>"
    got = tagged(read(Fetched(find=FIND, page=replace(ARTICLE, body=demand))), 0.0)
    assert ("feed", "a consent page", ENTRY.title) == (
        got.tags.basis,
        got.read.ending.reason,
        got.read.article.title,
    )
