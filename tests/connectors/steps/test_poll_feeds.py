"""PollFeeds by hand: what is asked when, what is written before what goes on, and what a restart finds."""

import dataclasses
import functools
from collections import Counter

import pytest
from beam_by_hand import ByHand
from hand_worker import employed, feed, page
from msgspec.structs import replace
from records import source
from stored_cursors import as_one_cell, cursors_in

from connectors.books import shard_of
from connectors.steps.poll_feeds import LOOK, SOON, _PollFeeds
from transforms import instants
from transforms.coders import RecordCoder
from transforms.cursor import Cursor
from transforms.errors import FetchFailed, KafkaUnavailable
from transforms.politeness import Turns
from transforms.records import Find

WIRE = source("wire", interval=600.0)
DAY = 86_400.0


@pytest.fixture
def hand():
    with employed(feeds=(WIRE,), shards=1) as made:
        yield made


def step(hand):
    return ByHand.of(_PollFeeds, hand.settings)


def titles(keyed):
    return [find.entry.title for _, find in keyed]


def held(polling):
    """The cursor of the one feed in state."""
    return cursors_in(polling.state(0))["wire"]


def until_polled(polling):
    """What the first poll comes to: it is due within minutes of the first beat."""
    polling.process((0, 0))
    return polling.rung(300)


def test_a_beat_polls_nothing_and_soon_looks_what_is_due(hand):
    polling = step(hand)
    assert [] == polling.process((0, 0))
    assert ([], polling.clock.now + SOON) == (hand.web.asked, pytest.approx(polling.alarm))


def test_a_shard_without_feeds_keeps_no_state_and_looks_again(hand):
    polling = step(hand)
    polling.process((7, 0))
    assert [] == polling.ring()
    assert ({}, polling.clock.now + LOOK) == (polling.state(7), pytest.approx(polling.alarm))


def test_all_feeds_of_a_domain_are_of_one_shard():
    one, two = source("one", "news.example.co.uk"), source("two", "sport.example.co.uk")
    assert shard_of(one, 64) == shard_of(two, 64)


def test_what_a_feed_shows_goes_on_by_item_oldest_first(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "second", "first")
    found = until_polled(step(hand))
    assert ["first", "second"] == titles(found)
    assert [find.item_id for _, find in found] == [key for key, _ in found]


def test_finds_are_acknowledged_before_the_cursor_that_knows_them(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "second", "first")
    until_polled(step(hand))
    assert ["finds", "finds", "feeds"] == hand.kafka.written
    assert ["first", "second"] == [find.entry.title for find in hand.kafka.values("finds", Find)]
    (cursor,) = hand.kafka.values("feeds", Cursor)
    assert ("wire", 2, 1) == (cursor.feed_id, cursor.entries, cursor.polls)


def test_while_kafka_is_away_nothing_goes_on_and_state_knows_of_nothing(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    polling.process((0, 0))
    before = polling.state(0)
    hand.kafka.away = True
    with pytest.raises(KafkaUnavailable):
        polling.rung(300)
    assert (before, []) == (polling.state(0), hand.kafka.written)


def test_what_was_lost_on_the_way_to_kafka_is_found_again_under_the_same_id(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    lost = {find.find_id for _, find in until_polled(step(hand))}
    with employed(feeds=(WIRE,), shards=1) as other:
        other.web.answers[WIRE.url] = feed(WIRE.url, "first")
        assert lost == {find.find_id for _, find in until_polled(step(other))}


def test_what_is_still_shown_is_not_found_again_at_the_next_poll(hand):
    hand.web.answers[WIRE.url] = [feed(WIRE.url, "first"), feed(WIRE.url, "second", "first")]
    polling = step(hand)
    until_polled(polling)
    assert ["second"] == titles(polling.rung(1200 - 300))
    assert 2 <= len(hand.web.asked)


def test_the_timer_stands_at_the_next_poll_or_the_next_look_at_the_list(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    until_polled(polling)
    (cursor,) = hand.kafka.values("feeds", Cursor)
    assert polling.clock.now < polling.alarm <= polling.clock.now + LOOK
    due = instants.from_text(cursor.next_poll)
    polling.rung(due - polling.clock.now - 1)
    assert due == pytest.approx(polling.alarm, abs=0.01)


def test_a_beat_in_between_asks_no_feed_that_is_not_due(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    until_polled(polling)
    polling.process((0, 1))
    polling.ring()
    assert 1 == len(hand.web.asked)


def test_validators_of_the_last_answer_are_sent_with_the_next_request(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first", headers={"etag": '"7"'})
    polling = step(hand)
    until_polled(polling)
    polling.rung(1200)
    assert [None, '"7"'] == [options["etag"] for _, options in hand.web.asked][:2]


def test_a_poll_that_takes_long_is_looked_at_each_tick_and_never_made_twice(hand):
    hand.background.held = True
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    assert [] == until_polled(polling)
    assert 1 == len(hand.background.started)
    assert 0 < polling.alarm - polling.clock.now <= hand.settings.tick
    hand.background.release()
    assert ["first"] == titles(polling.ring())


def test_a_poll_that_a_restart_lost_is_made_again(hand):
    hand.background.held = True
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    until_polled(polling)
    hand.forget()
    assert ["first"] == titles(polling.ring())


def test_a_failed_poll_is_told_on_feeds_and_finds_nothing(hand):
    hand.web.answers[WIRE.url] = FetchFailed(WIRE.url, "HTTP 503", status=503)
    assert [] == until_polled(step(hand))
    (cursor,) = hand.kafka.values("feeds", Cursor)
    assert (1, "HTTP 503") == (cursor.failures, cursor.error)


def test_one_feed_that_fails_does_not_hold_up_another():
    two = source("two", interval=600.0)
    with employed(feeds=(WIRE, two), shards=1) as hand:
        hand.web.answers = {WIRE.url: FetchFailed(WIRE.url, "no answer"), two.url: feed(two.url, "first")}
        assert ["first"] == titles(until_polled(step(hand)))


def test_no_feed_of_a_domain_with_more_than_its_turns_allow_is_starved():
    """Fifty feeds that want a poll a minute each, where 4 s lie between two starts: each has its turn in 200 s."""
    feeds = [source(f"f{number}", interval=60.0, url=f"https://paper.example/{number}") for number in range(50)]
    with employed(feeds=tuple(feeds), shards=1) as hand:
        hand.web.answers = {one.url: feed(one.url, "first") for one in feeds}
        polling = step(hand)
        polling.process((0, 0))
        polling.rung(1800)
        times = Counter(url for url, _ in hand.web.asked)
        assert 50 == len(times)
        assert max(times.values()) - min(times.values()) <= 1
        assert 1800 / 4 * 0.85 < sum(times.values()) <= 1800 / 4 + 1


def test_a_feed_that_hangs_delays_those_of_its_domain_only():
    slow, behind, other = (
        source(name, interval=60.0, url=f"https://{host}/{name}")
        for name, host in (("slow", "paper.example"), ("behind", "paper.example"), ("other", "wire.example"))
    )
    with employed(feeds=(slow, behind, other), shards=1) as hand:
        hand.web.answers = {one.url: feed(one.url, "first") for one in (slow, behind, other)}
        polling = step(hand)
        polling.process((0, 0))
        polling.rung(120)
        hand.background.held = True
        while ("poll", "slow") not in hand.background._work:
            hand.background._work.clear()
            polling.ring()
        hand.background.held, asked = False, len(hand.web.asked)
        hand.background.release = functools.partial(released_but, hand.background, ("poll", "slow"))
        polling.rung(600)
        since = Counter(url for url, _ in hand.web.asked[asked:])
        assert (0, 0, True) == (since[slow.url], since[behind.url], since[other.url] >= 9)


def released_but(background, hanging):
    """Lets all end but one request."""
    kept = {key: work for key, work in background._work.items() if key == hanging}
    for key in kept:
        del background._work[key]
    type(background).release(background)
    background._work = kept


def test_the_next_feed_of_a_domain_keeps_its_distance_from_when_a_poll_really_began():
    both = tuple(source(name, interval=600.0, url=f"https://paper.example/{name}") for name in "ab")
    with employed(feeds=both, shards=1, spacing=1.0) as hand:
        hand.web.answers = {one.url: feed(one.url, "one") for one in both}
        polling = step(hand)
        polling.process((0, 0))
        polling.clock.now += 120.0  # both are due
        hand.background.held = True
        polling.ring()
        polling.clock.now += 0.3  # which the loop was busy for
        hand.background.release()
        began, _ = polling.clock.now, polling.ring()
        turns = RecordCoder(Turns).decode(polling.state(0)["turns"])
        assert {"paper.example": pytest.approx(began + 4.0)} == turns.next_starts


def test_the_next_feed_of_a_domain_keeps_its_distance_from_the_last_request_of_a_poll():
    index, other = (source(name, interval=600.0, url=f"https://paper.example/{name}") for name in "ba")
    sitemap = b'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"></urlset>'
    with employed(feeds=(index, other), shards=1, spacing=0.01) as hand:
        listed = b"<sitemapindex><sitemap><loc>https://paper.example/news</loc></sitemap></sitemapindex>"
        hand.web.answers = {
            index.url: page(index.url, listed, "text/xml"),
            "https://paper.example/news": page("https://paper.example/news", sitemap, "text/xml"),
            other.url: feed(other.url, "one"),
        }
        polling = step(hand)
        polling.process((0, 0))
        polling.clock.now += 120.0  # both are due
        hand.background.held = True
        polling.ring()
        (first,) = hand.background.started
        polling.clock.now += 30.0
        hand.background.release()
        hand.background.held = True
        polling.ring()
        turns = RecordCoder(Turns).decode(polling.state(0)["turns"])
        assert (("poll", "b"), 1) == (first, len(hand.background.started))
        assert {"paper.example": pytest.approx(polling.clock.now + 0.04)} == turns.next_starts


def test_without_state_the_topic_knows_what_was_shown(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    until_polled(step(hand))
    hand.forget()
    again = step(hand)
    again.process((0, 0))
    assert [] == again.rung(1200)
    assert 2 <= len(hand.web.asked)


def test_what_was_learnt_of_a_feed_survives_a_restart_from_nothing(hand):
    hand.web.answers[WIRE.url] = [feed(WIRE.url, "one", headers={"etag": '"1"'}), feed(WIRE.url, "two", "one")]
    polling = step(hand)
    until_polled(polling)
    polling.rung(1200)
    before = held(polling)
    assert before.rhythm.count > 1
    hand.forget()
    again = step(hand)
    again.process((0, 0))
    after = held(again)
    assert before == replace(after, next_poll=before.next_poll)


def test_what_state_of_version_1_knows_is_not_found_again(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "one")
    polling = step(hand)
    until_polled(polling)
    now = held(polling)
    ((item, find),) = [(one.item_id, one) for one in hand.kafka.values("finds", Find)]
    shown = {item: find.entry_hash}
    old = Cursor(feed_id="wire", url=now.url, next_poll=now.next_poll, polls=1, found=1, shown=shown, version=1)
    polling.restore(as_one_cell(polling.saved(), {"wire": old}))
    assert [] == polling.rung(1200)
    after = held(polling)
    assert (1, 1, {}) == (after.found, after.entries, after.shown)


def test_a_possible_gap_stands_on_feeds_and_in_the_log_once(hand, caplog):
    hand.web.answers[WIRE.url] = [feed(WIRE.url, "one"), feed(WIRE.url, "two")]
    polling = step(hand)
    until_polled(polling)
    for _ in range(4):
        polling.rung(700)
    assert hand.kafka.values("feeds", Cursor)[-1].gap is not None
    assert 1 == sum("possible-gap" in line.getMessage() for line in caplog.records)


def test_a_feed_that_is_no_longer_configured_is_not_asked_again(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    until_polled(polling)
    asked = len(hand.web.asked)
    polling.dofn = _PollFeeds(dataclasses.replace(hand.settings, feeds=()), polling.clock)
    polling.process((0, 1))
    polling.rung(DAY)
    assert asked == len(hand.web.asked)


def restored_to_before_the_first_poll(hand, polling):
    """A feed that was polled, then shows nothing of it any more; state that knows of no poll."""
    polling.process((0, 0))
    before = polling.saved()
    polling.rung(300)
    hand.web.answers[WIRE.url] = feed(WIRE.url, "second")
    polling.restore(before)


def test_what_a_restored_state_lost_comes_back_at_once_also_when_the_feed_rolled_over(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    restored_to_before_the_first_poll(hand, polling)
    back = polling.ring()
    assert [("first", True)] == [(find.entry.title, find.swept) for _, find in back]
    assert ["first"] == [find.entry.title for find in hand.kafka.values("finds", Find)]


def test_after_a_restore_numbers_go_on_where_the_topic_stands(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    restored_to_before_the_first_poll(hand, polling)
    polling.rung(1200)
    assert [1, 2] == [find.ordinal for find in hand.kafka.values("finds", Find)]


def test_a_beat_that_comes_first_after_a_restore_brings_back_the_same(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    restored_to_before_the_first_poll(hand, polling)
    assert ["first"] == titles(polling.process((0, 1)))
    assert [] == polling.ring()


def test_a_state_that_this_process_wrote_itself_asks_the_topic_no_more(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    until_polled(polling)
    read = hand.times_read("feeds")
    polling.rung(DAY)
    polling.process((0, 1))
    polling.rung(DAY)
    assert read == hand.times_read("feeds")


def test_a_state_of_the_same_polls_that_this_process_did_not_write_last_asks_the_topic(hand):
    """Another worker may have had the shard meanwhile: what this one held is as old as the checkpoint."""
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    until_polled(polling)
    stored, timers = polling.saved()
    (cursor,) = hand.kafka.values("feeds", Cursor)
    polling.restore(({of: b"other" if of[1].name == "stamp" else value for of, value in stored.items()}, timers))
    hand.kafka.put("feeds", "wire", replace(cursor, polls=9))
    polling.ring()
    assert 9 == cursors_in(polling.state(0))["wire"].polls


def test_a_poll_asked_before_a_restore_is_not_taken_for_the_cursor_of_after(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "first")
    polling = step(hand)
    polling.process((0, 0))
    before = polling.saved()
    until_polled(polling)
    hand.background.held = True
    polling.rung(700)  # asked with the cursor of the first poll
    (cursor,) = hand.kafka.values("feeds", Cursor)
    hand.kafka.put("feeds", "wire", replace(cursor, polls=9, next_poll=instants.to_text(polling.clock.now - 1)))
    polling.restore(before)
    polling.process((0, 1))
    hand.background.release()
    polling.ring()
    assert [1] == [one.polls for one in hand.kafka.values("feeds", Cursor) if one.polls != 9]
    polling.rung(700)
    assert {1, 9, 10} <= {one.polls for one in hand.kafka.values("feeds", Cursor)}


def test_a_run_that_drains_polls_nothing(hand):
    hand.web.answers[WIRE.url] = feed(WIRE.url, "one")
    hand.draining.set()
    assert [] == until_polled(step(hand))
    assert [] == hand.web.asked
