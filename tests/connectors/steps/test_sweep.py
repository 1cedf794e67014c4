"""Sweep by hand: which finds come back at which beat."""

import pytest
from beam_by_hand import START, ByHand
from hand_worker import employed
from records import find, outcome

from connectors.steps.sweep import _Sweep, partitions_of


@pytest.fixture
def hand():
    with employed(shards=2, sweep_after=600.0) as made:
        yield made


def swept(hand, number, shards=(0, 1)):
    sweeping = ByHand.of(_Sweep, hand.settings)
    return [one for shard in shards for one in sweeping.process((shard, number))]


def put(hand, *finds):
    for one in finds:
        hand.kafka.put("finds", one.item_id, one)


def end(hand, one):
    hand.kafka.put("outcomes", one.find_id, outcome(one))


def links(keyed):
    return {one.entry.link for _, one in keyed}


def some(count, at=START):
    return [find(f"https://paper.example/{number}", at=at) for number in range(count)]


@pytest.mark.parametrize(("shards", "partitions"), [(1, 12), (2, 5), (8, 12), (12, 3)])
def test_each_partition_belongs_to_exactly_one_shard(shards, partitions):
    owned = [partition for shard in range(shards) for partition in partitions_of(shard, shards, partitions)]
    assert list(range(partitions)) == sorted(owned)


def test_at_the_first_beat_every_unfinished_find_comes_back_however_young(hand):
    put(hand, *some(9))
    assert links((one.item_id, one) for one in some(9)) == links(swept(hand, 0))


def test_what_comes_back_is_keyed_by_item_and_marked(hand):
    put(hand, one := find())
    ((key, back),) = swept(hand, 0)
    assert (one.item_id, one.find_id, True) == (key, back.find_id, back.swept)


def test_what_has_its_outcome_does_not_come_back(hand):
    left, done = some(2)
    put(hand, left, done)
    end(hand, done)
    assert {left.entry.link} == links(swept(hand, 0))


def test_what_ends_between_two_beats_does_not_come_back_at_the_second(hand):
    put(hand, one := find(at=START - 3600))
    assert 1 == len(swept(hand, 0))
    end(hand, one)
    assert [] == swept(hand, 1)


@pytest.mark.parametrize(("age", "comes"), [(0.0, False), (599.0, False), (601.0, True)])
def test_at_a_later_beat_only_what_should_have_ended_comes_back(hand, age, comes):
    put(hand, find(at=START - age))
    assert comes == bool(swept(hand, 1))


def test_a_shard_brings_back_only_its_own(hand):
    put(hand, *some(9))
    first, second = links(swept(hand, 0, [0])), links(swept(hand, 0, [1]))
    assert (9, set()) == (len(first | second), first & second)
