"""FetchPages: the pages of one registered domain, politely, without holding anything up.

    (domain, find) -> state: what waits; timer
    timer          -> what is due and allowed is started off the bundle; what is done goes on as `Fetched`

A find waits in state, with its next try and its count, until its page is there or its budget is spent
(`transforms.waiting`). What a tick decides on stands in a small schedule; the find itself lies in one of a few bags
(`transforms.bags`), and is read when it is asked for, unless this process still has it.

Requests run on the process's own event loop, so a slow page delays no other. A page is read there too, by a process
that may hang or crash (`connectors.reading`): nothing hostile waits in a bundle, and no more than ``concurrency`` pages
of one domain wait for a reader. After a restart what waits in state is asked for again. No order among pages; a find
leaves exactly once for each time it comes in, and one that has to wait sends a provisional copy ahead.
"""

import functools
import time
from collections.abc import Callable, Iterable, Iterator

import apache_beam as beam
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec, TimerSpec, on_timer
from apache_beam.utils.timestamp import Timestamp
from msgspec.structs import replace

from connectors import worker
from connectors.reading.page import fetch_article
from connectors.reading.pool import Readers
from connectors.run import RunSettings
from connectors.steps.find_bags import Bags, FindBags, with_bags
from connectors.web.client import WebClient
from connectors.web.fetch import NO_LINK
from transforms.bags import Schedule, with_find
from transforms.coders import RecordCoder
from transforms.errors import ItemError
from transforms.records import Ending, Fetched, Find
from transforms.waiting import Budget, Waiting, after_failure, ahead, plan, provisional

SOON = 0.02  # seconds
FIRST_LOOK, SLOWEST_LOOK = 0.1, 1.0  # seconds between two looks at what runs, growing with its age


class _FetchPages(beam.DoFn):  # type: ignore[misc]
    SCHEDULE = ReadModifyWriteStateSpec("schedule", RecordCoder(Schedule))
    # Unix times: before which spacing allows no start, and for which the timer is set.
    NEXT_START = ReadModifyWriteStateSpec("next_start", beam.coders.FloatCoder())
    ALARM = ReadModifyWriteStateSpec("alarm", beam.coders.FloatCoder())
    TICK = TimerSpec("tick", TimeDomain.REAL_TIME)

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn
        self.budget = budget_of(settings)
        self.requests = beam.metrics.Metrics.counter("beatwire", "page_requests")
        self.lost = beam.metrics.Metrics.counter("beatwire", "finds_lost_by_state")

    @with_bags
    def process(
        self,
        keyed: tuple[str, Find],
        bags: Bags,
        schedule=beam.DoFn.StateParam(SCHEDULE),
        alarm=beam.DoFn.StateParam(ALARM),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[Fetched]:
        find = keyed[1]
        shared = worker.of(self.settings)
        if not find.entry.link:  # nothing to ask for, and nothing to wait for
            shared.passed_on(1)
            yield Fetched(find=find, ending=Ending(outcome="fetch-failed", step="fetch", reason=NO_LINK))
            return
        now = self.now_fn()
        after, bag = with_find(schedule.read() or Schedule(), find, now)
        schedule.write(after)
        FindBags(bags, shared.kept).add(bag, find)
        # A stream of finds must not keep pushing the timer ahead of itself; one that is long past was lost.
        if not now - SLOWEST_LOOK < (alarm.read() or 0.0) <= now + SOON:
            alarm.write(now + SOON)
            timer.set(Timestamp.of(now + SOON))

    @on_timer(TICK)  # type: ignore[untyped-decorator]
    @with_bags
    def tick(
        self,
        bags: Bags,
        schedule=beam.DoFn.StateParam(SCHEDULE),
        next_start=beam.DoFn.StateParam(NEXT_START),
        alarm=beam.DoFn.StateParam(ALARM),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[Fetched]:
        shared = worker.of(self.settings)
        finds, before = FindBags(bags, shared.kept), schedule.read() or Schedule()
        done, left = self._take(before.waiting)
        started_at = next_start.read() or 0.0
        background, now, draining = shared.background, self.now_fn(), shared.draining.is_set()
        early, next_early = provisional(left, now, self.settings.provisional_after)
        promised = set(early)
        left = [replace(one, promised=True) if one in promised else one for one in left]
        running, idle = list[Waiting](), list[Waiting]()
        for one in left:
            (running if background.has(_key(one.sighting)) else idle).append(one)
        most = 0 if draining else self.settings.concurrency
        chosen = plan(idle, len(running), started_at, now, self.settings.spacing, most)
        needed = finds.read((*chosen.start, *early), left)
        copies = [ahead(one, needed[one.sighting]) for one in early if one.sighting in needed]
        for one in chosen.start:
            if one.sighting in needed:
                self._start(needed[one.sighting])
            else:  # a runner that lost it; a later run sweeps it
                left.remove(one)
                self.lost.inc()
        after = replace(before, waiting=tuple(left))
        if after != before:
            after = finds.tidy(after)
            if left:
                schedule.write(after)
            else:
                schedule.clear()
        if chosen.next_start != started_at:
            next_start.write(chosen.next_start)
        wakes = [at for at in (chosen.wake, next_early) if at is not None and not draining]
        if running or chosen.start:
            wakes.append(now + _look([one.due for one in (*running, *chosen.start)], now))
        if wakes:
            at = max(min(wakes), now + SOON)
            alarm.write(at)
            timer.set(Timestamp.of(at))
        else:
            alarm.write(0.0)
        shared.passed_on(len(done) + len(copies))
        yield from done
        yield from copies

    def _start(self, find: Find) -> None:
        shared = worker.of(self.settings)
        ask = functools.partial(_ask, shared.web, shared.readers, find, self.now_fn)
        shared.background.start(_key(find.sighting), ask)
        self.requests.inc()

    def _take(self, waiting: Iterable[Waiting]) -> tuple[list[Fetched], list[Waiting]]:
        """What is done, and what stays: running, or to be tried again."""
        done, left = list[Fetched](), list[Waiting]()
        shared = worker.of(self.settings)
        for one in waiting:
            future = shared.background.take(_key(one.sighting))
            if future is None:
                left.append(one)
                continue
            find, got = future.result()
            settled = settle(one, find, got, self.now_fn(), self.budget)
            if isinstance(settled, Waiting):
                left.append(settled)
            else:
                done.append(settled)
                shared.kept.drop(one.sighting)
        return done, left


def budget_of(settings: RunSettings) -> Budget:
    """How hard a run tries for a page."""
    return Budget(settings.tries, settings.retry_first, settings.retry_within, settings.gone_after)


def settle(one: Waiting, find: Find, got: Fetched | ItemError, now: float, budget: Budget) -> Fetched | Waiting:
    """What a try comes to: a page that was read, another try, or the find's ending."""
    if isinstance(got, Fetched):
        return replace(got, attempts=one.attempts + 1, promised=one.promised)
    after = after_failure(one, got, now, budget)
    if isinstance(after, Ending):
        return Fetched(find=find, ending=after, attempts=one.attempts + 1, promised=one.promised)
    return after


async def _ask(
    client: WebClient, readers: Readers, find: Find, now_fn: Callable[[], float]
) -> tuple[Find, Fetched | ItemError]:
    """What a try brings, and the find: what ends must not be read from state again."""
    return find, await fetch_article(client, readers, find, now_fn)


def _key(sighting: str) -> tuple[str, str]:
    return "page", sighting


def _look(dues: list[float], now: float) -> float:
    """Seconds until the next look: soon at what is young, rarer at what takes long."""
    age = now - max(dues)
    return min(max(FIRST_LOOK, age / 4), SLOWEST_LOOK)


class FetchPages(beam.PTransform):  # type: ignore[misc]
    """``PCollection[(registered domain, Find)]`` to ``PCollection[Fetched]``."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, finds: beam.PCollection) -> beam.PCollection:
        return (
            finds
            | "ByDomain" >> beam.Map(_same).with_output_types(tuple[str, Find])
            | "Fetch" >> beam.ParDo(_FetchPages(self.settings)).with_output_types(Fetched)
        )


def _same(element: tuple[str, Find]) -> tuple[str, Find]:
    return element
