"""A page, fetched and read: what goes wrong with either is data."""

import asyncio

import pytest
from hand_worker import WORDS, HandReaders, PaperWeb, page
from records import find

from connectors.feeds.poll import poll
from connectors.reading.page import fetch_article
from connectors.reading.pool import Readers, ReadLimits, Unreadable
from transforms.errors import FetchFailed, NotAFeed
from transforms.polling import begin
from transforms.reading import read
from transforms.records import Ending, FeedSource

ONE = find()
LINK = ONE.entry.link
FEED = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire")


def fetched(readers=None, answer=None):
    web = PaperWeb()
    web.answers = {LINK: answer or page(LINK)}
    return asyncio.run(fetch_article(web, readers or HandReaders(), ONE, lambda: 0.0))


def bomb(count):
    """One element with so many attributes: libxml2 compares each with all before it."""
    return b"<html><body><p " + b" ".join(b'a%d="x"' % number for number in range(count)) + b">hello</p></body></html>"


def test_a_page_comes_with_its_article_and_without_its_body():
    got = fetched()
    assert (ONE, WORDS.strip(), None, b"") == (got.find, got.article.text, got.ending, got.page.body)


def test_a_page_without_text_comes_with_its_ending():
    got = fetched(answer=page(LINK, b"<html><body></body></html>"))
    assert (None, "no-text", "extract") == (got.article, got.ending.outcome, got.ending.step)


def test_what_could_not_be_fetched_is_told_as_it_is():
    error = FetchFailed(LINK, "HTTP 503", status=503)
    assert error is fetched(answer=error)


def test_a_reader_that_died_is_the_ending_of_the_page():
    readers = HandReaders()
    readers.error = Unreadable("the reader died (signal 11)")
    assert Ending(outcome="no-text", step="extract", reason="the reader died (signal 11)") == fetched(readers).ending


def test_the_extract_step_passes_on_what_was_read():
    got = fetched()
    assert (got.article, None) == (read(got).article, read(got).ending)
    none = fetched(answer=page(LINK, b"<html><body></body></html>"))
    assert (None, none.ending) == (read(none).article, read(none).ending)


@pytest.fixture
def strict():
    made = Readers(ReadLimits(seconds=1.0, count=1))
    yield made
    made.close()


def test_a_page_of_attributes_costs_its_own_find_only(strict):
    assert "reading took more than 1 s" == fetched(strict, page(LINK, bomb(400_000))).ending.reason
    assert WORDS.strip() == fetched(strict).article.text


def test_the_event_loop_goes_on_while_a_feed_of_attributes_is_parsed(strict):
    body = b'<rss version="2.0"><channel><title ' + bomb(60_000)[15:-11] + b"</channel></rss>"
    ticks = []

    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.01)

    async def both():
        ticking = asyncio.create_task(tick())
        web = PaperWeb()
        web.answers = {FEED.url: page(FEED.url, body, "application/rss+xml")}
        polled = await poll(web, strict, FEED, begin(FEED, None, 0.0))
        ticking.cancel()
        return polled.error

    error = asyncio.run(both())
    assert (NotAFeed, "reading took more than 1 s") == (type(error), error.reason)
    assert 20 < len(ticks)
