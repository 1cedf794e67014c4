"""Which pages are asked for now, and what comes of a failure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import instants
from transforms.errors import FetchFailed, ForbiddenAddress, TooLarge
from transforms.records import Ending, Entry, FeedSource, Find
from transforms.waiting import Budget, Waiting, after_failure, plan

NOW = 1_800_000_000.0
SOURCE = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire")
BUDGET = Budget(tries=3, first=60.0, within=3600.0)


def waiting(number=0, due=NOW, attempts=0):
    found = instants.to_text(NOW)
    find = Find(
        find_id=f"{number:04}", item_id="i", entry_hash="e", source=SOURCE, entry=Entry(), polled=found, found=found
    )
    return Waiting(find=find, due=due, attempts=attempts)


def test_with_spacing_one_starts_and_the_next_waits_its_time():
    chosen = plan([waiting(1), waiting(2)], 0, 0.0, NOW, 1.5, 4)
    assert (("0001",), NOW + 1.5, NOW + 1.5) == (
        tuple(one.find.find_id for one in chosen.start),
        chosen.next_start,
        chosen.wake,
    )


def test_without_spacing_as_many_start_as_may_run():
    assert 3 == len(plan([waiting(number) for number in range(9)], 1, 0.0, NOW, 0.0, 4).start)


def test_what_is_not_due_is_not_started_and_wakes_in_time():
    chosen = plan([waiting(1, NOW + 60)], 0, 0.0, NOW, 1.0, 4)
    assert ((), NOW + 60) == (chosen.start, chosen.wake)


def test_nothing_waiting_needs_no_wake():
    assert None is plan([], 2, 0.0, NOW, 1.0, 4).wake


@given(
    st.lists(st.floats(NOW - 100, NOW + 100), max_size=20),
    st.integers(0, 5),
    st.just(0.0) | st.floats(0.001, 5),  # a spacing below the resolution of a Unix time would be none
    st.integers(1, 4),
)
def test_starts_never_break_spacing_or_concurrency(dues, running, spacing, concurrency):
    queue = [waiting(number, due) for number, due in enumerate(dues)]
    chosen = plan(queue, running, 0.0, NOW, spacing, concurrency)
    assert len(chosen.start) <= max(0, concurrency - running)
    assert len(chosen.start) <= 1 or spacing == 0
    assert all(one.due <= NOW for one in chosen.start)
    assert chosen.wake is None or chosen.wake >= NOW


@pytest.mark.parametrize(
    ("error", "outcome", "gone"),
    [
        (FetchFailed("u", "HTTP 404", status=404, retriable=False), "fetch-failed", True),
        (FetchFailed("u", "HTTP 403", status=403, retriable=False), "fetch-failed", False),
        (ForbiddenAddress("u", "10.0.0.1 is not public"), "forbidden-address", False),
        (TooLarge("u", "large"), "too-large", False),
    ],
)
def test_what_no_retry_heals_ends_at_once(error, outcome, gone):
    ending = after_failure(waiting(), error, NOW, BUDGET)
    assert Ending(outcome=outcome, step="fetch", reason=error.reason, gone=gone) == ending


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
