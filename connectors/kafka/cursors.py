"""The memory of `feeds`: how far each feed was polled."""

import threading
from collections.abc import Iterable
from typing import Any

import msgspec

from connectors.kafka.memory import TopicReader
from connectors.kafka.unreadable import key_of, passing_over
from transforms import instants
from transforms.cursor import Cursor, decode


class CursorMemory:
    """The newest cursor of each feed, from `feeds`; and which of them this process had in hand last.

    State that a runner restored may be behind the topic. It shows by a cursor that this process did not hold last: so
    the topic is asked then, and not at every tick. A record that cannot be read is passed over.
    """

    def __init__(self, reader: TopicReader) -> None:
        self._reader, self._lock = reader, threading.Lock()
        self._cursors: dict[str, Cursor] = {}
        self._held: dict[str, int] = {}

    def hold(self, cursors: Iterable[Cursor]) -> None:
        """Notes what is in hand now."""
        self._held.update({cursor.feed_id: cursor.polls for cursor in cursors})

    def holds(self, cursors: Iterable[Cursor]) -> bool:
        """True when each of these is what was in hand last."""
        return all(self._held.get(cursor.feed_id) == cursor.polls for cursor in cursors)

    def read(self) -> dict[str, Cursor]:
        """All cursors by feed id, caught up to now."""
        with self._lock:
            self._reader.catch_up(passing_over(self._apply))
            return dict(self._cursors)

    def close(self) -> None:
        """Ends the consumer."""
        self._reader.close()

    def _apply(self, record: Any) -> None:
        feed_id = key_of(record)
        if record.value is None:
            self._cursors.pop(feed_id, None)
            return
        cursor = decode(record.value)
        if cursor.feed_id != feed_id:
            raise ValueError(f"the cursor of feed {cursor.feed_id!r} under the key {feed_id!r}")
        instants.from_text(cursor.next_poll)  # what the schedule counts from
        msgspec.msgpack.encode(cursor)  # as state holds it: not every number can be written
        self._cursors[feed_id] = cursor
