"""Which finds of a partition have no outcome: what Sweep brings back."""

import threading
from typing import Any

import msgspec

from connectors.kafka.memory import PartitionReader
from connectors.kafka.outcomes import OutcomeIndex
from connectors.kafka.packed import short
from connectors.kafka.unreadable import passing_over
from transforms import instants, lenient
from transforms.records import Find


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
          older_than: Only those found at least so many seconds before; 0 gives all, whatever the clock said then.

        Raises:
          KafkaUnavailable: Kafka did not answer within the readers' patience.
        """
        with self._lock:
            self._outcomes.catch_up()  # first: else all finds of the partition would be held for a moment
            self._reader.catch_up(passing_over(self._apply))
            self._outcomes.catch_up()  # again: a find read just now may have ended since
            self._open = {key: find for key, find in self._open.items() if not self._ended(find)}
            before = instants.to_text(now - older_than)
            old = (one for one in self._open.values() if not older_than or one.found <= before)
            return tuple(sorted(old, key=lambda one: one.found))

    def close(self) -> None:
        """Ends the consumer."""
        self._reader.close()

    def _apply(self, record: Any) -> None:
        if record.value is None:
            return
        find = _find(record.value)
        # Of several sightings the newest counts: the outcome of an older one may have been compacted away.
        if self._ended(find):
            self._open.pop(find.find_id, None)
        else:
            self._open[find.find_id] = find

    def _ended(self, find: Find) -> bool:
        return self._outcomes.ended(find.find_id, find.poll)


def _find(value: bytes) -> Find:
    """Reads a find, with all that the steps behind rely on.

    Raises:
      msgspec.DecodeError: It is no JSON, or not of this form.
      ValueError: An id or an instant in it is none.
      OverflowError: A number in it is one that no coder writes.
    """
    find = lenient.decode(value, Find)
    short(find.find_id), short(find.item_id)
    for instant in (find.found, find.entry.published, find.entry.updated):
        if instant is not None:
            instants.from_text(instant)
    msgspec.msgpack.encode(find)  # as it goes from step to step
    return find
