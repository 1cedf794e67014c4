"""Shows events as they come, one readable line each: what `up` prints."""

import threading
from collections.abc import Callable

from kafka import KafkaConsumer, TopicPartition, errors

from connectors.kafka.settings import KafkaSettings
from pipelines.cli.rendering import line

_POLL_MS = 300


def show_events(kafka: KafkaSettings, stop: threading.Event, say: Callable[[str], None], colour: bool) -> None:
    """Prints each event on `articles` from now on, until ``stop``.

    Args:
      kafka: Where the topics are.
      stop: Set when the end is wanted.
      say: Gets each line.
      colour: Whether the terminal shows colours.
    """
    topic = kafka.topic("articles")
    consumer = KafkaConsumer(**kafka.client(), group_id=None, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, number) for number in range(kafka.partitions)]
        consumer.assign(partitions)
        consumer.seek_to_end(*partitions)
        for partition in partitions:
            consumer.position(partition)  # settles "the end" before anything is published
        while not stop.is_set():
            for records in consumer.poll(timeout_ms=_POLL_MS).values():
                for record in records:
                    say(line(record.headers, record.value, "articles", colour))
    except errors.KafkaError as error:
        if not stop.is_set():
            say(f"events are not shown any more: {error}")
    finally:
        consumer.close()
