"""The bounded form of the steps that wait: one poll of each feed, one try for each page.

`once` runs on the in-process runner, which knows no delays: a looping timer would spin there. So these wait inside the
bundle, where nothing else is held up. When the run is told to end, no further request begins, and those under way have
`DRAIN` seconds. A page that fails in a way that may heal keeps its find without outcome; the next run sweeps it.
Nothing is provisional here: the feed's own words go out when a page is given up. And since a run forgets what it was
answered, no page is known to be gone: such a find ends as ``fetch-failed`` once its time is over, and retracts nothing.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from connectors import worker
from connectors.run import RunSettings
from connectors.steps.courtesy import Courtesy
from connectors.steps.fetch_pages import budget_of, settle
from connectors.steps.poll_feeds import merge, tell, write_polled
from transforms.cursor import Cursor
from transforms.polling import Polled, advance
from transforms.records import Fetched, Find
from transforms.urls import registered_domain
from transforms.waiting import entered

DRAIN = 8.0  # seconds that requests under way have once the run is told to end
_LOOK = 0.1  # seconds


async def until_drained(shared: worker.Worker, works: Iterable[Coroutine[Any, Any, None]], grace: float) -> None:
    """Awaits all of these; cancels those that still run ``grace`` seconds after the run was told to end."""
    left, deadline = {asyncio.ensure_future(work) for work in works}, math.inf
    while left:
        done, left = await asyncio.wait(left, timeout=_LOOK)
        for one in done:
            one.result()
        if shared.draining.is_set():
            deadline = min(deadline, time.monotonic() + grace)
        if time.monotonic() > deadline:
            for one in left:
                one.cancel()
            return


class _PollOnce(beam.DoFn):  # type: ignore[misc]
    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn

    def process(self, _: object) -> Iterator[tuple[str, Find]]:
        shared = worker.of(self.settings)
        cursors = merge({}, self.settings.feeds, shared.cursors.read(), self.now_fn())
        sources = {source.id: source for source in self.settings.feeds}

        polled: dict[str, Polled] = {}
        courtesy, domains = Courtesy(self.settings, self.now_fn), defaultdict[str, list[str]](list)
        for source in self.settings.feeds:
            domains[registered_domain(source.url)].append(source.id)

        async def feeds_of_a_domain(names: list[str]) -> None:
            for number, name in enumerate(names):
                await asyncio.sleep(self.settings.spacing if number else 0.0)
                got = await courtesy.feed(sources[name], cursors[name])
                if got is not None:
                    polled[name] = got

        if not shared.draining.is_set():
            shared.background.run(lambda: until_drained(shared, map(feeds_of_a_domain, domains.values()), DRAIN))
        finds: list[Find] = []
        after: dict[str, Cursor] = {}
        for name, answer in polled.items():
            after[name], found = advance(cursors[name], sources[name], answer, self.now_fn())
            finds += found
        write_polled(self.settings, finds, list(after.values()))
        tell(cursors, after.values())
        for find in finds:
            yield find.item_id, find


class _FetchOnce(beam.DoFn):  # type: ignore[misc]
    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn
        self.budget = budget_of(settings)

    def start_bundle(self) -> None:
        self.finds: dict[str, list[Find]] = defaultdict(list)

    def process(self, keyed: tuple[str, Find]) -> None:
        self.finds[keyed[0]].append(keyed[1])

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if not self.finds:
            return
        shared, done = worker.of(self.settings), list[Fetched]()
        shared.background.run(
            lambda: until_drained(shared, (self._domain(finds, done) for finds in self.finds.values()), DRAIN)
        )
        for one in done:
            yield WindowedValue(one, Timestamp.of(self.now_fn()), [GlobalWindow()])

    async def _domain(self, finds: list[Find], done: list[Fetched]) -> None:
        """The pages of one domain, one after the other, spaced."""
        shared, courtesy = worker.of(self.settings), Courtesy(self.settings, self.now_fn)
        for number, find in enumerate(finds):
            if number:
                await asyncio.sleep(self.settings.spacing)
            if shared.draining.is_set():
                return
            got = await courtesy.page(find)
            if got is None:
                continue
            settled = settle(entered(find, self.now_fn()), find, got, self.now_fn(), self.budget)
            if isinstance(settled, Fetched):
                done.append(settled)


class PollOnce(beam.PTransform):  # type: ignore[misc]
    """Polls every feed once: a pipeline's beginning to ``PCollection[(item id, Find)]``."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return (
            begin
            | "Once" >> beam.Create([0], reshuffle=False)
            | "Poll" >> beam.ParDo(_PollOnce(self.settings)).with_output_types(tuple[str, Find])
        )


class FetchOnce(beam.PTransform):  # type: ignore[misc]
    """One try for each page: ``PCollection[(registered domain, Find)]`` to ``PCollection[Fetched]``."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, finds: beam.PCollection) -> beam.PCollection:
        return finds | "Fetch" >> beam.ParDo(_FetchOnce(self.settings)).with_output_types(Fetched)
