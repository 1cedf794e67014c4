"""Each memory, on a real broker, with records that something else wrote between ours."""

import logging
import types

import msgspec
import pytest
from records import find, outcome

from connectors.kafka.cursors import CursorMemory
from connectors.kafka.memory import PartitionReader, TopicReader
from connectors.kafka.outcomes import OutcomeIndex
from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from connectors.kafka.unfinished import Unfinished
from connectors.kafka.unreadable import key_of, passing_over
from connectors.latest import LatestMemory
from transforms.cursor import Cursor

FEED = Cursor(feed_id="wire", url="https://wire.example/feed", next_poll="2026-01-31T09:04:00.000Z")
FIND = find()
ENDED = outcome(FIND)
FOREIGN = [b"", b"not json", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000]  # values
FOREIGN_KEYS = [b"", b"\xff\xfe"]  # none at all is refused by the broker on a compacted topic


def with_(record, **fields):
    return msgspec.json.encode(msgspec.to_builtins(record) | fields)


@pytest.fixture
def put(kafka_settings):
    """Writes pairs of key and value to partition 0 of a topic."""
    sink = Sink(kafka_settings, 60)

    def write(name, *pairs):
        assert () == sink.write([Row(kafka_settings.topic(name), *pair, (), 0) for pair in pairs])

    yield write
    sink.close()


@pytest.fixture
def topic(kafka_settings):
    return lambda name: TopicReader(kafka_settings, kafka_settings.topic(name), 30)


@pytest.fixture
def partition(kafka_settings):
    return lambda name: PartitionReader(kafka_settings, kafka_settings.topic(name), 0, 30)


def test_cursors_between_records_of_others_are_read(put, topic, caplog):
    mine = msgspec.json.encode(FEED)
    others = [(b"poison", value) for value in FOREIGN] + [(key, mine) for key in FOREIGN_KEYS] + [(b"\xff", None)]
    put("feeds", (b"wire", mine), *others)
    put(
        "feeds",
        (b"wire", with_(FEED, nextPoll="soon")),
        (b"wire", with_(FEED, feedId="other")),
        (b"wire", with_(FEED, polls=2**80)),
    )
    memory = CursorMemory(topic("feeds"))
    assert {"wire": FEED} == memory.read()
    assert len(others) + 3 == len(caplog.records)
    memory.close()


def test_latest_between_records_of_others_is_read(put, partition):
    put("latest", *((b"a", value) for value in FOREIGN), *((key, b"{}") for key in FOREIGN_KEYS), (b"\xff", None))
    memory = LatestMemory(partition("latest"))
    assert {} == memory.read()
    memory.close()


def test_outcomes_between_records_of_others_are_read_and_merged(put, topic):
    ids = ["-" + "1" * 31, "zz", "", "1" * 31, "\u0661" * 32]
    put(
        "outcomes",
        *((b"a", value) for value in FOREIGN),
        *((b"b", with_(ENDED, findId=one)) for one in ids),
        *((b"b", with_(ENDED, itemId=one)) for one in ids),
        (b"\xff", with_(ENDED, poll=10**30)),  # strange, and an outcome all the same
        (b"c", msgspec.json.encode(ENDED)),
    )
    index = OutcomeIndex(topic("outcomes"))
    index.catch_up()
    index._finds._merge()
    index._items._merge()
    assert (2, True) == (len(index), index.ended(FIND.find_id, FIND.poll))
    index.close()


def test_finds_between_records_of_others_are_swept(put, topic, partition):
    put(
        "finds",
        *((b"a", value) for value in FOREIGN),
        (b"b", with_(FIND, findId="-" + "1" * 31)),
        (b"b", with_(FIND, itemId="zz")),
        (b"b", with_(FIND, found="yesterday")),
        (b"b", with_(FIND, entry=msgspec.to_builtins(FIND.entry) | {"published": "long ago"})),
        (b"b", with_(FIND, entry=msgspec.to_builtins(FIND.entry) | {"updated": "long ago"})),
        (b"b", with_(FIND, poll=2**80)),
        (None, msgspec.json.encode(FIND)),
    )
    index = OutcomeIndex(topic("outcomes"))
    unfinished = Unfinished(partition("finds"), index)
    assert (FIND,) == unfinished.sweep(2_000_000_000.0, 0)
    unfinished.close()
    index.close()


def test_what_is_passed_over_is_told_with_its_place(caplog):
    record = types.SimpleNamespace(topic="beatwire.feeds.v1", partition=3, offset=41, key=None)
    with caplog.at_level(logging.WARNING):
        passing_over(key_of)(record)
    assert [
        "passed over an unreadable record (beatwire.feeds.v1, partition 3, offset 41): ValueError: it has no key"
    ] == [one.getMessage() for one in caplog.records]


def test_a_mistake_of_our_own_is_not_passed_over():
    with pytest.raises(AttributeError):
        passing_over(lambda record: record.nothing_of_the_kind)(types.SimpleNamespace())
