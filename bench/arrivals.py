"""A consumer in a process of its own: the threads of a pipeline in this one would delay it."""

import contextlib
import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from typing import NamedTuple

from kafka import KafkaConsumer

from connectors.kafka.settings import KafkaSettings
from pipelines.cli import logs

READY_WITHIN = 60.0  # seconds


class Record(NamedTuple):
    """What a consumer got of one record: when (Unix time), and its parts."""

    arrived: float
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


@contextlib.contextmanager
def listening(kafka: KafkaSettings, topic: str) -> Iterator["Queue[Record]"]:
    """What arrives on one topic, from its start.

    Args:
      kafka: Where the topic is.
      topic: Name of one of our topics, as in ``articles``.

    Raises:
      RuntimeError: If the consumer is not ready within ``READY_WITHIN``.
    """
    context = multiprocessing.get_context("spawn")
    records, ready = context.Queue(), context.Event()
    process = context.Process(target=_listen, args=(kafka, topic, records, ready), daemon=True)
    process.start()
    try:
        if not ready.wait(READY_WITHIN):
            raise RuntimeError(f"no consumer on {kafka.topic(topic)} within {READY_WITHIN:.0f} s")
        yield records
    finally:
        process.terminate()
        process.join()
        records.close()


def _listen(kafka: KafkaSettings, topic: str, records: "Queue[Record]", ready: Event) -> None:
    logs.set_up(verbose=False)
    consumer = KafkaConsumer(kafka.topic(topic), **kafka.client(), auto_offset_reset="earliest", group_id=None)
    while True:
        batches = consumer.poll(timeout_ms=100)
        arrived = time.time()
        if not ready.is_set() and consumer.assignment():
            for partition in consumer.assignment():
                consumer.position(partition)
            ready.set()
        for batch in batches.values():
            for record in batch:
                records.put(Record(arrived, record.key, record.value, tuple(record.headers)))
