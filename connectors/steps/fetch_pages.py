"""FetchPages: the pages of one registered domain, politely, without holding anything up.

    (domain, find) -> state: what waits; timer, unless nothing else waits: then as at a
    timer          -> what is due and allowed is started off the bundle; what is done goes on as `Fetched`

A find waits in state, with its next try and its count, until its page is there or its budget is spent
(`transforms.waiting`). What a tick decides on stands in a small schedule; the find itself lies in one of a few bags
(`transforms.bags`), and is read when it is asked for, unless this process still has it. Each cell that is read is a
question to the runner, and a bundle asks them one after the other for all its domains: so there are two small ones.

Whom to ask when is `transforms.politeness`; what is known of the hosts stands in state, too. Before the first page of a
host its robots.txt is asked for, in the page's turn.

Requests run on the process's own event loop, so a slow page delays no other. A page is read there too, by a process
that may hang or crash (`connectors.reading`); no more than ``concurrency`` pages of one domain wait for a reader. A
bundle waits for what it has just asked for, a tenth of a second at most, since each look costs another bundle, and only
where that pays (`connectors.glances`). After a restart what waits in state is asked for again. No order among pages; a
find leaves exactly once for each time it comes in, and one that has to wait sends a provisional copy ahead.
"""

import dataclasses
import functools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import apache_beam as beam
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
from connectors.glances import QUICK
from connectors.reading.page import ask_for_article
from connectors.run import RunSettings
from connectors.steps.find_bags import Bags, FindBags, with_bags
from connectors.web.fetch import NO_LINK
from transforms.bags import Schedule, with_find
from transforms.coders import RecordCoder
from transforms.errors import ItemError, RobotsDenied, RobotsUnreachable
from transforms.politeness import Learned, Manners, Paces, Pacing, after_answer, tidied, without_robots
from transforms.records import Ending, Fetched, Find
from transforms.urls import host_of, registered_domain
from transforms.waiting import TOO_MANY, Budget, Waiting, after_failure, ahead, beyond, held, plan, provisional

SOON = 0.02  # seconds
# Seconds between two looks at what runs, growing with its age: hundreds of hosts that hang cost a runner a look in four
# seconds each, and a slow page is late by a quarter of its time at most.
FIRST_LOOK, SLOWEST_LOOK = 0.1, 4.0


class _Turn(NamedTuple):
    """How a domain stands.

    Attributes:
      left: What waits or is under way.
      paces: What is known of its hosts.
      next_start: Unix time before which spacing allows no start.
      started: What was started just now.
      wake: Unix time of the next look, or None.
    """

    left: list[Waiting]
    paces: Paces
    next_start: float
    started: tuple[Waiting, ...] = ()
    wake: float | None = None


class _FetchPages(beam.DoFn):  # type: ignore[misc]
    SCHEDULE = ReadModifyWriteStateSpec("schedule", RecordCoder(Schedule))
    PACING = ReadModifyWriteStateSpec("pacing", RecordCoder(Pacing))
    TICK = TimerSpec("tick", TimeDomain.REAL_TIME)

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn
        self.budget, self.manners, self.patience = budget_of(settings), settings.manners[1], QUICK
        self.requests = beam.metrics.Metrics.counter("beatwire", "page_requests")
        self.lost = beam.metrics.Metrics.counter("beatwire", "finds_lost_by_state")

    def start_bundle(self) -> None:
        """Each bundle may wait for answers once."""
        self.patience = QUICK

    @with_bags
    def process(
        self,
        keyed: tuple[str, Find],
        bags: Bags,
        schedule=beam.DoFn.StateParam(SCHEDULE),
        pacing=beam.DoFn.StateParam(PACING),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[Fetched]:
        domain, find = keyed
        shared = worker.of(self.settings)
        if not find.entry.link:  # nothing to ask for, and nothing to wait for
            shared.passed_on(1)
            yield Fetched(find=find, ending=Ending(outcome="fetch-failed", step="fetch", reason=NO_LINK))
            return
        now = self.now_fn()
        before = schedule.read() or Schedule()
        after, bag = with_find(before, find, now)
        finds, woken = FindBags(bags, shared.kept), shared.alarms.get(domain, 0.0)
        finds.add(bag, find)
        if woken <= now - SLOWEST_LOOK:  # nothing is awaited in this domain, or nobody here knows of it
            yield from self._looked(domain, (before, after), finds, schedule, pacing, timer)
        else:  # a stream of finds must not keep pushing the timer ahead of itself
            schedule.write(after)
            self._wake(domain, min(max(woken, now), now + SOON), timer)

    @on_timer(TICK)  # type: ignore[untyped-decorator]
    @with_bags
    def tick(
        self,
        bags: Bags,
        domain=beam.DoFn.KeyParam,
        schedule=beam.DoFn.StateParam(SCHEDULE),
        pacing=beam.DoFn.StateParam(PACING),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[Fetched]:
        finds, before = FindBags(bags, worker.of(self.settings).kept), schedule.read() or Schedule()
        yield from self._looked(domain, (before, before), finds, schedule, pacing, timer)

    def _looked(
        self,
        domain: str,
        schedules: tuple[Schedule, Schedule],
        finds: FindBags,
        schedule: ReadModifyWriteRuntimeState,
        pacing: ReadModifyWriteRuntimeState,
        timer: beam.transforms.userstate.RuntimeTimer,
    ) -> list[Fetched]:
        """Takes what is done, starts what may, and takes what answers at once, while the bundle has patience.

        Of the two schedules the first is the one in state, the second also knows what has just come in.
        """
        stored, current = schedules
        known: Pacing = pacing.read() or Pacing()
        out, turn = list[Fetched](), _Turn(list(current.waiting), known.paces, known.next_start)
        while True:
            turn, passed = self._turn(finds, turn)
            out += passed
            if not turn.started or not self._answered(turn.started):
                break
        after = replace(current, waiting=tuple(turn.left))
        if after != current:
            after = finds.tidy(after)
        if turn.left and after != stored:
            schedule.write(after)
        elif not turn.left and stored != Schedule():
            schedule.clear()
        paces = tidied(turn.paces, (one.host for one in turn.left), self.now_fn())
        if (told := Pacing(next_start=turn.next_start, paces=paces)) != known:
            pacing.write(told)
        self._wake(domain, None if turn.wake is None else max(turn.wake, self.now_fn() + SOON), timer)
        worker.of(self.settings).passed_on(len(out))
        return out

    def _wake(self, domain: str, at: float | None, timer: beam.transforms.userstate.RuntimeTimer) -> None:
        """Sets the timer of a domain, unless nothing is awaited there.

        For when it is set is known to this process only. One that does not know looks at once when the next find comes
        in; and as each find sets the timer, none waits for one that a runner which went back in time has not set.
        """
        alarms = worker.of(self.settings).alarms
        if at is None:
            alarms.pop(domain, None)
        else:
            alarms[domain] = at
            timer.set(Timestamp.of(at))

    def _turn(self, finds: FindBags, turn: "_Turn") -> tuple["_Turn", list[Fetched]]:
        shared = worker.of(self.settings)
        done, left, paces = self._take(turn.left, turn.paces)
        now, draining = self.now_fn(), shared.draining.is_set()
        under_way = {one.sighting for one in left if shared.background.has(_key(one.sighting))}
        paces = shared.hushes.known(paces, {one.host for one in left})
        left, over = self._held(left, under_way, paces, now)
        early, next_early = provisional(left, now, self.settings.provisional_after)
        promised = set(early)
        left = [replace(one, promised=True) if one in promised else one for one in left]
        running = [one for one in left if one.sighting in under_way]
        idle = [one for one in left if one.sighting not in under_way]
        manners = dataclasses.replace(self.manners, concurrency=0) if draining else self.manners
        chosen = plan(idle, Counter(one.host for one in running), turn.next_start, paces, manners, now)
        needed = finds.read((*chosen.start, *early, *(one for one, _ in over)), left)
        copies = [ahead(one, needed[one.sighting]) for one in early if one.sighting in needed]
        for one in chosen.start:
            if one.sighting in needed:
                self._start(needed[one.sighting], paces.of(one.host).delay)
            else:  # a runner that lost it; a later run sweeps it
                left.remove(one)
                self.lost.inc()
        for one, ending in over:
            if one.sighting in needed:
                done.append(_ended(one, needed[one.sighting], ending))
                shared.kept.drop(one.sighting)
            else:
                self.lost.inc()
        wakes = [at for at in (chosen.wake, next_early) if at is not None and not draining]
        if running or chosen.start:
            since = (shared.background.since(_key(one.sighting)) for one in (*running, *chosen.start))
            begun = [at for at in since if at is not None]
            wakes.append(now + _look(begun or [now], now))
        started = tuple(one for one in chosen.start if one.sighting in needed)
        return _Turn(left, chosen.paces, chosen.next_start, started, min(wakes, default=None)), [*done, *copies]

    def _answered(self, started: Iterable[Waiting]) -> bool:
        """Whether one of these has ended within the bundle's patience, which is used up thereby."""
        shared, began = worker.of(self.settings), time.monotonic()
        if self.patience <= 0:
            return False
        keys, hosts = [_key(one.sighting) for one in started], {one.host for one in started}
        try:
            return shared.glances.glance(hosts, self.patience, functools.partial(shared.background.wait, keys))
        finally:
            self.patience -= time.monotonic() - began

    def _start(self, find: Find, delay: float) -> None:
        shared = worker.of(self.settings)
        ask = functools.partial(_ask, shared, find, delay, self.manners, self.now_fn)
        # Since when it is under way, not since when it waits: behind a slow host the one is seconds, the other an hour.
        shared.background.start(_key(find.sighting), ask, self.now_fn())

    def _take(self, waiting: Iterable[Waiting], paces: Paces) -> tuple[list[Fetched], list[Waiting], Paces]:
        """What is done, what stays (running, or to be tried again), and what is known of the hosts by now."""
        done, left = list[Fetched](), list[Waiting]()
        shared = worker.of(self.settings)
        for one in waiting:
            future = shared.background.take(_key(one.sighting))
            if future is None:
                left.append(one)
                continue
            (find, got), now = future.result(), self.now_fn()
            paces = after_answer(paces, one.host, got, self.manners.spacing, now)
            if isinstance(got, RobotsUnreachable):
                paces = without_robots(paces, host_of(got.url), got, now)
            self.requests.inc(made(got))
            settled = settle(one, find, got, now, self.budget)
            if isinstance(settled, Waiting):
                left.append(settled)
            else:
                done.append(settled)
                shared.kept.drop(one.sighting)
        shared.hushes.tell(paces)
        return done, left, paces

    def _held(
        self, waiting: Iterable[Waiting], under_way: set[str], paces: Paces, now: float
    ) -> tuple[list[Waiting], list[tuple[Waiting, Ending]]]:
        """What goes on waiting, perhaps for its host or its turn, and what waits for these no longer."""
        left, over = list[Waiting](), list[tuple[Waiting, Ending]]()
        for one in waiting:
            after = one if one.sighting in under_way else held(one, paces.of(one.host), now, self.budget)
            if isinstance(after, Ending):
                over.append((one, after))
            else:
                left.append(after)
        idle = [one for one in left if one.sighting not in under_way]
        for one in beyond(idle, paces, self.manners, now, self.budget):
            left.remove(one)
            over.append((one, Ending(outcome=one.outcome, step="fetch", reason=TOO_MANY)))
        return left, over


def budget_of(settings: RunSettings) -> Budget:
    """How hard a run tries for a page."""
    return Budget(settings.tries, settings.retry_first, settings.retry_within, settings.gone_after)


def settle(
    one: Waiting, find: Find, got: Fetched | ItemError | Learned, now: float, budget: Budget
) -> Fetched | Waiting:
    """What a try comes to: a page that was read, another try, or the find's ending."""
    if isinstance(got, Learned):
        return replace(one, due=now)
    tried = replace(one, attempts=one.attempts + made(got))
    if isinstance(got, Fetched):
        return replace(got, attempts=tried.attempts, promised=one.promised)
    after = after_failure(one, got, now, budget)
    return _ended(tried, find, after) if isinstance(after, Ending) else after


def made(got: Fetched | ItemError | Learned) -> int:
    """How many requests for its page a try has made: none where robots.txt comes before it."""
    return 0 if isinstance(got, Learned | RobotsDenied) else 1


def _ended(one: Waiting, find: Find, ending: Ending) -> Fetched:
    return Fetched(find=find, ending=ending, attempts=one.attempts, promised=one.promised)


async def _ask(
    shared: worker.Worker, find: Find, delay: float, manners: Manners, now_fn: Callable[[], float]
) -> tuple[Find, Fetched | ItemError | Learned]:
    """What a try brings, and the find: what ends must not be read from state again."""
    link, longest = find.entry.link, manners.longest_delay
    gaps = {f"domain {registered_domain(link)}": manners.spacing, f"host {host_of(link)}": delay}
    await shared.apart.wait(gaps, now_fn)
    began = time.monotonic()
    got = await ask_for_article(shared.web, shared.readers, shared.robots, find, delay, longest, now_fn)
    shared.hushes.heard(host_of(link), got)
    if not isinstance(got, Learned):  # robots.txt comes at once where pages do not
        shared.glances.answered(host_of(link), time.monotonic() - began)
    return find, got


def _key(sighting: str) -> tuple[str, str]:
    return "page", sighting


def _look(begun: list[float], now: float) -> float:
    """Seconds until the next look: soon at what is young, rarer at what takes long."""
    age = now - max(begun)
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
