"""A page, fetched and read: what goes wrong with either is data."""

import asyncio

import pytest
from hand_worker import WORDS, HandReaders, PaperRobots, PaperWeb, page
from records import find

from connectors.feeds.poll import poll
from connectors.reading.page import ask_for_article, fetch_article
from connectors.reading.pool import Readers, ReadLimits, Unreadable
from transforms.errors import Blocked, FetchFailed, NotAFeed, RobotsDenied, RobotsUnreachable
from transforms.politeness import Learned
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


def asked(said, delay=0.0, web=None, link=LINK):
    """What comes of asking for a page whose host's robots.txt says this; and the web that was asked."""
    web, robots = web or PaperWeb(), PaperRobots()
    robots.said = {"paper.example": said}
    robots.asked = ["paper.example"]  # known already, unless a test says otherwise
    work = ask_for_article(web, HandReaders(), robots, find(link), delay, 60.0, lambda: 0.0)
    return asyncio.run(work), [url for url, _ in web.asked]


def test_a_page_that_robots_txt_denies_is_not_asked_for():
    got, urls = asked(b"User-agent: *\nDisallow: /")
    assert (RobotsDenied, "robots-denied", False, []) == (type(got), got.outcome, got.may_heal, urls)


def test_a_page_whose_robots_txt_cannot_be_had_is_not_asked_for_and_may_be_later():
    got, urls = asked(RobotsUnreachable(LINK, "robots.txt cannot be had: HTTP 503", 503))
    assert ("robots-denied", True, []) == (got.outcome, got.may_heal, urls)


def test_a_page_is_asked_for_once_the_caller_keeps_to_the_delay_of_its_host():
    said = b"User-agent: *\nCrawl-delay: 7"
    assert (Learned(7.0, asked=False), []) == asked(said)
    got, urls = asked(said, delay=7.0)
    assert (WORDS.strip(), [LINK]) == (got.article.text, urls)


def test_a_delay_beyond_the_cap_counts_as_the_cap():
    assert Learned(60.0, asked=False) == asked(b"User-agent: *\nCrawl-delay: 86400")[0]


def test_robots_txt_that_was_asked_for_just_now_is_the_request_of_its_turn():
    web, robots = PaperWeb(), PaperRobots()
    robots.said = {"paper.example": b""}
    work = ask_for_article(web, HandReaders(), robots, ONE, 0.0, 60.0, lambda: 0.0)
    assert Learned(0.0, asked=True) == asyncio.run(work)
    assert [] == web.asked


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


@pytest.mark.parametrize(
    ("markup", "heals"),
    [
        (b"<html><title>Just a moment...</title><script>window._cf_chl_opt = {}</script></html>", True),
        (b"<html><title>Log in</title><form><input type='password'></form></html>", False),
    ],
)
def test_something_else_in_the_pages_place_is_an_error_of_the_fetch(markup, heals):
    got = fetched(answer=page(LINK, markup))
    assert (Blocked, "fetch-failed", heals) == (type(got), got.outcome, got.may_heal)
