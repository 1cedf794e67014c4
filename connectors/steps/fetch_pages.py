"""FetchPages: the pages of one registered domain, politely, without holding anything up.

    (domain, find) -> state: what waits; timer
    timer          -> what is due and allowed is started off the bundle; what is done goes on as `Fetched`

A find waits in state, with its next try and its count, until its page is there or its budget is spent
(`transforms.waiting`). Requests run on the process's own event loop, so a slow page delays no other. A page is read
there too, by a process that may hang or crash (`connectors.reading`): nothing hostile waits in a bundle, and no more
than ``concurrency`` pages of one domain wait for a reader. After a restart what waits in state is asked for again. No
order among pages; a find leaves exactly once for each time it comes in, and one that has to wait sends a provisional
copy ahead.
"""

import time
from collections.abc import Callable, Iterator

import apache_beam as beam
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import BagStateSpec, ReadModifyWriteStateSpec, TimerSpec, on_timer
from apache_beam.utils.timestamp import Timestamp
from msgspec.structs import replace

from connectors import worker
from connectors.reading.page import fetch_article
from connectors.run import RunSettings
from connectors.web.fetch import NO_LINK
from transforms.coders import RecordCoder
from transforms.errors import ItemError
from transforms.records import Ending, Fetched, Find
from transforms.waiting import Budget, Waiting, after_failure, ahead, plan, provisional

SOON = 0.02  # seconds
FIRST_LOOK, SLOWEST_LOOK = 0.1, 1.0  # seconds between two looks at what runs, growing with its age


class _FetchPages(beam.DoFn):  # type: ignore[misc]
    WAITING = BagStateSpec("waiting", RecordCoder(Waiting))
    # Unix times: before which spacing allows no start, and for which the timer is set.
    NEXT_START = ReadModifyWriteStateSpec("next_start", beam.coders.FloatCoder())
    ALARM = ReadModifyWriteStateSpec("alarm", beam.coders.FloatCoder())
    TICK = TimerSpec("tick", TimeDomain.REAL_TIME)

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn
        self.budget = budget_of(settings)
        self.requests = beam.metrics.Metrics.counter("beatwire", "page_requests")

    def process(
        self,
        keyed: tuple[str, Find],
        waiting=beam.DoFn.StateParam(WAITING),
        alarm=beam.DoFn.StateParam(ALARM),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[Fetched]:
        find = keyed[1]
        if not find.entry.link:  # nothing to ask for, and nothing to wait for
            worker.of(self.settings).passed_on(1)
            yield Fetched(find=find, ending=Ending(outcome="fetch-failed", step="fetch", reason=NO_LINK))
            return
        now = self.now_fn()
        waiting.add(Waiting(find=find, due=now))
        # A stream of finds must not keep pushing the timer ahead of itself; one that is long past was lost.
        if not now - SLOWEST_LOOK < (alarm.read() or 0.0) <= now + SOON:
            alarm.write(now + SOON)
            timer.set(Timestamp.of(now + SOON))

    @on_timer(TICK)  # type: ignore[untyped-decorator]
    def tick(
        self,
        waiting=beam.DoFn.StateParam(WAITING),
        next_start=beam.DoFn.StateParam(NEXT_START),
        alarm=beam.DoFn.StateParam(ALARM),
        timer=beam.DoFn.TimerParam(TICK),
    ) -> Iterator[Fetched]:
        before = list(waiting.read())
        done, left = self._take(before)
        started_at = next_start.read() or 0.0
        background, now = worker.of(self.settings).background, self.now_fn()
        early, next_early = provisional(left, now, self.settings.provisional_after)
        left = [replace(one, promised=True) if one in early else one for one in left]
        draining = worker.of(self.settings).draining.is_set()
        running = [one for one in left if background.has(_key(one))]
        chosen = plan(
            [one for one in left if not background.has(_key(one))],
            len(running),
            started_at,
            now,
            self.settings.spacing,
            0 if draining else self.settings.concurrency,
        )
        for one in chosen.start:
            self._start(one)
        if left != before:
            waiting.clear()
            for one in left:
                waiting.add(one)
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
        worker.of(self.settings).passed_on(len(done) + len(early))
        yield from done
        yield from (ahead(one) for one in early)

    def _start(self, one: Waiting) -> None:
        shared = worker.of(self.settings)
        shared.background.start(_key(one), lambda: fetch_article(shared.web, shared.readers, one.find, self.now_fn))
        self.requests.inc()

    def _take(self, waiting: list[Waiting]) -> tuple[list[Fetched], list[Waiting]]:
        """What is done, and what stays: running, or to be tried again."""
        done, left = [], []
        background = worker.of(self.settings).background
        for one in waiting:
            future = background.take(_key(one))
            if future is None:
                left.append(one)
                continue
            settled = settle(one, future.result(), self.now_fn(), self.budget)
            if isinstance(settled, Waiting):
                left.append(settled)
            else:
                done.append(settled)
        return done, left


def budget_of(settings: RunSettings) -> Budget:
    """How hard a run tries for a page."""
    return Budget(settings.tries, settings.retry_first, settings.retry_within, settings.gone_after)


def settle(one: Waiting, got: Fetched | ItemError, now: float, budget: Budget) -> Fetched | Waiting:
    """What a try comes to: a page that was read, another try, or the find's ending."""
    if isinstance(got, Fetched):
        return replace(got, attempts=one.attempts + 1, promised=one.promised)
    after = after_failure(one, got, now, budget)
    if isinstance(after, Ending):
        return Fetched(find=one.find, ending=after, attempts=one.attempts + 1, promised=one.promised)
    return after


def _key(one: Waiting) -> tuple[str, str]:
    return "page", one.find.sighting


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
