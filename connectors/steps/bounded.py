"""The bounded form of the steps that wait: one poll of each feed, one try for each page.

A feed whose server said that we ask too often is left alone until its next poll is due.

`once` runs on the in-process runner, which knows no delays: a looping timer would spin there. So these wait inside the
bundle, where nothing else is held up. When the run is told to end, no further request begins, and those under way have
`connectors.round.DRAIN` seconds. Pages are handed on in pieces, each by a graph of its own: see `connectors.round`.

A page that fails in a way that may heal keeps its find without outcome; the next run sweeps it. Nothing is provisional
here: the feed's own words go out when a page is given up. And since a run forgets what it was answered, no page is ever
known to be gone: such a find ends as ``fetch-failed`` once its time is over, and retracts nothing.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

import apache_beam as beam

from connectors import worker
from connectors.feeds.admission import address
from connectors.round import until_drained
from connectors.run import RunSettings
from connectors.steps.courtesy import Courtesy
from connectors.steps.fetch_pages import budget_of, settle
from connectors.steps.poll_feeds import merge, tell, write_polled
from transforms import instants
from transforms.cursor import Cursor
from transforms.polling import Polled, advance, in_reach
from transforms.records import FeedSource, Fetched, Find
from transforms.urls import registered_domain
from transforms.waiting import entered


def ask_for_pages(settings: RunSettings, until: float = math.inf, now_fn: Callable[[], float] = time.time) -> None:
    """Begins to ask for the pages of all finds that were gathered.

    Args:
      settings: Of the run.
      until: When no further page is begun, by the monotonic clock.
      now_fn: The clock, Unix time.
    """
    courtesy, budget = Courtesy(settings, now_fn), budget_of(settings)

    async def ask(find: Find) -> Fetched | None:
        got = await courtesy.page(find)
        if got is None:
            return None
        settled = settle(entered(find, now_fn()), find, got, now_fn(), budget)
        return settled if isinstance(settled, Fetched) else None

    worker.of(settings).round.begin(ask, until)


def left_alone(stored: Cursor | None, source: FeedSource, now: float) -> bool:
    """Whether a round, which polls feeds that are not due, too, is to leave one alone: its server answered 429.

    Args:
      stored: Its newest value on `feeds`, or None.
      source: The feed.
      now: Unix time.
    """
    if stored is None or stored.failure != "rate-limited" or stored.url != source.url:
        return False
    return now < instants.from_text(in_reach(stored, source, now).next_poll)


class _PollOnce(beam.DoFn):  # type: ignore[misc]
    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn

    def process(self, _: object) -> Iterator[tuple[str, Find]]:
        shared = worker.of(self.settings)
        stored = shared.cursors.read()
        cursors = merge({}, self.settings.feeds, stored, self.now_fn())
        sources = {source.id: source for source in self.settings.feeds}

        polled: dict[str, Polled] = {}

        courtesy, domains = Courtesy(self.settings, self.now_fn), defaultdict[str, list[str]](list)
        for source in self.settings.feeds:
            if not left_alone(stored.get(source.id), source, self.now_fn()):
                domains[registered_domain(address(cursors[source.id]))].append(source.id)

        async def feeds_of_a_domain(names: list[str]) -> None:
            for number, name in enumerate(names):
                await asyncio.sleep(self.settings.spacing if number else 0.0)
                got = await courtesy.feed(sources[name], cursors[name])
                if got is not None:
                    polled[name] = got

        if not shared.draining.is_set():
            shared.background.run(lambda: until_drained(shared.draining, map(feeds_of_a_domain, domains.values())))
        finds: list[Find] = []
        after: dict[str, Cursor] = {}
        for name, answer in polled.items():
            after[name], found = advance(cursors[name], sources[name], answer, self.now_fn())
            finds += found
        write_polled(self.settings, finds, list(after.values()))
        tell(cursors, after.values())
        for find in finds:
            yield find.item_id, find


class _Gather(beam.DoFn):  # type: ignore[misc]
    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings

    def process(self, keyed: tuple[str, Find]) -> None:
        worker.of(self.settings).round.add(*keyed)


class _FetchOnce(beam.DoFn):  # type: ignore[misc]
    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings

    def process(self, _: object) -> Iterator[Fetched]:
        yield from worker.of(self.settings).round.take()


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


class Gather(beam.PTransform):  # type: ignore[misc]
    """Notes whose pages are to be asked for: ``PCollection[(registered domain, Find)]`` to nothing."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, finds: beam.PCollection) -> beam.PCollection:
        return finds | "Note" >> beam.ParDo(_Gather(self.settings)).with_output_types(None)


class FetchOnce(beam.PTransform):  # type: ignore[misc]
    """The next piece of the pages that were asked for: a pipeline's beginning to ``PCollection[Fetched]``."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return (
            begin
            | "Piece" >> beam.Create([0], reshuffle=False)
            | "Fetch" >> beam.ParDo(_FetchOnce(self.settings)).with_output_types(Fetched)
        )
