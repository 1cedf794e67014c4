"""Finds that a process has met, so that it need not read them from state again.

Nothing hangs on it: state has them all, and what is not here is read from there.
"""

import threading
from collections import OrderedDict

from transforms.coders import RecordCoder
from transforms.records import Find

MOST = 16 * 1024 * 1024  # bytes


class KeptFinds:
    """Finds by sighting, as bytes; safe to use from all threads.

    Args:
      most: Bytes that they may take; the longest unasked are let go first.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._size = most, 0
        self._coder, self._lock = RecordCoder(Find), threading.Lock()
        self._finds: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, find: Find) -> None:
        """Keeps a find, in place of one of the same sighting."""
        encoded = self._coder.encode(find)
        with self._lock:
            self._drop(find.sighting)
            self._finds[find.sighting] = encoded
            self._size += len(encoded)
            while self._size > self._most:
                self._drop(next(iter(self._finds)))

    def get(self, sighting: str) -> Find | None:
        """The find, or None when it is not kept (any more)."""
        with self._lock:
            encoded = self._finds.get(sighting)
            if encoded is None:
                return None
            self._finds.move_to_end(sighting)
        return self._coder.decode(encoded)

    def drop(self, sighting: str) -> None:
        """Lets a find go that has left."""
        with self._lock:
            self._drop(sighting)

    def close(self) -> None:
        """Lets all go."""
        with self._lock:
            self._finds.clear()
            self._size = 0

    def _drop(self, sighting: str) -> None:
        self._size -= len(self._finds.pop(sighting, b""))
