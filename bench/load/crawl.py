"""FetchPages without a runner, turn by turn with a bare aiohttp gather of the same pages under the same limits.

ours  find -> schedule, bags -> whose turn it is -> robots.txt, guard, request, page -> reader -> article -> out
bare  address                -> whose turn it is -> request, bytes
"""

import asyncio
import dataclasses
import heapq
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from bench.cells import Alarm, called
from bench.latency import percentile
from bench.load.alone import Here
from bench.load.site import serving
from bench.load.visits import Visit, drawn, each, finds
from bench.progress import say
from bench.waiting import Traffic
from connectors import worker
from connectors.kafka.settings import KafkaSettings
from connectors.reading.pool import ReadLimits
from connectors.run import RunSettings
from connectors.steps.fetch_pages import _FetchPages
from connectors.web.client import WebSettings
from connectors.web.decoding import ACCEPT_ENCODING
from connectors.web.fetch import ACCEPT
from connectors.web.guard import Policy
from transforms.records import Fetched

ROUNDS = 2
PATIENT = WebSettings(read=30.0, total=40.0, policy=Policy(allow_loopback=True))  # the slow pages are not too slow
LIMIT = 200  # connections of one client, as ours


class Crawl(NamedTuple):
    """One way through all visits.

    Attributes:
      fast: Seconds from a visit's moment to its page, of all but the slow ones.
      slow: Of those.
      there: Seconds from the start until 99 of 100 fast pages were there.
      cpu: Seconds of this process.
    """

    fast: tuple[float, ...]
    slow: tuple[float, ...]
    there: float
    cpu: float

    @property
    def rate(self) -> float:
        """Fast pages a second."""
        return 0.99 * len(self.fast) / self.there


@dataclasses.dataclass(frozen=True)
class Both:
    """Of each round, and how many pages had no article by ours."""

    ours: tuple[Crawl, ...]
    bare: tuple[Crawl, ...]
    failed: int


def run_settings(spacing: float, reading: ReadLimits | None = None) -> RunSettings:
    """A run without Kafka that may ask this machine."""
    return RunSettings(
        run_id=uuid.uuid4().hex,
        name="bench",
        version="0",
        kafka=KafkaSettings(bootstrap="nowhere.invalid:9092"),
        web=PATIENT,
        feeds=(),
        spacing=spacing,
        reading=reading or ReadLimits(),
    )


def measure(count: int, hosts: int, rate: float, folder: Path) -> Both:
    """Asks for pages, after a round in which each host is asked once.

    Args:
      count: How many in a round.
      hosts: On how many hosts.
      rate: How many are wanted a second; 0 for all at once.
      folder: For the log of the site.
    """
    settings = run_settings(1.0)
    with serving(folder / "crawl.log") as site:
        try:
            ours, bare, failed = _Ours(settings), list[tuple[Crawl, Crawl]](), 0
            say("fetching alone: each host once")
            ours.crawl(each(site, hosts))
            for number in range(1, ROUNDS + 1):
                visits = drawn(site, count, hosts, rate, number)
                say(f"fetching alone: round {number} of {ROUNDS}")
                crawl, lacking = ours.crawl(visits)
                bare.append((crawl, asyncio.run(_bare(visits, settings))))
                failed += lacking
        finally:
            worker.drop(settings.run_id)
    return Both(tuple(pair[0] for pair in bare), tuple(pair[1] for pair in bare), failed)


class _Ours:
    """The step, with state in bytes and timers by the real clock; what a runner does beside is left out."""

    def __init__(self, settings: RunSettings) -> None:
        self._step = _FetchPages(settings)
        self._tick = _FetchPages.TICK._attached_callback.__get__(self._step)
        self._stored: dict[str, dict[Any, list[bytes]]] = defaultdict(dict)
        self._alarms: list[tuple[float, str]] = []
        self._set: dict[str, float] = {}

    def crawl(self, visits: Sequence[Visit]) -> tuple[Crawl, int]:
        """Goes through all visits; and how many came to no article."""
        used, began = time.process_time(), time.time()
        known = {visit.url: visit for visit in visits}
        coming, took, failed = list(zip(visits, finds(visits, began), strict=True))[::-1], dict[str, float](), 0
        while len(took) < len(visits):
            now = time.time()
            if coming and began + coming[-1][0].at <= now:
                visit, find = coming.pop()
                out = self._bundle(visit.domain, self._step.process, (visit.domain, find))
            elif self._alarms and self._alarms[0][0] <= now:
                at, domain = heapq.heappop(self._alarms)
                if self._set.get(domain) != at:  # set anew since
                    continue
                del self._set[domain]
                out = self._bundle(domain, self._tick)
            else:
                moments = [began + coming[-1][0].at] if coming else []
                moments += [self._alarms[0][0]] if self._alarms else []
                time.sleep(max(0.0, min(moments) - now))
                continue
            for fetched in out:
                link = fetched.find.entry.link
                took[link] = time.time() - began - known[link].at
                failed += fetched.article is None
        return summed(visits, took, time.process_time() - used), failed

    def _bundle(self, domain: str, method: Callable[..., Any], *arguments: Any) -> list[Fetched]:
        cells, alarm = dict[Any, Any](), Alarm()
        self._step.start_bundle()
        out = called(method, arguments, self._stored[domain], cells, alarm, Traffic())
        for cell in cells.values():
            cell.commit()
        if alarm.at is not None:
            self._set[domain] = alarm.at
            heapq.heappush(self._alarms, (alarm.at, domain))
        return out


async def _bare(visits: Sequence[Visit], settings: RunSettings) -> Crawl:
    manners, took = settings.manners[1], dict[str, float]()
    gates = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(manners.per_host))
    starts = defaultdict[str, float](float)
    connector = aiohttp.TCPConnector(resolver=Here(), limit=LIMIT, limit_per_host=PATIENT.per_host, ttl_dns_cache=60)
    headers = {"Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING, "User-Agent": "beatwire"}
    used, began = time.process_time(), time.time()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def one(visit: Visit) -> None:
            await asyncio.sleep(began + visit.at - time.time())
            async with gates[visit.domain]:
                start = max(time.time(), starts[visit.domain])
                starts[visit.domain] = start + manners.spacing
                await asyncio.sleep(start - time.time())
                async with session.get(visit.url, headers=headers) as answer:
                    await answer.read()
            took[visit.url] = time.time() - began - visit.at

        await _all(one(visit) for visit in visits)
    return summed(visits, took, time.process_time() - used)


def summed(visits: Sequence[Visit], took: dict[str, float], cpu: float) -> Crawl:
    """What came of visits.

    Args:
      visits: All of them.
      took: Seconds from the moment of each, by address.
      cpu: Seconds that it cost.
    """
    there = [visit.at + took[visit.url] for visit in visits if not visit.slow]
    return Crawl(
        tuple(took[visit.url] for visit in visits if not visit.slow),
        tuple(took[visit.url] for visit in visits if visit.slow),
        percentile(there, 99),
        cpu,
    )


async def _all(work: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*work)
