"""The list of feeds on a real broker."""

import threading

import msgspec
import pytest
from msgspec.structs import replace
from records import NOW, source

from connectors.kafka.memory import TopicReader
from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from connectors.kafka.sources import EVERY, SourceMemory, rows
from transforms.sources import Changes, changes

A, B, C = source("a"), source("b"), source("c")


@pytest.fixture
def sink(kafka_settings):
    made = Sink(kafka_settings, 60)
    yield made
    made.close()


@pytest.fixture
def memory(kafka_settings):
    made = SourceMemory(TopicReader(kafka_settings, kafka_settings.topic("sources"), 30))
    yield made
    made.close()


@pytest.fixture
def change(sink, kafka_settings):
    """Writes what makes the list that a memory knows this one."""

    def write(memory, *feeds):
        assert () == sink.write(rows(kafka_settings, changes(memory.newest(), feeds)))

    return write


def listed(*sources):
    return {one.id: one for one in sources}


def test_a_topic_without_records_lists_nothing(memory):
    assert {} == memory.read(NOW)


def test_what_is_written_is_what_is_listed_and_a_tombstone_takes_a_feed_off(memory, change):
    change(memory, A, B)
    assert listed(A, B) == memory.read(NOW)
    change(memory, replace(B, interval=60.0), C)
    assert listed(replace(B, interval=60.0), C) == memory.read(NOW + EVERY)


def test_it_is_caught_up_every_few_seconds_only_and_the_same_object_until_it_changes(memory, change, kafka_settings):
    other = SourceMemory(TopicReader(kafka_settings, kafka_settings.topic("sources"), 30))
    first = memory.read(NOW)
    change(other, A)
    other.close()
    assert first is memory.read(NOW + EVERY - 0.1)
    second = memory.read(NOW + EVERY)
    assert listed(A) == second
    assert second is memory.read(NOW + 3 * EVERY)


def test_a_clock_that_goes_back_does_not_keep_it_from_looking(memory, change, kafka_settings):
    other = SourceMemory(TopicReader(kafka_settings, kafka_settings.topic("sources"), 30))
    memory.read(NOW)
    change(other, A)
    other.close()
    assert listed(A) == memory.read(NOW - 86_400)


def test_what_is_changed_or_added_is_told_once_and_what_was_there_at_first_is_neither(
    memory, change, sink, kafka_settings
):
    sink.write(rows(kafka_settings, Changes(added=(A, B))))
    memory.newest()
    assert set() == memory.renewed("ab".__contains__)
    change(memory, replace(A, interval=60.0), B, C)
    memory.newest()
    told = [memory.renewed(ids.__contains__) for ids in ("b", "abc", "abc")]
    assert [set(), {"a", "c"}, set()] == told


def test_what_is_gone_again_before_anybody_asked_is_told_to_nobody(memory, change):
    change(memory)
    change(memory, A)
    change(memory)
    memory.newest()
    assert set() == memory.renewed("a".__contains__)


def test_records_of_others_are_passed_over_and_what_was_known_stays(memory, sink, kafka_settings, caplog):
    mine, topic = msgspec.json.encode(A), kafka_settings.topic("sources")
    plain = msgspec.to_builtins(A)
    foreign = [b"", b"no json", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000]
    foreign += [
        msgspec.json.encode(plain | more)
        for more in ({"id": "b"}, {"url": "file:///x"}, {"interval": -1}, {"shortest": 0})
    ]
    sink.write([Row(topic, b"a", one, (), 0) for one in (mine, *foreign)])
    sink.write([Row(topic, key, mine, (), 0) for key in (b"", b"\xff")])
    assert listed(A) == memory.read(NOW)
    assert len(foreign) + 2 == len(caplog.records)


def test_what_a_later_version_says_is_read_as_far_as_it_is_known(memory, sink, kafka_settings):
    later = msgspec.to_builtins(A) | {"kind": "rumour", "mood": "good"}
    sink.write([Row(kafka_settings.topic("sources"), b"a", msgspec.json.encode(later))])
    assert A.url == memory.read(NOW)["a"].url


def test_nothing_is_written_where_nothing_changed(kafka_settings):
    assert [] == rows(kafka_settings, Changes())


class Stuck:
    """A topic behind a broker that does not answer: its reader waits."""

    def __init__(self, entered, release):
        self.entered, self.release = entered, release

    def catch_up(self, apply):
        self.entered.set()
        assert self.release.wait(10)


def test_while_kafka_does_not_answer_one_waits_for_it_and_others_go_on_with_what_was_known():
    entered, release = threading.Event(), threading.Event()
    release.set()
    memory = SourceMemory(Stuck(entered, release))
    known = memory.read(NOW)
    entered.clear()
    release.clear()
    one = threading.Thread(target=memory.read, args=(NOW + EVERY,))
    one.start()
    assert entered.wait(5)
    assert known is memory.read(NOW + EVERY)  # would hang if it waited, too
    release.set()
    one.join(5)
    assert not one.is_alive()
