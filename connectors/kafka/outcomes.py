"""What `outcomes` says: which finds have ended, and whose items are."""

import threading
import zlib
from typing import Any

import msgspec

from connectors.kafka.memory import TopicReader
from connectors.kafka.packed import PackedMap, PackedSet, short
from connectors.kafka.unreadable import passing_over


class _Ended(msgspec.Struct, frozen=True, rename="camel"):
    """The part of an `Outcome` that is remembered."""

    find_id: str
    item_id: str
    feed_id: str
    outcome: str
    poll: int = 0


_decode = msgspec.json.Decoder(_Ended).decode


_SPREAD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: neighbouring polls land far apart
_MASK = 2**64 - 1


def sighting(find_id: str, poll: int) -> int:
    """64 bits that stand for one sighting of a find."""
    return short(find_id) ^ (poll * _SPREAD & _MASK)


def feed_mark(feed_id: str) -> int:
    """8 bits that stand for a feed.

    Two feeds of one mark (1 pair in 256) are taken for one: the second's find of an item is then read again instead of
    ending as ``seen``, and nothing is lost.
    """
    return zlib.crc32(feed_id.encode()) & 0xFF


class OutcomeIndex:
    """The `outcomes` topic, packed: 8 bytes for each find and 8 for each item.

    An item that is taken for another (`PackedMap` says how rarely) ends as ``seen`` unread, since another feed seems to
    have it; a sighting that is taken for another that has ended is not swept, and comes again when its entry changes.

    Args:
      reader: Reads `outcomes`; nobody else's.
    """

    def __init__(self, reader: TopicReader) -> None:
        self._reader, self._lock = reader, threading.Lock()
        self._finds, self._items = PackedSet(), PackedMap()

    def catch_up(self) -> None:
        """Takes in what was written since; raises as the reader does."""
        with self._lock:
            self._reader.catch_up(passing_over(self._apply))

    def ended(self, find_id: str, poll: int) -> bool:
        """True when this sighting of the find has its outcome, as of the last catch-up.

        The topic is compacted by find id, so of a find that was seen in several polls only the newest is sure to be
        known.
        """
        return sighting(find_id, poll) in self._finds

    def owner(self, item_id: str) -> int | None:
        """`feed_mark` of the feed whose finds go on for this item, or None when none did."""
        return self._items.get(short(item_id))

    def __len__(self) -> int:
        """How many sightings of finds have ended."""
        return len(self._finds)

    @property
    def nbytes(self) -> int:
        """Bytes of what is packed."""
        return self._finds.nbytes + self._items.nbytes

    def close(self) -> None:
        """Ends the consumer."""
        self._reader.close()

    def _apply(self, record: Any) -> None:
        if record.value is None:
            return
        one = _decode(record.value)
        find, item, mark = sighting(one.find_id, one.poll), short(one.item_id), feed_mark(one.feed_id)
        self._finds.add(find)
        if one.outcome != "seen":
            self._items[item] = mark
