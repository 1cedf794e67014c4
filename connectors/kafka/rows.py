"""Rows: what is sent to topics, what is wrong with one in itself, and how many of them travel together."""

import dataclasses
import functools
from collections.abc import Iterator, Sequence

from kafka import errors

MAX_RECORDS, MAX_BYTES = 2_000, 8 * 1024 * 1024  # in flight
MAX_RECORD = 1_000_000  # bytes of one record; Kafka's own default bound is 1,048,588 for a batch of one
_OVERHEAD = 100  # bytes a record costs beside its content


@dataclasses.dataclass(frozen=True)
class Row:
    """One record to send; without a partition its key decides."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None

    @functools.cached_property
    def size(self) -> int:
        """Bytes that it counts for; asked several times for each record, so it is counted once and plainly."""
        size = len(self.key or b"") + len(self.value or b"") + _OVERHEAD
        for name, value in self.headers:
            size += len(value) + (len(name) if name.isascii() else len(name.encode("utf-8", "replace")))
        return size


@dataclasses.dataclass(frozen=True)
class Reject:
    """A row that can never be delivered, and why."""

    row: Row
    error: Exception


def fault_of(row: Row, limit: int) -> Exception | None:
    """What is wrong with a row in itself: told before it is sent, since one such record ends an idempotent producer.

    Args:
      row: The row.
      limit: The most bytes that its topic takes.
    """
    if not isinstance(row.key, bytes | None) or not isinstance(row.value, bytes | None):
        return TypeError("key and value must be bytes or None")
    if row.key is None and row.value is None:
        return ValueError("a record without key and value says nothing")
    for name, value in row.headers:
        if not isinstance(name, str) or not isinstance(value, bytes):
            return TypeError("headers must be pairs of str and bytes")
    if row.size > limit:
        error: Exception = errors.MessageSizeTooLargeError(f"{row.size} bytes, the topic takes {limit}")
        return error
    return None


def unsettled(rows: Sequence[Row], results: Sequence[Exception | None]) -> list[Row]:
    """The rows to send again: those that failed, and those of the same key that were acknowledged behind one.

    The latter would otherwise be overtaken, and a compacted topic would keep the older of two.
    """
    broken: set[tuple[str, bytes | None]] = set()
    left = []
    for row, result in zip(rows, results, strict=True):
        place = (row.topic, row.key)
        if result is not None:
            broken.add(place)
        if result is not None or (row.key is not None and place in broken):
            left.append(row)
    return left


def distinct(rows: list[Row], most: int) -> list[Row]:
    """The longest beginning of rows in which no key comes twice, at most so many."""
    keys: set[tuple[str, bytes]] = set()
    for position, row in enumerate(rows[:most]):
        if row.key is not None:
            if (row.topic, row.key) in keys:
                return rows[:position]
            keys.add((row.topic, row.key))
    return rows[:most]


def chunks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows in order, in parts of at most `MAX_RECORDS` and `MAX_BYTES`; a larger row is a part of its own."""
    chunk: list[Row] = []
    size = 0
    for row in rows:
        if chunk and (len(chunk) >= MAX_RECORDS or size + row.size > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row.size
    if chunk:
        yield chunk
