"""When the next poll is due: bounds, wishes of publishers and servers, failures of each kind."""

import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from transforms import instants, schedule
from transforms.backoff import BACKOFFS, GONE, RETRY_MOST, SLOWEST
from transforms.cursor import Cursor
from transforms.errors import Failure, FetchFailed
from transforms.hints import Hints
from transforms.records import LONGEST, SHORTEST, FeedSource
from transforms.rhythm import Rhythm

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
FIXED = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire", interval=600.0)
FEED = replace(FIXED, interval=0.0)
NOW = 1_800_000_000.0  # Friday, 2027-01-15T08:00:00Z
START = Cursor(feed_id="wire", url=FEED.url, next_poll=instants.to_text(NOW))
FAILURES = st.sampled_from(get_args(Failure))


def known(per_day, **more):
    """A cursor of a feed that publishes so much, evenly, and shows 30."""
    rhythm = Rhythm(count=7 * per_day, spell=7 * DAY, since=instants.to_text(NOW - 30 * DAY))
    return replace(START, rhythm=rhythm, seen=bytes(30 * 16), **more)


def wait(source, cursor, error=None):
    return schedule.following(source, cursor, error, NOW) - NOW


def failed(failure="server", retry_after=None):
    return FetchFailed(FEED.url, "no", retry_after=retry_after, failure=failure)


def near(expected):
    return pytest.approx(expected, rel=schedule.JITTER / 2 + 1e-6)


@given(st.integers(1, 10_000), st.floats(1, 86_400))
def test_an_interval_is_kept_to_within_the_jitter(polls, interval):
    kept = wait(replace(FIXED, interval=interval), replace(START, polls=polls))
    assert abs(kept - interval) <= interval * schedule.JITTER / 2 + 1e-3


def test_an_interval_is_kept_whatever_the_publisher_wishes():
    wishes = Hints(period=DAY, skip_hours=tuple(range(24)))
    assert near(600.0) == wait(FIXED, replace(START, hints=wishes, fresh=HOUR, brake=HOUR))


@given(
    st.floats(0, 1e6),
    st.floats(60, 1e5),
    st.floats(1, 50),
    st.floats(0, 1e9),
    st.floats(0, 1e9),
    st.booleans(),
    st.integers(0, 10_000),
)
def test_an_adaptive_feed_that_answers_is_asked_within_its_bounds(per_day, shortest, span, period, fresh, heed, polls):
    feed = replace(FEED, shortest=shortest, longest=shortest * span, heed=heed)
    cursor = known(per_day, hints=Hints(period=period), fresh=fresh, brake=period, polls=polls)
    assert shortest - 1e-3 <= wait(feed, cursor) <= feed.longest + 1e-3


@given(st.integers(1, 10_000), FAILURES, st.floats(0, 1e9), st.booleans(), st.floats(0, 1e4))
def test_no_poll_comes_before_retry_after_nor_much_later_than_all_bounds(failures, failure, asked, fixed, per_day):
    error = failed(failure, asked)
    after = wait(FIXED if fixed else FEED, known(per_day, failures=failures), error)
    assert min(asked, RETRY_MOST) <= after
    assert after <= max(SLOWEST, LONGEST, min(asked, RETRY_MOST)) * (1 + schedule.JITTER / 2) + 1e-3


@given(st.integers(1, 200), FAILURES, st.floats(0, 1e4), st.booleans(), st.floats(0, DAY))
def test_a_stored_poll_is_always_believed_by_the_run_that_comes_next(failures, failure, per_day, fails, asked):
    cursor = known(per_day, failures=failures if fails else 0, hints=Hints(skip_days=(4, 5, 6)))
    due = wait(FEED, cursor, failed(failure, asked) if fails else None)
    assert due <= schedule.longest(FEED, cursor)


@given(st.integers(1, 500), FAILURES)
def test_a_failing_feed_is_slowed_and_never_killed(failures, failure):
    slowed = wait(FIXED, replace(START, failures=failures), failed(failure))
    assert 600.0 * 0.94 <= slowed <= SLOWEST * 1.05 + 1


def test_every_kind_of_failure_has_its_own_way_back():
    assert set(get_args(Failure)) == set(BACKOFFS)
    busy = known(500)
    waits = {kind: wait(FEED, replace(busy, failures=1), failed(kind)) for kind in BACKOFFS}
    assert near(SHORTEST) == waits["timeout"]
    assert waits["timeout"] < waits["dns"] < waits["rate-limited"] < waits["tls"] < waits["denied"]
    tripled = wait(FEED, replace(busy, failures=2), failed("rate-limited"))
    assert near(3 * BACKOFFS["rate-limited"].first) == tripled


def test_a_feed_that_fails_is_never_asked_more_often_than_when_it_is_well():
    slow = known(0.5)
    well = wait(FEED, slow)
    assert well * 0.9 <= min(wait(FEED, replace(slow, failures=1), failed(kind)) for kind in BACKOFFS)


@pytest.mark.parametrize(("asked", "least"), [(3000.0, 3000.0), (1e9, RETRY_MOST), (0.0, 500.0)])
def test_retry_after_is_honoured_and_spread(asked, least):
    waits = [wait(FIXED, replace(START, failures=1, polls=polls), failed("rate-limited", asked)) for polls in range(50)]
    assert least <= min(waits)
    assert max(waits) <= max(least, 600.0) * 1.05 + 1
    assert len(set(waits)) > 40


def test_a_feed_that_publishes_more_is_asked_more_often_by_the_root():
    seldom, often = wait(FEED, known(5)), wait(FEED, known(45))
    assert pytest.approx(3.0, rel=0.15) == seldom / often
    assert near(math.sqrt(2 * schedule.COST / (5 / DAY))) == seldom


def test_a_feed_configured_for_a_minute_may_be_asked_each_minute():
    assert near(60.0) == pytest.approx(wait(replace(FEED, shortest=60.0), known(5_000)), abs=6)


def test_a_feed_of_which_nothing_is_known_yet_is_asked_soon():
    assert SHORTEST <= wait(FEED, START) <= SHORTEST * 1.05


@pytest.mark.parametrize(
    ("said", "least"),
    [({"hints": Hints(period=2 * HOUR)}, 2 * HOUR), ({"fresh": 2000.0}, 2000.0), ({"fresh": DAY}, schedule.FRESH_MOST)],
)
def test_a_publishers_wish_makes_a_feed_wait_longer_within_bounds(said, least):
    assert near(least) == wait(FEED, known(48, **said))
    assert near(wait(FEED, known(48))) == wait(replace(FEED, heed=False), known(48, **said))


def test_a_wish_that_would_let_entries_roll_off_unseen_is_overruled():
    # 1000 a day, 30 shown: half of them have changed after some 20 minutes.
    assert near(15 * DAY / 1000) == wait(FEED, known(1000, hints=Hints(period=6 * HOUR)))


def test_a_server_that_was_asked_too_often_is_asked_less_for_a_long_time():
    limited = known(100, failures=1)
    braked = schedule.braked(FEED, limited, failed("rate-limited"), NOW)
    usual = schedule.usual(FEED, limited, NOW)
    assert pytest.approx(2 * usual, rel=0.01) == braked
    cursor = replace(known(100), brake=braked)
    assert near(braked) == wait(FEED, cursor)
    answers = 0
    while cursor.brake:
        cursor, answers = replace(cursor, brake=schedule.braked(FEED, cursor, None, NOW)), answers + 1
    assert 5 <= answers <= 40


def test_a_feed_proved_to_be_gone_is_asked_once_a_day():
    gone = known(10, failures=9, gone_since=instants.to_text(NOW - 4 * DAY))
    assert near(GONE) == wait(FEED, gone, failed("gone"))
    lately = replace(gone, gone_since=instants.to_text(NOW - DAY))
    assert near(SLOWEST) == wait(FEED, lately, failed("gone"))


@pytest.mark.parametrize(
    ("hints", "due", "expected"),
    [
        (Hints(), NOW, NOW),
        (Hints(skip_hours=(8,)), NOW, NOW + HOUR),
        (Hints(skip_hours=(9,)), NOW, NOW),
        (Hints(skip_hours=(8, 9, 10)), NOW + 60, NOW + 3 * HOUR),
        (Hints(skip_days=(4,)), NOW, NOW + 16 * HOUR),  # to Saturday
        (Hints(skip_days=(4, 5, 6)), NOW, NOW + 64 * HOUR),  # to Monday
        (Hints(skip_days=(4,), skip_hours=(0, 1)), NOW, NOW + 18 * HOUR),
        (Hints(skip_days=tuple(range(7))), NOW, NOW),  # cannot be meant
        (Hints(skip_hours=tuple(range(24))), NOW, NOW),
    ],
)
def test_skipped_hours_and_days_are_left_out(hints, due, expected):
    assert expected == schedule.awake(hints, due)


@given(st.lists(st.integers(0, 23)), st.lists(st.integers(0, 6)), st.integers(0, 300))
def test_no_feed_is_asked_in_an_hour_that_it_wants_skipped_unless_it_wants_all(hours, days, polls):
    hints = Hints(skip_hours=tuple(hours), skip_days=tuple(days))
    due = schedule.following(FEED, known(100, hints=hints, polls=polls), None, NOW)
    skipped = int(due % DAY / HOUR) in hours or int(due // DAY + 3) % 7 in days
    assert not skipped or len(set(hours)) == 24 or len(set(days)) >= 3


def test_a_replay_decides_alike():
    assert wait(FEED, known(20)) == wait(FEED, known(20))
