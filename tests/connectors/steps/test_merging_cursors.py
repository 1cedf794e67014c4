"""The cursors of a shard, from state, topic and configuration."""

from msgspec.structs import replace

from connectors.steps.poll_feeds import merge
from transforms import instants
from transforms.polling import Cursor
from transforms.records import FeedSource

NOW = 1_800_000_000.0
FEED = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire")


def cursor(polls=3, **more):
    return Cursor(feed_id="wire", url=FEED.url, next_poll=instants.to_text(NOW + 60), polls=polls, **more)


def test_a_feed_that_nobody_knows_begins_anew():
    assert 0 == merge({}, (FEED,), {}, NOW)["wire"].polls


def test_without_state_the_topic_says_where_to_go_on():
    assert {"wire": cursor(etag='"9"')} == merge({}, (FEED,), {"wire": cursor(etag='"9"')}, NOW)


def test_state_restored_from_an_old_checkpoint_gives_way_to_the_topic():
    assert 9 == merge({"wire": cursor(3)}, (FEED,), {"wire": cursor(9)}, NOW)["wire"].polls


def test_state_that_is_up_to_date_stays():
    state = {"wire": cursor(3, etag='"state"')}
    assert state == merge(state, (FEED,), {"wire": cursor(3, etag='"topic"')}, NOW)


def test_a_feed_that_is_no_longer_configured_goes():
    assert {} == merge({"wire": cursor()}, (), {"wire": cursor()}, NOW)


def test_a_changed_address_takes_its_validators_away():
    moved = replace(FEED, url="https://new.example/feed")
    assert None is merge({"wire": cursor(etag='"9"')}, (moved,), {}, NOW)["wire"].etag
