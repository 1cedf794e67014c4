"""A bounded round is as polite as the streaming steps, and leaves for the next one whom it must not ask."""

import asyncio
import time

import pytest
from hand_worker import WORDS, employed, feed
from records import find, source

from connectors.steps.courtesy import Courtesy
from transforms.errors import FetchFailed, RobotsDenied
from transforms.polling import begin

HOST = "paper.example"
LINK = f"https://{HOST}/1"
WIRE = source("wire", HOST)
BUSY = FetchFailed(LINK, "HTTP 429", 429, 60.0)


@pytest.fixture
def hand():
    with employed(feeds=(WIRE,), spacing=0.0) as made:
        yield made


def asked(hand):
    return [url for url, _ in hand.web.asked]


def pages(hand, *links):
    """What a round makes of pages that are asked for all at once."""

    async def go():
        courtesy = Courtesy(hand.settings)
        return await asyncio.gather(*(courtesy.page(find(link)) for link in links))

    return asyncio.run(go())


def test_a_page_is_read_after_its_host_s_robots_txt_was_asked_for(hand):
    hand.robots.said[HOST] = b""
    (got,) = pages(hand, LINK)
    assert (WORDS.strip(), [LINK]) == (got.article.text, asked(hand))
    assert [HOST, HOST] == hand.robots.asked  # the first look was the request, the second found its copy


def test_what_robots_txt_denies_is_not_asked_for(hand):
    hand.robots.said[HOST] = b"User-agent: *\nDisallow: /"
    (got,) = pages(hand, LINK)
    assert (RobotsDenied, []) == (type(got), asked(hand))


def test_a_crawl_delay_is_kept_to_between_all_pages_of_a_host(hand):
    hand.robots.said[HOST] = b"User-agent: *\nCrawl-delay: 0.1"
    began = time.monotonic()
    got = pages(hand, *(f"https://{HOST}/{number}" for number in range(3)))
    assert 3 == len([one for one in got if one.article])
    assert time.monotonic() - began >= 0.3


def test_a_host_that_wants_to_be_left_alone_is_left_for_the_next_round(hand):
    hand.web.answers[LINK] = BUSY

    async def go():
        courtesy = Courtesy(hand.settings)
        first = await courtesy.page(find(LINK))
        second = await courtesy.page(find(f"https://{HOST}/2"))
        other = await courtesy.page(find("https://other.example/1"))
        return first, second, other, await courtesy.feed(WIRE, begin(WIRE, None, time.time()))

    first, second, other, polled = asyncio.run(go())
    assert (BUSY, None, None) == (first, second, polled)
    assert WORDS.strip() == other.article.text
    assert [LINK, "https://other.example/1"] == asked(hand)


def test_a_feed_is_polled_unless_a_group_names_us_and_denies_it(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "a")

    def polled():
        return asyncio.run(Courtesy(hand.settings).feed(WIRE, begin(WIRE, None, time.time())))

    hand.robots.said[HOST] = b"User-agent: *\nDisallow: /"
    assert ["a"] == [entry.title for entry in polled().entries]
    hand.robots.said[HOST] = b"User-agent: beatwire\nDisallow: /"
    assert "robots.txt does not let us ask for it" == polled().error.reason


def test_a_round_that_ends_asks_for_nothing_more(hand):
    hand.draining.set()
    assert ([None], []) == (pages(hand, LINK), asked(hand))
