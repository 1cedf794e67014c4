"""Readers on a real broker that is well."""

import threading
import time

import pytest
from kafka import KafkaProducer, TopicPartition

from connectors.kafka.access import admin
from connectors.kafka.memory import PartitionReader, TopicReader
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import Sink
from transforms.errors import KafkaMisconfigured, KafkaUnavailable


def settle(reader, memory, count):
    """Catches up until so many records are known: a commit is answered before its markers are written."""
    end = time.monotonic() + 30
    while len(memory.values) < count and time.monotonic() < end:
        reader.catch_up(memory)


class Memory:
    """Records applied, in order."""

    def __init__(self):
        self.values = []

    def __call__(self, record):
        self.values.append(int(record.value))


@pytest.fixture
def write(kafka_settings):
    """Writes numbers to a partition of `articles`."""
    sink = Sink(kafka_settings, 60)
    topic = kafka_settings.topic("articles")
    yield lambda numbers, partition=0: sink.write([Row(topic, b"k", b"%d" % n, (), partition) for n in numbers])
    sink.close()


@pytest.fixture
def reader(kafka_settings):
    reader = PartitionReader(kafka_settings, kafka_settings.topic("articles"), 0, 30)
    yield reader
    reader.close()


def test_an_empty_partition_is_caught_up_at_once(reader):
    memory = Memory()
    reader.catch_up(memory)
    assert [] == memory.values


def test_it_reads_to_the_end_and_goes_on_from_there(reader, write):
    memory = Memory()
    for numbers in (range(3), range(3, 4), range(4, 2000)):
        write(numbers)
        reader.catch_up(memory)
        assert list(range(numbers.stop)) == memory.values


def test_nothing_new_is_nothing_applied(reader, write):
    memory = Memory()
    write(range(3))
    reader.catch_up(memory)
    reader.catch_up(memory)
    assert [0, 1, 2] == memory.values


def test_it_reads_its_own_partition_only(reader, write):
    memory = Memory()
    write([1], partition=0)
    write([2], partition=1)
    reader.catch_up(memory)
    assert [1] == memory.values


def test_a_closed_reader_goes_on_where_it_was(reader, write):
    memory = Memory()
    write(range(3))
    reader.catch_up(memory)
    reader.close()
    write([3])
    reader.catch_up(memory)
    assert [0, 1, 2, 3] == memory.values


def test_a_record_that_could_not_be_applied_comes_again_and_those_before_it_do_not(reader, write):
    memory, broken = Memory(), [True]

    def apply(record):
        if broken and record.value == b"2":
            broken.clear()
            raise ArithmeticError("once")
        memory(record)

    write(range(5))
    with pytest.raises(ArithmeticError):
        reader.catch_up(apply)
    assert [0, 1] == memory.values
    reader.catch_up(apply)
    assert [0, 1, 2, 3, 4] == memory.values


def test_markers_of_transactions_do_not_hold_it_up_and_aborted_records_are_not_seen(kafka_settings, reader, write):
    memory, topic = Memory(), kafka_settings.topic("articles")
    producer = KafkaProducer(**kafka_settings.client(), transactional_id=kafka_settings.prefix)
    producer.init_transactions()
    for numbers, end in (([0, 1], producer.commit_transaction), ([8, 9], producer.abort_transaction)):
        producer.begin_transaction()
        for number in numbers:
            producer.send(topic, b"%d" % number, key=b"k", partition=0)
        producer.flush()
        end()
        reader.catch_up(memory)
    write([2])
    settle(reader, memory, 3)
    assert [0, 1, 2] == memory.values
    producer.close()


def test_an_open_transaction_is_not_waited_for(kafka_settings, reader, write):
    memory, topic = Memory(), kafka_settings.topic("articles")
    producer = KafkaProducer(**kafka_settings.client(), transactional_id=kafka_settings.prefix)
    producer.init_transactions()
    write([0])
    producer.begin_transaction()
    producer.send(topic, b"1", key=b"k", partition=0).get(10)
    reader.catch_up(memory)
    assert [0] == memory.values
    producer.commit_transaction()
    settle(reader, memory, 2)
    assert [0, 1] == memory.values
    producer.close()


@pytest.mark.parametrize("reopened", [False, True])
def test_a_start_that_retention_moved_is_taken_as_it_is(kafka_settings, reader, write, reopened):
    memory = Memory()
    write(range(5))
    reader.catch_up(memory)
    write(range(5, 10))
    with admin(kafka_settings) as client:
        client.delete_records({TopicPartition(kafka_settings.topic("articles"), 0): 8})
    if reopened:
        reader.close()
    reader.catch_up(memory)
    assert [0, 1, 2, 3, 4, 8, 9] == memory.values


def test_all_partitions_are_read_by_a_topic_reader(kafka_settings, write):
    memory = Memory()
    for partition in range(3):
        write(range(partition * 100, partition * 100 + 50), partition)
    reader = TopicReader(kafka_settings, kafka_settings.topic("articles"), 30)
    reader.catch_up(memory)
    for partition in range(3):
        mine = [number for number in memory.values if number // 100 == partition]
        assert list(range(partition * 100, partition * 100 + 50)) == mine
    assert 150 == len(memory.values)
    reader.close()


def test_threads_that_share_a_reader_see_each_record_once(reader, write):
    memory, gate = Memory(), threading.Barrier(4)
    write(range(1000))

    def read():
        gate.wait()
        reader.catch_up(memory)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(range(1000)) == memory.values


def test_a_missing_topic_is_a_misconfiguration(kafka_settings):
    with pytest.raises(KafkaMisconfigured, match="topic nowhere is missing"):
        PartitionReader(kafka_settings, "nowhere", 0, 1).catch_up(lambda record: None)


def test_an_unreachable_kafka_exhausts_the_patience():
    reader = PartitionReader(KafkaSettings(bootstrap="127.0.0.1:1"), "t", 0, 0.3)
    with pytest.raises(KafkaUnavailable, match="reading t: no connection to Kafka"):
        reader.catch_up(lambda record: None)


def test_nothing_connects_before_it_is_asked():
    PartitionReader(KafkaSettings(bootstrap="127.0.0.1:1"), "t", 0, None).close()


def test_a_reader_of_the_newest_begins_so_many_before_the_end_and_then_misses_nothing(kafka_settings, write):
    write(range(10))
    reader, memory = PartitionReader(kafka_settings, kafka_settings.topic("articles"), 0, 30, newest=3), Memory()
    for numbers in (range(0), range(10, 15)):
        write(numbers)
        reader.catch_up(memory)
    reader.close()
    assert [7, 8, 9, 10, 11, 12, 13, 14] == memory.values


def test_a_reader_of_more_than_there_is_begins_at_the_start(kafka_settings, write):
    write(range(2))
    reader, memory = PartitionReader(kafka_settings, kafka_settings.topic("articles"), 0, 30, newest=50), Memory()
    reader.catch_up(memory)
    reader.close()
    assert [0, 1] == memory.values
