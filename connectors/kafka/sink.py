"""The sink: rows to topics, each one's own acknowledgement awaited.

    rows -> producer -> every future true: done
                     -> one failed: producer retired, the rest sent again in order by a careful one
                        -> failing still: halves, down to the record that is to blame; neighbours are delivered

Truth is in each record's future only; nothing waits without a deadline; records and bytes in flight are bounded here,
because the client bounds nothing. Order per key is that of the rows, also after a failure. At least once: a record
whose acknowledgement was lost is sent again.
"""

import dataclasses
import logging
import time
from collections.abc import Iterator, Sequence
from typing import Any

from kafka import KafkaProducer, errors

from connectors.kafka.producers import make, retire
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured, KafkaUnavailable

MAX_RECORDS, MAX_BYTES = 2_000, 8 * 1024 * 1024  # in flight
ROUND = 75.0  # seconds for one attempt at a chunk; above the client's own delivery time-out of 60
PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between attempts while Kafka is away
_OVERHEAD = 100  # bytes a record costs beside its content

# The cluster refuses us, not a record: no retry and no dead letter will help.
_REFUSED = (
    errors.TopicAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.TransactionalIdAuthorizationFailedError,
    errors.SaslAuthenticationFailedError,
    errors.UnsupportedVersionError,
    errors.UnsupportedCodecError,
)
# The record itself can never pass.
_CULPRIT = (
    errors.MessageSizeTooLargeError,
    errors.RecordListTooLargeError,
    errors.InvalidTopicError,
    errors.InvalidRecordError,
    TypeError,
    ValueError,
)

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Row:
    """One record to send; without a partition its key decides."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None

    @property
    def size(self) -> int:
        """Bytes that it counts for."""
        named = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.key or b"") + len(self.value or b"") + named + _OVERHEAD


@dataclasses.dataclass(frozen=True)
class Reject:
    """A row that can never be delivered, and why."""

    row: Row
    error: Exception


class Sink:
    """Sends rows; one user at a time.

    Args:
      settings: Where to.
      patience: Seconds after which `write` gives up; None tries for ever, which is what a runner without retries needs.
    """

    def __init__(self, settings: KafkaSettings, patience: float | None) -> None:
        self._settings, self._patience = settings, patience
        self._producer: KafkaProducer | None = None
        self._careful = False

    def write(self, rows: Sequence[Row]) -> tuple[Reject, ...]:
        """Sends rows in order and returns when each is acknowledged or rejected.

        Raises:
          KafkaUnavailable: Not all were acknowledged within the patience; they may be sent again.
          KafkaMisconfigured: The cluster refuses us.
        """
        deadline = None if self._patience is None else time.monotonic() + self._patience
        rejects: list[Reject] = []
        for chunk in _chunks(rows):
            rejects += self._deliver(chunk, deadline)
        return tuple(rejects)

    def close(self) -> None:
        """Ends the producer."""
        if self._producer is not None:
            retire(self._producer)
            self._producer = None

    def _deliver(self, rows: list[Row], deadline: float | None) -> list[Reject]:
        rejects: list[Reject] = []
        left, window, pause, told = rows, len(rows), PAUSE, 0.0
        while left:
            part = left[:window]
            failed, error = self._attempt(part, deadline)
            left = failed + left[len(part) :]
            if not failed:
                window = len(left)
                continue
            self._replace(careful=True)
            if isinstance(error, _REFUSED):
                raise KafkaMisconfigured(f"Kafka refuses us: {type(error).__name__}: {error}") from error
            if _blames_a_record(error):
                if len(failed) == 1:
                    rejects.append(Reject(failed[0], error))
                    left = left[1:]
                window = max(1, len(failed) // 2)
                continue
            words = f"{type(error).__name__}: {error}"
            if deadline is not None and time.monotonic() + pause > deadline:
                raise KafkaUnavailable(f"{len(left)} records not acknowledged: {words}") from error
            if time.monotonic() - told > 60:
                _log.warning("Kafka at %s is away (%s); waiting", self._settings.bootstrap, words)
                told = time.monotonic()
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        if self._careful:
            self._replace(careful=False)
        return rejects

    def _attempt(self, rows: list[Row], deadline: float | None) -> tuple[list[Row], Exception]:
        """Sends rows and waits; returns those not acknowledged, in order, and the first error."""
        end = time.monotonic() + ROUND if deadline is None else min(time.monotonic() + ROUND, deadline)
        futures: list[Any] = []
        first: Exception = RuntimeError("no error")
        try:
            if self._producer is None:
                self._producer = make(self._settings, self._careful, max(0.1, end - time.monotonic()))
            for row in rows:
                futures.append(
                    self._producer.send(
                        row.topic, row.value, key=row.key, headers=list(row.headers), partition=row.partition
                    )
                )
        except Exception as error:  # nothing behind it may overtake: the rest counts as failed
            first = error
        failed = []
        for position, row in enumerate(rows):
            if position >= len(futures):
                failed.append(row)
                continue
            try:
                futures[position].get(timeout=max(0.001, end - time.monotonic()))
            except Exception as error:
                first = error if not failed or isinstance(error, _CULPRIT) else first
                failed.append(row)
        return failed, first

    def _replace(self, careful: bool) -> None:
        self.close()
        self._careful = careful


def _blames_a_record(error: Exception) -> bool:
    return isinstance(error, _CULPRIT) and not isinstance(error, errors.KafkaTimeoutError)


def _chunks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    size = 0
    for row in rows:
        if chunk and (len(chunk) >= MAX_RECORDS or size + row.size > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row.size
    if chunk:
        yield chunk
