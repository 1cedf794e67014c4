"""Publish's memory: what `latest` says of the articles in one of its partitions."""

import logging
import threading
from collections.abc import Callable, Collection
from typing import Any, Protocol

from connectors.kafka.letters import EVENT_ID
from connectors.kafka.unreadable import key_of, passing_over
from transforms.versions import Latest, remember

TAIL = 5_000  # records at the end of `articles` in which a dead writer's last words are looked for
SKEW = 60_000  # milliseconds by which the clocks of two brokers may differ

_log = logging.getLogger(__name__)


class Reader(Protocol):
    """What a memory needs of `connectors.kafka.memory.PartitionReader`."""

    def catch_up(self, apply: Callable[[Any], None]) -> None: ...
    def close(self) -> None: ...


class LatestMemory:
    """One partition of `latest`, read when first asked and caught up at each `read`.

    A record that cannot be read (written by something else) is passed over: what was known of the article before stays.

    Args:
      reader: Reads the partition of `latest`; nobody else's.
      said: Makes a reader of the end of the same partition of `articles`; None where nobody asks for `unsaid`.
      refused: Key and event id of what this partition refused for good; asked only when something is `unsaid`.

    Attributes:
      deciding: Held by whoever decides by this partition, from catching up until what was decided is acknowledged.
    """

    def __init__(
        self,
        reader: Reader,
        said: Callable[[], Reader] | None = None,
        refused: Callable[[], Collection[tuple[bytes | None, bytes | None]]] = tuple,
    ) -> None:
        self.deciding = threading.Lock()
        self._reader, self._said, self._refused, self._lock = reader, said, refused, threading.Lock()
        self._doubted = said is not None
        self._newest, self._buried = 0, set[str]()
        self._articles: dict[str, Latest] = {}
        self._by_item: dict[str, set[str]] = {}
        self._looked = 0.0

    def read(self) -> dict[str, Latest]:
        """The newest version of each article by id, caught up to now; not to be changed."""
        with self._lock:
            self._reader.catch_up(passing_over(self._apply))
            return self._articles

    def unsaid(self) -> list[Any]:
        """What stands on `articles` and not yet here, because its writer died in between: records to be written here.

        Looked for by who writes this partition, after the first `read` and whenever it was doubted, until it is
        `settled`. Otherwise the same revision could be said twice with different words: its find comes again, and the
        page may have changed meanwhile. What was refused here has its dead letter, and is not tried again.
        """
        with self._lock:
            if self._said is None or not self._doubted:
                return []
            missing: dict[str, tuple[int, Any]] = {}

            def look(record: Any) -> None:
                key = key_of(record)
                revision = remember(record.value).version.revision
                known = self._articles[key].version.revision if key in self._articles else 0
                if record.timestamp + SKEW >= self._newest and key not in self._buried and revision > known:
                    missing[key] = max(missing.get(key, (0, record)), (revision, record), key=lambda one: one[0])

            reader = self._said()
            try:
                reader.catch_up(passing_over(look))
            finally:
                reader.close()
            if not missing:
                return []
            refused = self._refused()
            records = [one for _, one in missing.values() if (one.key, dict(one.headers).get(EVENT_ID)) not in refused]
            if records:
                _log.warning("%d versions stood on articles and not on latest: their writer died", len(records))
            return records

    def settled(self) -> None:
        """What was `unsaid` stands here by now."""
        self._doubted = False

    def doubted(self) -> None:
        """A write to this partition failed: what of it was said nobody knows."""
        self._doubted = True

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
        self._newest = max(self._newest, record.timestamp)
        if record.value is None:
            self._forget(key)
            self._buried.add(key)
            return
        last = remember(record.value)
        self._buried.discard(key)
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
