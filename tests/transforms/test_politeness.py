"""Who may be asked when: by registered domain, by host, and after an answer that asks for patience."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.coders import RecordCoder
from transforms.errors import FetchFailed, RobotsUnreachable
from transforms.politeness import (
    FIRST_QUIET,
    LONGEST_ASKED,
    LONGEST_QUIET,
    Learned,
    Manners,
    Pace,
    Paces,
    Turns,
    Wanted,
    after_answer,
    answered,
    begun,
    choose,
    earliest,
    hushed,
    in_turn,
    learned,
    shares,
    spaced_anew,
    tidied,
    without_robots,
)

NOW = 1_800_000_000.0
WWW, BLOG = "www.paper.example", "blog.paper.example"
FREE = Manners(spacing=0.0, concurrency=100, per_host=100)


def wanted(*hosts, due=NOW):
    return [Wanted(number, host, due) for number, host in enumerate(hosts)]


def busy(status, retry_after=None):
    return FetchFailed("https://www.paper.example/1", f"HTTP {status}", status, retry_after, retriable=True)


def test_starts_to_a_domain_are_spaced_whatever_the_host():
    chosen = choose(wanted(WWW, BLOG), {}, 0.0, Paces(), Manners(spacing=2.0), NOW)
    assert ((0,), NOW + 2, NOW + 2) == (chosen.start, chosen.next_start, chosen.wake)
    later = choose(wanted(BLOG), {WWW: 1}, chosen.next_start, Paces(), Manners(spacing=2.0), NOW + 2)
    assert (0,) == later.start


def test_no_more_than_so_many_run_in_a_domain_and_of_those_so_many_at_a_host():
    manners = Manners(spacing=0.0, concurrency=3, per_host=2)
    chosen = choose(wanted(WWW, WWW, WWW, BLOG, BLOG), {}, 0.0, Paces(), manners, NOW)
    assert (0, 1, 3) == chosen.start
    assert () == choose(wanted(WWW), {WWW: 2}, 0.0, Paces(), manners, NOW).start
    assert () == choose(wanted(BLOG), {WWW: 2, "c.paper.example": 1}, 0.0, Paces(), manners, NOW).start


def test_what_waits_for_others_to_end_sets_no_alarm():
    manners = Manners(spacing=0.0, concurrency=1)
    assert None is choose(wanted(WWW), {WWW: 1}, 0.0, Paces(), manners, NOW).wake


def test_what_is_not_due_waits_and_holds_up_nothing():
    chosen = choose([Wanted("late", WWW, NOW + 9), Wanted("now", WWW, NOW)], {}, 0.0, Paces(), FREE, NOW)
    assert (("now",), NOW + 9) == (chosen.start, chosen.wake)


def test_a_crawl_delay_spaces_its_host_and_no_other():
    paces = Paces(hosts={WWW: Pace(delay=30.0)})
    chosen = choose(wanted(WWW, WWW, BLOG, BLOG), {}, 0.0, paces, FREE, NOW)
    assert ((0, 2, 3), NOW + 30) == (chosen.start, chosen.wake)
    assert NOW + 30 == chosen.paces.of(WWW).next_start
    assert () == choose(wanted(WWW), {}, 0.0, chosen.paces, FREE, NOW + 29.9).start
    assert (0,) == choose(wanted(WWW), {}, 0.0, chosen.paces, FREE, NOW + 30).start


def test_the_first_request_after_robots_txt_keeps_its_distance():
    assert (30.0, NOW + 30) == (learned(Pace(), 30.0, 2.0, NOW).delay, learned(Pace(), 30.0, 2.0, NOW).next_start)
    assert NOW + 2 == learned(Pace(), 0.0, 2.0, NOW).next_start


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_patience_is_left_alone_until_then_and_others_are_not(status):
    paces = Paces(hosts={WWW: answered(Pace(), busy(status, 120.0), NOW)})
    chosen = choose(wanted(WWW, BLOG), {}, 0.0, paces, FREE, NOW)
    assert ((1,), NOW + 120) == (chosen.start, chosen.wake)
    assert () == choose(wanted(WWW), {}, 0.0, paces, FREE, NOW + 119.9).start


def test_after_its_patience_a_host_is_asked_one_at_a_time_until_it_answers():
    pace = answered(Pace(), busy(503, 120.0), NOW)
    assert (0,) == choose(wanted(WWW, WWW), {}, 0.0, Paces(hosts={WWW: pace}), FREE, NOW + 120).start
    healed = answered(pace, None, NOW + 121)
    assert (0, 1) == choose(wanted(WWW, WWW), {}, 0.0, Paces(hosts={WWW: healed}), FREE, NOW + 121).start


def test_a_host_that_does_not_say_how_long_gets_ever_longer():
    pace, waits = Pace(), []
    for _ in range(10):
        pace = answered(pace, busy(503), NOW)
        waits.append(pace.quiet - NOW)
    assert [FIRST_QUIET, 2 * FIRST_QUIET, 4 * FIRST_QUIET] == waits[:3]
    assert LONGEST_QUIET == waits[-1]


def test_a_wait_of_a_year_is_not_believed_whole():
    assert NOW + LONGEST_ASKED == answered(Pace(), busy(429, 366 * 86_400.0), NOW).quiet


@pytest.mark.parametrize("status", [200, 404, 500, None])
def test_any_other_answer_asks_for_no_patience(status):
    error = None if status == 200 else FetchFailed("https://www.paper.example/1", "no", status)
    assert Pace() == answered(Pace(), error, NOW)


def test_no_answer_at_all_does_not_end_a_host_s_slowness():
    pace = answered(Pace(), busy(503), NOW)
    assert pace == answered(pace, FetchFailed("https://www.paper.example/1", "connection refused"), NOW + 60)


def test_what_another_step_was_told_counts_only_if_it_is_longer():
    paces = hushed(Paces(), WWW, NOW + 60, "HTTP 429", NOW)
    assert (NOW + 60, "HTTP 429") == (paces.of(WWW).quiet, paces.of(WWW).reason)
    assert paces is hushed(paces, WWW, NOW + 30, "HTTP 503", NOW)


def test_hosts_of_which_nothing_is_wanted_are_forgotten_once_nothing_holds():
    paces = Paces(hosts={"a": Pace(delay=9.0), "b": Pace(quiet=NOW + 1), "c": Pace(delay=9.0, next_start=NOW - 1)})
    assert {"a", "b"} == tidied(paces, ["a"], NOW).hosts.keys()
    assert paces is tidied(paces, ["a", "c"], NOW)


def test_a_clock_that_was_ahead_leaves_nobody_waiting():
    paces = Paces(hosts={WWW: Pace(next_start=NOW + 1e6, quiet=NOW + 1e6, delay=30.0)})
    assert (0,) == choose(wanted(WWW), {}, NOW + 1e6, paces, Manners(), NOW).start


def test_after_a_clock_that_was_ahead_a_host_is_left_alone_as_it_asks_now():
    stale = Pace(next_start=NOW + 1e6, quiet=NOW + 1e6)
    assert NOW + 60 == answered(stale, busy(429, 60.0), NOW).quiet
    assert NOW + 5 == learned(stale, 5.0, 1.0, NOW).next_start
    assert NOW + 60 == hushed(Paces(hosts={WWW: stale}), WWW, NOW + 60, "HTTP 429", NOW).of(WWW).quiet
    assert Paces() == hushed(Paces(), WWW, NOW + 1e6, "HTTP 429", NOW)


@pytest.mark.parametrize("concurrency", [2, 3, 4, 64])
def test_the_shares_of_feeds_and_pages_are_the_whole_budget(concurrency):
    whole = Manners(spacing=1.0, concurrency=concurrency)
    feeds, pages = shares(whole)
    assert concurrency == feeds.concurrency + pages.concurrency
    assert pytest.approx(1 / whole.spacing) == 1 / feeds.spacing + 1 / pages.spacing


def test_without_spacing_neither_share_has_any():
    assert [0.0, 0.0] == [share.spacing for share in shares(Manners(spacing=0.0))]


ARRIVALS = st.lists(st.tuples(st.sampled_from([WWW, BLOG, "c.paper.example"]), st.floats(0, 50)), max_size=30)


@given(ARRIVALS, st.floats(0, 5), st.integers(1, 4), st.integers(1, 3), st.floats(0, 20))
def test_no_limit_is_ever_broken_and_all_are_asked_in_the_end(arrivals, spacing, concurrency, per_host, delay):
    manners = Manners(spacing=spacing, concurrency=concurrency, per_host=per_host)
    paces, next_start, now = Paces(hosts={WWW: Pace(delay=delay)}), 0.0, NOW
    queue = [Wanted(number, host, NOW + after) for number, (host, after) in enumerate(arrivals)]
    running, starts = [], []
    while queue or running:
        running = [(host, end) for host, end in running if end > now]
        chosen = choose(queue, Counter(host for host, _ in running), next_start, paces, manners, now)
        paces, next_start = chosen.paces, chosen.next_start
        for key in chosen.start:
            one = next(one for one in queue if one.key == key)
            queue.remove(one)
            assert one.due <= now
            starts.append((now, one.host))
            running.append((one.host, now + 3.0))
        assert len(running) <= concurrency
        assert max(Counter(host for host, _ in running).values(), default=0) <= per_host
        now = min([end for _, end in running] + ([chosen.wake] if chosen.wake is not None else []), default=now)
    assert len(arrivals) == len(starts)
    times = [at for at, _ in starts]
    assert all(later - earlier >= spacing - 1e-3 for earlier, later in itertools.pairwise(times))
    at_www = [at for at, host in starts if host == WWW]
    assert all(later - earlier >= delay - 1e-3 for earlier, later in itertools.pairwise(at_www))


def test_the_bytes_of_paces_are_pinned():
    paces = Paces(hosts={"a": Pace(delay=2.0, next_start=1.0, quiet=3.0, strikes=1, reason="HTTP 429")})
    expected = (
        "0181a5686f73747381a16187a564656c6179cb4000000000000000a96e6578745374617274cb3ff0000000000000a5717569"
        "6574cb4008000000000000a7737472696b657301a6726561736f6ea84854545020343239a6726f626f7473c2a673696c656e"
        "74c2"
    )
    assert expected == RecordCoder(Paces).encode(paces).hex()
    assert paces == RecordCoder(Paces).decode(bytes.fromhex(expected))


def test_paces_from_before_a_host_could_be_silent_are_read():
    stored = (
        "0181a5686f73747381a16186a564656c6179cb4000000000000000a96e6578745374617274cb3ff0000000000000a5717569"
        "6574cb4008000000000000a7737472696b657301a6726561736f6ea84854545020343239a6726f626f7473c2"
    )
    assert not RecordCoder(Paces).decode(bytes.fromhex(stored)).of("a").silent


def test_domains_do_not_wait_for_each_other_and_the_feeds_of_one_do():
    feeds, _ = shares(Manners(spacing=1.0))
    due = {"paper.example": wanted(WWW, BLOG), "other.example": [Wanted("o", "other.example", NOW)]}
    start, turns = in_turn(due, {}, Turns(), feeds, NOW)
    assert ([0, "o"], NOW + 4) == (start, turns.next_starts["paper.example"])
    again, _ = in_turn({"paper.example": [due["paper.example"][1]]}, {}, turns, feeds, NOW + 4)
    assert [1] == again
    assert ["o"] == in_turn(due, {"paper.example": {WWW: 1}}, turns, feeds, NOW + 4)[0]


def test_turns_that_are_past_are_forgotten():
    turns = Turns(next_starts={"a": NOW + 4, "b": NOW + 60})
    _, after = in_turn({}, {}, turns, Manners(spacing=60.0), NOW + 9)
    assert {"b": NOW + 60} == after.next_starts


def test_the_earliest_start_is_that_of_the_latest_reason():
    turns = Turns(next_starts={"d": NOW + 3}, paces=Paces(hosts={WWW: Pace(quiet=NOW + 7)}))
    manners = Manners(spacing=4.0)
    assert NOW + 7 == earliest("d", Wanted("a", WWW, NOW), turns, manners, NOW)
    assert NOW + 3 == earliest("d", Wanted("a", BLOG, NOW), turns, manners, NOW)
    assert NOW + 9 == earliest("d", Wanted("a", BLOG, NOW + 9), turns, manners, NOW)
    assert NOW == earliest("e", Wanted("a", BLOG, NOW), turns, manners, NOW)


def test_an_answer_counts_for_the_host_that_gave_it():
    moved = FetchFailed(f"https://{BLOG}/1", "HTTP 429", 429, 60.0)
    paces = after_answer(Paces(), WWW, moved, 1.0, NOW)
    assert {BLOG: NOW + 60} == {host: pace.quiet for host, pace in paces.hosts.items()}


def test_what_is_learned_of_a_host_stands_with_it():
    paces = after_answer(Paces(), WWW, Learned(0.0, asked=True), 2.0, NOW)
    assert NOW + 2 == paces.of(WWW).next_start
    assert 30.0 == after_answer(Paces(), WWW, Learned(30.0, asked=False), 2.0, NOW).of(WWW).delay


def test_an_answer_that_says_nothing_new_changes_nothing():
    paces = Paces(hosts={WWW: Pace(delay=3.0)})
    assert paces is after_answer(paces, WWW, None, 1.0, NOW)
    assert paces is after_answer(paces, WWW, FetchFailed("", "no", 404), 1.0, NOW)


def test_what_comes_after_a_late_request_keeps_its_distance_from_that():
    turns = spaced_anew(Turns(paces=Paces(hosts={WWW: Pace(delay=9.0, strikes=2)})), "paper.example", WWW, 4.0, NOW)
    assert {"paper.example": NOW + 4.0} == turns.next_starts
    assert Pace(delay=9.0, next_start=NOW + 9.0, strikes=2) == turns.paces.of(WWW)


def test_a_pace_that_was_learned_without_asking_is_no_answer_of_the_host():
    paces = Paces(hosts={WWW: Pace(strikes=2)})
    assert [2, 0] == [after_answer(paces, WWW, Learned(3.0, asked), 0.0, NOW).of(WWW).strikes for asked in (0, 1)]


def test_the_bytes_of_turns_are_pinned():
    turns = Turns(next_starts={"a": 1.0}, paces=Paces(hosts={"b": Pace()}))
    expected = (
        "0182aa6e65787453746172747381a161cb3ff0000000000000a5706163657381a5686f73747381a16287a564656c6179cb00"
        "00000000000000a96e6578745374617274cb0000000000000000a57175696574cb0000000000000000a7737472696b657300"
        "a6726561736f6ea0a6726f626f7473c2a673696c656e74c2"
    )
    assert expected == RecordCoder(Turns).encode(turns).hex()
    assert turns == RecordCoder(Turns).decode(bytes.fromhex(expected))


UNREACHABLE = RobotsUnreachable(f"https://{WWW}/1", "robots.txt cannot be had: HTTP 500", 500, 60.0)


def test_the_pages_of_a_host_wait_together_for_its_robots_txt():
    paces = without_robots(Paces(), WWW, UNREACHABLE, NOW)
    assert (NOW + 60, UNREACHABLE.reason, True) == (paces.of(WWW).quiet, paces.of(WWW).reason, paces.of(WWW).robots)
    assert paces is without_robots(paces, WWW, UNREACHABLE, NOW - 1)


def test_a_host_s_own_word_counts_more_than_a_robots_txt_that_cannot_be_had():
    paces = without_robots(Paces(), WWW, UNREACHABLE, NOW)
    told = hushed(paces, WWW, NOW + 30, "HTTP 429", NOW)
    assert (NOW + 60, "HTTP 429", False) == (told.of(WWW).quiet, told.of(WWW).reason, told.of(WWW).robots)
    assert not answered(paces.of(WWW), busy(429, 90.0), NOW).robots


def test_spacing_counts_from_when_a_request_really_began():
    turns = begun(Turns(next_starts={"a.example": NOW + 4}), "a.example", WWW, 4.0, NOW + 0.2)
    assert Turns(next_starts={"a.example": NOW + 4.2}) == turns
    assert turns is begun(turns, "a.example", WWW, 4.0, NOW + 0.1)


def test_a_crawl_delay_counts_from_when_a_request_really_began():
    paces = Paces(hosts={WWW: Pace(delay=9.0, next_start=NOW + 9)})
    after = begun(Turns(paces=paces), "a.example", WWW, 4.0, NOW + 0.5)
    assert (NOW + 9.5, NOW + 4.5) == (after.paces.of(WWW).next_start, after.next_starts["a.example"])
