"""The bounded forms by hand: one poll of each feed, one try for each page."""

import pytest
from beam_by_hand import START, Clock
from hand_worker import WORDS, employed, feed
from records import find, source

from connectors import worker
from connectors.steps.bounded import _FetchOnce, _Gather, _PollOnce, ask_for_pages
from connectors.web.hushes import Hushes
from transforms.cursor import Cursor
from transforms.errors import FetchFailed
from transforms.records import Find

WIRE, DESK = source("wire"), source("desk")


@pytest.fixture
def hand():
    with employed(feeds=(WIRE, DESK), spacing=0.0, tries=1) as made:
        yield made


def polled(hand):
    return list(_PollOnce(hand.settings, Clock()).process(0))


def fetched(hand, *finds):
    for one in finds:
        _Gather(hand.settings).process((one.source.id, one))
    ask_for_pages(hand.settings, now_fn=Clock())
    return list(_FetchOnce(hand.settings).process(0))


def test_every_feed_is_polled_once_whether_it_is_due_or_not(hand):
    hand.web.answers = {WIRE.url: feed(WIRE.url, "a"), DESK.url: feed(DESK.url, "b")}
    assert {"a", "b"} == {one.entry.title for _, one in polled(hand)}
    assert [DESK.url, WIRE.url] == sorted(url for url, _ in hand.web.asked)


def test_finds_are_acknowledged_before_cursors(hand):
    hand.web.answers = {WIRE.url: feed(WIRE.url, "a"), DESK.url: feed(DESK.url, "b")}
    polled(hand)
    assert ["finds", "finds", "feeds", "feeds"] == hand.kafka.written
    assert {"a", "b"} == {one.entry.title for one in hand.kafka.values("finds", Find)}


def test_a_second_run_finds_only_what_is_new(hand):
    hand.web.answers = {WIRE.url: [feed(WIRE.url, "a"), feed(WIRE.url, "c", "a")], DESK.url: feed(DESK.url, "b")}
    polled(hand)
    hand.forget()
    assert ["c"] == [one.entry.title for _, one in polled(hand)]


def test_a_feed_that_fails_holds_up_no_other_and_says_why(hand):
    hand.web.answers = {WIRE.url: FetchFailed(WIRE.url, "HTTP 500", status=500), DESK.url: feed(DESK.url, "b")}
    assert ["b"] == [one.entry.title for _, one in polled(hand)]
    assert {"wire": "HTTP 500", "desk": ""} == {one.feed_id: one.error for one in hand.kafka.values("feeds", Cursor)}


def test_a_feed_whose_server_said_too_often_is_left_alone_by_rounds_until_its_time_has_come(hand):
    hand.web.answers = {WIRE.url: FetchFailed(WIRE.url, "HTTP 429", 429, 7200.0), DESK.url: feed(DESK.url, "b")}
    for hours in (0, 1, 3):
        hand.forget()
        worker.of(hand.settings).hushes = Hushes()  # another process
        list(_PollOnce(hand.settings, Clock(START + hours * 3600.0)).process(0))
    assert [2, 3] == [sum(url == one.url for url, _ in hand.web.asked) for one in (WIRE, DESK)]


def test_each_page_goes_on_with_its_find(hand):
    ones = [find("https://paper.example/1"), find("https://other.example/1", of=DESK)]
    out = fetched(hand, *ones)
    assert ones == [one.find for one in out]
    assert [WORDS.strip()] * 2 == [one.article.text for one in out]


def test_a_page_that_no_retry_heals_ends_its_find(hand):
    one = find()
    hand.web.answers[one.entry.link] = FetchFailed(one.entry.link, "HTTP 403", status=403, retriable=False)
    (out,) = fetched(hand, one)
    assert ("fetch-failed", "HTTP 403") == (out.ending.outcome, out.ending.reason)


def test_a_page_that_may_heal_leaves_its_find_to_the_next_run():
    with employed(tries=5) as hand:
        one = find()
        hand.web.answers[one.entry.link] = FetchFailed(one.entry.link, "HTTP 503", status=503)
        assert [] == [out for out in fetched(hand, one) if not out.provisional]


def test_a_round_without_finds_asks_nothing(hand):
    assert ([], []) == (fetched(hand), hand.web.asked)
