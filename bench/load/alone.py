"""The poller without a runner, turn by turn with a bare aiohttp loop that makes the same requests.

ours  what is due -> whose turn it is -> robots.txt, guard, request, answer -> cursor -> when it is due next
bare  addresses                       -> request, answer

The loop asks for feeds of its own on the same hosts: each of the two has a feed change before 2 of 100 of its polls.
"""

import asyncio
import contextlib
import socket
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bench.load.feeds import known, sources
from bench.load.site import etag, serving
from bench.progress import say
from connectors.books import Book
from connectors.feeds.admission import ask_for_feed
from connectors.feeds.poll import ACCEPT
from connectors.reading.pool import Readers, ReadLimits
from connectors.web.client import WebClient, WebSettings
from connectors.web.decoding import ACCEPT_ENCODING
from connectors.web.guard import Policy
from connectors.web.robots import RobotsCache
from transforms.politeness import Manners, Turns, Wanted, in_turn
from transforms.polling import Polled, advance
from transforms.records import FeedSource

AT_ONCE, ROUNDS = 50, 3
A_TICK = 250  # polls that a tick of the poller finds due
INTERVAL = 86_400.0  # seconds: none is due twice
_MANNERS = Manners(spacing=0.0, concurrency=1, per_host=1)


class Alone(NamedTuple):
    """Of each round of either: seconds of the clock and of this process's CPU.

    Attributes:
      feeds: Requests in a round.
      ours: The poller.
      bare: The loop.
    """

    feeds: int
    ours: tuple[tuple[float, float], ...]
    bare: tuple[tuple[float, float], ...]


def measure(feeds: int, hosts: int, folder: Path) -> Alone:
    """Polls each feed once in a round, after a round that warms up."""
    with serving(folder / "alone.log") as site:
        listed = sources(site, feeds, hosts, INTERVAL)
        return asyncio.run(_turns(listed, site.born))


async def _turns(listed: Sequence[FeedSource], born: float) -> Alone:
    ours, bare = list[tuple[float, float]](), list[tuple[float, float]]()
    async with _poller(listed, born) as poll, _loop(listed) as ask:
        for number in range(ROUNDS + 1):
            say(f"poller alone: round {number} of {ROUNDS}")
            for turn, figures in ((poll, ours), (ask, bare)):
                began = time.monotonic(), time.process_time()
                await turn()
                if number:
                    figures.append((time.monotonic() - began[0], time.process_time() - began[1]))
    return Alone(len(listed), tuple(ours), tuple(bare))


@contextlib.asynccontextmanager
async def _poller(listed: Sequence[FeedSource], born: float) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    web = WebClient(WebSettings(policy=Policy(allow_loopback=True)))
    robots, readers = RobotsCache(web), Readers(ReadLimits())
    by_id, gate, free = {source.id: source for source in listed}, asyncio.Semaphore(AT_ONCE), asyncio.Event()
    clock = time.time()  # of the schedule: it goes on by as much as makes `A_TICK` feeds due a tick
    cursors = known(listed, born, clock, clock, INTERVAL)
    book = Book({cursor.feed_id: cursor for cursor in cursors}, lambda _: False)

    async def one(feed: str) -> None:
        source, cursor, got = by_id[feed], book.cursors[feed], None
        async with gate:
            while not isinstance(got, Polled):  # before the first answer there is one of robots.txt
                got = await ask_for_feed(web, readers, robots, source, cursor, 0.0, _MANNERS, time.time())
        if got.error is not None:
            raise got.error
        after, _ = advance(cursor, source, got, clock)
        book.end(feed)
        book.put(after)
        if len(book.running) < AT_ONCE // 2:
            free.set()

    async def turn() -> None:
        nonlocal clock
        polls, turns = 0, Turns()
        async with asyncio.TaskGroup() as group:
            while polls < len(listed):
                clock += INTERVAL * A_TICK / len(listed)
                groups, running = defaultdict[str, list[Wanted[str]]](list), defaultdict[str, Counter[str]](Counter)
                for domain, wanted in map(book.wanted, book.running):
                    running[domain][wanted.host] += 1
                for domain, wanted in book.due(clock):
                    groups[domain].append(wanted)
                chosen, turns = in_turn(groups, running, turns, _MANNERS, clock)
                for feed in chosen:
                    book.begin(feed)
                    group.create_task(one(feed))
                polls += len(chosen)
                free.clear()
                if book.running:
                    await free.wait()

    try:
        yield turn
    finally:
        await web.close()
        readers.close()


@contextlib.asynccontextmanager
async def _loop(listed: Sequence[FeedSource]) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    etags = {f"{source.url}-bare": etag(0) for source in listed}
    gate = asyncio.Semaphore(AT_ONCE)
    connector = aiohttp.TCPConnector(resolver=Here(), limit=200, limit_per_host=6, ttl_dns_cache=60)
    headers = {"Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING, "User-Agent": "beatwire"}
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def one(url: str) -> None:
            async with gate, session.get(url, headers=headers | {"If-None-Match": etags[url]}) as answer:
                await answer.read()
                etags[url] = answer.headers["etag"]

        async def turn() -> None:
            await _all(one(url) for url in list(etags))

        yield turn


async def _all(work: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*work)


class Here(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """There is nothing to end."""
