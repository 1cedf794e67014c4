"""Following a topic: its records from the start or from now on, for one reader that commits nothing."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from kafka import KafkaConsumer, TopicPartition, errors

from connectors.kafka.access import reach
from connectors.kafka.probe import cause
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured, KafkaUnavailable

POLL_MS = 200


def follow(
    settings: KafkaSettings,
    topic: str,
    *,
    from_start: bool = False,
    idle: float | None = None,
    ready: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Any]:
    """Yields records as kafka-python gives them, in order within a partition, for ever.

    Args:
      settings: Where Kafka is.
      topic: Full name.
      from_start: Begin with the oldest record; otherwise with the next that comes.
      idle: Ends after this many seconds without a record; None: never.
      ready: Called once, when every record that is written from now on will be seen.
      clock: Seconds that never go back.

    Raises:
      KafkaUnavailable: Kafka cannot be reached; says the true cause.
      KafkaMisconfigured: The topic is not there, or not for us to read.
    """
    with contextlib.closing(_consumer(settings)) as consumer:
        try:
            _seek(consumer, topic, from_start)
            ready()
            last = clock()
            while idle is None or clock() - last < idle:
                polled = [record for records in consumer.poll(POLL_MS).values() for record in records]
                yield from sorted(polled, key=lambda one: one.timestamp)
                if polled:
                    last = clock()
        except errors.TopicAuthorizationFailedError as error:
            raise KafkaMisconfigured(f"Kafka at {settings.bootstrap} does not let us read {topic}") from error
        except errors.KafkaError as error:
            raise KafkaUnavailable(cause(settings) or f"Kafka at {settings.bootstrap}: {error}") from error


def read_to_end(settings: KafkaSettings, topic: str) -> Iterator[Any]:
    """Yields the records of a topic that are there now, in order within a partition.

    Args:
      settings: Where Kafka is.
      topic: Full name.

    Raises:
      KafkaUnavailable: Kafka cannot be reached; says the true cause.
      KafkaMisconfigured: The topic is not there, or not for us to read.
    """
    with contextlib.closing(_consumer(settings)) as consumer:
        try:
            _seek(consumer, topic, from_start=True)
            ends = consumer.end_offsets(list(consumer.assignment()))
            while any(consumer.position(partition) < end for partition, end in ends.items()):
                for partition, records in consumer.poll(POLL_MS).items():
                    yield from (record for record in records if record.offset < ends[partition])
        except errors.TopicAuthorizationFailedError as error:
            raise KafkaMisconfigured(f"Kafka at {settings.bootstrap} does not let us read {topic}") from error
        except errors.KafkaError as error:
            raise KafkaUnavailable(cause(settings) or f"Kafka at {settings.bootstrap}: {error}") from error


def _consumer(settings: KafkaSettings) -> KafkaConsumer:
    reach(settings)
    try:
        return KafkaConsumer(
            **settings.client(),
            client_id="beatwire-tail",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            request_timeout_ms=15_000,
            bootstrap_timeout_ms=5_000,
        )
    except errors.KafkaError as error:
        raise KafkaUnavailable(cause(settings) or f"Kafka at {settings.bootstrap}: {error}") from error


def _seek(consumer: KafkaConsumer, topic: str, from_start: bool) -> None:
    found = consumer.partitions_for_topic(topic)
    if not found:
        raise KafkaMisconfigured(
            f"there is no topic {topic}: run `beatwire topics create`, or give the --prefix that is meant"
        )
    partitions = [TopicPartition(topic, number) for number in sorted(found)]
    consumer.assign(partitions)
    offsets = consumer.beginning_offsets(partitions) if from_start else consumer.end_offsets(partitions)
    for partition, offset in offsets.items():
        consumer.seek(partition, offset)
