"""PollFeeds: asks every feed when it is due, for ever, and tells its new and changed entries.

    (shard, beat) -> state: the cursors of the shard's feeds, timer: when the next is due
    timer         -> polls that are due are started; those that are done:
                     finds -> `finds` -> cursors -> `feeds` -> (item id, find) downstream

The order is what makes it safe: finds are acknowledged before the cursor that knows them, and the cursor before a find
goes on. A crash in between finds the same again, under the same find id. While Kafka is away the writes wait, and so
does polling: that is the back-pressure.

State that Flink restored may be behind `feeds`: then the cursor there wins, and what was found since, but has no
outcome, comes back from `finds` at once (`lost`). Results of polls that were asked under another cursor are not taken.

A feed's shard follows from its registered domain, so that all feeds of a domain are polled by one key: one at a time,
spaced, and none while its host wants to be left alone (`transforms.politeness`). `sources` says which feeds there are
(the settings do while it says nothing); each shard looks every `LOOK` seconds. A feed taken off the list leaves the
state at once, and what a poll of it under way brings is not taken. Its cursor stays on `feeds`: a feed that returns, or
that a changed address moved to another shard, goes on from there.

Finds carry the processing time as their timestamp; order is oldest entry first within one poll of a feed, none between
feeds.
"""

import functools
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import apache_beam as beam
import msgspec
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import (
    ReadModifyWriteRuntimeState,
    ReadModifyWriteStateSpec,
    TimerSpec,
    on_timer,
)
from apache_beam.utils.timestamp import Timestamp
from msgspec.structs import replace

from connectors import worker
from connectors.books import Book
from connectors.feeds.admission import address, ask_for_feed
from connectors.kafka.rows import Row
from connectors.run import RunSettings
from connectors.steps.cells import with_cells
from connectors.steps.cursor_cells import SPECS, CursorCells, key
from transforms import health, instants, schedule
from transforms.coders import RecordCoder
from transforms.cursor import Cursor
from transforms.politeness import (
    Learned,
    Manners,
    Turns,
    Wanted,
    after_answer,
    begun,
    earliest,
    spaced_anew,
    tidied,
)
from transforms.polling import Polled, advance, begin, configured, in_reach
from transforms.records import FeedSource, Find
from transforms.urls import host_of, registered_domain

QUICK = 0.1  # seconds a tick waits for polls that it has just started: most feeds answer at once
SOON = 0.05  # seconds
LOOK = 10.0  # seconds between two looks at the list of feeds at most: 1 % of a core for eight shards on Prism

_NONE: dict[str, FeedSource] = {}  # of a shard without feeds: always the same object

_log = logging.getLogger(__name__)


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
            before, after = theirs, begin(source, theirs, now)
        else:
            before, after = mine, in_reach(configured(mine, source), source, now)
        moved = before is not None and before.url != after.url
        merged[source.id] = hastened(after, source, now) if moved else after
    return merged


def fits(cursors: Mapping[str, Cursor], sources: Mapping[str, FeedSource]) -> bool:
    """True when the cursors are those of these feeds, under the addresses that they have."""
    return cursors.keys() == sources.keys() and all(
        cursor is configured(cursor, sources[feed]) for feed, cursor in cursors.items()
    )


def hastened(cursor: Cursor, source: FeedSource, now: float) -> Cursor:
    """The cursor of a feed that is configured otherwise since, or came back: due as soon as a new one."""
    soon = instants.to_text(schedule.first(source, now))
    return cursor if cursor.next_poll <= soon else replace(cursor, next_poll=soon)


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


def tell(before: Mapping[str, Cursor], after: Iterable[Cursor]) -> None:
    """Logs what these cursors say that is news, once they are written: a feed quiet, moved, gone, a possible gap."""
    for one in after:
        for line in health.told(before[one.feed_id], one):
            _log.warning("%s", line)


class _PollFeeds(beam.DoFn):  # type: ignore[misc]
    TURNS = ReadModifyWriteStateSpec("turns", RecordCoder(Turns))
    TICK = TimerSpec("tick", TimeDomain.REAL_TIME)

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn
        self.manners = settings.manners[0]
        self.polls = beam.metrics.Metrics.counter("beatwire", "polls")
        self.failed = beam.metrics.Metrics.counter("beatwire", "polls_failed")
        self.found = beam.metrics.Metrics.counter("beatwire", "finds")

    @with_cells("cells", SPECS)
    def process(
        self,
        beat: tuple[int, int],
        cells: tuple[ReadModifyWriteRuntimeState, ...],
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[tuple[str, Find]]:
        stored = CursorCells(cells, self.settings, beat[0])
        sources, book = self._sources(beat[0]), stored.read()
        finds = list[tuple[str, Find]]()
        if sources or book.cursors:
            finds = self._caught_up(book, sources)
            stored.write(book)
        timer.set(Timestamp.of(self.now_fn() + SOON))
        yield from finds

    @on_timer(TICK)  # type: ignore[untyped-decorator]
    @with_cells("cells", SPECS)
    def tick(
        self,
        cells: tuple[ReadModifyWriteRuntimeState, ...],
        shard=beam.DoFn.KeyParam,
        turns=beam.DoFn.StateParam(TURNS),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[tuple[str, Find]]:
        stored, shared = CursorCells(cells, self.settings, shard), worker.of(self.settings)
        book, before, sources = stored.read(), turns.read() or Turns(), self._sources(shard)
        back = list[tuple[str, Find]]()
        if book.fits is not sources:
            if not (fits(book.cursors, sources) and self._held(book)):
                back = self._caught_up(book, sources)
            book.fits = sources
        self._renew(book, sources)
        started, told = self._start(book, sources, before)
        if started:
            shared.background.wait(started, QUICK)
        polled, finds, told = self._take(book, sources, told)
        if polled:
            self.found.inc(len(finds))
            after = [book.cursors[feed] for feed in polled]
            write_polled(self.settings, finds, after)
            tell(polled, after)
            shared.cursors.hold(after)
        stored.write(book)
        if told != before:
            turns.write(told)
        self._arm(timer, book, told)
        yield from back
        for find in finds:
            yield find.item_id, find

    def _sources(self, shard: int) -> dict[str, FeedSource]:
        """The shard's feeds by id; the same object until they are others."""
        shared = worker.of(self.settings)
        listed = shared.sources.read(self.now_fn())
        return shared.books.sources(listed or self.settings.by_id, self.settings.shards).get(shard, _NONE)

    def _renew(self, book: Book, sources: dict[str, FeedSource]) -> None:
        """Has feeds that are configured otherwise since, or came back, be due soon.

        But for those that failed: they wait because they were told to, or not to be a burden to whoever fails.
        """

        def ready(feed: str) -> bool:
            return feed in sources and feed in book.cursors and not book.cursors[feed].failures

        for feed in worker.of(self.settings).sources.renewed(ready):
            soon = hastened(book.cursors[feed], sources[feed], self.now_fn())
            if soon is not book.cursors[feed]:
                book.put(soon)

    def _caught_up(self, book: Book, sources: dict[str, FeedSource]) -> list[tuple[str, Find]]:
        """Has a shard look at the list of feeds, and at `feeds` where it may know more; what comes back with them.

        At a heartbeat it knows no more than the book that went along with state. To look all the same had all shards
        wait up to 1.8 s, one after the other, for what they had written themselves.
        """
        shared, now, cursors = worker.of(self.settings), self.now_fn(), dict(book.cursors)
        stored = {} if sources.keys() <= cursors.keys() and self._held(book) else shared.cursors.read()
        merged = merge(cursors, tuple(sources.values()), stored, now)
        shared.cursors.hold(merged.values())
        for feed in cursors.keys() - merged.keys():
            shared.background.drop(key(feed))
        book.adopt(merged)
        book.fits = sources
        return [(find.item_id, find) for find in lost(cursors, stored, self._unfinished(cursors, stored))]

    def _held(self, book: Book) -> bool:
        """Whether a book was not made anew since it was caught up, and its cursors are what this process held last."""
        return book.fits is not None and worker.of(self.settings).cursors.holds(book.cursors.values())

    def _unfinished(self, cursors: dict[str, Cursor], stored: dict[str, Cursor]) -> Iterator[Find]:
        """The finds without outcome, where state is behind: reading `finds` to its end takes a while."""
        if any(feed in stored and stored[feed].polls > cursor.polls for feed, cursor in cursors.items()):
            for partition in range(self.settings.kafka.partitions):
                yield from worker.of(self.settings).unfinished(partition).sweep(self.now_fn(), 0.0)

    def _start(self, book: Book, sources: dict[str, FeedSource], turns: Turns) -> tuple[list[tuple[str, str]], Turns]:
        """Starts polls that are due and whose turn it is: one at a time of each registered domain, spaced."""
        shared, now = worker.of(self.settings), self.now_fn()
        if shared.draining.is_set():
            return [], turns
        due, running = defaultdict[str, list[Wanted[str]]](list), defaultdict[str, Counter[str]](Counter)
        for feed_id in list(book.running):
            if shared.background.has(key(feed_id)):
                domain, one = book.wanted(feed_id)
                running[domain][one.host] += 1
            else:  # given up, since nobody took it
                book.end(feed_id)
        for domain, one in book.due(now):
            due[domain].append(one)
        hosts = {one.host for group in due.values() for one in group}
        turns = replace(turns, paces=shared.hushes.known(turns.paces, hosts))
        chosen, turns = shared.starts.in_turn(due, running, turns, self.manners, now)
        for feed_id in chosen:
            source, cursor = sources[feed_id], book.cursors[feed_id]
            delay = turns.paces.of(host_of(address(cursor))).delay
            ask = functools.partial(_ask, shared, source, cursor, delay, self.manners, self.now_fn)
            shared.background.start(key(feed_id), ask)
            book.begin(feed_id)
        return [key(feed_id) for feed_id in chosen], turns

    def _take(
        self, book: Book, sources: dict[str, FeedSource], turns: Turns
    ) -> tuple[dict[str, Cursor], list[Find], Turns]:
        """Takes in what polls brought; the cursors of those feeds before it, finds, and whose turn it is."""
        shared = worker.of(self.settings)
        before, finds = dict[str, Cursor](), list[Find]()
        for feed_id in list(book.running):
            future = shared.background.take(key(feed_id))
            if future is None:
                continue
            book.end(feed_id)
            cursor = book.cursors[feed_id]
            (asked, polled, began), now = future.result(), self.now_fn()
            url = address(asked)
            domain, host = registered_domain(url), host_of(url)
            got: object = polled.error if isinstance(polled, Polled) else polled
            turns = replace(turns, paces=after_answer(turns.paces, host, got, self.manners.spacing, now))
            turns = begun(turns, domain, host, self.manners.spacing, began)
            if isinstance(polled, Polled) and polled.again:
                turns = spaced_anew(turns, domain, host, self.manners.spacing, now)
            # An answer to an attempt before a restore is none to this cursor: its 304 would say something else.
            if asked != cursor or isinstance(polled, Learned):
                continue
            self.polls.inc()
            self.failed.inc(1 if polled.error else 0)
            after, found = advance(cursor, sources[feed_id], polled, now)
            book.put(after)
            before[feed_id] = cursor
            finds += found
        shared.hushes.tell(turns.paces)
        return before, finds, replace(turns, paces=tidied(turns.paces, book.hosts(), self.now_fn()))

    def _arm(self, timer: beam.transforms.userstate.RuntimeTimer, book: Book, turns: Turns) -> None:
        now, waits = self.now_fn(), [LOOK]
        if book.running:
            waits.append(self.settings.tick)
        for domain, one in book.waiting():
            waits.append(earliest(domain, one, turns, self.manners, now) - now)
        timer.set(Timestamp.of(now + max(self.settings.tick, min(waits))))


async def _ask(
    shared: worker.Worker,
    source: FeedSource,
    cursor: Cursor,
    delay: float,
    manners: Manners,
    now_fn: Callable[[], float],
) -> tuple[Cursor, Polled | Learned, float]:
    """What a poll brings, the cursor that it was asked for, and the Unix time when it began."""
    began = now_fn()
    got = await ask_for_feed(shared.web, shared.readers, shared.robots, source, cursor, delay, manners, began)
    shared.hushes.heard(host_of(address(cursor)), got.error if isinstance(got, Polled) else got)
    return cursor, got, began


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
