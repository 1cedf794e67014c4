"""When a feed publishes: the rate, the hours, what it lets expect, and how small the memory stays."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from transforms import instants, rhythm
from transforms.rhythm import DAY, HOUR, HOURS, PARTS, Rhythm

START = 1_800_000_000 // DAY * DAY  # a Friday, 0:00 UTC


def watched(days, times, every=900.0):
    """A rhythm after days of polls, of a feed that publishes at these seconds of each day."""
    known = rhythm.first(START, [])
    for number in range(1, int(days * DAY / every) + 1):
        last, now = START + (number - 1) * every, START + number * every
        arrivals = [day + time for day in (last // DAY * DAY,) for time in times if last < day + time <= now]
        known = rhythm.after(known, last, now, arrivals)
    return known


def test_an_even_feed_is_known_by_its_rate():
    assert pytest.approx(24 / DAY, rel=0.05) == watched(7, [hour * HOUR + 600 for hour in range(24)]).rate


def test_a_feed_that_never_publishes_is_soon_asked_as_seldom_as_may_be():
    assert 6 * HOUR == rhythm.until(watched(20, []), START + 20 * DAY, 48.0, 6 * HOUR)


def test_a_first_answer_tells_the_rate_by_its_dates():
    dates = [START - number * HOUR for number in range(30)]
    assert pytest.approx(1 / HOUR, rel=0.05) == rhythm.first(START, dates).rate


@pytest.mark.parametrize("dates", [[], [START], [START] * 30, [START + DAY] * 30, [-5.0, 0.0, START + 1]])
def test_dates_that_tell_no_rate_are_left_alone(dates):
    assert Rhythm(since=instants.to_text(START)).rate == rhythm.first(START, dates).rate


def test_an_archive_of_years_weighs_no_more_than_a_week():
    assert rhythm.first(START, [START - number * 30 * DAY for number in range(30)]).spell <= 7 * DAY + 1800


def test_a_feed_that_publishes_by_day_is_asked_more_by_day():
    known = watched(7, [9 * HOUR + 600 * number for number in range(48)])
    noon, night = (rhythm.until(known, START + 7 * DAY + hour * HOUR, 48.0, 6 * HOUR) for hour in (12, 24))
    assert night > 2 * noon


def test_a_wait_that_reaches_into_the_morning_is_shorter_than_one_of_the_night():
    known = watched(14, [9 * HOUR + 120 * number for number in range(120)])  # 9:00 to 13:00
    before, night = (rhythm.until(known, START + 14 * DAY + hour * HOUR, 48.0, 6 * HOUR) for hour in (8.9, 2.5))
    assert before < 0.7 * night


def test_a_feed_that_publishes_on_the_hour_is_asked_soon_after_it():
    known = watched(14, [hour * HOUR + 30 for hour in range(24)])
    minutes = []
    here = START + 14 * DAY
    for _ in range(200):
        here += rhythm.until(known, here, 48.0, 6 * HOUR)
        minutes.append(here % HOUR / 60)
    soon = sum(minute < 10 for minute in minutes)
    assert soon > 1.5 * len(minutes) / 6


def test_a_lively_hour_is_asked_more_often_for_a_while():
    usual = watched(7, [hour * HOUR + 600 for hour in range(24)])
    now = START + 7 * DAY
    lively = rhythm.after(usual, now, now + 900, [now + 60.0 * number for number in range(1, 13)])
    assert rhythm.until(lively, now + 900, 48.0, 6 * HOUR) < 0.6 * rhythm.until(usual, now + 900, 48.0, 6 * HOUR)


def test_what_is_expected_of_a_week_is_a_week_of_it():
    known = watched(7, [9 * HOUR + 600 * number for number in range(48)])
    assert pytest.approx(7 * 48, rel=0.06) == rhythm.expected(known, START + 7 * DAY, START + 14 * DAY)
    assert pytest.approx(0.0) == rhythm.expected(known, START, START)


def test_little_is_expected_of_a_night():
    known = watched(14, [9 * HOUR + 600 * number for number in range(48)])
    day, night = (
        rhythm.expected(known, START + 14 * DAY + hour * HOUR, START + 14 * DAY + (hour + 6) * HOUR)
        for hour in (10, 22)
    )
    assert night < day / 4


def test_once_two_weeks_are_known_little_is_expected_of_a_day_without_issues():
    known = rhythm.first(START, [])
    for day in range(28):
        times = [START + (day + 0.4) * DAY + number * 60 for number in range(20)] if (day + 4) % 7 < 5 else []
        known = rhythm.after(known, START + day * DAY, START + (day + 1) * DAY, times)
    saturday, monday = (rhythm.expected(known, START + day * DAY, START + (day + 1) * DAY) for day in (29, 31))
    assert saturday < monday / 3


def test_the_most_surprising_silence_is_remembered_and_fades():
    hourly = watched(7, [hour * HOUR + 600 for hour in range(24)])
    known = rhythm.after(hourly, START + 7 * DAY, START + 8 * DAY, [START + 8 * DAY])
    assert pytest.approx(24, abs=2) == known.silence
    faded = rhythm.after(known, START + 8 * DAY, START + 43 * DAY, [])
    assert faded.silence < 0.6 * known.silence


@given(
    st.lists(st.tuples(st.floats(-10, 1e6), st.lists(st.floats(0, 1), max_size=600)), max_size=20),
    st.floats(60, 1e5),
)
def test_whatever_comes_the_memory_stays_small_and_every_wait_within_what_was_asked(steps, most):
    known, last = rhythm.first(START, []), float(START)
    for spent, shares in steps:
        now = last + spent
        known = rhythm.after(known, last, now, [last + share * max(spent, 0.0) for share in shares])
        last = now
        assert 0 <= rhythm.until(known, now, 48.0, most) <= most * (1 + 1e-9)
        assert math.isfinite(rhythm.expected(known, now - 40 * DAY, now))
    assert len(msgspec.json.encode(known)) < 300
    assert len(known.profile) == HOURS + PARTS + 7


def test_full_counters_are_halved_and_keep_their_shape():
    known = replace(rhythm.first(START, []), profile=bytes([255] + [10] * 42))
    after = rhythm.after(known, START, START + 60, [START + 30.0])
    assert (128, 5) == (after.profile[0], after.profile[1])
