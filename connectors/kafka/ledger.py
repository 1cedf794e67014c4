"""Goes through the topics and keeps the books: see `transforms.ledger`.

    feeds (how many were found) -> outcomes (what has ended) -> finds -> outcomes again

In this order a pipeline at work cannot spoil the count: finds that the cursors count were acknowledged before them, and
an ending that came meanwhile is met at the second time. Some 32 bytes are held for each find, whatever its size.

Retention takes whole segments away, from each partition of `finds` at its own time. So a feed's ordinals must be
without gap only from the time on from which all partitions are whole.
"""

import contextlib
import dataclasses
import time
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from kafka import KafkaConsumer, TopicPartition

from connectors.kafka.memory import TopicReader
from connectors.kafka.outcomes import sighting
from connectors.kafka.packed import PackedSet, short
from connectors.kafka.partition import partition_of
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.topics import TOPICS
from connectors.kafka.unreadable import UNREADABLE
from transforms import instants
from transforms.ledger import Books, FeedBook, Ordinals, Overdue, book

LISTED = 1_000  # overdue finds that are named
PATIENCE = 60.0  # seconds without Kafka
SLACK = 3600.0  # seconds: a find may wait so long between being dated and being written, as when Kafka was away
FRESH = 60.0  # seconds: outcomes of finds as young as this may be of finds that came after these were read
_ANSWER_MS = 15_000

T = TypeVar("T")


class _Source(msgspec.Struct, frozen=True):
    id: str


class _Entry(msgspec.Struct, frozen=True):
    link: str = ""


class _Find(msgspec.Struct, frozen=True, rename="camel"):
    """The part of a `Find` that is looked at."""

    find_id: str
    item_id: str
    source: _Source
    entry: _Entry
    found: str
    poll: int = 0
    ordinal: int = 0


class _End(msgspec.Struct, frozen=True, rename="camel"):
    """The part of an `Outcome` that is looked at."""

    find_id: str
    item_id: str
    found: str
    outcome: str
    poll: int = 0
    reason: str = ""


class _Cursor(msgspec.Struct, frozen=True, rename="camel"):
    """The part of a `Cursor` that is looked at."""

    feed_id: str
    found: int = 0


class _Feed:
    """What was seen of a feed's finds."""

    def __init__(self) -> None:
        self.seen, self.low, self.uncounted = Ordinals(), 0, False


class Ledger:
    """One way through the topics.

    Args:
      settings: Where they are.
      now: Unix time.
      late_after: Seconds after which a find should have ended.
    """

    def __init__(self, settings: KafkaSettings, now: float, late_after: float) -> None:
        self._settings, self._now = settings, now
        self._late = instants.to_text(now - late_after)
        self._cursors: dict[str, int] = {}
        self._feeds: dict[str, _Feed] = {}
        self._ended, self._finds, self._settled = PackedSet(), PackedSet(), PackedSet()
        self._expired, self._strays = PackedSet(), PackedSet()
        self._open: dict[int, int] = {}  # short find id: sighting, and in the lowest bit whether it is late
        self._named: dict[int, Overdue] = {}
        self._whole_from: dict[int, float] = {}  # partition: Unix time from which on nothing was taken away

    def books(self) -> Books:
        """Reads everything.

        Raises:
          KafkaUnavailable: Kafka does not answer.
          KafkaMisconfigured: It refuses us, or a topic is missing.
        """
        self._whole_from = first_times(self._settings, self._now)
        self._read("feeds", _Cursor, self._on_cursor)
        self._read("outcomes", _End, self._on_known_end)
        self._read("finds", _Find, self._on_find)
        self._read("outcomes", _End, self._on_end)
        late = sum(1 for value in self._open.values() if value & 1)
        return Books(
            finds=len(self._finds),
            ended=len(self._settled) - sum(1 for number in self._open if number in self._settled),
            in_flight=len(self._open),
            late=late,
            expired=len(self._expired),
            strays=len(self._strays),
            feeds=tuple(self._book(feed) for feed in sorted(self._cursors)),
            overdue=tuple(sorted(self._named.values(), key=lambda one: one.found)),
        )

    def _read(self, name: str, kind: type[T], apply: Callable[[T, Any], None]) -> None:
        decode = msgspec.json.Decoder(kind).decode

        def take(record: Any) -> None:
            if record.value is not None:
                # The pipeline does not see what is unreadable either, and says so.
                with contextlib.suppress(*UNREADABLE):
                    apply(decode(record.value), record)

        reader = TopicReader(self._settings, self._settings.topic(name), PATIENCE)
        try:
            reader.catch_up(take)
        finally:
            reader.close()

    def _on_cursor(self, cursor: _Cursor, _: Any) -> None:
        self._cursors[cursor.feed_id] = cursor.found

    def _on_known_end(self, end: _End, _: Any) -> None:
        self._ended.add(sighting(end.find_id, end.poll))

    def _on_find(self, find: _Find, record: Any) -> None:
        number, seen, age = short(find.find_id), sighting(find.find_id, find.poll), self._age(find.found)
        self._count(find, record.timestamp / 1000)
        self._finds.add(number)
        self._named.pop(number, None)
        if seen in self._ended:
            self._open.pop(number, None)
            return
        late = find.found <= self._late
        self._open[number] = seen << 1 | late
        if late and len(self._named) < LISTED:
            self._named[number] = Overdue(
                find.source.id, find.item_id, find.find_id, find.entry.link, find.found, round(age, 1)
            )

    def _age(self, found: str) -> float:
        return self._now - instants.from_text(found)

    def _count(self, find: _Find, appended: float) -> None:
        feed = self._feeds.setdefault(find.source.id, _Feed())
        if not find.ordinal:  # written before finds were counted
            feed.uncounted = True
            return
        feed.seen.add(find.ordinal)
        if appended >= max(self._whole_from.values(), default=0.0):
            feed.low = min(feed.low or find.ordinal, find.ordinal)

    def _on_end(self, end: _End, _: Any) -> None:
        number = short(end.find_id)
        if number not in self._finds:
            self._on_end_without_find(end, number)
            return
        self._settled.add(number)
        is_open = self._open.get(number)
        if is_open is not None and is_open >> 1 == sighting(end.find_id, end.poll):
            del self._open[number]
            self._named.pop(number, None)
        elif number in self._named:
            said = f"{end.outcome}: {end.reason}" if end.reason else end.outcome
            self._named[number] = dataclasses.replace(self._named[number], reason=said)

    def _on_end_without_find(self, end: _End, number: int) -> None:
        partition = partition_of(end.item_id, self._settings.partitions)
        whole_from = self._whole_from.get(partition)
        found = instants.from_text(end.found)
        if whole_from is not None and found < whole_from + SLACK:
            self._expired.add(number)
        elif found < self._now - FRESH:
            self._strays.add(number)

    def _book(self, feed_id: str) -> FeedBook:
        feed, found = self._feeds.get(feed_id, _Feed()), self._cursors[feed_id]
        from_the_first = not feed.uncounted and not self._whole_from
        return book(feed_id, found, feed.seen, 1 if from_the_first else feed.low or None)


def first_times(settings: KafkaSettings, now: float) -> dict[int, float]:
    """By partition of `finds` from which records were taken away: the Unix time of the first that is left.

    Where none is left, all are older than the topic's retention.
    """
    topic = settings.topic("finds")
    retention = next(float(one.configs["retention.ms"]) / 1000 for one in TOPICS if one.name == "finds")
    partitions = [TopicPartition(topic, number) for number in range(settings.partitions)]
    consumer = KafkaConsumer(
        **settings.client(), group_id=None, enable_auto_commit=False, max_poll_records=1, request_timeout_ms=_ANSWER_MS
    )
    try:
        starts = consumer.beginning_offsets(partitions, timeout_ms=_ANSWER_MS)
        ends = consumer.end_offsets(partitions, timeout_ms=_ANSWER_MS)
        times = {one.partition: now - retention for one in partitions if starts[one]}
        for one in partitions:
            if not 0 < starts[one] < ends[one]:
                continue
            consumer.assign([one])
            consumer.seek(one, starts[one])
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                if records := consumer.poll(timeout_ms=200).get(one):
                    times[one.partition] = records[0].timestamp / 1000
                    break
        return times
    finally:
        consumer.close()
