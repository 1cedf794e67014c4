"""FetchPages by hand: what goes ahead of its page, and how a page that is gone is asked for again."""

import pytest
from beam_by_hand import ByHand
from hand_worker import employed, page
from records import find

from connectors.steps.fetch_pages import _FetchPages
from transforms.errors import FetchFailed
from transforms.waiting import TOO_MANY

LINK = "https://paper.example/1"
BROKEN = FetchFailed(LINK, "HTTP 503", status=503)
GONE = FetchFailed(LINK, "HTTP 404", status=404, retriable=False)
AHEAD, DAY = 60.0, 86_400.0


@pytest.fixture
def hand():
    with employed(spacing=0.0, tries=3, retry_first=100.0, provisional_after=AHEAD, gone_after=DAY) as made:
        yield made


def fetching(hand, *finds):
    step = ByHand.of(_FetchPages, hand.settings)
    for one in finds or (find(LINK),):
        step.process(("paper.example", one))
    return step


def told(fetched):
    return [(one.provisional, one.promised, one.page is not None, one.ending and one.ending.gone) for one in fetched]


COPY, FAILED, CAME, VANISHED = (
    (True, False, False, False),
    (False, True, False, False),
    (False, True, True, None),
    (False, True, False, True),
)


def test_a_page_that_is_there_sends_nothing_ahead(hand):
    assert [(False, False, True, None)] == told(fetching(hand).rung(DAY))


def test_a_page_that_fails_sends_one_copy_ahead_and_comes_later(hand):
    hand.web.answers[LINK] = [BROKEN, page(LINK)]
    step = fetching(hand)
    assert [] == step.rung(AHEAD - 1)
    assert [COPY] == told(step.rung(2))
    assert [CAME] == told(step.rung(DAY))


def test_a_page_that_fails_for_ever_sends_one_copy_ahead_and_ends(hand):
    hand.web.answers[LINK] = BROKEN
    assert [COPY, FAILED] == told(fetching(hand).rung(DAY))


def test_a_page_that_comes_before_its_time_sends_nothing_ahead(hand):
    hand.web.answers[LINK] = [FetchFailed(LINK, "HTTP 503", status=503), page(LINK)]
    with employed(spacing=0.0, retry_first=5.0, provisional_after=AHEAD) as quick:
        quick.web.answers = hand.web.answers
        assert [(False, False, True, None)] == told(fetching(quick).rung(DAY))


def test_a_page_that_is_gone_goes_ahead_and_is_asked_once_more_a_day_later(hand):
    hand.web.answers[LINK] = GONE
    step = fetching(hand)
    assert [COPY] == told(step.rung(DAY - 1))
    assert 1 == len(hand.web.asked)
    assert [VANISHED] == told(step.rung(10))
    assert 2 == len(hand.web.asked)


def test_a_page_that_was_gone_and_is_there_again_goes_on(hand):
    hand.web.answers[LINK] = [GONE, page(LINK)]
    assert [COPY, CAME] == told(fetching(hand).rung(DAY + 10))


def test_after_a_lost_process_the_copy_is_not_sent_again_and_the_first_answer_is_remembered(hand):
    hand.web.answers[LINK] = GONE
    step = fetching(hand)
    assert [COPY] == told(step.rung(AHEAD + 1))
    hand.forget()
    assert [VANISHED] == told(step.rung(DAY))


def test_of_two_finds_of_one_item_only_the_newer_goes_ahead(hand):
    hand.web.answers[LINK] = BROKEN
    old = find(LINK)
    new = find(LINK, find_id="f" * 32, found=f"{old.found[:-2]}9Z")
    assert [(new.find_id, True)] == [
        (one.find.find_id, one.provisional) for one in fetching(hand, old, new).rung(AHEAD + 1)
    ]


def test_the_timer_is_set_for_the_copy(hand):
    hand.web.answers[LINK] = GONE
    step = fetching(hand)
    began = step.clock.now
    step.rung(5)
    assert began + AHEAD == pytest.approx(step.alarm)


def test_a_page_whose_turn_does_not_come_goes_ahead_and_comes_when_it_does():
    with employed(spacing=150.0, provisional_after=AHEAD) as slow:  # of that pages have a start in 200 seconds
        step = fetching(slow, find(LINK), find("https://paper.example/2"))
        assert [(False, False, True, None)] == told(step.rung(AHEAD - 1))
        assert [COPY] == told(step.rung(2))
        assert [CAME] == told(step.rung(DAY))


def test_what_its_host_lets_us_ask_for_too_late_ends_and_the_others_come():
    with employed(spacing=75.0, retry_within=600.0, provisional_after=DAY) as slow:  # six pages in that time
        finds = [find(f"https://paper.example/{number}") for number in range(10)]
        ended = [one for one in fetching(slow, *finds).rung(DAY) if one.ending]
        assert {one.find_id for one in finds[7:]} == {one.find.find_id for one in ended}
        assert {TOO_MANY} == {one.ending.reason for one in ended}
        assert 7 == len(slow.web.asked)  # the first is under way when the others come


CHALLENGE = page(LINK, b"<html><title>Just a moment...</title><script>window._cf_chl_opt = {}</script></html>")
LOG_IN = page(LINK, b"<html><title>Log in</title><form><input type='password'></form></html>")


def test_a_challenge_sends_a_copy_ahead_and_the_page_follows_when_it_is_let_through(hand):
    hand.web.answers[LINK] = [CHALLENGE, page(LINK)]
    assert [COPY, CAME] == told(fetching(hand).rung(DAY))


def test_a_challenge_that_never_lets_through_ends_as_what_it_is(hand):
    hand.web.answers[LINK] = CHALLENGE
    first, last = fetching(hand).rung(DAY)
    assert [COPY, FAILED] == told([first, last])
    assert ("fetch-failed", "fetch", "a challenge page", 3) == (
        last.ending.outcome,
        last.ending.step,
        last.ending.reason,
        last.attempts,
    )


def test_a_page_that_wants_a_log_in_ends_at_once(hand):
    hand.web.answers[LINK] = [LOG_IN, page(LINK)]
    (one,) = fetching(hand).rung(DAY)
    assert (None, "fetch-failed", "a login page", 1) == (
        one.page,
        one.ending.outcome,
        one.ending.reason,
        one.attempts,
    )
