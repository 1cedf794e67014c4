"""Which finds of a partition have no outcome: what Sweep brings back."""

import logging
import threading
from typing import Any

import msgspec

from connectors.kafka.memory import PartitionReader
from connectors.kafka.outcomes import OutcomeIndex
from transforms import instants
from transforms.records import Find

_log = logging.getLogger(__name__)


class Unfinished:
    """One partition of `finds` less what has ended; only unfinished finds are held.

    Args:
      finds: Reads the partition; nobody else's.
      outcomes: The index of `outcomes`; shared.
    """

    def __init__(self, finds: PartitionReader, outcomes: OutcomeIndex) -> None:
        self._reader, self._outcomes, self._lock = finds, outcomes, threading.Lock()
        self._open: dict[str, Find] = {}

    def sweep(self, now: float, older_than: float) -> tuple[Find, ...]:
        """The finds without an outcome, oldest first.

        Args:
          now: Unix time.
          older_than: Only those found at least so many seconds before.

        Raises:
          KafkaUnavailable: Kafka did not answer within the readers' patience.
        """
        with self._lock:
            self._outcomes.catch_up()  # first: else all finds of the partition would be held for a moment
            self._reader.catch_up(self._apply)
            self._outcomes.catch_up()  # again: a find read just now may have ended since
            self._open = {key: find for key, find in self._open.items() if not self._ended(find)}
            before = instants.to_text(now - older_than)
            return tuple(sorted((one for one in self._open.values() if one.found <= before), key=lambda one: one.found))

    def close(self) -> None:
        """Ends the consumer."""
        self._reader.close()

    def _apply(self, record: Any) -> None:
        if record.value is None:
            return
        try:
            find = msgspec.json.decode(record.value, type=Find)
        except (msgspec.DecodeError, ValueError) as error:
            _log.warning("unreadable value on finds at %s/%s: %s", record.partition, record.offset, error)
            return
        # Of several sightings the newest counts: the outcome of an older one may have been compacted away.
        if self._ended(find):
            self._open.pop(find.find_id, None)
        else:
            self._open[find.find_id] = find

    def _ended(self, find: Find) -> bool:
        return self._outcomes.ended(find.find_id, find.poll)
