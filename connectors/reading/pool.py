"""Readers: a pool of processes in which pages and feeds are parsed, capped in time and memory.

    await call(owner, function, ...) -> a place among `count` -> pebble -> reader -> result, or `Unreadable`

What can go wrong goes wrong in the reader, and becomes data here: too much time (the kernel ends it, see `process`),
too much memory (MemoryError inside, or its end), a crash. pebble then starts another. A pool that is broken, or does
not answer at all, is retired and replaced; work that was under way in it is done again, a few times at most.

pebble counts by the clock on the wall, which may be set, and which jumps when the machine has slept. A time-out that
comes sooner than it can by a clock that only goes on is such a jump, and the work is done again, too.

Never more calls are handed to the pool than it has readers: its own queue stays empty, so a cap counts from when work
really begins, and a pipe holds no pages that nobody reads. Who waits for a place waits on the event loop, in no bundle.

One reader more than there are places is for what takes long. What is not read within a second, as nearly all pages are,
leaves its place to others and goes on, one such piece at a time. Whose work took a reader too long, or down, is suspect
for ten minutes, and has no place but that one, and a third of the time: a publisher who does that all the time holds up
others like it, and nobody else.
"""

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

import pebble

from connectors.reading import process
from transforms.errors import BeatwireError

T = TypeVar("T")

_TASKS = 5_000  # done by one reader before it is replaced: a start costs as much as 300 small feeds
_TRIES = 3  # of one piece of work: a pool breaks for all in it, whoever broke it
# Times the cap, by the clock: when pebble ends a reader that neither works nor ends. Who has stepped back on a busy
# machine gets a tenth of a processor.
_SLACK = 12.0
_STARTING = 60.0  # seconds that a reader may need to start on a machine under load; 1 s on a quiet one
_GLANCE = 0.05  # seconds between two looks at whether a reader has its work
_CLOSING = 5.0  # seconds
_SUSPECT = 600.0  # seconds
_SHORTER = 0.3  # of the cap, for who is suspect: more than the slowest of 395 real pages took
_LONG = 1.0  # seconds by the clock after which work leaves its place to others


@dataclasses.dataclass(frozen=True)
class ReadLimits:
    """What readers may use.

    Attributes:
      seconds: Processor time for one page or feed. The median page takes 0.05 s, the slowest of 395 real ones 1 s.
      memory: Bytes of address space of one reader.
      count: Pieces read at a time; 0 for one a processor, but no more than two. What takes long has one reader more.
    """

    seconds: float = 5.0
    memory: int = 1536 * 1024 * 1024
    count: int = 0

    def places(self) -> int:
        """How many pieces are read at a time."""
        return self.count or min(2, os.cpu_count() or 1)


class Unreadable(BeatwireError):
    """A reader did not survive what it was given.

    Args:
      reason: In words, for outcomes.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Readers:
    """The readers of one worker process; they start with the first call.

    Args:
      limits: What they may use.
    """

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._places = asyncio.Semaphore(limits.places())
        self._pages = asyncio.Semaphore(limits.places())
        self._dock, self._aside = asyncio.Semaphore(1), asyncio.Semaphore(1)
        self._suspects: dict[str, float] = {}
        self._lock = threading.Lock()
        self._pool: pebble.ProcessPool | None = None
        self._closed = False

    async def page(self, owner: str, work: Callable[..., T], *arguments: Any) -> T:
        """As `call`, for what there may be a great many of: feeds go before all but a few of them."""
        return await self._do(owner, (self._pages, self._places), work, arguments)

    async def call(self, owner: str, work: Callable[..., T], *arguments: Any) -> T:
        """Does work in a reader.

        Args:
          owner: Who answers for what is read: a registered domain.
          work: A function at the top of a module; whatever it returns or raises must survive pickling.
          arguments: Its arguments; so must they.

        Raises:
          Unreadable: It took too long, or took the reader down; or all is over.
        """
        return await self._do(owner, (self._places,), work, arguments)

    def close(self) -> None:
        """Ends all readers, whatever they are doing; returns after a few seconds at most."""
        with self._lock:
            self._closed = True
            pool = self._pool
        if pool is not None:
            self._retire(pool).join(_CLOSING)

    def _suspect(self, owner: str) -> bool:
        since = self._suspects.get(owner)
        if since is not None and time.monotonic() - since > _SUSPECT:
            del self._suspects[owner]
            since = None
        return since is not None

    async def _do(
        self,
        owner: str,
        places: tuple[asyncio.Semaphore, ...],
        work: Callable[..., T],
        arguments: tuple[Any, ...],
    ) -> T:
        # One suspect at a time waits for the reader aside, or what leaves its place would wait behind all of them.
        suspect = self._suspect(owner)
        async with _Seat((self._dock, self._aside) if suspect else places) as seat:
            if not suspect:
                seat.leave_later(self._aside)
            try:
                return await self._tried(work, arguments, self._limits.seconds * (_SHORTER if suspect else 1))
            except Unreadable:
                self._suspects[owner] = time.monotonic()
                raise

    async def _tried(self, work: Callable[..., T], arguments: tuple[Any, ...], seconds: float) -> T:
        for _ in range(_TRIES):
            pool = self._pool
            if pool is None:
                pool = await asyncio.to_thread(self._running)  # it may have to be started, which takes a second
            try:
                return await self._once(pool, work, arguments, seconds)
            except (BrokenProcessPool, _Silent):
                self._retire(pool)
            except _Jumped:
                continue
            except pebble.ProcessExpired as error:
                raise Unreadable(_death(error.exitcode, seconds)) from error
        raise Unreadable("the readers broke down")

    async def _once(
        self, pool: pebble.ProcessPool, work: Callable[..., T], arguments: tuple[Any, ...], seconds: float
    ) -> T:
        try:
            future = pool.schedule(process.within, args=(seconds, work, arguments), timeout=seconds * _SLACK)
        except RuntimeError as error:  # pebble's word for a pool that is broken or stopped
            raise BrokenProcessPool(str(error)) from error
        waiting: asyncio.Future[T] = asyncio.wrap_future(future)
        began = await _taken(future, waiting)
        await asyncio.wait([waiting], timeout=seconds * _SLACK + _STARTING)
        if not waiting.done():
            waiting.cancel()
            raise _Silent
        try:
            return waiting.result()
        except TimeoutError as error:
            if time.monotonic() - began < seconds * _SLACK:
                raise _Jumped from error
            raise Unreadable(_too_long(seconds)) from error

    def _running(self) -> pebble.ProcessPool:
        with self._lock:
            if self._closed:
                raise Unreadable("the run is over")
            if self._pool is None:
                self._pool = pebble.ProcessPool(
                    max_workers=self._limits.places() + 1,
                    max_tasks=_TASKS,
                    initializer=process.begin,
                    initargs=(self._limits.memory,),
                    context=_server(),
                )
                _started(self._pool)
            return self._pool

    def _retire(self, pool: pebble.ProcessPool) -> threading.Thread:
        """Ends a pool off the event loop: its threads may be stuck in a pipe until the readers are gone."""
        with self._lock:
            if self._pool is pool:
                self._pool = None
        thread = threading.Thread(target=_end, args=(pool,), name="beatwire-retire", daemon=True)
        thread.start()
        return thread


async def _taken(future: concurrent.futures.Future[T], waiting: asyncio.Future[T]) -> float:
    """Waits until a reader has its work, as long as one may need to start; the monotonic clock a glance before.

    pebble counts from then on. Counted from its handing over, the start of a reader would make a jump of pebble's clock
    look like a cap that is over.
    """
    began = time.monotonic()
    end = began + _STARTING
    while not (future.running() or waiting.done()) and began < end:
        await asyncio.wait([waiting], timeout=_GLANCE)
        began = began if future.running() else time.monotonic()
    return began


class _Seat:
    """The places that one piece of work holds.

    Args:
      places: Waited for in this order.
    """

    def __init__(self, places: tuple[asyncio.Semaphore, ...]) -> None:
        self._wanted, self._held = places, list[asyncio.Semaphore]()
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "_Seat":
        try:
            for place in self._wanted:
                await place.acquire()
                self._held.append(place)
        except BaseException:
            self._release()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in (self._timer, self._leaving):
            if one is not None:
                one.cancel()
        self._release()

    def leave_later(self, aside: asyncio.Semaphore) -> None:
        """Exchanges its places for another one, as soon as the work takes long and that is free."""
        loop = asyncio.get_running_loop()

        def leave() -> None:
            self._leaving = loop.create_task(self._leave(aside))

        self._timer = loop.call_later(_LONG, leave)

    async def _leave(self, aside: asyncio.Semaphore) -> None:
        await aside.acquire()
        self._release()
        self._held.append(aside)

    def _release(self) -> None:
        while self._held:
            self._held.pop().release()


class _Silent(Exception):
    """Neither a result nor an end within any cap."""


class _Jumped(Exception):
    """pebble's clock says that the cap is over, and it is not."""


def _server() -> multiprocessing.context.ForkServerContext:
    """What readers fork from: a process with all they need, and without gRPC's threads, of which half would be forked.

    A worker has one, from its first reader to its own end. A reader runs the worker's main module anew; what that
    imports is there, too: run by its name (``python -m``), a cluster's worker is Beam, a second for each reader.
    """
    server, main = multiprocessing.get_context("forkserver"), sys.modules["__main__"].__spec__
    named = [main.name] if main is not None and not main.name.endswith("__main__") else []
    server.set_forkserver_preload(["__main__", *named, process.PREPARED])
    return server


def _started(pool: pebble.ProcessPool) -> None:
    """Starts a pool's readers without Ctrl-C: it is the parent's to answer, also while they are still importing.

    The mask of this thread goes to the threads of the pool, and from there to the processes.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        assert pool.active  # starts it
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(pool: pebble.ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    for _ in range(_TRIES):
        with contextlib.suppress(KeyError):  # two threads of pebble's struck one reader off at once; others are left
            pool.join()
            return


def _death(exitcode: int, seconds: float) -> str:
    if exitcode == -process.SPENT:
        return _too_long(seconds)
    return f"the reader died (signal {-exitcode})" if exitcode < 0 else f"the reader died (exit {exitcode})"


def _too_long(seconds: float) -> str:
    return f"reading took more than {seconds:g} s"
