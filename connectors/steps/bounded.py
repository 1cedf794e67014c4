"""The bounded form of the steps that wait: one poll of each feed, one try for each page.

`once` runs on the in-process runner, which knows no delays: a looping timer would spin there. So these wait inside the
bundle, where nothing else is held up. A page that fails in a way that may heal keeps its find without outcome; the next
run sweeps it. Nothing is provisional here: the feed's own words go out when a page is given up. And since a run forgets
what it was answered, no page is known to be gone: such a find ends as ``fetch-failed`` once its time is over, and
retracts nothing.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from connectors import worker
from connectors.feeds.poll import poll
from connectors.run import RunSettings
from connectors.steps.fetch_pages import budget_of, settle
from connectors.steps.poll_feeds import merge, write_polled
from connectors.web.fetch import fetch_page
from transforms.polling import advance
from transforms.records import Fetched, Find
from transforms.waiting import Waiting


class _PollOnce(beam.DoFn):  # type: ignore[misc]
    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn

    def process(self, _: object) -> Iterator[tuple[str, Find]]:
        shared = worker.of(self.settings)
        cursors = merge({}, self.settings.feeds, shared.cursors.read(), self.now_fn())
        sources = {source.id: source for source in self.settings.feeds}

        async def all_feeds() -> list:  # type: ignore[type-arg]
            return await asyncio.gather(*(poll(shared.web, sources[name], cursors[name]) for name in cursors))

        polled = shared.background.run(all_feeds)
        finds: list[Find] = []
        for (name, cursor), answer in zip(list(cursors.items()), polled, strict=True):
            cursors[name], found = advance(cursor, sources[name], answer, self.now_fn())
            finds += found
        write_polled(self.settings, finds, list(cursors.values()))
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
        async def all_domains() -> list:  # type: ignore[type-arg]
            return await asyncio.gather(*(self._domain(finds) for finds in self.finds.values()))

        if not self.finds:
            return
        for fetched in worker.of(self.settings).background.run(all_domains):
            for one in fetched:
                yield WindowedValue(one, Timestamp.of(self.now_fn()), [GlobalWindow()])

    async def _domain(self, finds: list[Find]) -> list[Fetched]:
        """The pages of one domain, one after the other, spaced."""
        done = []
        for number, find in enumerate(finds):
            if number:
                await asyncio.sleep(self.settings.spacing)
            got = await fetch_page(worker.of(self.settings).web, find.entry.link, self.now_fn)
            settled = settle(Waiting(find=find, due=self.now_fn()), got, self.now_fn(), self.budget)
            if isinstance(settled, Fetched):
                done.append(settled)
        return done


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
