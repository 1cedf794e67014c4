"""Publish's memory: what `latest` says of the articles in one of its partitions."""

import logging
import threading
from typing import Any

import msgspec

from connectors.kafka.memory import PartitionReader
from transforms.revision import Latest, remember

_log = logging.getLogger(__name__)


class LatestMemory:
    """One partition of `latest`, read when first asked and caught up at each `read`.

    A value that cannot be read (written by something else) is counted as absent, and logged: a memory that raised would
    stop the partition for ever.
    """

    def __init__(self, reader: PartitionReader) -> None:
        self._reader, self._lock = reader, threading.Lock()
        self._articles: dict[str, Latest] = {}

    def read(self) -> dict[str, Latest]:
        """The newest version of each article by id, caught up to now; not to be changed."""
        with self._lock:
            self._reader.catch_up(self._apply)
            return self._articles

    def close(self) -> None:
        """Ends the consumer."""
        self._reader.close()

    def _apply(self, record: Any) -> None:
        key = record.key.decode()
        if record.value is None:
            self._articles.pop(key, None)
            return
        try:
            self._articles[key] = remember(record.value)
        except (msgspec.DecodeError, ValueError) as error:
            _log.warning("unreadable value on latest for %s at offset %s: %s", key, record.offset, error)
