"""Robots.txt and hosts' wishes in a bounded round: what the streaming steps keep in state is known here for the round.

A round has nobody who wakes it, so what must wait its turn waits here. A host that wants to be left alone is asked no
more in this round; the next one comes back to it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable

from connectors import worker
from connectors.feeds.admission import address, ask_for_feed
from connectors.reading.page import ask_for_article
from connectors.run import RunSettings
from transforms.cursor import Cursor
from transforms.errors import ItemError
from transforms.politeness import Learned, Manners, Pace, Paces, after_answer
from transforms.polling import Polled
from transforms.records import FeedSource, Fetched, Find
from transforms.urls import host_of

_TIMES = 3  # that a host's pace is learned for one request: it is twice only if a copy was dropped meanwhile


class Courtesy:
    """The pace of each host in one round; for one event loop.

    Args:
      settings: Of the run.
      now_fn: The clock, Unix time.
    """

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self._settings, self._now = settings, now_fn
        self._delays = defaultdict[str, float](float)
        self._free = defaultdict[str, float](float)  # by the monotonic clock

    async def page(self, find: Find) -> Fetched | ItemError | None:
        """Fetches a page and reads its article; None leaves it for the next round."""
        shared, host = worker.of(self._settings), host_of(find.entry.link)
        for _ in range(_TIMES):
            delay, longest = self._delays[host], self._settings.longest_delay
            if not await self._turn(host):
                return None
            got = await ask_for_article(shared.web, shared.readers, shared.robots, find, delay, longest, self._now)
            self._note(host, got)
            if not isinstance(got, Learned):
                return got
        return None

    async def feed(self, source: FeedSource, cursor: Cursor) -> Polled | None:
        """Polls a feed; None leaves it for the next round."""
        shared, host = worker.of(self._settings), host_of(address(cursor))
        for _ in range(_TIMES):
            delay = self._delays[host]
            manners = Manners(spacing=self._settings.spacing, longest_delay=self._settings.longest_delay)
            if not await self._turn(host):
                return None
            got = await ask_for_feed(
                shared.web, shared.readers, shared.robots, source, cursor, delay, manners, self._now()
            )
            self._note(host, got if isinstance(got, Learned) else got.error)
            if isinstance(got, Polled):
                if got.again:
                    self._free[host] = max(self._free[host], time.monotonic() + self._delays[host])
                return got
        return None

    async def _turn(self, host: str) -> bool:
        """Waits for the turn of one more request to a host, and takes it; False where it wants to be left alone."""
        shared = worker.of(self._settings)
        at = max(self._free[host], time.monotonic())
        self._free[host] = at + self._delays[host]
        await asyncio.sleep(at - time.monotonic())
        quiet = shared.hushes.known(Paces(), {host}).of(host).quiet
        return quiet <= self._now() and not shared.draining.is_set()

    def _note(self, host: str, got: object) -> None:
        paces = after_answer(Paces(hosts={host: Pace(delay=self._delays[host])}), host, got, 0.0, self._now())
        worker.of(self._settings).hushes.tell(paces)
        if isinstance(got, Learned):
            self._delays[host] = got.delay
            pause = max(got.delay, self._settings.spacing if got.asked else 0.0)
            self._free[host] = max(self._free[host], time.monotonic() + pause)
