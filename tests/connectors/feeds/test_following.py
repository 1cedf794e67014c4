"""A sitemap index over the wire: its news sitemaps become one feed."""

import asyncio
import gzip

import pytest
from hand_worker import HandReaders
from msgspec.structs import replace
from rude_server import LOCAL, answer, serving

from connectors.feeds.following import at_once, follow, together
from connectors.feeds.parsed import MAX_ENTRIES, Child, ParsedFeed, ParsedIndex
from connectors.feeds.poll import poll
from connectors.web.client import WebClient, WebSettings
from transforms.errors import FetchFailed, NotAFeed, RobotsDenied, RobotsUnreachable
from transforms.polling import advance, begin
from transforms.records import Entry, FeedSource

NOW = 1_769_851_800.0
SPACE = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def sitemap(*titles):
    urls = (
        f"<url><loc>/{title}</loc><news:news><news:title>{title}</news:title></news:news></url>" for title in titles
    )
    return f"<urlset {SPACE}>{''.join(urls)}</urlset>".encode()


def index(*names):
    return (
        f"<sitemapindex>{''.join(f'<sitemap><loc>/{name}</loc></sitemap>' for name in names)}</sitemapindex>".encode()
    )


class Site:
    """A server of these answers by path, which notes what it was asked."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    async def __call__(self, head, writer):
        path = head.split(" ")[1].removeprefix("/")
        self.asked.append(path)
        writer.write(self.answers.get(path, answer(status="404 Not Found")))


def asking(site, ask):
    async def run():
        client = WebClient(WebSettings(policy=LOCAL))
        try:
            async with serving(site) as base:
                return await ask(client, base)
        finally:
            await client.close()

    return asyncio.run(run())


def followed(site, *names, turn=at_once):
    async def ask(client, base):
        listed = ParsedIndex(url=f"{base}/index", children=tuple(Child(f"{base}/{name}") for name in names))
        return await follow(client, HandReaders(), listed, NOW, 10_000, "*/*", turn)

    return asking(site, ask)


def polled(site):
    async def ask(client, base):
        source = FeedSource(id="gazette", url=f"{base}/index", publisher="Gazette")
        return await poll(client, HandReaders(), source, begin(source, None, NOW), lambda: NOW)

    return asking(site, ask)


def titles(feed):
    return [entry.title for entry in feed.entries]


def test_the_sitemaps_of_an_index_are_read_as_one_feed_packed_or_not():
    site = Site(a=answer(sitemap("one", "two")), b=answer(gzip.compress(sitemap("three"))))
    assert ["one", "two", "three"] == titles(followed(site, "a", "b"))
    assert ["a", "b"] == site.asked


def test_a_poll_of_an_index_asks_for_its_sitemaps_and_keeps_no_validators():
    site = Site(index=answer(index("a"), ETag='"x"', Last_Modified="Sat, 31 Jan 2026 09:30:00 GMT"))
    site.answers["a"] = answer(sitemap("one"), ETag='"y"')
    got = polled(site)
    assert (["one"], None, None, None) == (titles(got), got.error, got.etag, got.last_modified)
    assert ["index", "a"] == site.asked


def test_an_index_that_does_not_change_is_followed_at_each_poll():
    """Its bytes and validators say nothing of its sitemaps."""
    source = FeedSource(id="gazette", url="", publisher="Gazette")
    site = Site(index=answer(index("a"), ETag='"x"'), a=answer(sitemap("one")))

    async def ask(client, base):
        at = replace(source, url=f"{base}/index")
        cursor, found = begin(at, None, NOW), []
        for now in (NOW, NOW + 3600.0):
            polled = await poll(client, HandReaders(), at, cursor, lambda moment=now: moment)
            cursor, finds = advance(cursor, at, polled, now)
            found.append([find.entry.title for find in finds])
            site.answers["a"] = answer(sitemap("two", "one"))
        return found

    assert [["one"], ["two"]] == asking(site, ask)
    assert ["index", "a"] * 2 == site.asked


def test_no_more_than_three_sitemaps_are_asked_for():
    site = Site(**{name: answer(sitemap(name)) for name in "abcdefg"})
    assert ["a", "b", "g"] == titles(followed(site, *"abcdefg"))


@pytest.mark.parametrize(
    "other",
    [
        answer(status="404 Not Found"),
        answer(status="410 Gone"),
        answer(b"<urlset><url><loc>/about</loc></url></urlset>"),
        answer(index("a")),
        answer(b"<html><body>Hello</body></html>"),
    ],
    ids=["not found", "gone", "no news", "an index", "a page"],
)
def test_a_sitemap_that_is_gone_or_shows_no_news_is_passed_over(other):
    assert ["one"] == titles(followed(Site(a=other, b=answer(sitemap("one"))), "a", "b"))


def test_an_index_without_any_news_sitemap_is_no_feed():
    with pytest.raises(NotAFeed, match="without a news sitemap"):
        followed(Site(), "a", "b")
    with pytest.raises(NotAFeed, match="without a news sitemap"):
        followed(Site())


def kept_off(*names, error=RobotsDenied):
    async def turn(url):
        if url.rpartition("/")[2] in names:
            raise error(url, "robots.txt")

    return turn


def test_a_sitemap_that_robots_txt_denies_is_never_asked_for_and_the_others_are():
    site = Site(a=answer(sitemap("one")), b=answer(sitemap("two")))
    assert ["two"] == titles(followed(site, "a", "b", turn=kept_off("a")))
    assert ["b"] == site.asked


def test_an_index_of_which_nothing_may_be_asked_for_is_denied_and_one_of_which_nobody_knows_fails():
    with pytest.raises(RobotsDenied):
        followed(Site(b=answer(status="404 Not Found")), "a", "b", turn=kept_off("a"))
    with pytest.raises(RobotsUnreachable):
        followed(Site(b=answer(sitemap("two"))), "a", "b", turn=kept_off("a", error=RobotsUnreachable))


def test_a_sitemap_that_fails_for_now_fails_the_poll_as_its_entries_would_look_vanished():
    with pytest.raises(FetchFailed) as caught:
        followed(Site(a=answer(sitemap("one")), b=answer(status="503 Service Unavailable")), "a", "b")
    assert (503, True) == (caught.value.status, caught.value.may_heal)


def test_several_sitemaps_together_show_the_newest_of_their_entries():
    def feed(day):
        date = f"2026-01-{day}T00:00:00.000Z"
        return ParsedFeed(entries=tuple(Entry(title=day, published=date) for _ in range(300)), left_out=5)

    both = together([feed("10"), feed("20")])
    assert (MAX_ENTRIES, 300, 110) == (len(both.entries), titles(both).count("20"), both.left_out)
