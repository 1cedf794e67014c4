"""What has ended and what has not, from the topics."""

import msgspec
import pytest
from msgspec.structs import replace
from records import outcome

from connectors.kafka.memory import PartitionReader, TopicReader
from connectors.kafka.outcomes import OutcomeIndex, feed_mark
from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from connectors.kafka.unfinished import Unfinished
from transforms.records import Entry, FeedSource, Find

NOW = 1769850240.0  # 2026-01-31T09:04:00Z


def find(number, feed="wire", minute=0):
    digits, found = f"{number * 7919:016x}{0:016x}", f"2026-01-31T09:0{minute}:00.000Z"
    return Find(
        find_id=digits,
        item_id=digits[::-1],
        entry_hash="e",
        source=FeedSource(id=feed, url="https://wire.example/feed", publisher="Wire"),
        entry=Entry(link=f"https://wire.example/{number}", title="Straße"),
        polled=found,
        found=found,
    )


class Topics:
    """Finds and outcomes on the topics of one test."""

    def __init__(self, settings):
        self.settings, self.sink = settings, Sink(settings, 60)
        self.index = OutcomeIndex(TopicReader(settings, settings.topic("outcomes"), 30))
        self.unfinished = Unfinished(PartitionReader(settings, settings.topic("finds"), 0, 30), self.index)

    def found(self, *finds):
        topic = self.settings.topic("finds")
        self.sink.write([Row(topic, one.item_id.encode(), msgspec.json.encode(one), (), 0) for one in finds])

    def ended(self, *outcomes):
        topic = self.settings.topic("outcomes")
        self.sink.write([Row(topic, one.find_id.encode(), msgspec.json.encode(one)) for one in outcomes])

    def close(self):
        for one in (self.sink, self.index, self.unfinished):
            one.close()


@pytest.fixture
def on(kafka_settings):
    topics = Topics(kafka_settings)
    yield topics
    topics.close()


def test_a_find_has_ended_when_its_outcome_is_written(on):
    one, other = find(1), find(2)
    on.ended(outcome(one))
    assert not on.index.ended(one.find_id, 0)
    on.index.catch_up()
    assert (True, False, 1) == (on.index.ended(one.find_id, 0), on.index.ended(other.find_id, 0), len(on.index))


@pytest.mark.parametrize(
    ("name", "owns"), [("published", True), ("off-beat", True), ("too-old", True), ("seen", False)]
)
def test_an_item_belongs_to_the_feed_whose_find_was_not_merely_seen(on, name, owns):
    one = find(1)
    on.ended(outcome(one, name))
    on.index.catch_up()
    assert (feed_mark("wire") if owns else None) == on.index.owner(one.item_id)


def test_a_find_that_was_seen_elsewhere_changes_no_owner(on):
    one = find(1)
    on.ended(outcome(one))
    on.ended(outcome(replace(find(1, feed="other"), find_id="f" * 32), "seen"))
    on.index.catch_up()
    assert feed_mark("wire") == on.index.owner(one.item_id)


def test_values_of_others_and_tombstones_are_passed_over(on):
    topic = on.settings.topic("outcomes")
    on.sink.write([Row(topic, b"a", b"no json"), Row(topic, b"b", None), Row(topic, b"c", b'{"findId": "zz"}')])
    on.sink.write([Row(on.settings.topic("finds"), b"d", b"[]", (), 0)])
    on.ended(outcome(find(1)))
    assert () == on.unfinished.sweep(NOW, 0)
    assert 1 == len(on.index)


@pytest.mark.parametrize(("first", "second"), [("wire", "other"), ("a", "b"), ("", "x")])
def test_feeds_are_told_apart_in_8_bits(first, second):
    assert feed_mark(first) != feed_mark(second)
    assert 0 <= feed_mark(first) < 2**8


def test_feed_marks_never_change():
    assert (53, 0) == (feed_mark("wire"), feed_mark(""))


def test_a_sweep_gives_the_finds_without_outcome_oldest_first(on):
    finds = [find(number, minute=minute) for number, minute in ((1, 3), (2, 1), (3, 2))]
    on.found(*finds)
    on.ended(outcome(finds[1]))
    assert (finds[2], finds[0]) == on.unfinished.sweep(NOW, 0)


@pytest.mark.parametrize(("older_than", "count"), [(0, 4), (60, 4), (61, 3), (180, 2), (240, 1), (241, 0)])
def test_a_sweep_gives_only_what_is_old_enough(on, older_than, count):
    on.found(*(find(number, minute=number) for number in range(4)))
    assert count == len(on.unfinished.sweep(NOW, older_than))


def test_what_ends_between_two_sweeps_is_forgotten_and_what_is_new_is_known(on):
    first, second = find(1), find(2)
    on.found(first)
    assert (first,) == on.unfinished.sweep(NOW, 0)
    on.found(second)
    on.ended(outcome(first))
    assert (second,) == on.unfinished.sweep(NOW, 0)
    on.ended(outcome(second))
    assert () == on.unfinished.sweep(NOW, 0)


def test_only_unfinished_finds_are_held(on):
    finds = [find(number) for number in range(200)]
    on.found(*finds)
    on.ended(*(outcome(one) for one in finds[:-2]))
    on.unfinished.sweep(NOW, 0)
    assert {one.find_id for one in finds[-2:]} == set(on.unfinished._open)


def test_the_same_find_found_twice_is_swept_once(on):
    on.found(find(1), find(1))
    assert (find(1),) == on.unfinished.sweep(NOW, 0)


def test_a_find_that_returns_to_an_earlier_form_is_unfinished_until_that_sighting_has_ended(on):
    first, again = find(1), replace(find(1), poll=7)
    on.found(first)
    on.ended(outcome(first))
    assert () == on.unfinished.sweep(NOW, 0)
    on.found(again)
    assert (again,) == on.unfinished.sweep(NOW, 0)
    on.ended(replace(outcome(again), poll=7))
    assert () == on.unfinished.sweep(NOW, 0)


def test_an_older_sighting_whose_outcome_was_compacted_away_is_not_unfinished(on):
    on.found(find(1), replace(find(1), poll=7))
    on.ended(replace(outcome(find(1)), poll=7))
    assert () == on.unfinished.sweep(NOW, 0)


def test_a_first_sweep_gives_all_whatever_the_clock_said_when_they_were_found(on):
    on.found(find(1, minute=9))
    assert (find(1, minute=9),) == on.unfinished.sweep(NOW - 3600, 0)
    assert () == on.unfinished.sweep(NOW - 3600, 60)
