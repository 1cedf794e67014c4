"""Which pages are asked for now, and what comes of a failure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import instants
from transforms.errors import FetchFailed, ForbiddenAddress, RobotsDenied, RobotsUnreachable, TooLarge
from transforms.politeness import Manners, Pace, Paces
from transforms.records import Ending, Entry, FeedSource, Find
from transforms.waiting import LEAVING, Budget, Waiting, after_failure, ahead, beyond, entered, held, plan, provisional

NOW = 1_800_000_000.0
HOST = "paper.example"
SOURCE = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire")
BUDGET = Budget(tries=3, first=60.0, within=3600.0, gone_after=7200.0)
GONE = FetchFailed("u", "HTTP 404", status=404, retriable=False)
AWAY = FetchFailed("u", "HTTP 503", status=503)
CLOSED = FetchFailed("u", "HTTP 403", status=403, retriable=False)


def waiting(number=0, due=NOW, attempts=0, found=NOW, item="i", promised=False):
    return Waiting(
        sighting=f"{number:04}@0",
        item_id=item,
        found=found,
        poll=0,
        bag=0,
        due=due,
        attempts=attempts,
        promised=promised,
        host=HOST,
    )


def a_find():
    at, entry = instants.to_text(NOW), Entry(link="https://paper.example/1")
    return Find(find_id="f", item_id="i", entry_hash="e", source=SOURCE, entry=entry, polled=at, found=at, poll=7)


def tried(*answers):
    """What comes of answers, each at its seconds after the find."""
    one = waiting()
    for seconds, error in answers:
        assert isinstance(one, Waiting)
        one = after_failure(one, error, NOW + seconds, BUDGET)
    return one


def test_what_enters_is_known_by_its_sighting_and_was_not_tried():
    expected = Waiting(sighting="f@7", item_id="i", found=NOW, poll=7, bag=3, due=NOW + 1, host=HOST)
    assert expected == entered(a_find(), NOW + 1, 3)


FREE = Manners(spacing=0.0, concurrency=4, per_host=4)


def planned(queue, running=0, manners=FREE):
    return plan(queue, {HOST: running} if running else {}, 0.0, Paces(), manners, NOW)


def test_with_spacing_one_starts_and_the_next_waits_its_time():
    chosen = planned([waiting(1), waiting(2)], manners=Manners(spacing=1.5))
    assert (("0001@0",), NOW + 1.5, NOW + 1.5) == (
        tuple(one.sighting for one in chosen.start),
        chosen.next_start,
        chosen.wake,
    )


def test_the_longest_due_go_first_and_of_those_due_at_once_the_first_here():
    chosen = planned([waiting(1), waiting(2, NOW - 9), waiting(3)])
    assert ["0002@0", "0001@0", "0003@0"] == [one.sighting for one in chosen.start]


def test_without_spacing_as_many_start_as_may_run():
    assert 3 == len(planned([waiting(number) for number in range(9)], running=1).start)


def test_what_is_not_due_is_not_started_and_wakes_in_time():
    chosen = planned([waiting(1, NOW + 60)])
    assert ((), NOW + 60) == (chosen.start, chosen.wake)


def test_nothing_waiting_needs_no_wake():
    assert None is planned([], running=2).wake


@given(
    st.lists(st.floats(NOW - 100, NOW + 100), max_size=20),
    st.integers(0, 5),
    st.just(0.0) | st.floats(0.001, 5),  # a spacing below the resolution of a Unix time would be none
    st.integers(1, 4),
)
def test_starts_never_break_spacing_or_concurrency(dues, running, spacing, concurrency):
    queue = [waiting(number, due) for number, due in enumerate(dues)]
    chosen = planned(queue, running, Manners(spacing=spacing, concurrency=concurrency, per_host=9))
    assert len(chosen.start) <= max(0, concurrency - running)
    assert len(chosen.start) <= 1 or spacing == 0
    assert all(one.due <= NOW for one in chosen.start)
    assert chosen.wake is None or chosen.wake >= NOW


UNREACHABLE = RobotsUnreachable("u", "robots.txt cannot be had: HTTP 503", status=503)


def test_a_page_that_robots_txt_denies_ends_at_once():
    ending = after_failure(waiting(), RobotsDenied("u", "no"), NOW, BUDGET)
    assert Ending(outcome="robots-denied", step="fetch", reason="no") == ending


def test_while_robots_txt_cannot_be_had_a_page_waits_ever_longer_and_no_request_is_counted():
    one, now, dues = waiting(), NOW, []
    while isinstance(one, Waiting):
        before, one = one, after_failure(one, UNREACHABLE, now, BUDGET)
        assert 0 == before.attempts
        if isinstance(one, Waiting):
            dues.append(one.due - now)
            now = one.due
    assert [60.0, 60.0, 60.0, 90.0, 135.0] == dues[:5]
    assert Ending(outcome="robots-denied", step="fetch", reason=UNREACHABLE.reason) == one
    assert now - NOW <= BUDGET.within < now - NOW + 2 * dues[-1]


def test_what_waits_for_robots_txt_sends_its_copy_ahead():
    one = after_failure(waiting(), UNREACHABLE, NOW, BUDGET)
    early, _ = provisional([one], NOW + 60, 60.0)
    assert (one,) == early


def quiet(seconds):
    return Pace(quiet=NOW + seconds, strikes=1, reason="HTTP 429")


def test_what_its_host_does_not_want_yet_is_due_when_it_does():
    one = held(waiting(), quiet(120.0), NOW, BUDGET)
    assert (NOW + 120, 0, "its host wants to be left alone: HTTP 429") == (one.due, one.attempts, one.reason)


def test_what_waits_for_the_robots_txt_of_its_host_would_end_as_denied():
    pace = Pace(quiet=NOW + 120, reason=UNREACHABLE.reason, robots=True)
    one = held(waiting(), pace, NOW, BUDGET)
    assert (NOW + 120, "robots-denied", UNREACHABLE.reason) == (one.due, one.outcome, one.reason)
    late = held(waiting(found=NOW - BUDGET.within), pace, NOW, BUDGET)
    assert Ending(outcome="robots-denied", step="fetch", reason=UNREACHABLE.reason) == late


def test_what_waits_for_a_host_that_does_not_answer_at_all_would_end_as_failed():
    pace = Pace(quiet=NOW + 120, reason="robots.txt cannot be had: no connection", robots=True, silent=True)
    one = held(waiting(), pace, NOW, BUDGET)
    assert (NOW + 120, "fetch-failed", pace.reason) == (one.due, one.outcome, one.reason)
    late = held(waiting(found=NOW - BUDGET.within), pace, NOW, BUDGET)
    assert Ending(outcome="fetch-failed", step="fetch", reason=pace.reason) == late


def test_what_is_due_later_anyway_stays_as_it_is():
    one = waiting(due=NOW + 200)
    assert one is held(one, quiet(120.0), NOW, BUDGET)
    assert one is held(one, quiet(0.0), NOW + 300, BUDGET)


def test_what_would_wait_for_its_host_beyond_the_time_ends():
    ending = held(waiting(), quiet(BUDGET.within + 1), NOW, BUDGET)
    assert ("fetch-failed", "its host wants to be left alone: HTTP 429") == (ending.outcome, ending.reason)


def test_a_short_wait_ends_nothing_however_old_the_find():
    one = waiting(found=NOW - 10 * BUDGET.within)
    assert NOW + BUDGET.first == held(one, quiet(BUDGET.first), NOW, BUDGET).due


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (CLOSED, "fetch-failed"),
        (FetchFailed("", "the entry has no link", retriable=False), "fetch-failed"),
        (ForbiddenAddress("u", "10.0.0.1 is not public"), "forbidden-address"),
        (TooLarge("u", "large"), "too-large"),
    ],
)
def test_what_no_retry_heals_ends_at_once(error, outcome):
    ending = after_failure(waiting(), error, NOW, BUDGET)
    assert Ending(outcome=outcome, step="fetch", reason=error.reason) == ending


def test_what_may_heal_is_tried_again_later_and_later_until_the_tries_are_spent():
    error, one, dues = FetchFailed("u", "HTTP 500", status=500), waiting(), []
    while isinstance(one, Waiting):
        one = after_failure(one, error, NOW, BUDGET)
        dues += [one.due - NOW] if isinstance(one, Waiting) else []
    assert ([60.0, 240.0], "HTTP 500") == (dues, one.reason)


def test_a_try_beyond_the_time_is_not_made():
    error = FetchFailed("u", "HTTP 503", status=503, retry_after=7200.0)
    assert isinstance(after_failure(waiting(), error, NOW, BUDGET), Ending)


def test_the_server_may_ask_for_more_time():
    error = FetchFailed("u", "HTTP 503", status=503, retry_after=600.0)
    assert NOW + 600.0 == after_failure(waiting(), error, NOW, BUDGET).due


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_asked_once_more_much_later(status):
    one = after_failure(waiting(), FetchFailed("u", "gone", status=status, retriable=False), NOW, BUDGET)
    assert (NOW + 7200.0, NOW, 1) == (one.due, one.gone, one.attempts)


def test_gone_twice_long_enough_apart_is_gone():
    assert Ending(outcome="fetch-failed", step="fetch", reason="HTTP 404", gone=True) == tried((0, GONE), (7200, GONE))


def test_gone_again_too_soon_waits_for_the_same_instant():
    assert NOW + 7200.0 == tried((0, GONE), (60, GONE)).due


def test_without_a_second_asking_the_first_answer_is_believed():
    assert after_failure(waiting(), GONE, NOW, Budget(3, 60.0, 3600.0, gone_after=0.0)).gone


def test_the_confirmation_does_not_count_against_the_tries():
    ending = tried((0, AWAY), (60, AWAY), (300, GONE), (7500, GONE))
    assert (Ending, True) == (type(ending), ending.gone)


def test_a_passing_fault_at_the_confirmation_is_tried_again_and_then_it_is_gone():
    one = tried((0, GONE), (7200, AWAY))
    assert (NOW, NOW + 7200 + 240) == (one.gone, one.due)
    assert after_failure(one, GONE, one.due, BUDGET).gone


def test_a_lasting_fault_at_the_confirmation_ends_it_and_nobody_knows_whether_it_is_gone():
    assert Ending(outcome="fetch-failed", step="fetch", reason="HTTP 403") == tried((0, GONE), (7200, CLOSED))


@given(st.lists(st.sampled_from([GONE, AWAY, CLOSED]), min_size=40, max_size=40))
def test_whatever_is_answered_a_find_ends(answers):
    one, now = waiting(), NOW
    for error in answers:
        if isinstance(one, Ending):
            break
        now = max(now, one.due)
        one = after_failure(one, error, now, BUDGET)
    assert isinstance(one, Ending)
    assert now - NOW <= BUDGET.within * 2 + BUDGET.gone_after * 2


@given(st.floats(0, 30 * 3600), st.floats(60, 7000))
def test_a_find_that_is_often_interrupted_ends_too(first, between):
    now = NOW + first
    for _ in range(2000):
        one = after_failure(waiting(), GONE, now, BUDGET)  # what was answered before is forgotten
        if isinstance(one, Ending):
            break
        now += between
    assert Ending(outcome="fetch-failed", step="fetch", reason="HTTP 404") == one


def test_a_find_that_failed_goes_ahead_a_minute_after_it_was_found():
    one = waiting(attempts=1)
    assert ((), NOW + 60) == provisional([one], NOW + 59, 60.0)
    assert ((one,), None) == provisional([one], NOW + 60, 60.0)


def test_what_went_ahead_does_not_go_ahead_again():
    assert ((), None) == provisional([waiting(1, attempts=2, promised=True)], NOW + 600, 60.0)


def test_what_waits_for_its_turn_goes_ahead_a_minute_after_it_came_in_however_old_it_is():
    one = waiting(found=NOW - 6000, due=NOW)
    assert ((), NOW + 60) == provisional([one], NOW + 59, 60.0)
    assert ((one,), None) == provisional([one], NOW + 60, 60.0)
    assert ((), NOW + 60) == provisional([one], NOW + 59, 1.0)
    assert ((), NOW + 90) == provisional([one], NOW + 60, 90.0)
    assert "its turn has not come" == ahead(one, a_find()).ending.reason


@pytest.mark.parametrize(("delay", "room"), [(60.0, 60), (36.0, 100), (0.0, 3600)])
def test_a_host_has_room_for_what_it_lets_us_ask_for_in_time_and_the_last_end(delay, room):
    queue = [waiting(number, due=NOW - 9000 + number) for number in range(room + 5)]
    paces = Paces(hosts={HOST: Pace(delay=delay)})
    assert queue[room:] == beyond(queue[::-1], paces, Manners(spacing=1.0), NOW, BUDGET)


def test_however_many_have_no_turn_in_time_few_end_at_once():
    queue = [waiting(number, due=NOW - 9000 + number) for number in range(500)]
    paces = Paces(hosts={HOST: Pace(delay=60.0)})
    assert queue[-LEAVING:] == beyond(queue, paces, Manners(spacing=1.0), NOW, BUDGET)


def test_what_is_due_later_takes_no_place_in_the_queue():
    queue = [waiting(number, due=NOW + 1) for number in range(500)]
    assert [] == beyond(queue, Paces(hosts={HOST: Pace(delay=60.0)}), Manners(spacing=1.0), NOW, BUDGET)


def test_without_any_pace_there_is_room_for_all():
    assert [] == beyond([waiting(number) for number in range(5000)], Paces(), Manners(spacing=0.0), NOW, BUDGET)


def test_of_two_finds_of_one_item_only_the_newer_goes_ahead():
    old, new, other = waiting(1, attempts=1), waiting(2, found=NOW + 30), waiting(3, attempts=1, item="other")
    assert ((other,), NOW + 90) == provisional([old, new, other], NOW + 60, 60.0)
    assert ((new, other), None) == provisional([old, new, other], NOW + 90, 60.0)


def test_the_copy_ahead_says_what_the_find_would_end_as():
    copy = ahead(after_failure(waiting(), AWAY, NOW, BUDGET), a_find())
    assert (a_find(), True, None, 1, Ending(outcome="fetch-failed", step="fetch", reason="HTTP 503")) == (
        copy.find,
        copy.provisional,
        copy.page,
        copy.attempts,
        copy.ending,
    )
