"""What a poll comes to, and when the next is due."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from transforms import instants, schedule
from transforms.errors import FetchFailed
from transforms.polling import Cursor, Polled, advance, begin, configured
from transforms.records import Entry, FeedSource

FEED = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire", interval=600.0)
NOW = 1_800_000_000.0
START = Cursor(feed_id="wire", url=FEED.url, next_poll=instants.to_text(NOW))
ONE, TWO = (Entry(link=f"https://wire.example/{number}", title=f"Story {number}") for number in (1, 2))


def polled(*entries, **more):
    return Polled(began=NOW, entries=entries, etag='"1"', last_modified="Mon", **more)


def test_every_entry_of_a_first_poll_is_found_oldest_first():
    cursor, finds = advance(START, FEED, polled(TWO, ONE), NOW)
    assert ["Story 1", "Story 2"] == [find.entry.title for find in finds]
    assert (2, 2, '"1"', 0) == (cursor.found, len(cursor.shown), cursor.etag, cursor.failures)


def test_what_is_still_shown_is_not_found_again():
    cursor, _ = advance(START, FEED, polled(ONE), NOW)
    assert ["Story 2"] == [find.entry.title for find in advance(cursor, FEED, polled(TWO, ONE), NOW)[1]]


@pytest.mark.parametrize("change", [{"title": "New"}, {"summary": "New"}, {"updated": "2026-01-31T09:00:00.000Z"}])
def test_a_changed_entry_is_found_under_the_same_item_and_another_find(change):
    cursor, (first,) = advance(START, FEED, polled(ONE), NOW)
    _, (second,) = advance(cursor, FEED, polled(replace(ONE, **change)), NOW)
    assert first.item_id == second.item_id
    assert first.find_id != second.find_id


def test_the_same_poll_after_a_crash_finds_the_same_under_the_same_ids():
    first, second = (advance(START, FEED, polled(ONE, TWO), NOW + delay)[1] for delay in (0, 99))
    assert [find.find_id for find in first] == [find.find_id for find in second]


def test_an_unchanged_feed_keeps_what_it_shows_and_its_validators():
    cursor, _ = advance(START, FEED, polled(ONE), NOW)
    after, finds = advance(cursor, FEED, Polled(began=NOW + 600), NOW + 600)
    assert ((), cursor.shown, cursor.etag, 2) == (finds, after.shown, after.etag, after.polls)


def test_a_failed_poll_finds_nothing_and_forgets_nothing():
    cursor, _ = advance(START, FEED, polled(ONE), NOW)
    after, finds = advance(cursor, FEED, Polled(began=NOW, error=FetchFailed(FEED.url, "HTTP 503")), NOW)
    assert ((), cursor.shown, 1, "HTTP 503") == (finds, after.shown, after.failures, after.error)


def test_a_link_shown_twice_is_one_item_with_its_first_words():
    _, finds = advance(START, FEED, polled(ONE, replace(ONE, title="Other")), NOW)
    assert ["Story 1"] == [find.entry.title for find in finds]


def test_entries_without_links_are_told_by_guid():
    entries = [Entry(guid="1", title="x"), Entry(guid="2", title="x")]
    assert 2 == len({find.item_id for find in advance(START, FEED, polled(*entries), NOW)[1]})


def test_a_stored_cursor_goes_on_and_a_missed_poll_is_spread():
    stored = replace(START, etag='"9"', next_poll=instants.to_text(NOW - 5000))
    cursor = begin(FEED, stored, NOW)
    assert '"9"' == cursor.etag
    assert NOW <= instants.from_text(cursor.next_poll) <= NOW + schedule.FIRST_SPREAD


def test_a_poll_that_is_not_yet_due_stays_where_it_is():
    stored = replace(START, next_poll=instants.to_text(NOW + 300))
    assert stored == begin(FEED, stored, NOW)


def test_validators_belong_to_the_address_that_gave_them():
    moved = configured(replace(START, etag='"9"', shown={"i": "h"}), replace(FEED, url="https://new.example/feed"))
    assert (None, "https://new.example/feed", {"i": "h"}) == (moved.etag, moved.url, moved.shown)


@given(st.integers(1, 10_000), st.floats(1, 86_400))
def test_the_interval_is_kept_to_within_the_jitter(polls, interval):
    feed = replace(FEED, interval=interval)
    wait = schedule.following(feed, 0, None, polls, NOW) - NOW
    assert abs(wait - interval) <= interval * schedule.JITTER / 2 + 1e-3


@given(st.integers(1, 500))
def test_a_failing_feed_is_slowed_and_never_killed(failures):
    error = FetchFailed(FEED.url, "HTTP 500")
    wait = schedule.following(FEED, failures, error, 1, NOW) - NOW
    assert FEED.interval * 0.9 <= wait <= schedule.SLOWEST + 1


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(3000.0, 3000.0, 3001.0), (1e9, 21_600.0, 21_601.0), (0.0, 500.0, 700.0)]
)
def test_retry_after_is_honoured_within_bounds(asked, least, most):
    wait = schedule.following(FEED, 1, FetchFailed(FEED.url, "HTTP 429", retry_after=asked), 1, NOW) - NOW
    assert least <= wait <= most


def test_first_polls_of_many_feeds_are_spread_evenly():
    firsts = [schedule.first(replace(FEED, id=str(number)), 0.0) for number in range(1000)]
    thirds = [sum(low <= one < low + 20 for one in firsts) for low in (0, 20, 40)]
    assert 1000 == sum(thirds)
    assert min(thirds) > 250


def test_finds_of_a_feed_are_counted_without_a_gap_over_its_polls():
    cursor, first = advance(START, FEED, polled(ONE), NOW)
    cursor, second = advance(cursor, FEED, polled(TWO, replace(ONE, title="New")), NOW)
    assert ([1], [2, 3], 3) == ([one.ordinal for one in first], [one.ordinal for one in second], cursor.found)
    assert ([1], [2, 2]) == ([one.poll for one in first], [one.poll for one in second])


def test_an_entry_that_returns_to_its_first_form_is_another_sighting_of_the_same_find():
    cursor, (first,) = advance(START, FEED, polled(ONE), NOW)
    cursor, _ = advance(cursor, FEED, polled(replace(ONE, title="New")), NOW)
    _, (back,) = advance(cursor, FEED, polled(ONE), NOW)
    assert first.find_id == back.find_id
    assert first.sighting != back.sighting


def test_a_find_is_never_dated_before_an_earlier_one_of_its_feed_when_the_clock_goes_back():
    cursor, (first,) = advance(START, FEED, polled(ONE), NOW)
    _, (second,) = advance(cursor, FEED, polled(replace(ONE, title="New")), NOW - 3600)
    assert first.found == second.found
    _, (third,) = advance(cursor, FEED, polled(replace(ONE, title="New")), NOW - 10 * 86400)
    assert instants.to_text(NOW - 10 * 86400) == third.found


def test_a_next_poll_that_a_clock_far_ahead_has_written_is_not_waited_for():
    stored = replace(START, next_poll=instants.to_text(NOW + 365 * 86400))
    assert instants.from_text(begin(FEED, stored, NOW).next_poll) <= NOW + schedule.FIRST_SPREAD
