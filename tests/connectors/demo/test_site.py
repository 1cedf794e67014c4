"""The site over real HTTP on loopback."""

import gzip
import http.client
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import feedparser
import msgspec
import pytest
import trafilatura
from beam_by_hand import Clock

from connectors.demo import DemoSite, Item, generate, pages
from connectors.demo.furniture import words
from transforms import robots
from transforms.errors import SetupError

EPOCH = 1_795_509_492.25
AFTER = 100.0


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def get(url: str, **headers: str) -> Answer:
    """GET on loopback, with the URL's host in the Host header: not every resolver knows ``*.localhost``."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": parts.netloc, **named})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(EPOCH + AFTER)


@pytest.fixture
def site(clock: Clock) -> Iterator[DemoSite]:
    with DemoSite(epoch=EPOCH, now_fn=clock) as running:
        yield running


@pytest.fixture(scope="module")
def finished() -> Iterator[DemoSite]:
    with DemoSite(epoch=EPOCH, now_fn=Clock(EPOCH + AFTER)) as running:
        yield running


def feed_url(site: DemoSite, feed_id: str) -> str:
    return next(feed.url for feed in site.feeds() if feed.id == feed_id)


def item(site: DemoSite, slug: str) -> Item:
    return next(i for i in site.programme.items if i.story.slug == slug)


FEEDS = ["harbor-ledger", "meridian-wire", "fenwick-courier"]


@pytest.mark.parametrize("feed_id", FEEDS)
@pytest.mark.parametrize("after", [-1.0, 0.0, 9.0, AFTER])
def test_feeds_are_well_formed_and_show_what_the_clock_says(site: DemoSite, clock: Clock, feed_id: str, after: float):
    clock.now = EPOCH + after
    parsed = feedparser.parse(get(feed_url(site, feed_id)).body)
    assert not parsed.bozo, parsed.get("bozo_exception")
    shown = site.programme.shown(feed_id, clock.now)
    assert [(i.link, i.title, i.summary) for i in shown] == [(e.link, e.title, e.summary) for e in parsed.entries]


@pytest.mark.parametrize("feed_id", FEEDS)
def test_entries_bear_guid_author_and_date_as_dated(finished: DemoSite, feed_id: str):
    entries = feedparser.parse(get(feed_url(finished, feed_id)).body).entries
    shown = finished.programme.shown(feed_id, EPOCH + AFTER)
    assert [(i.guid, i.story.author) for i in shown] == [(e.id, e.author) for e in entries]
    assert [i.dated.utctimetuple()[:6] for i in shown] == [e.published_parsed[:6] for e in entries]


def test_the_courier_has_its_own_habits(finished: DemoSite):
    body = get(feed_url(finished, "fenwick-courier")).body.decode()
    assert 'isPermaLink="false"' in body
    assert re.search(r"<pubDate>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d</pubDate>", body)
    entries = feedparser.parse(body.encode()).entries
    assert 5 == sum("content" in entry and len(entry.content[0].value) > 500 for entry in entries)
    assert all("utm_source=rss" in e.link for e in entries if "fenwick-courier" in e.link)


def test_every_entry_of_every_feed_is_expected_and_nothing_else(finished: DemoSite):
    found = {
        (feed.id, entry.link) for feed in finished.feeds() for entry in feedparser.parse(get(feed.url).body).entries
    }
    assert found == finished.expected().keys() == finished.appears().keys()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("what", ["feed", "page"])
def test_a_known_etag_or_date_is_answered_by_304_without_a_body(finished: DemoSite, what: str, encoding: str):
    url = feed_url(finished, "meridian-wire") if what == "feed" else item(finished, "nepal-bans-tiktok").link
    first = get(url, Accept_Encoding=encoding)
    assert 200 == first.status
    assert first.headers["ETag"].startswith('"')
    by_tag = get(url, Accept_Encoding=encoding, If_None_Match=first.headers["ETag"])
    by_date = get(url, Accept_Encoding=encoding, If_Modified_Since=first.headers["Last-Modified"])
    assert [(304, b"")] * 2 == [(answer.status, answer.body) for answer in (by_tag, by_date)]
    assert first.headers["ETag"] == by_tag.headers["ETag"]


def test_if_none_match_overrules_the_date_and_takes_lists_weak_tags_and_the_star(finished: DemoSite):
    url = feed_url(finished, "harbor-ledger")
    first = get(url)
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert 200 == get(url, If_None_Match='"other"', If_Modified_Since=modified).status
    assert [304] * 3 == [get(url, If_None_Match=value).status for value in (f'"other", {tag}', f"W/{tag}", "*")]


def test_a_new_story_changes_the_validators_of_its_feed_alone(site: DemoSite, clock: Clock):
    clock.now = EPOCH + 5
    tags = {feed_id: get(feed_url(site, feed_id)).headers["ETag"] for feed_id in FEEDS}
    clock.now = EPOCH + 7
    assert [200, 304, 304] == [get(feed_url(site, feed_id), If_None_Match=tags[feed_id]).status for feed_id in FEEDS]


def test_last_modified_is_kept_back_until_its_second_is_over(site: DemoSite, clock: Clock):
    url = feed_url(site, "harbor-ledger")
    clock.now = EPOCH + 0.5
    assert "Last-Modified" not in get(url).headers
    clock.now = EPOCH + 1
    modified = get(url).headers["Last-Modified"]
    assert "Tue, 24 Nov 2026 08:38:13 GMT" == modified
    clock.now = EPOCH + 6.1
    assert 200 == get(url, If_Modified_Since=modified).status


@pytest.mark.parametrize(
    ("accepts", "encoding"), [("gzip, deflate, br", "gzip"), ("identity", None), ("gzip;q=0", None), ("", None)]
)
def test_gzip_is_sent_where_it_is_accepted(finished: DemoSite, accepts: str, encoding: str | None):
    url = feed_url(finished, "fenwick-courier")
    answer = get(url, Accept_Encoding=accepts)
    assert encoding == answer.headers["Content-Encoding"]
    assert "Accept-Encoding" == answer.headers["Vary"]
    body = gzip.decompress(answer.body) if encoding else answer.body
    assert get(url, Accept_Encoding="identity").body == body


def test_the_two_encodings_have_different_strong_etags(finished: DemoSite):
    url = feed_url(finished, "fenwick-courier")
    assert get(url, Accept_Encoding="gzip").headers["ETag"] != get(url, Accept_Encoding="identity").headers["ETag"]


def test_one_page_has_vanished_and_one_always_fails_though_their_feeds_show_them(finished: DemoSite):
    assert [404] * 2 == [get(item(finished, "dock-workers-strike").link).status for _ in range(2)]
    assert [500] * 2 == [get(item(finished, "council-car-park").link).status for _ in range(2)]


def test_a_page_comes_with_its_feed_entry(site: DemoSite, clock: Clock):
    late = item(site, "high-school-phone-rule")
    clock.now = late.appears - 0.01
    assert 404 == get(late.link).status
    clock.now = late.appears
    assert 200 == get(late.link).status


def readable(site: DemoSite) -> list[Item]:
    """As they are in the end; what fails at first, or is not shown to everybody, is asked for elsewhere."""
    last = [i.forms[-1] for i in site.programme.items if i.feed == i.publisher.id and not i.story.first_answers]
    return [i for i in last if i.answers == 200 and not (i.story.paywalled or i.story.consent)]


def extracted(html: str, url: str) -> list[str]:
    text = trafilatura.extract(html, url=url, favor_precision=True, include_comments=False) or ""
    return [line for line in text.split("\n") if line]


def test_trafilatura_reads_each_page_s_text_and_nothing_beside_it(finished: DemoSite):
    for one in readable(finished):
        html = get(one.link, Accept_Encoding="identity").body.decode()
        # What must not be read is there to be read.
        pieces = {"related": one.story.related, "comments": one.story.remarks, "popular": one.publisher.popular}
        beside = [words for piece in one.publisher.pieces for words in pieces.get(piece, ())]
        assert [] == [words for words in beside if escape(words) not in html]
        assert [p.removeprefix("## ").removeprefix("> ") for p in one.paragraphs] == extracted(html, one.page)


def test_a_paywalled_page_shows_its_beginning_and_holds_the_rest(finished: DemoSite):
    one = item(finished, "portugal-blocks-wechat")
    html = get(one.link).body.decode()
    shown = extracted(re.sub(r'<div class="rest" hidden>.*?</div>', "", html, flags=re.DOTALL), one.page)
    assert (list(one.paragraphs[:2]), True) == (shown[:2], escape(one.paragraphs[-1]) in html)
    assert not set(one.paragraphs[2:]) & set(shown)


def test_a_page_that_wants_consent_is_shown_to_those_who_gave_it(finished: DemoSite):
    one = item(finished, "malta-bans-temu")
    demand = get(one.link)
    assert (200, False) == (demand.status, escape(one.paragraphs[0]) in demand.body.decode())
    path = urlsplit(one.link).path
    given = get(urlunsplit(urlsplit(one.link)._replace(path="/consent", query=f"to={path}")))
    assert (302, path) == (given.status, given.headers["Location"])
    page = get(one.link, Cookie=given.headers["Set-Cookie"].partition(";")[0])
    assert escape(one.paragraphs[0]) in page.body.decode()


def test_consent_leads_to_no_other_site(finished: DemoSite):
    there = feed_url(finished, "harbor-ledger").replace("/feed.xml", "/consent?to=//elsewhere.example/")
    assert "/elsewhere.example/" == get(there).headers["Location"]


def test_a_slow_page_holds_up_no_other(finished: DemoSite):
    slow = item(finished, "croatia-blocks-discord")
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(get, slow.link)
        assert 200 == get(item(finished, "judge-halts-tiktok-ban").link).status
        assert not coming.done()
        assert 200 == coming.result().status


def test_generated_pages_are_read_whole_too():
    with DemoSite(epoch=EPOCH, edition=generate(12, 5, seed=1, on_beat=0.5), now_fn=Clock(EPOCH + AFTER)) as site:
        for one in site.programme.items:
            assert list(one.paragraphs) == extracted(get(one.link).body.decode(), one.page)


def test_metadata_of_each_page_are_found(finished: DemoSite):
    for one in readable(finished):
        found = trafilatura.extract_metadata(get(one.link, Accept_Encoding="identity").body.decode())
        assert (one.title, one.summary, one.page, one.publisher.name) == (
            found.title,
            found.description,
            found.url,
            found.sitename,
        )
        assert one.dated.date().isoformat() == found.date


def test_each_page_says_that_it_is_invented(finished: DemoSite):
    for one in readable(finished):
        assert f"<footer><p>{pages.FOOTER}</p></footer>" in get(one.link).body.decode()


def test_json_ld_comes_without_text_with_text_or_not_at_all(finished: DemoSite):
    html = {
        slug: get(item(finished, slug).link).body.decode()
        for slug in ("nepal-bans-tiktok", "us-chip-export-rule", "tiktok-bulletin-boards")
    }
    assert [(1, 0), (1, 1), (0, 0)] == [(h.count("ld+json"), h.count('"articleBody"')) for h in html.values()]


def test_markup_in_a_story_is_escaped_everywhere(clock: Clock):
    (story,) = generate(1, 1, seed=1)
    hostile = '</script><script>alert("x")</script> & <b>'
    story = msgspec.structs.replace(
        story,
        title=hostile,
        summary=hostile,
        author=hostile,
        body=hostile,
        related=(hostile,),
        remarks=(hostile,),
        markup="full",
    )
    with DemoSite(epoch=EPOCH, edition=[story], now_fn=clock) as site:
        (one,) = site.programme.items
        html = get(one.link).body.decode()
        front = get(site.programme.base(one.publisher) + "/").body.decode()
        feed = feedparser.parse(get(feed_url(site, one.feed)).body)
    assert "<script>alert" not in html + front
    assert "<b>" not in html + front
    assert not feed.bozo


def test_requests_are_counted_by_path_and_status(site: DemoSite):
    url, page = feed_url(site, "harbor-ledger"), item(site, "turkey-lifts-roblox-ban")
    tag = get(url).headers["ETag"]
    for _ in range(2):
        get(url, If_None_Match=tag)
    get(page.link)
    assert {200: 1, 304: 2} == site.requests.statuses(url)
    assert (3, 2, 1, 4, 2) == (
        site.requests.count(url),
        site.requests.count(url, 304),
        site.requests.count(page.page),
        site.requests.count(),
        site.requests.count(status=200),
    )
    assert 0 == site.requests.count(feed_url(site, "meridian-wire"))


def test_a_restart_with_the_same_port_and_epoch_serves_the_same_links(clock: Clock):
    with DemoSite(epoch=EPOCH, now_fn=clock) as first:
        known = get(feed_url(first, "harbor-ledger"))
    with DemoSite(port=first.port, epoch=EPOCH, now_fn=clock) as second:
        again = get(feed_url(second, "harbor-ledger"), If_None_Match=known.headers["ETag"])
    assert first.expected() == second.expected()
    assert 304 == again.status


def test_a_new_epoch_serves_new_links_and_forgets_the_old(clock: Clock):
    with DemoSite(epoch=EPOCH, now_fn=clock) as first:
        old = item(first, "nepal-bans-tiktok").link
    with DemoSite(port=first.port, epoch=EPOCH + 50, now_fn=clock) as second:
        assert 404 == get(old).status
        assert 200 == get(item(second, "nepal-bans-tiktok").link).status


def test_without_an_epoch_the_programme_begins_with_the_site(clock: Clock):
    with DemoSite(now_fn=clock) as site:
        assert clock.now == site.epoch
        assert {0.0} == {i.appears - clock.now for i in site.programme.items[:5]}


def test_speed_brings_forward_what_appears(clock: Clock):
    clock.now = EPOCH + 2
    with DemoSite(epoch=EPOCH, speed=20.0, now_fn=clock) as site:
        assert 10 == len(feedparser.parse(get(feed_url(site, "harbor-ledger")).body).entries)
        assert pytest.approx(2.15) == site.duration


def test_a_taken_port_is_told(site: DemoSite):
    with pytest.raises(SetupError, match=rf"127\.0\.0\.1:{site.port} .*another port"):
        DemoSite(port=site.port).start()


def test_a_number_that_is_no_port_is_told():
    with pytest.raises(SetupError, match="another port"):
        DemoSite(port=70_000).start()


def test_starting_twice_is_refused_and_stopping_twice_is_not(site: DemoSite):
    with pytest.raises(SetupError, match="runs already"):
        site.start()
    site.stop()
    site.stop()
    assert site.port == site.programme.port


def test_links_are_not_known_before_the_start_but_the_duration_is():
    site = DemoSite(speed=2.0)
    assert 21.5 == site.duration
    with pytest.raises(RuntimeError, match="start the demo site first"):
        site.expected()


def test_robots_front_pages_and_the_overview_are_there(finished: DemoSite):
    root = f"http://harbor-ledger.localhost:{finished.port}"
    assert b"Allow: /" in get(root + "/robots.txt").body
    assert item(finished, "judge-halts-tiktok-ban").link in get(root + "/").body.decode()
    overview = get(f"http://localhost:{finished.port}/").body.decode()
    assert all(escape(one.link) in overview for one in finished.programme.items)
    assert [404, 404] == [
        get(url).status for url in (root + "/nothing", f"http://stranger.localhost:{finished.port}/feed.xml")
    ]


def test_robots_txt_keeps_machines_off_the_barred_page_alone(finished: DemoSite):
    barred = item(finished, "subscribers-week-ahead")
    rules = robots.parse(get(finished.programme.base(barred.publisher) + "/robots.txt").body)
    mine = [one for one in finished.programme.items if one.publisher is barred.publisher]
    assert [barred.link] == [one.link for one in mine if not rules.allows(one.link)]
    assert 200 == get(barred.link).status


def test_load_is_served_with_sixty_entries_a_feed():
    clock = Clock(EPOCH + 1000)
    with DemoSite(epoch=EPOCH, edition=generate(300, 5, seed=1), now_fn=clock) as site:
        counts = [len(feedparser.parse(get(feed.url).body).entries) for feed in site.feeds()]
    assert [60, 60, 60, 60] == [count for count in counts if count]  # those that write English


@pytest.mark.parametrize(
    ("slug", "by"),
    [
        ("judge-halts-tiktok-ban", "By Mara Ellison"),
        ("garante-blocca-deepseek", "di Chiara Morosin"),
        ("india-bans-chinese-apps", "记者 沈一帆"),
    ],
)
def test_a_page_speaks_its_publisher_s_language_around_its_article(finished: DemoSite, slug: str, by: str):
    shown = item(finished, slug)
    html = get(shown.link).body.decode()
    said = words(shown.publisher)
    assert all(f">{section}</a>" in html for section in said["sections"])
    assert f"<h3>{said['related']}</h3>" in html
    assert f">{by}</span>" in html
