"""Memories on topics: partitions read from their start, and caught up whenever they are asked.

A reader has no group and commits nothing; its position is its own. "Caught up" means: everything that was acknowledged
before the call has been applied, each record once, in the order of each partition. After any failure the consumer is
made anew and goes on where the last applied record was.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition, errors

from connectors.kafka.access import ailment_of, reach
from connectors.kafka.faults import blame
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured, KafkaUnavailable, RunOver

PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between attempts while Kafka is away
REMIND = 60.0  # seconds between two lines in the log while Kafka is away
STALL = 15.0  # seconds without any progress after which a consumer is given up
ANSWER = 15.0  # seconds that one answer may take
LOOK = 3.0  # seconds of such a wait after which the end of the run is seen
_POLL_MS = 200
_log = logging.getLogger(__name__)


class _Reader:
    """Reads some partitions of a topic with one consumer; safe to use from several threads."""

    def __init__(
        self,
        settings: KafkaSettings,
        topic: str,
        partitions: Sequence[int],
        patience: float | None,
        over: threading.Event | None,
        newest: int | None = None,
        since: float | None = None,
    ) -> None:
        self._settings, self._topic, self._patience = settings, topic, patience
        self._newest, self._since = newest, since
        self._over = over or threading.Event()
        self._partitions = [TopicPartition(topic, partition) for partition in partitions]
        self._next: dict[TopicPartition, int] = {}
        self._consumer: KafkaConsumer | None = None
        self._lock = threading.Lock()

    def catch_up(self, apply: Callable[[Any], None]) -> None:
        """Applies every record from the own position to the end as of this call.

        Args:
          apply: Gets each record (``key``, ``value``, ``headers``, ``partition``, ``offset``, ``timestamp``); called
            under the reader's lock. When it raises, its record comes again at the next call.

        Raises:
          KafkaUnavailable: Kafka did not answer within the patience.
          KafkaMisconfigured: It refuses us, or the topic is missing.
          RunOver: The run has ended.
        """
        deadline = None if self._patience is None else time.monotonic() + self._patience
        pause, told = PAUSE, 0.0
        with self._lock:
            while True:
                try:
                    self._raise_if_over()
                    self._read_on(apply, deadline)
                    self._raise_if_over()  # whoever ended the run may have found us inside, and left the consumer to us
                except (errors.KafkaError, KafkaUnavailable) as error:
                    self._drop()
                    if blame(error) == "refused":
                        raise KafkaMisconfigured(f"reading {self._topic}: {type(error).__name__}: {error}") from error
                    cause = ailment_of(self._settings, {self._topic}) or f"{type(error).__name__}: {error}"
                    now = time.monotonic()
                    if deadline is not None and now + pause > deadline:
                        raise KafkaUnavailable(f"reading {self._topic}: {cause}") from error
                    if not told or now - told > REMIND:
                        _log.warning("reading %s waits: %s", self._topic, cause)
                        told = now
                    self._over.wait(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                except BaseException:
                    self._drop()  # its position is past records that were not applied
                    raise
                else:
                    return

    def close(self) -> None:
        """Ends the consumer; the next call goes on where this one was, unless the run is over."""
        # Once the run is over, a reader that is busy ends by itself, within the time that one answer may take.
        if self._lock.acquire(blocking=not self._over.is_set()):
            try:
                self._drop()
            finally:
                self._lock.release()

    def _raise_if_over(self) -> None:
        if self._over.is_set():
            raise RunOver("the run is over: nothing is read for it any more")

    def _read_on(self, apply: Callable[[Any], None], deadline: float | None) -> None:
        consumer = self._open(deadline)
        # Of what is committed: the isolation level holds for offsets, too.
        ends = self._ends(consumer, deadline)
        moved, before = time.monotonic(), -1
        while True:
            # A position also passes what is no record: transaction markers, and what compaction took away.
            positions = [consumer.position(one) for one in self._partitions]
            if all(position >= ends[one] for one, position in zip(self._partitions, positions, strict=True)):
                return
            now = time.monotonic()
            if sum(positions) != before:
                moved, before = now, sum(positions)
            if now - moved > STALL or (deadline is not None and now > deadline):
                raise errors.KafkaTimeoutError(f"nothing came for {now - moved:.0f} s")
            self._raise_if_over()
            for partition, records in consumer.poll(timeout_ms=_POLL_MS).items():
                for record in records:
                    apply(record)
                    self._next[partition] = record.offset + 1

    def _ends(self, consumer: KafkaConsumer, deadline: float | None) -> dict[TopicPartition, int]:
        """Asked again every few seconds, so that the end of the run is seen while Kafka does not answer."""
        until = time.monotonic() + ANSWER
        while True:
            try:
                return consumer.end_offsets(self._partitions, timeout_ms=_within(LOOK, deadline))  # type: ignore[no-any-return]
            except errors.KafkaTimeoutError:
                self._raise_if_over()
                if time.monotonic() > until or (deadline is not None and time.monotonic() > deadline):
                    raise

    def _open(self, deadline: float | None) -> KafkaConsumer:
        if self._consumer is None:
            reach(self._settings)
            consumer = self._consumer = KafkaConsumer(
                **self._settings.client(),
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="earliest",  # also when retention took away what the position points at
                isolation_level="read_committed",
                request_timeout_ms=int(ANSWER * 1000),
                bootstrap_timeout_ms=_within(ANSWER, deadline),
                reconnect_backoff_max_ms=1_000,  # by default 30 s: so long it would miss that Kafka is back
                max_partition_fetch_bytes=8 * 1024 * 1024,
                max_poll_records=5_000,
            )
            consumer.assign(self._partitions)
            starts = consumer.beginning_offsets(self._partitions, timeout_ms=_within(ANSWER, deadline))
            if self._newest is not None and not self._next:
                ends = self._ends(consumer, deadline)
                starts = {one: max(starts[one], ends[one] - self._newest) for one in self._partitions}
            if self._since is not None and not self._next:
                ends = self._ends(consumer, deadline)
                times = dict.fromkeys(self._partitions, int(self._since * 1000))
                found = consumer.offsets_for_times(times, timeout_ms=_within(ANSWER, deadline))
                starts = {one: found[one].offset if found.get(one) else ends[one] for one in self._partitions}
            for one in self._partitions:
                consumer.seek(one, max(starts[one], self._next.get(one, 0)))
        return self._consumer

    def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(Exception):
                consumer.close()


def _within(seconds: float, deadline: float | None) -> int:
    """Milliseconds: so many seconds, but not beyond the deadline."""
    left = seconds if deadline is None else min(seconds, deadline - time.monotonic())
    return max(100, int(left * 1000))


class PartitionReader(_Reader):
    """Reads one partition.

    Args:
      settings: Where from.
      topic: Full name.
      partition: Which.
      patience: Seconds to try for; None tries for ever.
      over: Set when the run has ended: what waits then raises.
      newest: Begin so many records before the end; None begins at the start.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topic: str,
        partition: int,
        patience: float | None,
        over: threading.Event | None = None,
        newest: int | None = None,
    ) -> None:
        super().__init__(settings, topic, [partition], patience, over, newest)


class TopicReader(_Reader):
    """Reads all partitions of a topic; the count is the configured one.

    Args:
      settings: Where from.
      topic: Full name.
      patience: Seconds to try for; None tries for ever.
      over: Set when the run has ended: what waits then raises.
      since: Begin with what was written from this Unix time on; None begins at the start.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topic: str,
        patience: float | None,
        over: threading.Event | None = None,
        since: float | None = None,
    ) -> None:
        super().__init__(settings, topic, range(settings.partitions), patience, over, since=since)
