"""Requests off the bundle: one event loop in a thread of its own, and what it has finished.

A bundle must not wait for the web, or only for a glance (`Background.wait`): on Prism slow bundles fill the runner's
eight places, on Flink the checkpoint waits. A step therefore starts a request under a key, arms a timer, and takes the
result at a later tick. What is under way lives in this process only: state says what is wanted, so that after a restart
it is started again.

A runner that goes back to an older checkpoint while this process lives may know nothing of what was started since.
What nobody takes is therefore given up after a while; who comes later, after a long wait for Kafka, asks again.
"""

import asyncio
import collections
import concurrent.futures
import contextlib
import itertools
import threading
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any

CLOSING = 2.0  # seconds for what is under way to notice that it is cancelled
UNTAKEN = 300.0  # seconds that a result waits to be taken; a step that is not held up looks each second


class Background:
    """Keyed requests on one event loop; safe to use from all threads.

    Args:
      untaken: Seconds that a result waits to be taken before it is given up.
    """

    def __init__(self, untaken: float = UNTAKEN) -> None:
        self._untaken, self._numbers = untaken, itertools.count()
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self._futures: dict[Hashable, concurrent.futures.Future[Any]] = {}
        self._started: dict[Hashable, tuple[int, float]] = {}  # which start of a key its future is of, and when it was
        self._ended = collections.deque[tuple[float, Hashable, int]]()  # of the loop's clock: when they are given up
        self._thread = threading.Thread(target=self._loop.run_forever, name="beatwire-web", daemon=True)
        self._thread.start()

    def start(self, key: Hashable, work: Callable[[], Awaitable[Any]], at: float = 0.0) -> None:
        """Starts ``work`` under a key, unless something under that key is under way or waits to be taken.

        Args:
          key: What it is taken by.
          work: What is awaited.
          at: The time that `since` tells, by the caller's clock.
        """
        with self._lock:
            if key not in self._futures:
                number = next(self._numbers)
                self._started[key] = number, at
                one = self._keyed(key, number, work)
                self._futures[key] = asyncio.run_coroutine_threadsafe(one, self._loop)

    def take(self, key: Hashable) -> concurrent.futures.Future[Any] | None:
        """The finished future of a key, once; None while it runs, or when nothing was started."""
        with self._lock:
            future = self._futures.get(key)
            if future is None or not future.done():
                return None
            self._forget(key)
            return future

    def drop(self, key: Hashable) -> None:
        """Cancels what is under way under a key, or forgets what waits to be taken."""
        with self._lock:
            future = self._futures.get(key)
            if future is not None:
                self._forget(key)
                future.cancel()

    def has(self, key: Hashable) -> bool:
        """True when something under this key is under way or waits to be taken."""
        with self._lock:
            return key in self._futures

    def since(self, key: Hashable) -> float | None:
        """When what is under way under a key, or waits to be taken, was started; None when there is nothing."""
        with self._lock:
            started = self._started.get(key)
            return None if started is None else started[1]

    def __len__(self) -> int:
        """How many are under way or wait to be taken."""
        with self._lock:
            return len(self._futures)

    def wait(self, keys: Iterable[Hashable], seconds: float) -> bool:
        """Waits until all of these are finished, but no longer than ``seconds``; whether one is."""
        with self._lock:
            futures = [self._futures[key] for key in keys if key in self._futures]
        return bool(concurrent.futures.wait(futures, timeout=seconds).done)

    def run(self, work: Callable[[], Awaitable[Any]], seconds: float | None = None) -> Any:
        """Runs ``work`` on the loop and waits for it.

        Args:
          work: What is awaited.
          seconds: How long; None for as long as it takes.

        Raises:
          TimeoutError: It has not ended in time; it is cancelled, as soon as the loop comes to it.
        """
        future = asyncio.run_coroutine_threadsafe(_run(work), self._loop)
        try:
            return future.result(seconds)
        finally:
            future.cancel()

    def close(self) -> None:
        """Cancels what is under way and ends the thread."""
        with self._lock:
            futures, self._futures, self._started = list(self._futures.values()), {}, {}
        for future in futures:
            future.cancel()
        with contextlib.suppress(TimeoutError):
            self.run(_cancel_all, CLOSING)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        if not self._thread.is_alive():
            self._loop.close()

    async def _keyed(self, key: Hashable, number: int, work: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await work()
        finally:
            # Numbers, not the result: what was taken must not stay in memory until then.
            self._ended.append((self._loop.time() + self._untaken, key, number))
            if len(self._ended) == 1:
                self._loop.call_later(self._untaken, self._give_up)

    def _give_up(self) -> None:
        """Gives up what nobody took in time: one timer for all, since they ended in the order of their times."""
        with self._lock:
            while self._ended and self._ended[0][0] <= self._loop.time():
                _, key, number = self._ended.popleft()
                if self._started.get(key, (None,))[0] == number:
                    self._forget(key)
        if self._ended:
            self._loop.call_at(self._ended[0][0], self._give_up)

    def _forget(self, key: Hashable) -> None:
        del self._futures[key], self._started[key]


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=CLOSING / 2)


async def _run(work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()
