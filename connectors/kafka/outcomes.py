"""What `outcomes` says: which finds have ended, and whose items are."""

import logging
import threading
import zlib
from typing import Any

import msgspec

from connectors.kafka.memory import TopicReader
from connectors.kafka.packed import PackedMap, short
from transforms.records import Outcome

_log = logging.getLogger(__name__)


def feed_mark(feed_id: str) -> int:
    """32 bits that stand for a feed."""
    return zlib.crc32(feed_id.encode())


class OutcomeIndex:
    """The `outcomes` topic, packed: 12 bytes for each find and 12 for each item."""

    def __init__(self, reader: TopicReader) -> None:
        self._reader, self._lock = reader, threading.Lock()
        self._finds, self._items = PackedMap(), PackedMap()

    def catch_up(self) -> None:
        """Takes in what was written since."""
        with self._lock:
            self._reader.catch_up(self._apply)

    def ended(self, find_id: str) -> bool:
        """True when the find has its outcome, as of the last catch-up."""
        return short(find_id) in self._finds

    def owner(self, item_id: str) -> int | None:
        """`feed_mark` of the feed whose finds go on for this item, or None when none did."""
        return self._items.get(short(item_id))

    def close(self) -> None:
        """Ends the consumer."""
        self._reader.close()

    def _apply(self, record: Any) -> None:
        if record.value is None:
            return
        try:
            outcome = msgspec.json.decode(record.value, type=Outcome)
            self._finds[short(outcome.find_id)] = feed_mark(outcome.feed_id)
            if outcome.outcome != "seen":
                self._items[short(outcome.item_id)] = feed_mark(outcome.feed_id)
        except (msgspec.DecodeError, ValueError) as error:
            _log.warning("unreadable value on outcomes at %s/%s: %s", record.partition, record.offset, error)
