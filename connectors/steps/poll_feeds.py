"""PollFeeds: asks every feed when it is due, for ever, and tells its new and changed entries.

    (shard, beat) -> state: the cursors of the shard's feeds, timer: when the next is due
    timer         -> polls that are due are started; those that are done:
                     finds -> `finds` -> cursors -> `feeds` -> (item id, find) downstream

The order is what makes it safe: finds are acknowledged before the cursor that knows them, and the cursor before a find
goes on. A crash in between finds the same again, under the same find id. While Kafka is away the writes wait, and so
does polling: that is the back-pressure.

State that Flink restored may be behind `feeds`: then the cursor there wins, and what was found since, but has no
outcome, comes back from `finds` at once (`lost`). Results of polls that were asked under another cursor are not taken.

A feed's shard follows from its registered domain, so that all feeds of a domain are polled by one key. The configured
feeds are merged into the cursors at every heartbeat. Finds carry the processing time as their timestamp; order is
oldest entry first within one poll of a feed, none between feeds.
"""

import functools
import logging
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

import apache_beam as beam
import msgspec
from apache_beam import coders
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec, TimerSpec, on_timer
from apache_beam.utils.timestamp import Timestamp
from msgspec.structs import replace

from connectors import worker
from connectors.feeds.poll import poll
from connectors.kafka.rows import Row
from connectors.reading.pool import Readers
from connectors.run import RunSettings
from connectors.web.client import WebClient
from transforms import health, identity, instants
from transforms.cursor import Cursor, upgraded
from transforms.polling import Polled, advance, begin, configured
from transforms.records import FeedSource, Find
from transforms.urls import registered_domain

QUICK = 0.1  # seconds a tick waits for polls that it has just started: most feeds answer at once
SOON = 0.05  # seconds

_log = logging.getLogger(__name__)


def shard_of(source: FeedSource, shards: int) -> int:
    """The shard of a feed: all feeds of one registered domain have the same."""
    return identity.shard(registered_domain(source.url), shards)


def merge(
    cursors: dict[str, Cursor], sources: tuple[FeedSource, ...], stored: dict[str, Cursor], now: float
) -> dict[str, Cursor]:
    """The cursors of a shard after a look at the configuration.

    Args:
      cursors: What state holds.
      sources: The shard's feeds as configured.
      stored: The cursors on `feeds`.
      now: Unix time.
    """
    merged = {}
    for source in sources:
        mine, theirs = cursors.get(source.id), stored.get(source.id)
        # State restored from an old checkpoint is behind what the topic knows.
        if mine is None or (theirs is not None and theirs.polls > mine.polls):
            merged[source.id] = begin(source, theirs, now)
        else:
            merged[source.id] = configured(mine, source)
    return merged


def lost(cursors: dict[str, Cursor], stored: dict[str, Cursor], unfinished: Iterable[Find]) -> Iterator[Find]:
    """What was found after a state was saved that is now restored, and did not end since: its steps know nothing of it.

    Args:
      cursors: What state holds.
      stored: The cursors on `feeds`.
      unfinished: Finds without outcome.
    """
    behind = {
        feed: cursor.polls for feed, cursor in cursors.items() if feed in stored and stored[feed].polls > cursor.polls
    }
    for find in unfinished:
        if find.poll > behind.get(find.source.id, find.poll):
            yield replace(find, swept=True)


def write_polled(settings: RunSettings, finds: list[Find], cursors: list[Cursor]) -> None:
    """Writes finds, then the cursors that know them; each is acknowledged before the next."""
    shared, kafka = worker.of(settings), settings.kafka
    shared.write([Row(kafka.topic("finds"), one.item_id.encode(), msgspec.json.encode(one)) for one in finds], "poll")
    shared.write([Row(kafka.topic("feeds"), one.feed_id.encode(), msgspec.json.encode(one)) for one in cursors], "poll")


def tell(before: dict[str, Cursor], after: Iterable[Cursor]) -> None:
    """Logs what these cursors say that is news, once they are written: a feed quiet, moved, gone, a possible gap."""
    for one in after:
        for line in health.told(before[one.feed_id], one):
            _log.warning("%s", line)


class CursorsCoder(coders.Coder):  # type: ignore[misc]  # Beam's base is untyped
    """The cursors of one shard: a version byte, then deflated MessagePack."""

    VERSION = b"\x01"

    def encode(self, value: dict[str, Cursor]) -> bytes:
        return self.VERSION + zlib.compress(msgspec.msgpack.encode(value, order="deterministic"), 1)

    def decode(self, encoded: bytes) -> dict[str, Cursor]:
        if encoded[:1] != self.VERSION:
            raise ValueError(f"cursors stored in form {encoded[:1]!r}, this version reads {self.VERSION!r}")
        stored = msgspec.msgpack.decode(zlib.decompress(encoded[1:]), type=dict[str, Cursor])
        return {feed: upgraded(cursor) for feed, cursor in stored.items()}

    def is_deterministic(self) -> bool:
        return True


class _PollFeeds(beam.DoFn):  # type: ignore[misc]
    CURSORS = ReadModifyWriteStateSpec("cursors", CursorsCoder())
    TICK = TimerSpec("tick", TimeDomain.REAL_TIME)

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn
        self.sources = {source.id: source for source in settings.feeds}
        self.polls = beam.metrics.Metrics.counter("beatwire", "polls")
        self.failed = beam.metrics.Metrics.counter("beatwire", "polls_failed")
        self.found = beam.metrics.Metrics.counter("beatwire", "finds")

    def process(
        self,
        beat: tuple[int, int],
        cell=beam.DoFn.StateParam(CURSORS),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[tuple[str, Find]]:
        mine = tuple(one for one in self.settings.feeds if shard_of(one, self.settings.shards) == beat[0])
        cursors = cell.read() or {}
        if not mine and not cursors:
            return
        merged, finds = self._caught_up(cursors, mine)
        cell.write(merged)
        timer.set(Timestamp.of(self.now_fn() + SOON))
        yield from finds

    @on_timer(TICK)  # type: ignore[untyped-decorator]
    def tick(
        self,
        cell=beam.DoFn.StateParam(CURSORS),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[tuple[str, Find]]:
        state = cell.read() or {}
        cursors, back = state, list[tuple[str, Find]]()
        if not worker.of(self.settings).cursors.holds(state.values()):
            known = tuple(self.sources[feed] for feed in state if feed in self.sources)
            cursors, back = self._caught_up(state, known)
        started = self._start(cursors)
        if started:
            worker.of(self.settings).background.wait(started, QUICK)
        after, finds = self._take(cursors)
        if after != cursors:
            self.found.inc(len(finds))
            polled = [after[feed] for feed in after if after[feed] is not cursors[feed]]
            write_polled(self.settings, finds, polled)
            tell(cursors, polled)
            worker.of(self.settings).cursors.hold(after.values())
        if after != state:
            cell.write(after)
        self._arm(timer, after)
        yield from back
        for find in finds:
            yield find.item_id, find

    def _caught_up(
        self, cursors: dict[str, Cursor], sources: tuple[FeedSource, ...]
    ) -> tuple[dict[str, Cursor], list[tuple[str, Find]]]:
        """The shard's cursors after a look at `feeds` and the configuration, and what comes back with them."""
        shared, now = worker.of(self.settings), self.now_fn()
        stored = shared.cursors.read()
        merged = merge(cursors, sources, stored, now)
        shared.cursors.hold(merged.values())
        back = [(find.item_id, find) for find in lost(cursors, stored, self._unfinished(cursors, stored))]
        return merged, back

    def _unfinished(self, cursors: dict[str, Cursor], stored: dict[str, Cursor]) -> Iterator[Find]:
        """The finds without outcome, where state is behind: reading `finds` to its end takes a while."""
        if any(feed in stored and stored[feed].polls > cursor.polls for feed, cursor in cursors.items()):
            for partition in range(self.settings.kafka.partitions):
                yield from worker.of(self.settings).unfinished(partition).sweep(self.now_fn(), 0.0)

    def _start(self, cursors: dict[str, Cursor]) -> list[tuple[str, str]]:
        shared, now = worker.of(self.settings), instants.to_text(self.now_fn())
        if shared.draining.is_set():
            return []
        due = [cursor for cursor in cursors.values() if cursor.next_poll <= now and cursor.feed_id in self.sources]
        for cursor in due:
            source = self.sources[cursor.feed_id]
            ask = functools.partial(_ask, shared.web, shared.readers, source, cursor)
            shared.background.start(_key(cursor.feed_id), ask)
        return [_key(cursor.feed_id) for cursor in due]

    def _take(self, cursors: dict[str, Cursor]) -> tuple[dict[str, Cursor], list[Find]]:
        background = worker.of(self.settings).background
        after, finds = dict(cursors), list[Find]()
        for feed_id, cursor in cursors.items():
            future = background.take(_key(feed_id))
            if future is None or feed_id not in self.sources:
                continue
            asked, polled = future.result()
            if asked != cursor:  # of an attempt before a restore: its 304 would be none to this cursor
                continue
            self.polls.inc()
            self.failed.inc(1 if polled.error else 0)
            after[feed_id], found = advance(cursor, self.sources[feed_id], polled, self.now_fn())
            finds += found
        return after, finds

    def _arm(self, timer: beam.transforms.userstate.RuntimeTimer, cursors: dict[str, Cursor]) -> None:
        if not cursors:
            return
        now, background = self.now_fn(), worker.of(self.settings).background
        waits = [
            self.settings.tick if background.has(_key(cursor.feed_id)) else instants.from_text(cursor.next_poll) - now
            for cursor in cursors.values()
        ]
        timer.set(Timestamp.of(now + max(self.settings.tick, min(waits))))


async def _ask(client: WebClient, readers: Readers, source: FeedSource, cursor: Cursor) -> tuple[Cursor, Polled]:
    """What a poll brings, and the cursor that it was asked for."""
    return cursor, await poll(client, readers, source, cursor)


def _key(feed_id: str) -> tuple[str, str]:
    return "poll", feed_id


class PollFeeds(beam.PTransform):  # type: ignore[misc]
    """``PCollection[(shard, beat)]`` to ``PCollection[(item id, Find)]``, unbounded."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, beats: beam.PCollection) -> beam.PCollection:
        return (
            beats
            | "ByFeedShard" >> beam.Map(_same).with_output_types(tuple[int, int])
            | "Poll" >> beam.ParDo(_PollFeeds(self.settings)).with_output_types(tuple[str, Find])
        )


def _same(element: tuple[int, int]) -> tuple[int, int]:
    return element
