"""The memory of `sources`: the feeds that are polled, as the newest configuration has them."""

import math
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from connectors.kafka.memory import TopicReader
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.unreadable import key_of, passing_over
from transforms import lenient
from transforms.records import FeedSource
from transforms.sources import Changes
from transforms.urls import is_web

EVERY = 5.0  # seconds between two looks at the topic


class SourceMemory:
    """The list of feeds, looked at every few seconds at most, whoever asks; safe to use from several threads.

    A record that cannot be read is passed over: what was known of its feed stays.

    Args:
      reader: Reads `sources`; nobody else's.
    """

    def __init__(self, reader: TopicReader) -> None:
        self._reader, self._looking, self._lock = reader, threading.Lock(), threading.Lock()
        self._sources: dict[str, FeedSource] = {}
        self._shown: Mapping[str, FeedSource] | None = None
        self._looked = 0.0
        self._renewed: set[str] = set()

    def read(self, now: float) -> Mapping[str, FeedSource]:
        """The feeds by id, at most `EVERY` seconds old; the same object until something changes.

        While Kafka is away one caller waits for it, and others get what was known before: a look at the list must not
        hold up all that could go on without.

        Args:
          now: Unix time, by any clock that all callers have in common.
        """
        shown = self._shown
        if shown is not None and 0 <= now - self._looked < EVERY:
            return shown
        if not self._looking.acquire(blocking=shown is None):
            return shown if shown is not None else {}
        try:
            # Who waited for the first look of another need not look again.
            if self._shown is None or not 0 <= now - self._looked < EVERY:
                self._catch_up()
                self._looked = now
            return self._shown if self._shown is not None else {}
        finally:
            self._looking.release()

    def newest(self) -> Mapping[str, FeedSource]:
        """The feeds by id, caught up to now."""
        with self._looking:
            self._catch_up()
            return self._shown if self._shown is not None else {}

    def renewed(self, asked: Callable[[str], bool]) -> set[str]:
        """Which of the feeds that are asked for are new or say something else since the first look; told once each."""
        if not self._renewed:
            return set()
        with self._lock:
            told = {one for one in self._renewed if asked(one)}
            self._renewed -= told
            return told

    def close(self) -> None:
        """Ends the consumer."""
        self._reader.close()

    def _catch_up(self) -> None:
        self._reader.catch_up(passing_over(self._apply))
        if self._shown is None or dict(self._shown) != self._sources:
            before = self._shown
            with self._lock:
                if before is not None:
                    self._renewed |= {one for one, said in self._sources.items() if before.get(one) != said}
                self._renewed &= self._sources.keys()
            self._shown = MappingProxyType(dict(self._sources))

    def _apply(self, record: Any) -> None:
        feed_id = key_of(record)
        if record.value is None:
            self._sources.pop(feed_id, None)
            return
        source = lenient.decode(record.value, FeedSource)
        if source.id != feed_id:
            raise ValueError(f"the feed {source.id!r} under the key {feed_id!r}")
        bounded = 0 <= source.interval < math.inf and 0 < source.shortest <= source.longest < math.inf
        if not is_web(source.url) or not bounded:
            raise ValueError(f"the feed {feed_id!r} cannot be polled")
        self._sources[feed_id] = source


def rows(settings: KafkaSettings, changed: Changes) -> list[Row]:
    """What makes the changes on the topic."""
    topic = settings.topic("sources")
    said = [Row(topic, one.id.encode(), msgspec.json.encode(one)) for one in (*changed.added, *changed.changed)]
    return said + [Row(topic, one.encode(), None) for one in changed.removed]
