"""What a poll comes to, and when the next is due."""

import pytest
from msgspec.structs import replace

from transforms import identity, instants, schedule
from transforms.cursor import Cursor, packed
from transforms.errors import FetchFailed
from transforms.polling import MAX_ERROR, Polled, advance, begin, configured
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
    assert (2, 2, '"1"', 0) == (cursor.found, cursor.entries, cursor.etag, cursor.failures)


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
    assert ((), cursor.seen, cursor.etag, 2) == (finds, after.seen, after.etag, after.polls)


def test_a_failed_poll_finds_nothing_and_forgets_nothing():
    cursor, _ = advance(START, FEED, polled(ONE), NOW)
    after, finds = advance(cursor, FEED, Polled(began=NOW, error=FetchFailed(FEED.url, "HTTP 503")), NOW)
    assert ((), cursor.seen, 1, "HTTP 503") == (finds, after.seen, after.failures, after.error)


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
    moved = configured(
        replace(START, etag='"9"', seen=bytes(16), lies=1, address="https://b.example"),
        replace(FEED, url="https://new.example/feed"),
    )
    assert (None, "https://new.example/feed", bytes(16)) == (moved.etag, moved.url, moved.seen)
    assert (0, None) == (moved.lies, moved.address)


def test_first_polls_of_many_feeds_are_spread_evenly():
    firsts = [schedule.first(replace(FEED, id=str(number)), 0.0) for number in range(1000)]
    thirds = [sum(low <= one < low + 20 for one in firsts) for low in (0, 20, 40)]
    assert 1000 == sum(thirds)
    assert min(thirds) > 250


def test_a_date_that_lay_ahead_says_nothing_of_the_rhythm():
    """Later the clock may have passed it; the entry appeared before that all the same."""
    before, _ = advance(START, FEED, polled(ONE), NOW)
    ahead = replace(TWO, published=instants.to_text(NOW + 590), doubts=("published-future",))
    without = replace(TWO, published=None)
    rhythms = [
        advance(before, FEED, Polled(began=NOW + 600, entries=(new, ONE)), NOW + 600)[0].rhythm
        for new in (ahead, without)
    ]
    assert rhythms[0] == rhythms[1]


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


def test_a_poll_that_a_longer_interval_has_set_is_not_waited_for():
    stored = replace(START, next_poll=instants.to_text(NOW + 5 * 3600))
    assert instants.from_text(begin(FEED, stored, NOW).next_poll) <= NOW + schedule.FIRST_SPREAD
    assert stored == begin(replace(FEED, interval=0.0), stored, NOW)


def test_a_304_renews_what_it_names_and_keeps_the_rest():
    cursor, _ = advance(START, FEED, replace(polled(ONE), fresh=60.0), NOW)
    after, _ = advance(cursor, FEED, Polled(began=NOW + 9, etag='W/"1"', fresh=300.0), NOW + 9)
    assert ('W/"1"', "Mon", 300.0) == (after.etag, after.last_modified, after.fresh)
    after, _ = advance(after, FEED, Polled(began=NOW + 18), NOW + 18)
    assert ('W/"1"', "Mon", 300.0) == (after.etag, after.last_modified, after.fresh)


def test_a_full_answer_without_validators_takes_the_old_ones_away():
    cursor, _ = advance(START, FEED, replace(polled(ONE), fresh=60.0), NOW)
    after, _ = advance(cursor, FEED, Polled(began=NOW, entries=(ONE,), whole=True), NOW)
    assert (None, None, 0.0) == (after.etag, after.last_modified, after.fresh)


def test_a_validator_that_would_swell_the_state_is_not_kept():
    cursor, _ = advance(START, FEED, replace(polled(ONE), etag=f'"{"x" * 5000}"', last_modified="y" * 5000), NOW)
    assert (None, None) == (cursor.etag, cursor.last_modified)


def test_a_server_that_denied_a_change_is_doubted():
    cursor, _ = advance(START, FEED, polled(ONE), NOW)
    after, finds = advance(cursor, FEED, replace(polled(TWO, ONE), etag='"2"', checked=True), NOW + 600)
    assert (1, ["Story 2"]) == (after.lies, [find.entry.title for find in finds])


def test_an_etag_that_stays_though_an_entry_came_is_a_lie_and_one_that_changes_is_none():
    cursor, _ = advance(START, FEED, polled(ONE), NOW)
    assert 1 == advance(cursor, FEED, polled(TWO, ONE), NOW + 600)[0].lies
    assert 0 == advance(cursor, FEED, replace(polled(TWO, ONE), etag='"2"'), NOW + 600)[0].lies
    assert 0 == advance(cursor, FEED, replace(polled(TWO, ONE), etag=None), NOW + 600)[0].lies


def test_two_polls_with_no_entry_in_common_may_have_missed_some():
    cursor, _ = advance(START, FEED, polled(ONE), NOW)
    after, _ = advance(cursor, FEED, polled(TWO), NOW + 600)
    assert (instants.to_text(NOW), instants.to_text(NOW)) == (after.gap.since, after.gap.until)
    assert None is advance(cursor, FEED, polled(TWO, ONE), NOW + 600)[0].gap


def test_a_gap_stays_on_record_when_later_polls_miss_nothing():
    cursor, _ = advance(START, FEED, polled(ONE), NOW)
    gapped, _ = advance(cursor, FEED, polled(TWO), NOW + 600)
    later, _ = advance(gapped, FEED, polled(TWO), NOW + 1200)
    assert gapped.gap == later.gap is not None


def test_a_cursor_of_version_1_finds_nothing_again():
    entries = [ONE, TWO]
    pairs = {identity.item_id(one.link, "wire", "", one.title): identity.entry_hash(one) for one in entries}
    old = replace(START, shown=pairs, version=1, polls=7, found=2, succeeded=instants.to_text(NOW - 600))
    after, finds = advance(old, FEED, polled(replace(ONE, title="New"), TWO), NOW)
    assert [("New", 3)] == [(find.entry.title, find.ordinal) for find in finds]
    assert ({}, 2, 2) == (after.shown, after.entries, after.version)


def test_an_unexpected_error_of_any_length_stays_short_in_the_state():
    after, _ = advance(START, FEED, Polled(began=NOW, error=FetchFailed(FEED.url, "x" * 10_000)), NOW)
    assert MAX_ERROR == len(after.error)


def before_0030(link):
    """The cursor of a feed that showed an entry when its link was still spelled the first way."""
    entry = Entry(link=link, title="Story")
    item = identity.first_item_id(link, identity.url_id(link))
    return replace(START, seen=packed([(item, identity.entry_hash(entry))]), found=1), entry, item


TRACKED = "https://wire.example/story?source=rss"


def test_an_item_known_before_its_link_was_spelled_anew_is_not_found_again():
    cursor, entry, item = before_0030(TRACKED)
    after, finds = advance(cursor, FEED, polled(entry), NOW)
    assert item != identity.url_id(TRACKED)
    assert ((), cursor.seen) == (finds, after.seen)


def test_a_change_of_an_item_known_by_its_first_id_is_found_under_that_id():
    cursor, entry, item = before_0030(TRACKED)
    _, (find,) = advance(cursor, FEED, polled(replace(entry, title="Changed")), NOW)
    assert item == find.item_id


def test_an_item_that_left_the_feed_or_is_new_in_it_has_the_id_of_today():
    cursor, entry, _ = before_0030(TRACKED)
    gone, _ = advance(cursor, FEED, polled(ONE), NOW)
    for state in (gone, START):
        _, (find,) = advance(state, FEED, polled(entry), NOW)
        assert identity.url_id(TRACKED) == find.item_id


def test_two_pages_that_were_one_item_are_two():
    cursor, entry, _ = before_0030("https://wire.example/#!/1")
    other = Entry(link="https://wire.example/#!/2", title="Other")
    _, (find,) = advance(cursor, FEED, polled(entry, other), NOW)
    assert ("Other", identity.url_id(other.link)) == (find.entry.title, find.item_id)
