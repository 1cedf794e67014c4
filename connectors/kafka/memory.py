"""Memories on topics: partitions read from their start, and caught up whenever they are asked.

A reader has no group and commits nothing; its position is its own. "Caught up" means: everything that was acknowledged
before the call has been applied, in the order of each partition.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition, errors

from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaUnavailable

PAUSE = 0.5  # seconds between attempts while Kafka is away
_POLL_MS = 200
_log = logging.getLogger(__name__)


class _Reader:
    """Reads some partitions of a topic with one consumer."""

    def __init__(self, settings: KafkaSettings, topic: str, partitions: Sequence[int], patience: float | None) -> None:
        self._settings, self._patience = settings, patience
        self._partitions = [TopicPartition(topic, partition) for partition in partitions]
        self._next: dict[TopicPartition, int] = {}
        self._consumer: KafkaConsumer | None = None
        self._lock = threading.Lock()

    def catch_up(self, apply: Callable[[Any], None]) -> None:
        """Applies every record from the own position to the end as of this call.

        Raises:
          KafkaUnavailable: Kafka did not answer within the patience.
        """
        deadline = None if self._patience is None else time.monotonic() + self._patience
        told = False
        with self._lock:
            while True:
                try:
                    return self._read_on(apply)
                except errors.KafkaError as error:
                    self._drop()
                    if deadline is not None and time.monotonic() > deadline:
                        raise KafkaUnavailable(f"reading {self._partitions[0].topic}: {error}") from error
                    if not told:
                        _log.warning("reading %s: %s; trying again", self._partitions[0].topic, error)
                    told = True
                    time.sleep(PAUSE)

    def close(self) -> None:
        """Ends the consumer."""
        with self._lock:
            self._drop()

    def _read_on(self, apply: Callable[[Any], None]) -> None:
        consumer = self._open()
        ends = consumer.end_offsets(self._partitions)
        while any(consumer.position(one) < ends[one] for one in self._partitions):
            for partition, records in consumer.poll(timeout_ms=_POLL_MS).items():
                for record in records:
                    apply(record)
                    self._next[partition] = record.offset + 1

    def _open(self) -> KafkaConsumer:
        if self._consumer is None:
            consumer = KafkaConsumer(
                **self._settings.client(),
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                request_timeout_ms=15_000,
                bootstrap_timeout_ms=10_000,
                max_partition_fetch_bytes=8 * 1024 * 1024,
            )
            consumer.assign(self._partitions)
            starts = consumer.beginning_offsets(self._partitions)
            for one in self._partitions:
                consumer.seek(one, max(starts[one], self._next.get(one, 0)))
            self._consumer = consumer
        return self._consumer

    def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(Exception):
                consumer.close()


class PartitionReader(_Reader):
    """Reads one partition.

    Args:
      settings: Where from.
      topic: Full name.
      partition: Which.
      patience: Seconds to try for; None tries for ever.
    """

    def __init__(self, settings: KafkaSettings, topic: str, partition: int, patience: float | None) -> None:
        super().__init__(settings, topic, [partition], patience)


class TopicReader(_Reader):
    """Reads all partitions of a topic; the count is the configured one.

    Args:
      settings: Where from.
      topic: Full name.
      patience: Seconds to try for; None tries for ever.
    """

    def __init__(self, settings: KafkaSettings, topic: str, patience: float | None) -> None:
        super().__init__(settings, topic, range(settings.partitions), patience)
