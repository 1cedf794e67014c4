"""Both steps on the real client against a server that counts: nobody is asked too early, too often, or unasked for."""

import contextlib
import dataclasses
import itertools
import time

import pytest
from beam_by_hand import ByHand, RealClock
from counting_site import CountingSite
from hand_worker import HandWorker, settings_of_a_run
from records import find, source

from connectors import worker
from connectors.steps.fetch_pages import _FetchPages
from connectors.steps.poll_feeds import _PollFeeds
from connectors.web import robots as copies
from connectors.web.client import WebSettings
from connectors.web.guard import Policy

WWW, BLOG, DOMAIN = "www.paper.localhost", "blog.paper.localhost", "paper.localhost"
SPACING = 0.3  # seconds; of that pages have a start in 0.4 and feeds one in 1.2
LATE = 0.2  # seconds by which a request may come to the server later than it was begun, when the machine is busy
FEED = b'<rss version="2.0"><channel><title>Paper</title></channel></rss>'


class OnTheWeb(HandWorker):
    """Topics on paper, but requests, client and robots.txt as they are."""

    background = worker.Worker.background
    web = worker.Worker.web
    robots = worker.Worker.robots


@contextlib.contextmanager
def at_work(*feeds, **changes):
    """Both steps of one worker process; yields what drives them until something holds."""
    changes = {"spacing": SPACING, "retry_first": 0.5, "provisional_after": 600.0, "tick": 0.05} | changes
    settings = dataclasses.replace(
        settings_of_a_run(), web=WebSettings(policy=Policy(allow_loopback=True)), feeds=feeds, shards=1, **changes
    )
    made = OnTheWeb(settings)
    worker.adopt(settings.run_id, made)
    polling, fetching = (ByHand(step(settings, RealClock()), RealClock()) for step in (_PollFeeds, _FetchPages))
    try:
        yield lambda pages, until=lambda out: False, seconds=20.0: driven(polling, fetching, pages, until, seconds)
    finally:
        worker.drop(settings.run_id)


def driven(polling, fetching, pages, until, seconds):
    """Rings timers as they come, until what came out holds, or for so long; what the pages came to, by path."""
    out, end = {}, time.monotonic() + seconds
    polling.process((0, 0))

    def take(got):
        out.update({one.find.entry.link.rpartition("/")[2]: one for one in got})

    for url in pages:
        take(fetching.process((DOMAIN, find(url, at=time.time()))))
    while time.monotonic() < end and not until(out):
        alarms = {step: step.alarm for step in (polling, fetching) if step.alarm is not None}
        if not alarms:
            break
        step = min(alarms, key=alarms.get)
        time.sleep(min(max(0.0, alarms[step] - time.time()), 0.2))
        if step.alarm <= time.time():
            got = step.ring()
            take(got if step is fetching else ())
    return out


def all_of(pages):
    return lambda out: len(out) == len(pages)


def gaps(requests):
    return [later.began - earlier.began for earlier, later in itertools.pairwise(requests)]


def numbered(site, host, count, start=0):
    return [site.url(host, f"/{number}") for number in range(start, start + count)]


def outcome(fetched):
    return fetched.ending.outcome if fetched.ending else "read"


def test_pages_of_two_hosts_share_the_domain_s_turns_and_no_limit_is_broken():
    with CountingSite(latency=0.9) as site, at_work() as drive:
        pages = numbered(site, WWW, 4) + numbered(site, BLOG, 4, start=4)
        out = drive(pages, all_of(pages))
        assert {"read"} == {outcome(one) for one in out.values()}
        assert [] == [gap for gap in gaps(site.to()) if gap < SPACING / 0.75 - LATE]
        assert max(one.in_all for one in site.requests) <= 3
        assert max(one.at_host for one in site.requests) <= 2
        assert 2 == len(site.to(path="/robots.txt"))


def test_feeds_and_pages_together_keep_within_the_budget():
    with CountingSite(latency=0.05) as site:
        site.answers[WWW, "/feed"] = site.answers[WWW, "/other"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
        feeds = [source(name, url=site.url(WWW, f"/{name}"), interval=1.0) for name in ("feed", "other")]

        def polled():
            return [one for one in site.to() if one.path in ("/feed", "/other")]

        with at_work(*feeds) as drive:
            pages = numbered(site, WWW, 8)
            drive(pages, lambda out: len(out) == 8 and len(polled()) >= 3, seconds=60.0)
        polls = polled()
        pages = [one for one in site.to() if one.path[1:].isdigit()]
        assert 8 == len(pages)
        assert len(polls) >= 3
        assert [] == [gap for gap in gaps(polls) if gap < SPACING / 0.25 - LATE]
        assert [] == [gap for gap in gaps(pages) if gap < SPACING / 0.75 - LATE]
        every = site.to()
        for first, last in itertools.combinations(range(len(every)), 2):
            seconds = every[last].began - every[first].began + LATE
            assert last - first + 1 <= seconds / SPACING + 2  # one more for each of the two shares
        assert max(one.in_all for one in every) <= 4


def test_a_crawl_delay_is_kept_to_from_the_first_page_on_and_only_at_its_host():
    with CountingSite() as site, at_work(spacing=0.0) as drive:
        site.answers[WWW, "/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 1\nDisallow:\n")
        pages = numbered(site, WWW, 3) + numbered(site, BLOG, 3, start=3)
        drive(pages, all_of(pages))
        assert [] == [gap for gap in gaps(site.to(WWW)) if gap < 1 - LATE]
        assert 4 == len(site.to(WWW))
        assert site.to(BLOG)[-1].began < site.to(WWW)[-2].began


def test_a_crawl_delay_beyond_the_cap_counts_as_the_cap():
    with CountingSite() as site, at_work(spacing=0.0, longest_delay=0.5) as drive:
        site.answers[WWW, "/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 3600\nDisallow:\n")
        pages = numbered(site, WWW, 2)
        assert 2 == len(drive(pages, all_of(pages)))


@pytest.mark.parametrize("status", [429, 503])
def test_after_a_page_s_retry_after_nothing_of_its_host_is_asked_for_too_early(status):
    with CountingSite() as site:
        site.answers[WWW, "/0"] = [(status, {"Retry-After": "2"}, b""), (200, {}, b"")]
        site.answers[WWW, "/feed"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
        feed = source("feed", url=site.url(WWW, "/feed"), interval=1.0)
        with at_work(feed, spacing=0.1, per_host=1, concurrency=2) as drive:
            pages = numbered(site, WWW, 4) + numbered(site, BLOG, 2, start=4)
            drive(pages, all_of(pages))
        refused = site.to(WWW, "/0")[0]
        assert status == refused.status
        early = [one for one in site.to(WWW) if refused.ended + LATE < one.began < refused.ended + 2.0]
        assert [] == early
        assert [one for one in site.to(WWW) if one.began >= refused.ended + 2.0]
        assert [one for one in site.to(BLOG) if one.began < refused.ended + 2.0]


def test_a_feed_s_retry_after_holds_for_the_pages_of_its_host():
    with CountingSite() as site:
        shown = (200, {"Content-Type": "application/rss+xml"}, FEED)
        site.answers[WWW, "/feed"] = [(429, {"Retry-After": "2"}, b""), shown]
        feed = source("feed", url=site.url(WWW, "/feed"), interval=0.1)
        with at_work(feed, spacing=0.0) as drive:
            drive([], lambda out: bool(site.to(WWW, "/feed")), seconds=10.0)
            pages = numbered(site, WWW, 3) + numbered(site, BLOG, 1, start=3)
            out = drive(pages, all_of(pages))
        refused = site.to(WWW, "/feed")[0]
        assert 4 == len(out)
        assert [] == [one for one in site.to(WWW) if refused.ended + LATE < one.began < refused.ended + 2.0]
        assert site.to(BLOG)[0].began < refused.ended + 2.0


def test_a_page_that_robots_txt_denies_is_never_asked_for_nor_where_one_leads_to():
    with CountingSite() as site, at_work(spacing=0.0) as drive:
        site.answers[WWW, "/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /1\n")
        site.answers[BLOG, "/robots.txt"] = (200, {}, b"User-agent: beatwire\nDisallow: /\n")
        site.answers[WWW, "/2"] = (302, {"Location": site.url(BLOG, "/there")}, b"")
        site.answers[WWW, "/3"] = (302, {"Location": site.url(WWW, "/1")}, b"")
        pages = numbered(site, WWW, 4)
        out = drive(pages, all_of(pages))
        assert ["read", "robots-denied", "robots-denied", "robots-denied"] == [
            outcome(out[str(number)]) for number in range(4)
        ]
        assert [] == site.to(WWW, "/1") + site.to(BLOG, "/there")
        assert 0 == out["1"].attempts


def test_while_robots_txt_cannot_be_had_no_page_is_asked_for_and_afterwards_they_are(monkeypatch):
    monkeypatch.setattr(copies, "_AGAIN", 0.5)
    with CountingSite() as site, at_work(spacing=0.0) as drive:
        site.answers[WWW, "/robots.txt"] = [(500, {}, b"")] * 2 + [(404, {}, b"")]
        pages = numbered(site, WWW, 2)
        out = drive(pages, all_of(pages))
        assert {"read"} == {outcome(one) for one in out.values()}
        healed = site.to(WWW, "/robots.txt")[2].ended
        assert [] == [one for one in site.to(WWW) if one.path != "/robots.txt" and one.began < healed]
        assert {1} == {one.attempts for one in out.values()}


def test_a_page_whose_robots_txt_never_comes_ends_as_denied_and_says_why(monkeypatch):
    monkeypatch.setattr(copies, "_AGAIN", 0.2)
    with CountingSite() as site, at_work(spacing=0.0, retry_first=0.2, retry_within=2.0) as drive:
        site.answers[WWW, "/robots.txt"] = (500, {}, b"")
        (one,) = drive(numbered(site, WWW, 1), all_of([1])).values()
        assert ("robots-denied", 0) == (outcome(one), one.attempts)
        assert "robots.txt cannot be had: HTTP 500" == one.ending.reason
        assert [] == site.to(WWW, "/0")


@pytest.mark.parametrize(
    ("scope", "rules", "polled"),
    [
        ("named", b"User-agent: *\nDisallow: /\n", True),
        ("named", b"User-agent: beatwire\nDisallow: /feed\n", False),
        ("all", b"User-agent: *\nDisallow: /\n", False),
        ("all", b"User-agent: *\nDisallow: /private\n", True),
        ("ignore", b"User-agent: beatwire\nDisallow: /\n", True),
    ],
)
def test_a_feed_obeys_the_rules_that_it_is_told_to(scope, rules, polled):
    with CountingSite() as site:
        site.answers[WWW, "/robots.txt"] = (200, {}, rules)
        site.answers[WWW, "/feed"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
        feed = source("feed", url=site.url(WWW, "/feed"), interval=0.1, robots=scope)
        with at_work(feed, spacing=0.0) as drive:
            drive([], lambda out: bool(site.to(WWW, "/feed")), seconds=5.0 if polled else 1.0)
        assert polled == bool(site.to(WWW, "/feed"))
        assert (scope != "ignore") == bool(site.to(WWW, "/robots.txt"))
