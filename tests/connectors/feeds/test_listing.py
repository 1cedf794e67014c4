"""The list of feeds, written as differences."""

import msgspec
import pytest
from hand_worker import employed
from msgspec.structs import replace
from records import source

from connectors.feeds.listing import list_feeds
from transforms.errors import KafkaUnavailable
from transforms.records import FeedSource
from transforms.sources import Changes

A, B = source("a"), source("b")


@pytest.fixture
def hand():
    with employed() as made:
        yield made


def written(hand):
    return [
        (one.key, one.value and msgspec.json.decode(one.value, type=FeedSource)) for one in hand.kafka.read("sources")
    ]


def test_a_list_that_is_there_already_writes_nothing(hand):
    list_feeds(hand.settings, [A, B])
    assert Changes() == list_feeds(hand.settings, [B, A])
    assert [(b"a", A), (b"b", B)] == written(hand)


def test_only_what_changed_is_written_and_a_removal_is_a_tombstone(hand):
    list_feeds(hand.settings, [A, B])
    moved = replace(B, url="https://b.example/rss")
    assert Changes(changed=(moved,), removed=("a",)) == list_feeds(hand.settings, [moved])
    assert [(b"b", moved), (b"a", None)] == written(hand)[2:]


def test_steps_in_the_same_process_see_it_at_once(hand):
    hand.sources.read(0.0)
    list_feeds(hand.settings, [A])
    assert {"a": A} == hand.sources.read(0.1)


def test_what_could_not_be_written_is_written_by_the_next_who_tries(hand):
    list_feeds(hand.settings, [A])
    hand.kafka.away = True
    with pytest.raises(KafkaUnavailable):
        list_feeds(hand.settings, [B])
    hand.kafka.away = False
    assert Changes(added=(B,), removed=("a",)) == list_feeds(hand.settings, [B])
