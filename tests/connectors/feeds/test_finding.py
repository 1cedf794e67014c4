"""Finding feeds: the address, then links, then usual places, then sitemaps; few requests, all of them guarded."""

import asyncio

import pytest
from feed_site import RSS, FeedSite, alternate, page, rss
from hand_worker import HandReaders

from connectors.feeds.finding import MAX_REQUESTS, find_feeds
from connectors.reading.pool import Unreadable
from connectors.web.client import WebClient, WebSettings
from connectors.web.guard import Policy
from transforms.errors import FetchFailed, ForbiddenAddress

NOW = 1_800_000_000.0  # 2027-01-15
OLD, NEW, AHEAD = "Mon, 04 Jan 2027 10:00:00 GMT", "Tue, 05 Jan 2027 10:00:00 GMT", "Tue, 05 Jan 2038 10:00:00 GMT"


def find(site, path="/", policy=Policy(allow_loopback=True), readers=None, pause=0.0):  # noqa: B008
    async def go():
        client = WebClient(WebSettings(policy=policy, total=20.0))
        try:
            return await find_feeds(client, readers or HandReaders(), site.url + path, pause, now_fn=lambda: NOW)
        finally:
            await client.close()

    return asyncio.run(go())


def test_the_address_of_a_feed_needs_no_search():
    with FeedSite({"/rss": (RSS, rss("A wire", OLD, NEW, AHEAD))}) as site:
        (feed,) = find(site, "/rss")
    assert (f"{site.url}/rss", "A wire", "RSS", 3, "2027-01-05T10:00:00.000Z", "address") == (
        feed.url,
        feed.title,
        feed.form,
        feed.entries,
        feed.newest,
        feed.way,
    )
    assert ["/rss"] == site.asked


def test_links_of_a_page_are_asked_and_only_feeds_are_found():
    head = alternate("/gone") + alternate("/html") + alternate("/a") + alternate("/b")
    answers = {"/": ("text/html", page(head)), "/html": ("text/html", page())}
    answers |= {"/a": (RSS, rss("A", NEW)), "/b": (RSS, rss("B"))}
    with FeedSite(answers) as site:
        found = find(site)
    assert [("A", "link", f"{site.url}/", 1), ("B", "link", f"{site.url}/", 0)] == [
        (one.title, one.way, one.site, one.entries) for one in found
    ]
    assert ["/", "/gone", "/html", "/a", "/b"] == site.asked


def test_without_links_usual_places_are_asked_until_one_answers():
    with FeedSite({"/tech/": ("text/html", page()), "/rss.xml": (RSS, rss("A"))}) as site:
        (feed,) = find(site, "/tech/")
    assert ("usual place", f"{site.url}/rss.xml") == (feed.way, feed.url)
    assert "/rss.xml" == site.asked[-1]


def test_sitemaps_of_robots_txt_are_asked_last():
    answers = {"/": ("text/html", page()), "/robots.txt": ("text/plain", "Sitemap: /news.xml")}
    with FeedSite(answers | {"/news.xml": (RSS, rss("News"))}) as site:
        (feed,) = find(site)
    assert ("robots.txt", "News") == (feed.way, feed.title)
    assert ["/robots.txt", "/news.xml"] == site.asked[-2:]


def test_an_index_of_sitemaps_is_found_by_the_news_that_they_list():
    news = (
        '<loc>/1</loc><n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><n:title>Ban</n:title></n:news>'
    )
    answers = {"/": ("text/html", page()), "/robots.txt": ("text/plain", "Sitemap: /all.xml\nSitemap: /pages.xml")}
    answers |= {f"/{name}.xml": ("text/xml", index(f"/{name}-1.xml")) for name in ("all", "pages")}
    answers |= {"/all-1.xml": ("text/xml", f"<urlset><url>{news}</url></urlset>")}
    answers |= {"/pages-1.xml": ("text/xml", "<urlset><url><loc>/about</loc></url></urlset>")}
    with FeedSite(answers) as site:
        (feed,) = find(site)
    assert (f"{site.url}/all.xml", "robots.txt", 1) == (feed.url, feed.way, feed.entries)
    assert ["/all.xml", "/all-1.xml", "/pages.xml", "/pages-1.xml"] == site.asked[-4:]


def index(link):
    return f"<sitemapindex><sitemap><loc>{link}</loc></sitemap></sitemapindex>"


def test_nothing_is_found_in_a_bounded_number_of_requests():
    many = "".join(f"Sitemap: /{number}.xml\n" for number in range(50))
    head = "".join(alternate(f"/rss/{number}") for number in range(50))
    with FeedSite({"/a/b": ("text/html", page(head)), "/robots.txt": ("text/plain", many)}) as site:
        assert () == find(site, "/a/b")
        assert len(site.asked) == len(set(site.asked)) <= MAX_REQUESTS


def test_a_feed_that_moved_for_good_is_taken_at_its_new_address():
    with FeedSite({"/old": ("moved", "/new"), "/new": (RSS, rss("A"))}) as site:
        assert [f"{site.url}/new"] == [one.url for one in find(site, "/old")]


def test_two_links_to_one_feed_are_one():
    head = alternate("/a") + alternate("/b")
    answers = {"/": ("text/html", page(head)), "/a": ("moved", "/c"), "/b": ("moved", "/c"), "/c": (RSS, rss("C"))}
    with FeedSite(answers) as site:
        assert [f"{site.url}/c"] == [one.url for one in find(site)]


def test_an_address_that_does_not_answer_is_an_error():
    with FeedSite({}) as site, pytest.raises(FetchFailed, match="404"):
        find(site)


def test_this_machine_is_not_asked_unless_it_is_allowed():
    with FeedSite({"/": (RSS, rss("A"))}) as site:
        with pytest.raises(ForbiddenAddress):
            find(site, policy=Policy())
        assert [] == site.asked


def test_what_no_reader_survives_is_no_feed():
    readers = HandReaders()
    readers.error = Unreadable("the reader died")
    with FeedSite({"/": (RSS, rss("A"))}) as site:
        assert () == find(site, readers=readers)


def test_requests_are_spaced():
    pauses, turn = [], asyncio.sleep

    async def sleep(seconds):
        if seconds:
            pauses.append(seconds)
        else:  # a turn for others
            await turn(0)

    with FeedSite({"/": ("text/html", page(alternate("/a") + alternate("/b"))), "/a": (RSS, rss("A"))}) as site:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("connectors.feeds.finding.asyncio.sleep", sleep)
            find(site, pause=3.0)
        assert [3.0] * (len(site.asked) - 1) == pauses
