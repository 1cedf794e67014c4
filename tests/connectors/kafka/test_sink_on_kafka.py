"""The sink on a real broker that is well."""

import dataclasses
import os
import threading

import pytest
from topic_reading import read_all

from connectors.kafka.deadletters import dead_letter
from connectors.kafka.partition import partition_of
from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from transforms.errors import KafkaMisconfigured, KafkaUnavailable


def numbered(settings, count, partition=0):
    return [Row(settings.topic("articles"), b"k", b"%d" % number, (), partition) for number in range(count)]


@pytest.fixture
def sink(kafka_settings):
    sink = Sink(kafka_settings, 60)
    yield sink
    sink.close()


def test_what_is_written_is_there_in_order_when_write_returns(kafka_settings, sink):
    sent = numbered(kafka_settings, 5000)
    assert () == sink.write(sent)
    assert [row.value for row in sent] == [record.value for record in read_all(kafka_settings, "articles")]


def test_key_value_and_headers_arrive_as_they_were(kafka_settings, sink):
    sink.write([Row(kafka_settings.topic("latest"), b"k", None, (("ce_id", b"1"), ("empty", b"")), 2)])
    (record,) = read_all(kafka_settings, "latest")
    assert (b"k", None, [("ce_id", b"1"), ("empty", b"")], 2) == (
        record.key,
        record.value,
        list(record.headers),
        record.partition,
    )


def test_without_a_partition_the_key_decides_as_in_java(kafka_settings, sink):
    keys = [b"%032x" % number for number in range(50)]
    sink.write([Row(kafka_settings.topic("articles"), key, b"v") for key in keys])
    assert {key: partition_of(key, 3) for key in keys} == {
        record.key: record.partition for record in read_all(kafka_settings, "articles")
    }


@pytest.fixture
def narrow(kafka_settings, alter):
    """`articles` takes batches of 20,000 bytes only, so that the broker itself refuses what the sink lets through."""
    alter("articles", **{"max.message.bytes": "20000"})
    return kafka_settings


def test_what_the_broker_refuses_is_returned_and_its_neighbours_are_delivered_in_order(narrow, sink):
    sent = [Row(narrow.topic("articles"), b"%d" % (n % 7), b"%d" % n) for n in range(400)]
    for place in (30, 31, 200):
        sent.insert(place, Row(narrow.topic("articles"), b"3", os.urandom(30_000)))
    poison = [row for row in sent if len(row.value) > 20_000]
    rejects = sink.write(sent)
    assert poison == [reject.row for reject in rejects]
    assert {"MessageSizeTooLargeError"} == {type(reject.error).__name__ for reject in rejects}
    seen = read_all(narrow, "articles")
    for key in range(7):
        mine = list(dict.fromkeys(int(record.value) for record in seen if record.key == b"%d" % key))
        assert list(range(key, 400, 7)) == mine


def test_after_a_poisoned_write_the_next_is_as_ever(narrow, sink):
    sink.write([Row(narrow.topic("articles"), b"k", os.urandom(30_000), (), 0)])
    assert () == sink.write(numbered(narrow, 3))
    assert [b"0", b"1", b"2"] == [record.value for record in read_all(narrow, "articles")]


def test_a_row_above_the_topics_bound_becomes_a_dead_letter_that_arrives_whole(kafka_settings, sink):
    giant = Row(kafka_settings.topic("articles"), b"k", os.urandom(3_000_000), (("ce_id", b"1"),))
    rejects = sink.write([giant])
    assert () == sink.write([dead_letter(kafka_settings, reject, "publish") for reject in rejects])
    (record,) = read_all(kafka_settings, "dead-letters")
    assert (b"k", giant.value) == (record.key, record.value)
    assert ("bw_error_class", b"MessageSizeTooLargeError") in record.headers


def test_a_partition_that_does_not_exist_is_the_records_fault(kafka_settings, sink):
    bad = Row(kafka_settings.topic("articles"), b"k", b"v", (), 99)
    assert [bad] == [reject.row for reject in sink.write([*numbered(kafka_settings, 2), bad])]
    assert [b"0", b"1"] == list(dict.fromkeys(record.value for record in read_all(kafka_settings, "articles")))


def test_a_missing_topic_is_a_misconfiguration_and_no_dead_letter(kafka_settings):
    sink = Sink(kafka_settings, 1)
    with pytest.raises(KafkaMisconfigured, match="topic nowhere is missing or hidden from us"):
        sink.write([Row("nowhere", b"k", b"v")])
    sink.close()


def test_an_unreachable_kafka_is_unavailable_after_the_patience(kafka_settings):
    sink = Sink(dataclasses.replace(kafka_settings, bootstrap="127.0.0.1:1"), 0.3)
    with pytest.raises(KafkaUnavailable, match="2 records not acknowledged: no connection to Kafka"):
        sink.write(numbered(kafka_settings, 2))


def test_threads_that_share_a_sink_each_get_their_own_rejects(kafka_settings, sink):
    results, gate = {}, threading.Barrier(4)

    def write(number):
        giant = Row(kafka_settings.topic("articles"), b"%d" % number, b"x" * 2_000_000)
        gate.wait()
        results[number] = sink.write([*numbered(kafka_settings, 50), giant])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: [b"%d" % n] for n in range(4)} == {n: [one.row.key for one in found] for n, found in results.items()}
    assert 200 == len(read_all(kafka_settings, "articles"))
