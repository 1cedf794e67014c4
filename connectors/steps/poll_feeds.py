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
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import apache_beam as beam
import msgspec
from apache_beam import coders
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec, TimerSpec, on_timer
from apache_beam.utils.timestamp import Timestamp
from msgspec.structs import replace

from connectors import worker
from connectors.feeds.admission import address, ask_for_feed
from connectors.kafka.rows import Row
from connectors.run import RunSettings
from transforms import health, identity, instants, schedule
from transforms.coders import RecordCoder
from transforms.cursor import Cursor, upgraded
from transforms.politeness import Learned, Manners, Turns, Wanted, after_answer, earliest, in_turn, spaced_anew, tidied
from transforms.polling import Polled, advance, begin, configured, in_reach
from transforms.records import FeedSource, Find
from transforms.urls import host_of, registered_domain

QUICK = 0.1  # seconds a tick waits for polls that it has just started: most feeds answer at once
SOON = 0.05  # seconds
LOOK = 10.0  # seconds between two looks at the list of feeds at most: 1 % of a core for eight shards on Prism

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
    TURNS = ReadModifyWriteStateSpec("turns", RecordCoder(Turns))
    TICK = TimerSpec("tick", TimeDomain.REAL_TIME)

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn
        self._split = _Split({source.id: source for source in settings.feeds}, settings.shards)
        self.manners = settings.manners[0]
        self.polls = beam.metrics.Metrics.counter("beatwire", "polls")
        self.failed = beam.metrics.Metrics.counter("beatwire", "polls_failed")
        self.found = beam.metrics.Metrics.counter("beatwire", "finds")

    def process(
        self,
        beat: tuple[int, int],
        cell=beam.DoFn.StateParam(CURSORS),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[tuple[str, Find]]:
        sources, cursors = self._sources(beat[0]), cell.read() or {}
        finds = list[tuple[str, Find]]()
        if sources or cursors:
            merged, finds = self._caught_up(cursors, sources)
            cell.write(merged)
        timer.set(Timestamp.of(self.now_fn() + SOON))
        yield from finds

    @on_timer(TICK)  # type: ignore[untyped-decorator]
    def tick(
        self,
        shard=beam.DoFn.KeyParam,
        cell=beam.DoFn.StateParam(CURSORS),
        turns=beam.DoFn.StateParam(TURNS),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[tuple[str, Find]]:
        state, before, sources = cell.read() or {}, turns.read() or Turns(), self._sources(shard)
        cursors, back = state, list[tuple[str, Find]]()
        if not fits(state, sources) or not worker.of(self.settings).cursors.holds(state.values()):
            cursors, back = self._caught_up(state, sources)
        cursors = self._renewed(cursors, sources)
        started, told = self._start(cursors, sources, before)
        if started:
            worker.of(self.settings).background.wait(started, QUICK)
        after, finds, told = self._take(cursors, sources, told)
        if after != cursors:
            self.found.inc(len(finds))
            polled = [after[feed] for feed in after if after[feed] is not cursors[feed]]
            write_polled(self.settings, finds, polled)
            tell(cursors, polled)
            worker.of(self.settings).cursors.hold(after.values())
        if after != state:
            cell.write(after)
        if told != before:
            turns.write(told)
        self._arm(timer, after, told)
        yield from back
        for find in finds:
            yield find.item_id, find

    def _sources(self, shard: int) -> dict[str, FeedSource]:
        """The shard's feeds by id."""
        listed = worker.of(self.settings).sources.read(self.now_fn())
        if listed and listed is not self._split.of:
            self._split = _Split(listed, self.settings.shards)
        return self._split.shards[shard]

    def _renewed(self, cursors: dict[str, Cursor], sources: dict[str, FeedSource]) -> dict[str, Cursor]:
        """The cursors, those of feeds that are configured otherwise since, or came back, due soon.

        But for those that failed: they wait because they were told to, or not to be a burden to whoever fails.
        """
        ready = [one for one in sources.keys() & cursors.keys() if not cursors[one].failures]
        renewed = worker.of(self.settings).sources.renewed(ready)
        return cursors | {one: hastened(cursors[one], sources[one], self.now_fn()) for one in renewed}

    def _caught_up(
        self, cursors: dict[str, Cursor], sources: dict[str, FeedSource]
    ) -> tuple[dict[str, Cursor], list[tuple[str, Find]]]:
        """The shard's cursors after a look at `feeds` and the list of feeds, and what comes back with them."""
        shared, now = worker.of(self.settings), self.now_fn()
        stored = shared.cursors.read()
        merged = merge(cursors, tuple(sources.values()), stored, now)
        shared.cursors.hold(merged.values())
        for feed in cursors.keys() - merged.keys():
            shared.background.drop(_key(feed))
        back = [(find.item_id, find) for find in lost(cursors, stored, self._unfinished(cursors, stored))]
        return merged, back

    def _unfinished(self, cursors: dict[str, Cursor], stored: dict[str, Cursor]) -> Iterator[Find]:
        """The finds without outcome, where state is behind: reading `finds` to its end takes a while."""
        if any(feed in stored and stored[feed].polls > cursor.polls for feed, cursor in cursors.items()):
            for partition in range(self.settings.kafka.partitions):
                yield from worker.of(self.settings).unfinished(partition).sweep(self.now_fn(), 0.0)

    def _start(
        self, cursors: dict[str, Cursor], sources: dict[str, FeedSource], turns: Turns
    ) -> tuple[list[tuple[str, str]], Turns]:
        """Starts polls that are due and whose turn it is: one at a time of each registered domain, spaced."""
        shared, now = worker.of(self.settings), self.now_fn()
        if shared.draining.is_set():
            return [], turns
        due, running = defaultdict[str, list[Wanted[str]]](list), defaultdict[str, Counter[str]](Counter)
        for cursor in sorted(cursors.values(), key=lambda one: one.next_poll):
            domain, one = self._wanted(cursor)
            if shared.background.has(_key(cursor.feed_id)):
                running[domain][one.host] += 1
            elif one.due <= now:
                due[domain].append(one)
        hosts = {one.host for group in due.values() for one in group}
        turns = replace(turns, paces=shared.hushes.known(turns.paces, hosts))
        chosen, turns = in_turn(due, running, turns, self.manners, now)
        for feed_id in chosen:
            source, cursor = sources[feed_id], cursors[feed_id]
            delay = turns.paces.of(host_of(address(cursor))).delay
            ask = functools.partial(_ask, shared, source, cursor, delay, self.manners, now)
            shared.background.start(_key(feed_id), ask)
        return [_key(feed_id) for feed_id in chosen], turns

    def _take(
        self, cursors: dict[str, Cursor], sources: dict[str, FeedSource], turns: Turns
    ) -> tuple[dict[str, Cursor], list[Find], Turns]:
        shared = worker.of(self.settings)
        after, finds = dict(cursors), list[Find]()
        for feed_id, cursor in cursors.items():
            future = shared.background.take(_key(feed_id))
            if future is None:
                continue
            (asked, polled), now = future.result(), self.now_fn()
            domain, (_, host, _) = self._wanted(asked)
            got: object = polled.error if isinstance(polled, Polled) else polled
            turns = replace(turns, paces=after_answer(turns.paces, host, got, self.manners.spacing, now))
            if isinstance(polled, Polled) and polled.again:
                turns = spaced_anew(turns, domain, host, self.manners.spacing, now)
            # An answer to an attempt before a restore is none to this cursor: its 304 would say something else.
            if asked != cursor or isinstance(polled, Learned):
                continue
            self.polls.inc()
            self.failed.inc(1 if polled.error else 0)
            after[feed_id], found = advance(cursor, sources[feed_id], polled, now)
            finds += found
        shared.hushes.tell(turns.paces)
        hosts = (host_of(address(cursor)) for cursor in after.values())
        return after, finds, replace(turns, paces=tidied(turns.paces, hosts, self.now_fn()))

    def _arm(self, timer: beam.transforms.userstate.RuntimeTimer, cursors: dict[str, Cursor], turns: Turns) -> None:
        now, background, waits = self.now_fn(), worker.of(self.settings).background, [LOOK]
        for cursor in cursors.values():
            running = background.has(_key(cursor.feed_id))
            domain, one = self._wanted(cursor)
            waits.append(self.settings.tick if running else earliest(domain, one, turns, self.manners, now) - now)
        timer.set(Timestamp.of(now + max(self.settings.tick, min(waits))))

    def _wanted(self, cursor: Cursor) -> tuple[str, Wanted[str]]:
        """The registered domain of a feed, and its next poll."""
        due = instants.from_text(cursor.next_poll)
        url = address(cursor)
        return registered_domain(url), Wanted(cursor.feed_id, host_of(url), due)


class _Split:
    """A list of feeds by shard.

    Args:
      of: Feeds by id.
      shards: How many there are.
    """

    def __init__(self, of: Mapping[str, FeedSource], shards: int) -> None:
        self.of = of
        self.shards: dict[int, dict[str, FeedSource]] = defaultdict(dict)
        for source in of.values():
            self.shards[shard_of(source, shards)][source.id] = source


async def _ask(
    shared: worker.Worker, source: FeedSource, cursor: Cursor, delay: float, manners: Manners, now: float
) -> tuple[Cursor, Polled | Learned]:
    """What a poll brings, and the cursor that it was asked for."""
    got = await ask_for_feed(shared.web, shared.readers, shared.robots, source, cursor, delay, manners, now)
    shared.hushes.heard(host_of(address(cursor)), got.error if isinstance(got, Polled) else got)
    return cursor, got


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
