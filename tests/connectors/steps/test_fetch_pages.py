"""FetchPages by hand: what starts when, what waits, and what a find comes to."""

import pytest
from beam_by_hand import ByHand
from hand_worker import WORDS, employed, page
from records import find

from connectors.steps.fetch_pages import QUICK, SLOWEST_LOOK, SOON, _FetchPages
from connectors.web.hushes import Hushes
from transforms.bags import Schedule
from transforms.coders import RecordCoder
from transforms.errors import FetchFailed, ForbiddenAddress, HostSilent, RobotsUnreachable

LINK = "https://paper.example/1"
DOMAIN = "paper.example"
FIRST_RETRY = 60.0
BROKEN = FetchFailed(LINK, "HTTP 503", status=503)


@pytest.fixture
def hand():
    # Of that pages have a start a second, and two at a time.
    with employed(spacing=0.75, concurrency=3, tries=3, retry_first=FIRST_RETRY) as made:
        yield made


def step(hand):
    return ByHand.of(_FetchPages, hand.settings)


def given(fetching, *finds):
    for one in finds:
        assert [] == fetching.process((DOMAIN, one))
    return fetching


def links(fetched):
    return [one.find.entry.link for one in fetched]


def finals(fetched):
    """Those that a find leaves with for good; a copy that goes ahead of its page is none."""
    return [one for one in fetched if not one.provisional]


def numbered(count):
    return [find(f"https://paper.example/{number}") for number in range(count)]


def test_a_find_that_nothing_waits_with_is_asked_for_within_its_own_bundle(hand):
    fetching = given(step(hand), *numbered(3))
    assert (1, fetching.clock.now + SOON) == (len(hand.web.asked), pytest.approx(fetching.alarm))


def test_what_answers_at_once_goes_on_within_the_bundle_that_asked_for_it(hand, monkeypatch):
    monkeypatch.setattr(hand.background, "wait", lambda keys, seconds: True)
    monkeypatch.setattr(hand.glances, "answered", lambda host, seconds: None)
    fetching = step(hand)
    assert [LINK] == links(fetching.process((DOMAIN, find(LINK))))
    assert (None, set()) == (fetching.alarm, fetching.state(DOMAIN).keys() - {"pacing"})


def test_a_bundle_waits_no_longer_than_its_patience(hand, monkeypatch):
    waits = []
    monkeypatch.setattr(hand.background, "wait", lambda keys, seconds: bool(waits.append(seconds)))
    monkeypatch.setattr(hand.glances, "answered", lambda host, seconds: None)  # the first page of a process takes long
    fetching = step(hand)
    given(fetching, find(LINK))
    fetching.rung(5)
    assert [pytest.approx(QUICK, abs=0.05)] == waits[:1]
    assert all(0 < seconds <= QUICK for seconds in waits)


def test_a_bundle_does_not_wait_where_that_does_not_pay(hand, monkeypatch):
    monkeypatch.setattr(hand.glances, "glance", lambda hosts, seconds, wait: False)
    monkeypatch.setattr(hand.background, "wait", lambda keys, seconds: pytest.fail("waits"))
    assert [LINK] == links(given(step(hand), find(LINK)).rung(30))


def test_a_page_goes_on_with_its_find_and_leaves_nothing_behind(hand):
    fetching = given(step(hand), one := find(LINK))
    (fetched,) = fetching.rung(30)
    assert (one, WORDS.strip(), None, 1) == (fetched.find, fetched.article.text, fetched.ending, fetched.attempts)
    assert (LINK, b"") == (fetched.page.url, fetched.page.body)
    assert None is fetching.alarm
    assert {"pacing"} == fetching.state(DOMAIN).keys()


def test_a_stream_of_finds_does_not_push_the_timer_ahead(hand):
    fetching = given(step(hand), *numbered(2))
    first = fetching.alarm
    fetching.clock.now += SOON / 2
    given(fetching, find(f"{LINK}0"))
    assert first == fetching.alarm


def test_a_find_that_comes_right_after_the_last_page_left_is_not_forgotten(hand):
    fetching = given(step(hand), find(LINK))
    while fetching.alarm is not None:
        fetching.ring()
    given(fetching, find(f"{LINK}0"))
    assert [f"{LINK}0"] == links(fetching.rung(10))


def test_an_alarm_that_never_rang_is_set_anew(hand):
    fetching = given(step(hand), find(LINK))
    fetching._timers.clear()  # a runner that was restored without its timers
    fetching.clock.now += SLOWEST_LOOK + 1
    assert [LINK] == links(fetching.process((DOMAIN, find(f"{LINK}0"))))
    assert [f"{LINK}0"] == links(fetching.rung(1))


def test_two_starts_are_spaced(hand):
    fetching = given(step(hand), *numbered(2))
    fetching.rung(0.9)
    assert 1 == len(hand.web.asked)
    fetching.rung(1.0)
    assert 2 == len(hand.web.asked)


def test_every_page_of_many_leaves_exactly_once(hand):
    fetching = given(step(hand), *numbered(7))
    assert sorted(one.entry.link for one in numbered(7)) == sorted(links(fetching.rung(60)))
    assert 7 == len(hand.web.asked)


def test_no_more_than_so_many_run_at_a_time(hand):
    hand.background.held = True
    fetching = given(step(hand), *numbered(5))
    fetching.rung(60)
    assert 2 == len(hand.background.started)


def test_what_runs_is_looked_at_more_rarely_with_its_age_but_never_made_twice(hand):
    hand.background.held = True
    fetching = given(step(hand), find(LINK))
    fetching.rung(1)
    assert [] == fetching.ring()
    young = fetching.alarm - fetching.clock.now
    fetching.rung(60)
    fetching.ring()
    old = fetching.alarm - fetching.clock.now
    assert young < old <= SLOWEST_LOOK + SOON
    assert 1 == len(hand.background.started)
    hand.background.release()
    assert [LINK] == links(finals(fetching.ring()))


def test_a_page_that_waited_long_for_its_turn_is_looked_at_as_soon_as_any(hand):
    hand.robots.said["paper.example"] = b"User-agent: *\nCrawl-delay: 60"
    fetching = given(step(hand), *numbered(2))
    fetching.rung(50)
    hand.background.held = True
    while 3 > len(hand.background.started):  # robots.txt, and with it no page; the first page; the second
        fetching.ring()
    assert fetching.alarm - fetching.clock.now < 1.0


def test_what_a_restart_lost_is_asked_for_again(hand):
    hand.background.held = True
    fetching = given(step(hand), find(LINK))
    fetching.rung(5)
    hand.forget()
    assert [LINK] == links(finals(fetching.rung(10)))


def test_a_failure_that_may_heal_is_tried_again_later(hand):
    hand.web.answers[LINK] = [BROKEN, page(LINK)]
    fetching = given(step(hand), find(LINK))
    assert [] == finals(fetching.rung(FIRST_RETRY / 2))
    (fetched,) = finals(fetching.rung(FIRST_RETRY))
    assert (WORDS.strip(), 2) == (fetched.article.text, fetched.attempts)


def test_when_the_tries_are_spent_the_find_ends_as_its_last_error_says(hand):
    hand.web.answers[LINK] = BROKEN
    fetching = given(step(hand), find(LINK))
    (fetched,) = finals(fetching.rung(86_400))
    assert ("fetch-failed", "fetch", "HTTP 503", 3) == (
        fetched.ending.outcome,
        fetched.ending.step,
        fetched.ending.reason,
        fetched.attempts,
    )
    assert 3 == len(hand.web.asked)
    assert None is fetched.page


def test_what_no_retry_heals_ends_at_once(hand):
    hand.web.answers[LINK] = ForbiddenAddress(LINK, "10.0.0.1 is not public")
    (fetched,) = given(step(hand), find(LINK)).rung(5)
    assert ("forbidden-address", 1) == (fetched.ending.outcome, fetched.attempts)


def test_a_page_that_fails_holds_up_no_other(hand):
    hand.web.answers[LINK] = BROKEN
    fetching = given(step(hand), find(LINK), find("https://paper.example/2"))
    assert ["https://paper.example/2"] == links(finals(fetching.rung(10)))


def test_a_find_without_link_ends_at_once_without_request_state_or_timer(hand):
    fetching = step(hand)
    (fetched,) = fetching.bundle(("wire", find("")))
    assert ("fetch-failed", 0, []) == (fetched.ending.outcome, fetched.attempts, hand.web.asked)
    assert ({}, None) == (fetching.state("wire"), fetching.alarm)


def test_a_run_that_drains_asks_for_nothing_more_and_what_runs_still_leaves(hand):
    hand.background.held = True
    fetching = given(step(hand), *numbered(3))
    fetching.rung(0.5)
    asked = list(hand.background.started)
    hand.draining.set()
    hand.background.release()
    assert links(fetching.rung(30)) == [one.entry.link for one in numbered(1)]
    assert (1, None) == (len(asked), fetching.alarm)
    assert asked == hand.background.started
    assert 2 == len(RecordCoder(Schedule).decode(fetching.state(DOMAIN)["schedule"]).waiting)


def test_robots_txt_takes_the_turn_of_the_first_page_of_its_host(hand):
    hand.robots.said[DOMAIN] = b"User-agent: *\nDisallow: /private"
    fetching = given(step(hand), find(LINK))
    fetching.rung(0.9)
    assert (1, []) == (len(hand.background.started), hand.web.asked)
    assert [LINK] == links(fetching.rung(1.0))
    assert 1 == len(hand.web.asked)


def test_a_page_that_robots_txt_denies_ends_without_a_request(hand):
    hand.robots.said[DOMAIN] = b"User-agent: *\nDisallow: /"
    (fetched,) = given(step(hand), find(LINK)).rung(5)
    assert ("robots-denied", "fetch", 0, []) == (
        fetched.ending.outcome,
        fetched.ending.step,
        fetched.attempts,
        hand.web.asked,
    )


def test_a_page_waits_for_a_robots_txt_that_cannot_be_had_and_is_read_then(hand):
    hand.robots.said[DOMAIN] = RobotsUnreachable(LINK, "robots.txt cannot be had: HTTP 500", 500)
    fetching = given(step(hand), find(LINK))
    (ahead,) = fetching.rung(FIRST_RETRY)
    assert (True, "robots-denied") == (ahead.provisional, ahead.ending.outcome)
    del hand.robots.said[DOMAIN]
    (fetched,) = finals(fetching.rung(10 * FIRST_RETRY))
    assert (WORDS.strip(), 1, True) == (fetched.article.text, fetched.attempts, fetched.promised)


def test_pages_of_a_host_that_never_answers_end_as_failed_and_not_as_denied(hand):
    hand.robots.said[DOMAIN] = HostSilent(LINK, "robots.txt cannot be had: no such host", None, 3600.0, failure="dns")
    out = given(step(hand), *numbered(3)).rung(2 * 86_400)
    assert {("fetch-failed", 0)} == {(one.ending.outcome, one.attempts) for one in out}
    assert (3, []) == (len(finals(out)), hand.web.asked)


def test_a_crawl_delay_survives_a_restart_of_the_process(hand):
    hand.robots.said[DOMAIN] = b"User-agent: *\nCrawl-delay: 30"
    fetching = given(step(hand), *numbered(3))
    fetching.rung(31)
    assert 1 == len(hand.web.asked)
    hand.forget()
    fetching.rung(28)
    assert 1 == len(hand.web.asked)
    fetching.rung(3)
    assert 2 == len(hand.web.asked)


def test_while_a_host_wants_to_be_left_alone_its_pages_wait_and_those_of_its_neighbours_do_not(hand):
    hand.web.answers[LINK] = [FetchFailed(LINK, "HTTP 429", 429, 300.0), page(LINK)]
    neighbour = "https://blog.paper.example/1"
    fetching = step(hand)
    hand.hushes = Hushes(fetching.clock)
    out = given(fetching, find(LINK), find("https://paper.example/2"), find(neighbour)).rung(299)
    assert [LINK, neighbour] == [url for url, _ in hand.web.asked]
    assert [neighbour] == links(finals(out))
    assert {LINK, "https://paper.example/2"} == {one.find.entry.link for one in out if one.provisional}
    assert {LINK, "https://paper.example/2"} == set(links(finals(fetching.rung(60))))


def test_what_a_feed_was_told_keeps_pages_away_too(hand):
    fetching = step(hand)
    hand.hushes = Hushes(fetching.clock)
    hand.hushes.heard(DOMAIN, FetchFailed(f"https://{DOMAIN}/feed", "HTTP 503", 503, 120.0))
    given(fetching, find(LINK)).rung(119)
    assert [] == hand.web.asked
    assert [LINK] == links(finals(fetching.rung(5)))


def test_a_page_whose_host_wants_to_be_left_alone_for_too_long_ends(hand):
    fetching = step(hand)
    hand.hushes = Hushes(fetching.clock)
    hand.hushes.heard(DOMAIN, FetchFailed(LINK, "HTTP 429", 429, 86_400.0))
    (fetched,) = finals(fetching.process((DOMAIN, find(LINK, at=fetching.clock.now - 60))))
    assert ("its host wants to be left alone: HTTP 429", 0) == (fetched.ending.reason, fetched.attempts)


def test_all_pages_of_a_host_wait_for_its_robots_txt_and_one_asks(hand):
    hand.robots.said[DOMAIN] = RobotsUnreachable(LINK, "robots.txt cannot be had: HTTP 500", 500, 600.0)
    fetching = given(step(hand), *numbered(20))
    fetching.rung(3590)
    assert len(hand.background.started) <= 6
    del hand.robots.said[DOMAIN]
    assert 20 == len(finals(fetching.rung(3600)))
    assert 20 == len(hand.web.asked)
