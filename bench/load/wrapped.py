"""Fetching by Beam's AsyncWrapper, to be compared with FetchPages: a prototype, without retries and copies ahead.

    (domain, find) -> bag of the key, coroutine; timer each quarter of a second -> bag read, done ones out, rest written

Politeness waits in the coroutine, in the worker's memory: the wrapper has no other place for it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator

import apache_beam as beam
from apache_beam.transforms.async_dofn import AsyncWrapper

from connectors import worker
from connectors.reading.page import ask_for_article
from connectors.run import RunSettings
from transforms.errors import ItemError
from transforms.politeness import Learned
from transforms.records import Ending, Fetched, Find

AT_ONCE, EVERY = 20_000, 0.25  # what waits for its turn counts as under way; seconds between two looks at a key


class Courtesy:
    """Whose turn it is, for all domains of this process."""

    def __init__(self, settings: RunSettings) -> None:
        manners = settings.manners[1]
        self.spacing = manners.spacing
        self.gates = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(manners.per_host))
        self.starts = defaultdict[str, float](float)

    async def turn(self, domain: str) -> None:
        """Waits until spacing allows a start."""
        at = max(time.time(), self.starts[domain])
        self.starts[domain] = at + self.spacing
        await asyncio.sleep(at - time.time())


_courtesies: dict[str, Courtesy] = {}


class Asked(beam.DoFn):  # type: ignore[misc]
    """Asks for the page of one find, when it is its turn."""

    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings

    async def process(self, keyed: tuple[str, Find]) -> AsyncIterator[Fetched]:
        """One page."""
        domain, find = keyed
        shared = worker.of(self.settings)
        courtesy = _courtesies.setdefault(self.settings.run_id, Courtesy(self.settings))
        got: Fetched | ItemError | Learned = Learned(0.0, asked=False)
        async with courtesy.gates[domain]:
            while isinstance(got, Learned):  # before the first page of a host there is its robots.txt
                await courtesy.turn(domain)
                got = await ask_for_article(shared.web, shared.readers, shared.robots, find, got.delay, 60.0)
        if isinstance(got, ItemError):
            got = Fetched(find=find, ending=Ending(outcome=got.outcome, step="fetch", reason=got.reason))
        yield got


class Wrapped(beam.PTransform):  # type: ignore[misc]
    """``PCollection[(registered domain, Find)]`` to ``PCollection[Fetched]``."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, asked: beam.PCollection) -> beam.PCollection:
        """Beam's wrapper around the request."""
        wrapper = AsyncWrapper(
            Asked(self.settings),
            parallelism=AT_ONCE,
            callback_frequency=EVERY,
            max_items_to_buffer=AT_ONCE,
            id_fn=_sighting,
            use_asyncio=True,
        )
        return asked | "Wrapped" >> beam.ParDo(wrapper).with_output_types(Fetched)


def _sighting(find: Find) -> str:
    return find.sighting
