"""Against a real broker: topics, sink, memories."""

import dataclasses
import os
import signal
import threading

import msgspec
import pytest
from topic_reading import read_all

from connectors.kafka import topics
from connectors.kafka.memory import PartitionReader, TopicReader
from connectors.kafka.outcomes import OutcomeIndex, feed_mark
from connectors.kafka.sink import Row, Sink
from connectors.kafka.unfinished import Unfinished
from transforms import instants
from transforms.errors import KafkaMisconfigured, KafkaUnavailable
from transforms.records import Entry, FeedSource, Find, Outcome


def rows(settings, count, partition=0):
    return [Row(settings.topic("articles"), b"k", str(number).encode(), (), partition) for number in range(count)]


def find(number, found="2026-01-31T09:00:00.000Z"):
    source = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire")
    digits = str(number) * 32
    entry = Entry(link=f"https://wire.example/{number}")
    return Find(find_id=digits, item_id=digits, entry_hash="e", source=source, entry=entry, polled=found, found=found)


def outcome(one, name="off-beat"):
    link = one.entry.link
    return Outcome(
        find_id=one.find_id,
        item_id=one.item_id,
        feed_id=one.source.id,
        link=link,
        outcome=name,
        step="tag",
        found=one.found,
        ended=one.found,
    )


def test_creating_twice_creates_once_and_drifts_nowhere(kafka_settings):
    assert () == topics.create(kafka_settings)
    assert () == topics.compare(kafka_settings)
    topics.require(kafka_settings)


def test_missing_topics_are_named_with_the_command_that_makes_them(kafka_settings):
    with pytest.raises(KafkaMisconfigured, match="missing: run `beatwire topics create`"):
        topics.require(dataclasses.replace(kafka_settings, prefix="nowhere"))


def test_a_changed_partition_count_is_refused(kafka_settings):
    with pytest.raises(KafkaMisconfigured, match="partitions is 3, expected 12"):
        topics.require(dataclasses.replace(kafka_settings, partitions=12))


def test_an_unreachable_kafka_is_said_with_its_cause(kafka_settings):
    with pytest.raises(KafkaUnavailable, match="no connection to Kafka"):
        topics.require(dataclasses.replace(kafka_settings, bootstrap="127.0.0.1:1"))


def test_what_is_written_is_there_in_order_when_write_returns(kafka_settings):
    sink = Sink(kafka_settings, 30)
    assert () == sink.write(rows(kafka_settings, 500))
    assert [str(number).encode() for number in range(500)] == [r.value for r in read_all(kafka_settings, "articles")]
    sink.close()


def test_a_record_that_is_too_large_is_returned_and_its_neighbours_are_delivered_in_order(kafka_settings):
    sink = Sink(kafka_settings, 60)
    good = rows(kafka_settings, 20)
    poison = Row(kafka_settings.topic("articles"), b"k", b"x" * 3_000_000, (), 0)
    rejects = sink.write([*good[:10], poison, *good[10:]])
    assert [poison] == [reject.row for reject in rejects]
    seen = list(dict.fromkeys(record.value for record in read_all(kafka_settings, "articles")))
    assert [row.value for row in good] == seen
    sink.close()


def test_a_frozen_broker_is_waited_for(kafka, kafka_settings):
    sink = Sink(kafka_settings, None)
    sink.write(rows(kafka_settings, 1))
    os.kill(kafka.pid, signal.SIGSTOP)
    thaw = threading.Timer(2, os.kill, (kafka.pid, signal.SIGCONT))
    thaw.start()
    try:
        assert () == sink.write(rows(kafka_settings, 50))
    finally:
        thaw.join()
    assert [str(n).encode() for n in range(50)] == list(
        dict.fromkeys(record.value for record in read_all(kafka_settings, "articles")[1:])
    )
    sink.close()


def test_a_sink_with_patience_gives_up(kafka_settings):
    sink = Sink(dataclasses.replace(kafka_settings, bootstrap="127.0.0.1:1"), 0.5)
    with pytest.raises(KafkaUnavailable, match="1 records not acknowledged"):
        sink.write(rows(kafka_settings, 1))


def test_a_reader_catches_up_to_the_end_and_goes_on_from_there(kafka_settings):
    sink, seen = Sink(kafka_settings, 30), []
    reader = PartitionReader(kafka_settings, kafka_settings.topic("articles"), 0, 30)
    sink.write(rows(kafka_settings, 3))
    reader.catch_up(lambda record: seen.append(record.value))
    assert [b"0", b"1", b"2"] == seen
    sink.write(rows(kafka_settings, 1))
    reader.catch_up(lambda record: seen.append(record.value))
    assert [b"0", b"1", b"2", b"0"] == seen
    reader.close()
    reader.catch_up(lambda record: seen.append(record.value))
    assert 4 == len(seen)
    sink.close()


def test_unfinished_finds_are_those_without_outcome_and_old_enough(kafka_settings):
    sink = Sink(kafka_settings, 30)
    finds = [find(number, f"2026-01-31T09:0{number}:00.000Z") for number in range(4)]
    topic = kafka_settings.topic("finds")
    sink.write([Row(topic, one.item_id.encode(), msgspec.json.encode(one), (), 0) for one in finds])
    sink.write([Row(kafka_settings.topic("outcomes"), b"f", msgspec.json.encode(outcome(finds[1])))])
    index = OutcomeIndex(TopicReader(kafka_settings, kafka_settings.topic("outcomes"), 30))
    unfinished = Unfinished(PartitionReader(kafka_settings, topic, 0, 30), index)
    now = instants.from_text("2026-01-31T09:04:00Z")
    assert (finds[0], finds[2], finds[3]) == unfinished.sweep(now, 0)
    assert (finds[0], finds[2]) == unfinished.sweep(now, 120)
    sink.write([Row(kafka_settings.topic("outcomes"), b"g", msgspec.json.encode(outcome(finds[0])))])
    assert (finds[2], finds[3]) == unfinished.sweep(now, 0)
    assert index.ended(finds[1].find_id)
    assert feed_mark("wire") == index.owner(finds[1].item_id)
    sink.close()


def test_a_seen_find_does_not_own_its_item(kafka_settings):
    sink, one = Sink(kafka_settings, 30), find(9)
    sink.write([Row(kafka_settings.topic("outcomes"), b"f", msgspec.json.encode(outcome(one, "seen")))])
    index = OutcomeIndex(TopicReader(kafka_settings, kafka_settings.topic("outcomes"), 30))
    index.catch_up()
    assert (True, None) == (index.ended(one.find_id), index.owner(one.item_id))
    sink.close()
