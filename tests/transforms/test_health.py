"""Entries missed, silence, addresses given up or moved; and that each is told once."""

import pytest
from msgspec.structs import replace

from transforms import health, instants
from transforms.cursor import Cursor, Gap
from transforms.errors import FetchFailed
from transforms.polling import Polled, advance
from transforms.records import Entry, FeedSource
from transforms.rhythm import Rhythm

HOUR, DAY = 3600.0, 86_400.0
NOW = 1_800_000_000.0
URL, TARGET = "https://wire.example/feed", "https://wire.example/new"
FEED = FeedSource(id="wire", url=URL, publisher="Wire")
HOURLY = Rhythm(count=7 * 24.0, spell=7 * DAY, since=instants.to_text(NOW - 9 * DAY), arrived=instants.to_text(NOW))
START = Cursor(feed_id="wire", url=URL, next_poll=instants.to_text(NOW), succeeded=instants.to_text(NOW), rhythm=HOURLY)


def missed(dates, hours):
    told = health.gap(START, dates, len(dates), NOW + hours * HOUR)
    return None if told is None else told.missed


def test_what_was_missed_is_estimated_by_the_rhythm_before_the_oldest_entry_that_is_shown():
    dates = [NOW + (50 - number) * HOUR for number in range(30)]  # the oldest is of 21 hours after the last poll
    assert pytest.approx(21, abs=1) == missed(dates, 50)


def test_more_was_missed_of_a_feed_that_is_livelier_than_it_was():
    dates = [NOW + (50 - number / 4) * HOUR for number in range(30)]  # four an hour; the oldest is of 42.75 hours after
    assert 42 * 1.5 < missed(dates, 50) < 42 * 2


def test_without_dates_the_rhythm_tells_what_was_missed():
    assert pytest.approx(20, abs=3) == missed([None] * 30, 50)


def test_a_poll_that_shows_as_much_as_should_have_come_has_missed_nothing_it_knows_of():
    assert 0 == missed([None] * 30, 10)


def test_entries_given_other_addresses_are_no_gap():
    assert None is missed([NOW - number * HOUR for number in range(30)], 1)


def test_a_silence_that_is_long_for_the_feed_is_quiet_and_a_usual_one_is_not():
    known = replace(START, rhythm=replace(HOURLY, silence=6.0))
    assert None is health.quiet(known, NOW + 7 * HOUR)
    assert instants.to_text(NOW) == health.quiet(known, NOW + 12 * HOUR)
    assert None is health.quiet(replace(START, rhythm=replace(HOURLY, silence=12.0)), NOW + 12 * HOUR)


@pytest.mark.parametrize(
    "rhythm",
    [None, replace(HOURLY, arrived=None), replace(HOURLY, since=instants.to_text(NOW)), replace(HOURLY, count=2.0)],
)
def test_a_feed_of_which_too_little_is_known_is_never_quiet(rhythm):
    assert None is health.quiet(replace(START, rhythm=rhythm), NOW + 2 * DAY)


def poll(cursor, hours, *entries, **more):
    now = NOW + hours * HOUR
    return advance(cursor, FEED, Polled(began=now, entries=entries or None, **more), now)[0]


def test_a_quiet_feed_is_told_once_and_once_more_when_it_publishes_again():
    lines, cursor = [], START
    for hours in range(1, 60):
        news = (Entry(link=f"{URL}/1", title="t"),) if hours > 50 else ()
        after = poll(cursor, hours, *news)
        lines += health.told(cursor, after)
        cursor = after
    assert ["quiet", "publishes again"] == [line.split(": ")[1] for line in lines]
    assert None is cursor.quiet


def test_a_gap_is_told_once():
    one = poll(START, 1, Entry(link=f"{URL}/1", title="t"))
    two = poll(one, 2, Entry(link=f"{URL}/2", title="t"))
    three = poll(two, 3, Entry(link=f"{URL}/2", title="t"))
    assert isinstance(two.gap, Gap)
    assert [1, 0] == [len(list(health.told(*pair))) for pair in ((one, two), (two, three))]


def test_entries_that_are_left_out_are_told_once_and_stay_known_until_the_feed_is_read_again():
    entry = Entry(link=f"{URL}/1", title="t")
    one = poll(START, 1, entry, left_out=7)
    two = poll(one, 2)
    three = poll(two, 3, entry, left_out=9)
    four = poll(three, 4, entry)
    assert [7, 7, 9, 0] == [cursor.left_out for cursor in (one, two, three, four)]
    told = [list(health.told(*pair)) for pair in ((START, one), (one, two), (two, three), (three, four))]
    assert [1, 0, 0, 0] == list(map(len, told))
    assert "7 entries beyond the newest 1," in told[0][0]


def answer(cursor, days, error=None, moved=None):
    now = NOW + days * DAY
    return advance(cursor, FEED, Polled(began=now, error=error, moved=moved), now)[0]


def gone():
    return FetchFailed(URL, "HTTP 410", 410)


def test_gone_needs_days_of_nothing_else_and_is_told_once():
    cursor, told = START, []
    for days in (0, 1, 2, 3.1, 4):
        after = answer(cursor, days, gone())
        told += health.told(cursor, after)
        cursor = after
    assert 1 == len(told)
    assert "is gone" in told[0]
    assert health.gone(cursor, NOW + 4 * DAY)


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (None, False),
        (FetchFailed(URL, "HTTP 404", 404), False),
        (FetchFailed(URL, "HTTP 503", 503), False),
        (FetchFailed(URL, "DNS", failure="dns"), True),
        (FetchFailed(URL, "late", failure="timeout"), True),
    ],
)
def test_another_answer_ends_the_proof_and_no_answer_does_not(error, kept):
    cursor = answer(answer(START, 0, gone()), 1, error)
    assert kept == (cursor.gone_since is not None)


def test_a_permanent_redirect_is_followed_without_asking_after_a_week_of_it():
    cursor, told = START, []
    for days in range(9):
        after = answer(cursor, days, moved=None if cursor.address else TARGET)
        told += health.told(cursor, after)
        assert (days >= 7) == (after.address == TARGET)
        cursor = after
    assert 1 == sum("has moved for good" in line for line in told)


def test_a_redirect_that_goes_elsewhere_or_ends_begins_its_week_anew():
    cursor = answer(answer(START, 0, moved=TARGET), 6, moved=f"{TARGET}er")
    assert None is answer(cursor, 8, moved=f"{TARGET}er").address
    cursor = answer(answer(START, 0, moved=TARGET), 6)
    assert None is answer(cursor, 8, moved=TARGET).address


def test_a_failure_on_the_way_is_no_word_on_the_address():
    cursor = answer(answer(START, 0, moved=TARGET), 4, FetchFailed(URL, "HTTP 503", 503))
    assert TARGET == answer(cursor, 8, moved=TARGET).address


@pytest.mark.parametrize(("status", "kept"), [(404, False), (410, False), (503, True)])
def test_an_adopted_address_that_fails_for_good_gives_way_to_the_configured_one(status, kept):
    cursor = replace(START, address=TARGET, moved_to=TARGET)
    after = answer(cursor, 9, FetchFailed(TARGET, f"HTTP {status}", status))
    assert kept == (after.address == TARGET)
    assert (not kept) == any("asked at" in line for line in health.told(cursor, after))


def test_an_address_of_any_length_is_not_kept():
    assert None is answer(START, 0, moved="https://wire.example/" + "x" * 5000).moved_to
