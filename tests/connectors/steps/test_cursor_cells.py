"""The cursors of a shard in their cells: what a tick reads and writes, and what a checkpoint brings back."""

import pytest
from beam_by_hand import ByHand
from hand_worker import employed, feed
from records import source
from stored_cursors import as_one_cell, cursors_in

from connectors.steps.cursor_cells import cell_of
from connectors.steps.poll_feeds import _PollFeeds

FEEDS = tuple(source(f"feed-{number}", f"n{number}.example", interval=600.0) for number in range(40))


@pytest.fixture
def polled():
    """A shard of many feeds, all of which were polled once."""
    with employed(feeds=FEEDS, shards=1) as hand:
        for one in FEEDS:
            hand.web.answers[one.url] = feed(one.url, "first")
        polling = ByHand.of(_PollFeeds, hand.settings)
        polling.process((0, 0))
        polling.rung(300)
        yield hand, polling


def test_a_tick_reads_no_cursor_and_writes_only_the_cells_of_those_it_changed(polled):
    hand, polling = polled
    while len(hand.web.asked) == len(FEEDS):
        before = polling.state(0)
        polling.ring()
    asked = {one.id for one in FEEDS if one.url in {url for url, _ in hand.web.asked[len(FEEDS) :]}}
    after = polling.state(0)
    changed = {name for name in after if after[name] != before.get(name) and name.startswith("cursors")}
    assert {f"cursors_{cell_of(one):02}" for one in asked} == changed
    assert {1} == {cursors_in(before)[one].polls for one in asked}


def test_a_tick_that_changes_nothing_touches_no_cell_of_cursors(polled):
    _, polling = polled
    polling.touched.clear()
    polling.ring()
    assert {"stamp", "turns"} == polling.touched


def test_after_a_restore_the_cells_are_read_and_no_feed_is_asked_again(polled):
    hand, polling = polled
    checkpoint = polling.saved()
    polling.rung(100)
    polling.restore(checkpoint)
    hand.forget()
    asked = len(hand.web.asked)
    polling.rung(60)
    assert (40, asked) == (len(cursors_in(polling.state(0))), len(hand.web.asked))


def test_state_in_one_cell_is_read_and_spread_over_the_cells(polled):
    hand, polling = polled
    before = cursors_in(polling.state(0))
    polling.restore(as_one_cell(polling.saved(), before))
    assert ["cursors"] == [name for name in polling.state(0) if name.startswith("cursors")]
    polling.rung(600)
    after = polling.state(0)
    assert "cursors" not in after
    assert set(before) == set(cursors_in(after))
    assert 80 == len(hand.web.asked)
