"""The sink: rows to topics, each one's own acknowledgement awaited.

    rows -> idempotent producer -> every future true: done
                                -> one failed: producer retired, what is left sent again in order by a careful one
                                   -> the record is to blame: told apart by halving, returned; neighbours are delivered
                                   -> nobody is: wait, try again; within patience, or for ever

Truth is in each record's future only; nothing waits without a deadline; records and bytes in flight are bounded here,
because the client bounds nothing. At least once: a record whose acknowledgement was lost is sent again. Order by key:
the first occurrences of a key's records are in the order of the rows, and its last record is the last row's.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from kafka import KafkaProducer

from connectors.kafka.access import ailment_of
from connectors.kafka.faults import NotSent, blame
from connectors.kafka.producers import halt, make, retire, send_all
from connectors.kafka.rows import MAX_RECORD, MAX_RECORDS, Reject, Row, chunks, distinct, fault_of, unsettled
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.topics import DEAD_LETTER_BYTES
from transforms.errors import KafkaMisconfigured, KafkaUnavailable, RunOver

ROUND = 75.0  # seconds for one attempt; above the client's own delivery time-out of 60
PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between attempts while Kafka is away
REMIND = 60.0  # seconds between two lines in the log while Kafka is away

Connect = Callable[[KafkaSettings, bool, float], KafkaProducer]

_log = logging.getLogger(__name__)


class Sink:
    """Sends rows; safe to use from several threads, one `write` at a time. Connects when first used.

    Args:
      settings: Where to.
      patience: Seconds after which `write` gives up; None tries for ever, which is what a runner without retries needs.
      connect: Makes a producer of settings, careful or not, within seconds; see `producers.make`.
      over: Set when the run has ended: nothing is written from then on, and what waits raises.
      limits: The most bytes of one record by full topic name, where it is not `MAX_RECORD`.
      permit: Called before each attempt, after the connection: raises when nothing may be written any more, and waits
        while that is not sure. A write may last as long as Kafka is away, and the right to write may end meanwhile.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        patience: float | None,
        connect: Connect = make,
        over: threading.Event | None = None,
        limits: Mapping[str, int] | None = None,
        permit: Callable[[], None] = lambda: None,
    ) -> None:
        self._permit = permit
        self._settings, self._patience, self._connect = settings, patience, connect
        self._over = over or threading.Event()
        self._limits = {settings.topic("dead-letters"): DEAD_LETTER_BYTES, **(limits or {})}
        self._producer: KafkaProducer | None = None
        self._lock = threading.Lock()
        self._away: float | None = None  # since when
        self._told = 0.0

    def write(self, rows: Sequence[Row]) -> tuple[Reject, ...]:
        """Sends rows in order and returns when each is acknowledged or rejected.

        Raises:
          KafkaUnavailable: Not all were acknowledged within the patience; they may be sent again.
          KafkaMisconfigured: The cluster refuses us, or a topic is missing.
          RunOver: The run has ended; some of the rows may be written.
        """
        deadline = None if self._patience is None else time.monotonic() + self._patience
        rejects: list[Reject] = []
        sound: list[Row] = []
        for row in rows:
            fault = fault_of(row, self._limits.get(row.topic, MAX_RECORD))
            if fault is None:
                sound.append(row)
            else:
                rejects.append(Reject(row, fault))
        with self._lock:
            for chunk in chunks(sound):
                rejects += self._deliver(chunk, deadline)
        return tuple(rejects)

    def halt(self) -> None:
        """Stops a `write` of another thread that waits, once the run is over; returns at once.

        It raises as soon as the client lets go: at once, or after the `lookup` of the settings, in which a new producer
        may look for a topic.
        """
        producer = self._producer
        if producer is not None:
            halt(producer)

    def close(self) -> None:
        """Ends the producer; the next `write` makes another, unless the run is over."""
        if self._over.is_set():
            self._retire()  # the lock may be held by a write that waits; it finds its producer gone
            return
        with self._lock:
            self._retire()

    def _deliver(self, rows: list[Row], deadline: float | None) -> list[Reject]:
        results = self._attempt(rows, deadline, careful=False)
        left = unsettled(rows, results)
        if not left:
            self._is_back()
            return []
        self._retire()
        _raise_refusal(results)
        try:
            return self._send_again(left, deadline)
        finally:
            self._retire()

    def _send_again(self, left: list[Row], deadline: float | None) -> list[Reject]:
        """Delivers what a failed producer left; a part holds no key twice, so that nothing can overtake."""
        rejects: list[Reject] = []
        window, pause = MAX_RECORDS, PAUSE
        while left:
            part = distinct(left, window)
            results = self._attempt(part, deadline, careful=True)
            failed = [row for row, result in zip(part, results, strict=True) if result is not None]
            left = failed + left[len(part) :]
            if not failed:
                window, pause = min(window * 4, MAX_RECORDS), PAUSE
                self._is_back()
                continue
            _raise_refusal(results)
            culprits = [
                Reject(row, result)
                for row, result in zip(part, results, strict=True)
                if result is not None and blame(result) == "record"
            ]
            if len(culprits) == 1:
                rejects += culprits
                left.remove(culprits[0].row)
            elif culprits:  # a batch that is refused as a whole blames all its records
                window = max(1, len(part) // 2)
            else:
                self._retire()
                self._wait(left, results, deadline, pause)
                window, pause = max(1, window // 4), min(pause * 2, LONGEST_PAUSE)
        return rejects

    def _attempt(self, rows: list[Row], deadline: float | None, careful: bool) -> list[Exception | None]:
        end = time.monotonic() + ROUND if deadline is None else min(time.monotonic() + ROUND, deadline)
        self._raise_if_over()
        producer = self._producer
        if producer is None:
            try:
                producer = self._connect(self._settings, careful, max(0.1, end - time.monotonic()))
                self._producer = producer
            except Exception as error:
                self._raise_if_over()
                if blame(error) == "record":  # whatever it is, no record was there to be blamed
                    error = KafkaUnavailable(f"no producer can be made: {type(error).__name__}: {error}")
                return [error, *[NotSent()] * (len(rows) - 1)]
        self._permit()
        self._raise_if_over()  # after the connection: whoever ends the run either sees the producer, or stops us here
        results = send_all(producer, rows, end)
        self._raise_if_over()
        return results

    def _raise_if_over(self) -> None:
        if self._over.is_set():
            self._retire()
            raise RunOver("the run is over: nothing is written for it any more")

    def _wait(self, left: list[Row], results: list[Exception | None], deadline: float | None, pause: float) -> None:
        """Waits before the next try, unless there is none; the end of the run ends the wait."""
        error = next(result for result in results if result is not None)
        cause = ailment_of(self._settings, {row.topic for row in left}) or f"{type(error).__name__}: {error}"
        now = time.monotonic()
        if deadline is not None and now + pause > deadline:
            raise KafkaUnavailable(f"{len(left)} records not acknowledged: {cause}") from error
        self._away = self._away or now
        if now - self._told > REMIND or not self._told:
            _log.warning("Kafka is away, %d records wait: %s", len(left), cause)
            self._told = now
        self._over.wait(pause)

    def _is_back(self) -> None:
        if self._away is not None:
            _log.warning("Kafka is back after %.0f s", time.monotonic() - self._away)
            self._away, self._told = None, 0.0

    def _retire(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            retire(producer)


def _raise_refusal(results: Sequence[Exception | None]) -> None:
    for error in results:
        if isinstance(error, KafkaMisconfigured):
            raise error
        if error is not None and blame(error) == "refused":
            raise KafkaMisconfigured(f"Kafka refuses us: {type(error).__name__}: {error}") from error
