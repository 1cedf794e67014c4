"""The pool of readers without a runner: beside calls in this process, one reader beside two, and beside a hanging page.

Others may use the machine meanwhile, and a pool of two shows nothing while they do: so what they use is measured, too.
"""

import asyncio
import contextlib
import dataclasses
import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.chaos.processes import descendants
from bench.load.articles import entry
from bench.load.work import give_back, hang, read_all
from bench.progress import say
from connectors.reading.pool import Readers, ReadLimits, Unreadable
from transforms.extract import article_or_ending
from transforms.records import Page

TURNS, A_TURN = 12, 24  # turns at most, and pages in one: short, so that some of them fall into a quiet moment
LONGEST = 90.0  # seconds of all turns, where others are busy
TICKS = os.sysconf("SC_CLK_TCK")
PER_SECOND, SECONDS, AT = 8.0, 20.0, 3.0  # of the neighbours of a page that hangs, and when that comes


class Turn(NamedTuple):
    """The same pages three times, in seconds, and what all else used of the processors meanwhile (1: a whole one).

    Attributes:
      one: By a pool of one reader.
      two: By a pool of two.
      bare: By the same two, each its half in a single piece of work: what the machine itself can do.
      others: Processors.
    """

    one: float
    two: float
    bare: float
    others: float


@dataclasses.dataclass(frozen=True)
class Pool:
    """What was measured.

    Attributes:
      pages: How many.
      direct: Seconds of each page, called in this process.
      there: Seconds of each page by the pool, one after the other, with one reader.
      way: Seconds of each page there and its article back, without work.
      turns: One reader beside two.
    """

    pages: int
    direct: tuple[float, ...]
    there: tuple[float, ...]
    way: tuple[float, ...]
    turns: tuple[Turn, ...]


@dataclasses.dataclass(frozen=True)
class Hung:
    """What was measured of neighbours, seconds each, and of the page that hangs beside them."""

    alone: tuple[float, ...]
    beside: tuple[float, ...]
    hung: float
    reason: str


@contextlib.contextmanager
def _readers(count: int) -> Iterator[Readers]:
    readers = Readers(ReadLimits(count=count))
    try:
        yield readers
    finally:
        readers.close()


async def measure(pages: Sequence[Page]) -> Pool:
    """Reads the pages again and again."""
    with _readers(1) as single, _readers(2) as double:
        articles = [article_or_ending(page, entry(page)) for page in pages]
        for readers in (single, double, double):  # what libraries remember of a page, each reader knows by then
            await _all(readers, pages)
        say("reading: one page at a time")
        direct, there, way = list[float](), list[float](), list[float]()
        for page, article in zip(pages, articles, strict=True):
            began = time.perf_counter()
            article_or_ending(page, entry(page))
            direct.append(time.perf_counter() - began)
            there.append(await _timed(single, article_or_ending, page, entry(page)))
            way.append(await _timed(single, give_back, article, page, entry(page)))
        say(f"reading: one reader beside two, {TURNS} turns within {LONGEST:g} s")
        parts, turns, end = max(1, len(pages) // A_TURN), list[Turn](), time.monotonic() + LONGEST
        while len(turns) < TURNS and time.monotonic() < end:
            turns.append(await _turn(single, double, pages[len(turns) % parts :: parts]))
        return Pool(len(pages), tuple(direct), tuple(there), tuple(way), tuple(turns))


async def _turn(single: Readers, double: Readers, pages: Sequence[Page]) -> Turn:
    before = _busy()
    one, two = await _all(single, pages), await _all(double, pages)
    began = time.perf_counter()
    await asyncio.gather(*(double.call("bench.example", read_all, pages[half::2]) for half in (0, 1)))
    bare = time.perf_counter() - began
    used, ours = (after - then for after, then in zip(_busy(), before, strict=True))
    return Turn(one, two, bare, max(0, used - ours) / TICKS / (one + two + bare))


async def beside(pages: Sequence[Page]) -> Hung:
    """Reads pages that come one after the other, at first alone, and then beside one that hangs."""
    with _readers(2) as readers:
        for _ in range(2):
            await _all(readers, pages)
        say(f"reading: {PER_SECOND:g} pages a second for {SECONDS:g} s")
        alone = await _stream(readers, pages)
        say("reading: the same beside a page that hangs")
        (times, (hung, reason)) = await asyncio.gather(_stream(readers, pages), _hanging(readers))
        return Hung(alone, times, hung, reason)


async def _stream(readers: Readers, pages: Sequence[Page]) -> tuple[float, ...]:
    begun = list[asyncio.Task[float]]()
    began = time.perf_counter()
    for number, page in zip(range(int(PER_SECOND * SECONDS)), itertools.cycle(pages)):
        await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        owner = f"{number}.example"
        begun.append(asyncio.create_task(_timed(readers, article_or_ending, page, entry(page), owner=owner)))
    return tuple(await asyncio.gather(*begun))


async def _hanging(readers: Readers) -> tuple[float, str]:
    await asyncio.sleep(AT)
    began = time.perf_counter()
    try:
        await readers.page("hangs.example", hang)
    except Unreadable as error:
        return time.perf_counter() - began, error.reason
    raise RuntimeError("a page that never ends has ended")


async def _timed(readers: Readers, work: Callable[..., Any], *arguments: Any, owner: str = "bench.example") -> float:
    began = time.perf_counter()
    await readers.page(owner, work, *arguments)
    return time.perf_counter() - began


async def _all(readers: Readers, pages: Sequence[Page]) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(readers.page("bench.example", article_or_ending, page, entry(page)) for page in pages))
    return time.perf_counter() - began


def _busy() -> tuple[int, int]:
    """Jiffies that the processors have worked, and of these what this process and the readers have used."""
    user, nice, system, _, _, irq, soft = map(int, Path("/proc/stat").read_text().split(maxsplit=8)[1:8])
    return user + nice + system + irq + soft, sum(map(_used, descendants(os.getpid())))


def _used(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
