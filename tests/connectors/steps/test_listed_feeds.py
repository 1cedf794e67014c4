"""PollFeeds by hand while the list of feeds changes: what is polled, what is not, and where it goes on."""

import pytest
from beam_by_hand import ByHand
from hand_worker import employed, feed
from msgspec.structs import replace
from records import source
from stored_cursors import cursors_in

from connectors.books import shard_of
from connectors.feeds.listing import list_feeds
from connectors.steps.poll_feeds import LOOK, _PollFeeds, fits, hastened
from transforms import instants
from transforms.cursor import Cursor
from transforms.errors import FetchFailed

WIRE, GAZETTE = source("wire", interval=600.0), source("gazette", interval=600.0)
SHARDS = 2
MINUTE = 60.0
SEEN = MINUTE + 2 * LOOK  # seconds within which a new feed is polled: first polls are spread, and lists looked at


@pytest.fixture
def hand():
    with employed(feeds=(WIRE,), shards=SHARDS) as made:
        made.web.answers = {one.url: feed(one.url, "first") for one in (WIRE, GAZETTE)}
        yield made


def begun(hand, *listed):
    """The step, all of its shards polling what is listed."""
    list_feeds(hand.settings, listed)
    polling = ByHand.of(_PollFeeds, hand.settings)
    for shard in range(SHARDS):
        polling.process((shard, 0))
    return polling


def titles(keyed):
    return [find.entry.title for _, find in keyed]


def asked(hand):
    return [url for url, _ in hand.web.asked]


def cursors(polling, shard):
    return cursors_in(polling.state(shard))


def test_the_topic_wins_over_the_settings_of_the_run(hand):
    begun(hand, GAZETTE).rung(SEEN)
    assert {GAZETTE.url} == set(asked(hand))


def test_while_the_topic_says_nothing_the_settings_do(hand):
    begun(hand).rung(SEEN)
    assert {WIRE.url} == set(asked(hand))


def test_a_feed_that_is_added_is_polled_within_a_minute_or_so_also_in_a_shard_that_had_none(hand):
    polling = begun(hand, WIRE)
    polling.rung(3600)
    assert shard_of(WIRE, SHARDS) != shard_of(GAZETTE, SHARDS)
    list_feeds(hand.settings, [WIRE, GAZETTE])
    polling.rung(SEEN)
    assert 1 == asked(hand).count(GAZETTE.url)


def test_a_feed_that_is_removed_is_polled_no_more_and_leaves_the_state_but_not_the_topic(hand):
    polling = begun(hand, WIRE, GAZETTE)
    polling.rung(SEEN)
    before = asked(hand).count(WIRE.url)
    list_feeds(hand.settings, [GAZETTE])
    polling.rung(3600)
    assert (1, before) == (before, asked(hand).count(WIRE.url))
    assert {} == cursors(polling, shard_of(WIRE, SHARDS))
    assert "wire" in hand.cursors.read()


def test_what_a_poll_under_way_brings_of_a_feed_removed_meanwhile_is_not_taken(hand):
    polling = begun(hand, WIRE, GAZETTE)
    hand.background.held = True
    polling.rung(SEEN)
    assert {("poll", "wire"), ("poll", "gazette")} == set(hand.background.started)
    list_feeds(hand.settings, [GAZETTE])
    polling.rung(LOOK)
    hand.background.release()
    assert ["gazette"] == [find.source.id for _, find in polling.rung(MINUTE)]
    assert not hand.background.has(("poll", "wire"))


def test_a_feed_that_returns_goes_on_where_it_was(hand):
    polling = begun(hand, WIRE, GAZETTE)
    polling.rung(SEEN)
    list_feeds(hand.settings, [GAZETTE])
    polling.rung(3600)
    list_feeds(hand.settings, [WIRE, GAZETTE])
    hand.web.answers[WIRE.url] = feed(WIRE.url, "second", "first")
    (back,) = [find for _, find in polling.rung(SEEN)]
    assert ("second", 2, 2) == (back.entry.title, back.poll, back.ordinal)


def test_a_feed_that_returns_is_polled_soon_however_long_it_would_have_waited(hand):
    slow = replace(WIRE, interval=86_400.0)
    polling = begun(hand, slow, GAZETTE)
    polling.rung(SEEN)
    list_feeds(hand.settings, [GAZETTE])
    polling.rung(SEEN)
    before = asked(hand).count(WIRE.url)
    list_feeds(hand.settings, [slow, GAZETTE])
    polling.rung(SEEN)
    assert before + 1 == asked(hand).count(WIRE.url)


def test_a_run_that_begins_with_the_list_of_the_last_one_polls_no_feed_before_its_time(hand):
    slow = replace(WIRE, interval=86_400.0)
    begun(hand, slow).rung(SEEN)
    hand.forget()
    begun(hand, slow).rung(3600)
    assert 1 == asked(hand).count(WIRE.url)


def test_a_state_restored_from_before_a_change_polls_what_is_listed_now(hand):
    polling = begun(hand, WIRE)
    polling.rung(SEEN)
    before = polling.saved()
    list_feeds(hand.settings, [GAZETTE])
    polling.rung(SEEN)
    polling.restore(before)
    hand.forget()
    asked_before = asked(hand).count(WIRE.url)
    polling.rung(3600)
    assert asked_before == asked(hand).count(WIRE.url)
    assert ["gazette"] == [name for shard in range(SHARDS) for name in cursors(polling, shard)]


def test_a_changed_address_is_polled_soon_also_when_the_old_one_failed_and_validators_do_not_go_along(hand):
    hand.web.answers[WIRE.url] = FetchFailed(WIRE.url, "HTTP 404", status=404)
    polling = begun(hand, WIRE)
    polling.rung(86_400)
    moved = replace(WIRE, url="https://wire.example/rss")
    assert shard_of(WIRE, SHARDS) == shard_of(moved, SHARDS)
    hand.web.answers[moved.url] = feed(moved.url, "first")
    list_feeds(hand.settings, [moved])
    assert ["first"] == titles(polling.rung(SEEN))
    assert None is next(options["etag"] for url, options in hand.web.asked if url == moved.url)


def test_an_address_on_another_domain_takes_the_feed_to_its_shard_where_it_goes_on(hand):
    moved = replace(WIRE, url=GAZETTE.url)
    hand.web.answers[moved.url] = feed(WIRE.url, "second", "first")
    old, new = shard_of(WIRE, SHARDS), shard_of(moved, SHARDS)
    assert old != new
    polling = begun(hand, WIRE)
    polling.rung(SEEN)
    list_feeds(hand.settings, [moved])
    (found,) = [find for _, find in polling.rung(SEEN)]
    assert ("second", 2) == (found.entry.title, found.ordinal)
    assert ([], ["wire"]) == (list(cursors(polling, old)), list(cursors(polling, new)))


def test_a_shorter_interval_holds_within_a_minute_or_so_and_what_else_is_said_from_the_next_find_on(hand):
    slow = replace(WIRE, interval=86_400.0)
    polling = begun(hand, slow)
    polling.rung(SEEN)
    list_feeds(hand.settings, [replace(slow, interval=60.0, publisher="The Wire")])
    hand.web.answers[WIRE.url] = feed(WIRE.url, "second", "first")
    (found,) = [find for _, find in polling.rung(SEEN)]
    assert "The Wire" == found.source.publisher
    before = len(asked(hand))
    polling.rung(10 * MINUTE)
    assert len(asked(hand)) - before in (9, 10)


def test_a_feed_that_was_told_to_wait_waits_whatever_is_configured_at_the_same_address(hand):
    hand.web.answers[WIRE.url] = FetchFailed(WIRE.url, "HTTP 503", status=503, retry_after=3600.0)
    polling = begun(hand, WIRE)
    polling.rung(SEEN)
    list_feeds(hand.settings, [replace(WIRE, interval=60.0)])
    polling.rung(1800)
    assert 1 == len(asked(hand))


def test_the_topic_is_looked_at_every_few_seconds_at_most_whatever_the_number_of_ticks(hand):
    polling = begun(hand, WIRE, GAZETTE)
    hand.background.held = True
    polling.rung(SEEN)  # two shards tick twice a second now
    before = hand.times_read("sources")
    polling.rung(50)
    assert 5 <= hand.times_read("sources") - before <= 10


CURSOR = Cursor(feed_id="wire", url=WIRE.url, next_poll=instants.to_text(2_000_000_000.0))


@pytest.mark.parametrize(
    ("feeds", "same"),
    [([WIRE], True), ([], False), ([WIRE, GAZETTE], False), ([replace(WIRE, url=GAZETTE.url)], False)],
)
def test_cursors_fit_a_list_of_the_same_feeds_under_the_same_addresses(feeds, same):
    assert same is fits({"wire": CURSOR}, {one.id: one for one in feeds})


def test_what_is_due_sooner_than_a_new_feed_is_not_put_off():
    due = replace(CURSOR, next_poll=instants.to_text(1_000.0))
    assert due == hastened(due, WIRE, 1_000.0)
