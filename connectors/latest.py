"""Publish's memory: what `latest` says of the articles in one of its partitions."""

import threading
from typing import Any

from connectors.kafka.memory import PartitionReader
from connectors.kafka.unreadable import key_of, passing_over
from transforms.versions import Latest, remember


class LatestMemory:
    """One partition of `latest`, read when first asked and caught up at each `read`.

    A record that cannot be read (written by something else) is passed over: what was known of the article before stays.

    Attributes:
      deciding: Held by whoever decides by this partition, from catching up until what was decided is acknowledged.
    """

    def __init__(self, reader: PartitionReader) -> None:
        self.deciding = threading.Lock()
        self._reader, self._lock = reader, threading.Lock()
        self._articles: dict[str, Latest] = {}
        self._by_item: dict[str, set[str]] = {}
        self._looked = 0.0

    def read(self) -> dict[str, Latest]:
        """The newest version of each article by id, caught up to now; not to be changed."""
        with self._lock:
            self._reader.catch_up(passing_over(self._apply))
            return self._articles

    def owned(self, item: str) -> dict[str, Latest]:
        """The articles of this partition that an item was last to publish, by id, as of the last `read`."""
        with self._lock:
            return {article: self._articles[article] for article in self._by_item.get(item, ())}

    def retracted_before(self, before: str, now: float, every: float = 3600.0) -> list[str]:
        """Articles that were retracted before an instant, as of the last `read`; looked for once in a while.

        Args:
          before: The instant.
          now: Unix time.
          every: Seconds between two looks, since each goes over all articles.
        """
        with self._lock:
            if now - self._looked < every:
                return []
            self._looked = now
            return [key for key, last in self._articles.items() if not last.usable and last.said < before]

    def close(self) -> None:
        """Ends the consumer."""
        self._reader.close()

    def _apply(self, record: Any) -> None:
        key = key_of(record)
        if record.value is None:
            self._forget(key)
            return
        last = remember(record.value)
        self._forget(key)
        self._articles[key] = last
        self._by_item.setdefault(last.item, set()).add(key)

    def _forget(self, key: str) -> None:
        last = self._articles.pop(key, None)
        if last is not None:
            mine = self._by_item[last.item]
            mine.discard(key)
            if not mine:
                del self._by_item[last.item]
