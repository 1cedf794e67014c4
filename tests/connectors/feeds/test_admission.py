"""A poll that takes several requests is as polite with each of them as with the first."""

import asyncio

import pytest
from hand_worker import HandReaders, PaperRobots, PaperWeb, feed, page
from records import source

from connectors.feeds import admission
from connectors.feeds.admission import ask_for_feed
from transforms.errors import RobotsDenied
from transforms.politeness import Manners
from transforms.polling import begin

INDEX, NEWS, MAPS = "https://paper.co.uk/index", "https://paper.co.uk/news", "https://maps.paper.co.uk/news"
MANNERS = Manners(spacing=4.0, longest_delay=60.0)
SITEMAP = (
    b'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://paper.co.uk/1</loc>'
    b"<news:news><news:title>One</news:title></news:news></url></urlset>"
)


class Diary(PaperWeb):
    """Web, robots.txt and sleeps, in the order in which they come."""

    def __init__(self):
        super().__init__()
        self.robots, self.lines = PaperRobots(), []

    async def get(self, url, **options):
        self.lines.append(url)
        return await super().get(url, **options)

    async def sleep(self, seconds):
        if seconds > 0:
            self.lines.append(seconds)


@pytest.fixture
def diary(monkeypatch):
    made = Diary()
    monkeypatch.setattr(admission.asyncio, "sleep", made.sleep)
    return made


def asked(diary, delay=0.0, **of_the_feed):
    index = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in (NEWS, MAPS))
    diary.answers |= {INDEX: page(INDEX, f"<sitemapindex>{index}</sitemapindex>".encode(), "text/xml")}
    diary.answers |= {url: page(url, SITEMAP, "text/xml") for url in (NEWS, MAPS)}
    feed = source("wire", url=INDEX, **of_the_feed)
    ask = ask_for_feed(diary, HandReaders(), diary.robots, feed, begin(feed, None, 0.0), delay, MANNERS, 0.0)
    return asyncio.run(ask)


def test_the_sitemaps_of_an_index_keep_the_distance_that_feeds_keep(diary):
    got = asked(diary)
    assert [INDEX, 4.0, NEWS, 4.0, MAPS] == diary.lines
    assert (2, True) == (len(got.entries), got.again)


def test_they_keep_their_hosts_crawl_delay_and_the_distance_from_robots_txt_asked_for_just_now(diary):
    diary.robots.said = {
        "paper.co.uk": b"User-agent: beatwire\nCrawl-delay: 10",
        "maps.paper.co.uk": b"User-agent: beatwire\nCrawl-delay: 7",
    }
    diary.robots.asked = ["paper.co.uk"]
    asked(diary, delay=10.0)
    assert [INDEX, 4.0, 6.0, NEWS, 4.0, 7.0, MAPS] == diary.lines


@pytest.mark.parametrize(("scope", "lines"), [("named", [INDEX, 4.0, 4.0]), ("ignore", [INDEX, 4.0, NEWS, 4.0, MAPS])])
def test_they_obey_robots_txt_as_their_feed_does(diary, scope, lines):
    diary.robots.said = dict.fromkeys(("paper.co.uk", "maps.paper.co.uk"), b"User-agent: beatwire\nDisallow: /news")
    diary.robots.asked = ["paper.co.uk", "maps.paper.co.uk"]
    got = asked(diary, robots=scope)
    assert lines == diary.lines
    assert (scope == "named") == isinstance(got.error, RobotsDenied)


def test_a_poll_of_one_request_says_that_it_was_one(diary):
    wire = source("wire", url=INDEX)
    diary.answers[INDEX] = feed(INDEX, "one")
    ask = ask_for_feed(diary, HandReaders(), diary.robots, wire, begin(wire, None, 0.0), 0.0, MANNERS, 0.0)
    got = asyncio.run(ask)
    assert ([INDEX], False) == (diary.lines, got.again)
