"""State: what FetchPages reads and writes of it while many finds of one domain wait, and what that costs.

The real step, its coders and its timers, by a clock that jumps; state is counted as Beam's worker asks a runner for it:
a read fetches the whole of a cell each time, unless it was cleared in the same bundle, and what is written goes out
when the bundle ends. The baseline is each find written once and read once. Pages cost nothing here.
"""

import argparse
import asyncio
import concurrent.futures
import heapq
import time
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Any

from bench import state_on_prism
from bench.cells import Alarm, Cell, called
from bench.waiting import DOMAIN, LATENCY, START, Readers, State, Traffic, Web, finds, size
from connectors import worker
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from connectors.steps.fetch_pages import _FetchPages
from connectors.web.client import WebSettings
from transforms.records import Fetched

COUNT, LENGTH, BUNDLE = 500, 20_000, 50
MEGABYTE = 1e6


class _Requests:
    """The background: each request ends so long after its start, by the bench's clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._under_way: dict[Hashable, tuple[float, Callable[[], Awaitable[Any]]]] = {}

    def start(self, key: Hashable, work: Callable[[], Awaitable[Any]], at: float) -> None:
        self._under_way.setdefault(key, (at + LATENCY, work))

    def since(self, key: Hashable) -> float | None:
        return self._under_way[key][0] - LATENCY if key in self._under_way else None

    def has(self, key: Hashable) -> bool:
        return key in self._under_way

    def take(self, key: Hashable) -> Any:
        at, work = self._under_way.get(key, (self._now() + 1, None))
        if at > self._now() or work is None:
            return None
        del self._under_way[key]
        future = concurrent.futures.Future[Any]()

        async def awaited() -> Any:
            return await work()

        future.set_result(asyncio.run(awaited()))
        return future

    def wait(self, keys: Iterable[Hashable], seconds: float) -> bool:  # noqa: ARG002  # the bench's clock stands still
        """No request ends while a bundle waits for it."""
        return False

    def close(self) -> None:
        """There is no thread to end."""


class _Worker(worker.Worker):
    def __init__(self, settings: RunSettings, now: Callable[[], float], failing: int) -> None:
        super().__init__(settings)
        self._now, self._paper_web = now, Web(failing)
        self.lose()

    @property
    def web(self) -> Any:
        return self._paper_web

    def lose(self) -> None:
        """As after a lost process: requests and all that was remembered are gone."""
        self._made = {"background": _Requests(self._now), "readers": Readers()}


def measure(name: str, count: int, length: int, failing: int = 0, lost_every: int = 0) -> State:
    """Has so many finds come in, and leave.

    Args:
      name: Of this run, for people.
      count: Finds; they come in bundles of `BUNDLE`, one a second.
      length: Characters of each.
      failing: Of so many pages one fails at first; 0: none does.
      lost_every: After so many finds that left the process loses what it remembers; 0: never.
    """
    clock = [START]
    settings = RunSettings(
        run_id=f"bench-{name}",
        name="bench",
        version="0",
        kafka=KafkaSettings(bootstrap="nowhere.invalid:9092"),
        web=WebSettings(),
        feeds=(),
        spacing=0.75,  # of that pages have a start a second
    )
    coming, traffic, alarm = finds(count, length), Traffic(), Alarm()
    shared, step = _Worker(settings, lambda: clock[0], failing), _FetchPages(settings, lambda: clock[0])
    tick = _FetchPages.TICK._attached_callback.__get__(step)
    stored: dict[Any, list[bytes]] = {}

    def bundle(calls: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]]) -> list[Fetched]:
        cells: dict[Any, Cell] = {}
        began, out = time.process_time(), list[Fetched]()
        for method, arguments in calls:
            out += called(method, arguments, stored, cells, alarm, traffic)
        for cell in cells.values():
            cell.commit()
        traffic.cpu += time.process_time() - began
        return out

    worker.adopt(settings.run_id, shared)
    try:
        left, arrivals = 0, [(START + number / BUNDLE, number) for number in range(0, count, BUNDLE)]
        heapq.heapify(arrivals)
        while arrivals or alarm.at is not None:
            if arrivals and (alarm.at is None or arrivals[0][0] <= alarm.at):
                clock[0], number = max(clock[0], arrivals[0][0]), heapq.heappop(arrivals)[1]
                bundle([(step.process, ((DOMAIN, one),)) for one in coming[number : number + BUNDLE]])
                continue
            clock[0], alarm.at = max(clock[0], alarm.at or 0.0), None
            gone = sum(not one.provisional for one in bundle([(tick, ())]))
            if lost_every and left // lost_every < (left + gone) // lost_every:
                shared.lose()
            left += gone
    finally:
        worker.drop(settings.run_id)
    return State(name, count, left, size(coming), traffic)


def report(runs: Sequence[State]) -> str:
    """The figures as lines of text."""
    lines = [f"{'':24}{'read MB':>9}{'written MB':>12}{'requests':>10}{'CPU ms a find':>15}{'times baseline':>16}"]
    for run in runs:
        both, got = run.traffic.read + run.traffic.written, run.traffic
        lines.append(
            f"{run.name:24}{got.read / MEGABYTE:9.1f}{got.written / MEGABYTE:12.1f}{got.requests:10,}"
            f"{1000 * got.cpu / run.finds:15.2f}{both / (2 * run.length):16.1f}"
        )
    lines.append(f"baseline: each of {runs[0].finds:,} finds written once and read once")
    lines += [f"FAILED: {run.name}: {run.left:,} of {run.finds:,} left" for run in runs if run.left != run.finds]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when a find did not leave exactly once. Traffic is reported, and judged by people."""
    parser = argparse.ArgumentParser(prog="bench state", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--finds", type=int, default=COUNT, help="how many (default: %(default)d)")
    parser.add_argument("--length", type=int, default=LENGTH, help="characters of each (default: %(default)d)")
    parser.add_argument("--prism", action="store_true", help="also on the local runner, by the real clock")
    told = parser.parse_args(arguments)
    runs = [
        measure("all pages there", told.finds, told.length),
        measure("one in five fails first", told.finds, told.length, failing=5),
        measure("process lost every 50", told.finds, told.length, lost_every=50),
    ]
    if told.prism:
        runs.append(state_on_prism.measure(told.finds, told.length))
    print(report(runs))
    return int(any(run.left != run.finds for run in runs))
