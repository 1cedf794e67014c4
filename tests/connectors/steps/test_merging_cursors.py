"""The cursors of a shard, from state, topic and configuration."""

from msgspec.structs import replace

from connectors.kafka.cursors import CursorMemory
from connectors.steps.poll_feeds import lost, merge
from transforms import instants
from transforms.cursor import Cursor
from transforms.records import Entry, FeedSource, Find

NOW = 1_800_000_000.0
FEED = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire")


def cursor(polls=3, next_poll=NOW + 60, **more):
    return Cursor(feed_id="wire", url=FEED.url, next_poll=instants.to_text(next_poll), polls=polls, **more)


def test_a_feed_that_nobody_knows_begins_anew():
    assert 0 == merge({}, (FEED,), {}, NOW)["wire"].polls


def test_without_state_the_topic_says_where_to_go_on():
    assert {"wire": cursor(etag='"9"')} == merge({}, (FEED,), {"wire": cursor(etag='"9"')}, NOW)


def test_state_restored_from_an_old_checkpoint_gives_way_to_the_topic():
    assert 9 == merge({"wire": cursor(3)}, (FEED,), {"wire": cursor(9)}, NOW)["wire"].polls


def test_state_that_is_up_to_date_stays():
    state = {"wire": cursor(3, etag='"state"')}
    assert state == merge(state, (FEED,), {"wire": cursor(3, etag='"topic"')}, NOW)


def test_a_poll_that_a_clock_ahead_has_put_off_for_a_year_is_due_soon():
    ahead = cursor(next_poll=NOW + 365 * 86_400.0)
    assert instants.to_text(NOW + 60) >= merge({"wire": ahead}, (FEED,), {}, NOW)["wire"].next_poll


def test_a_feed_that_is_no_longer_configured_goes():
    assert {} == merge({"wire": cursor()}, (), {"wire": cursor()}, NOW)


def test_a_changed_address_takes_its_validators_away():
    moved = replace(FEED, url="https://new.example/feed")
    assert None is merge({"wire": cursor(etag='"9"')}, (moved,), {}, NOW)["wire"].etag


def find(poll, feed="wire"):
    entry = Entry(guid="1", link="https://wire.example/1", title="One")
    return Find(
        find_id=f"f{poll}",
        item_id="i",
        entry_hash="h",
        source=replace(FEED, id=feed),
        entry=entry,
        polled=instants.to_text(NOW),
        found=instants.to_text(NOW),
        poll=poll,
    )


def test_what_was_found_after_the_restored_state_comes_back_as_swept():
    finds = [find(3), find(4), find(9)]
    back = lost({"wire": cursor(3)}, {"wire": cursor(9)}, finds)
    assert [replace(find(4), swept=True), replace(find(9), swept=True)] == list(back)


def test_what_state_that_is_up_to_date_knows_of_does_not_come_back():
    assert [] == list(lost({"wire": cursor(9)}, {"wire": cursor(9)}, [find(9)]))


def test_finds_of_another_shards_feeds_do_not_come_back():
    assert [] == list(lost({"wire": cursor(3)}, {"wire": cursor(9)}, [find(9, feed="other")]))


class Silent:
    """A reader of a topic that holds nothing."""

    def catch_up(self, apply):
        pass


def test_cursors_that_this_process_did_not_hold_last_are_told_apart():
    memory = CursorMemory(Silent())
    assert not memory.holds([cursor(3)])
    memory.hold([cursor(3)])
    assert memory.holds([cursor(3)])
    assert not memory.holds([cursor(2)])
