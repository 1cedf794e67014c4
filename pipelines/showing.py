"""Shows events as they come, one readable line each: what `up` prints."""

import threading
import time
from collections.abc import Callable
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from connectors.kafka.settings import KafkaSettings
from pipelines.cli.rendering import line

NEWEST = 5  # articles of earlier runs that are shown first
ANSWER = 10.0  # seconds that reading them may take
_POLL_MS = 300

Say = Callable[[str], None]


def show_events(kafka: KafkaSettings, stop: threading.Event, say: Say, complain: Say, colour: bool) -> None:
    """Prints the newest articles of earlier runs, then each event on `articles` from now on, until ``stop``.

    What ends it before that is told: without a word, a pipeline that goes on would look like one that finds nothing.

    Args:
      kafka: Where the topics are.
      stop: Set when the end is wanted.
      say: Gets each line.
      complain: Gets what there is to say besides.
      colour: Whether the terminal shows colours.
    """
    try:
        before = newest(kafka, NEWEST)
        if before:
            complain(f"the newest {len(before)} articles of earlier runs; `beatwire tail --from-start` shows all:")
        for record in before:
            say(line(record.headers, record.value, "latest", colour))
        _follow(kafka, stop, lambda record: say(line(record.headers, record.value, "articles", colour)))
    except Exception as error:
        if not stop.is_set():
            complain(
                f"events are not shown here any more ({type(error).__name__}: {error}); the pipeline goes on, "
                "`beatwire tail` shows them"
            )


def newest(kafka: KafkaSettings, count: int) -> list[Any]:
    """The records on `latest` that were written last, oldest first; tombstones left out.

    Args:
      kafka: Where the topics are.
      count: How many at most; fewer where compaction has just taken some away.

    Raises:
      KafkaError: Kafka does not answer.
    """
    consumer = _consumer(kafka)
    try:
        partitions = _assign(consumer, kafka, "latest")
        starts, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        for one in partitions:
            consumer.seek(one, max(starts[one], ends[one] - count))
        found, deadline = list[Any](), time.monotonic() + ANSWER
        while any(consumer.position(one) < ends[one] for one in partitions) and time.monotonic() < deadline:
            found += [record for records in consumer.poll(timeout_ms=_POLL_MS).values() for record in records]
        return sorted((one for one in found if one.value is not None), key=lambda one: one.timestamp)[-count:]
    finally:
        consumer.close()


def _follow(kafka: KafkaSettings, stop: threading.Event, show: Callable[[Any], None]) -> None:
    consumer = _consumer(kafka)
    try:
        partitions = _assign(consumer, kafka, "articles")
        consumer.seek_to_end(*partitions)
        for partition in partitions:
            consumer.position(partition)  # settles "the end" before anything is published
        while not stop.is_set():
            for records in consumer.poll(timeout_ms=_POLL_MS).values():
                for record in records:
                    show(record)
    finally:
        consumer.close()


def _consumer(kafka: KafkaSettings) -> KafkaConsumer:
    return KafkaConsumer(**kafka.client(), group_id=None, enable_auto_commit=False, bootstrap_timeout_ms=5_000)


def _assign(consumer: KafkaConsumer, kafka: KafkaSettings, name: str) -> list[TopicPartition]:
    partitions = [TopicPartition(kafka.topic(name), number) for number in range(kafka.partitions)]
    consumer.assign(partitions)
    return partitions
