"""The pages of one round of `once`: asked for politely, taken in pieces as they come.

    add(domain, find), ... -> begin(ask) -> a task for each domain, its pages one after the other, spaced
                           -> take(), while there is more: at most `PIECE` of what has come

The in-process runner hands on whole bundles, and one of all pages would publish nothing until the slowest publisher has
answered. So the pages are asked for beside the graph, and the graph runs over what has come meanwhile, again and again.
At most `PIECE` pages are begun or wait to be taken at any time: while Kafka is away, nothing piles up here.
"""

import asyncio
import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from connectors.background import Background
from transforms.records import Fetched, Find

PIECE = 200  # pages
SECONDS = 5.0  # for which a piece gathers once it is asked for
DRAIN = 8.0  # seconds that requests under way have once the run is told to end
_LOOK = 0.1  # seconds
_KEY = "round"

Ask = Callable[[Find], Awaitable[Fetched | None]]


async def until_drained(draining: threading.Event, works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Awaits all of these; cancels those that still run `DRAIN` seconds after the run was told to end."""
    left, deadline = {asyncio.ensure_future(work) for work in works}, math.inf
    while left:
        done, left = await asyncio.wait(left, timeout=_LOOK)
        for one in done:
            one.result()
        if draining.is_set():
            deadline = min(deadline, time.monotonic() + DRAIN)
        if time.monotonic() > deadline:
            for one in left:
                one.cancel()
            return


class Round:
    """What a round has to ask for, and what has come.

    Args:
      background: Where it is asked for.
      draining: Set when no further request may begin.
      spacing: Seconds between an answer and the next request to one domain.
    """

    def __init__(self, background: Background, draining: threading.Event, spacing: float) -> None:
        self._background, self._draining, self._spacing = background, draining, spacing
        self._waiting: dict[str, deque[Find]] = defaultdict(deque)
        self._done: list[Fetched] = []
        self._room = asyncio.Semaphore(PIECE)
        self._until, self._over = math.inf, True
        self._error: Exception | None = None

    def add(self, domain: str, find: Find) -> None:
        """Notes a find whose page is to be asked for; before `begin` only."""
        self._waiting[domain].append(find)

    def begin(self, ask: Ask, until: float = math.inf) -> None:
        """Begins to ask.

        Args:
          ask: Asks for the page of a find; None leaves the find to the next run.
          until: When no further page is begun, by the monotonic clock.
        """
        self._until, self._over = until, not self._waiting
        if self._waiting:
            self._background.start(_KEY, lambda: self._work(ask))

    @property
    def more(self) -> bool:
        """False when all has been taken that will come, and no error is left to be raised."""
        return not self._over or bool(self._done) or self._error is not None

    @property
    def left(self) -> int:
        """How many pages were not begun."""
        return sum(map(len, self._waiting.values()))

    def take(self) -> list[Fetched]:
        """The next piece: waits until it is full, or `SECONDS` have passed and something has come, or all is over.

        Raises:
          Exception: What `ask` raised.
        """
        piece: list[Fetched] = self._background.run(self._next)
        if self._error is not None:
            raise self._error
        return piece

    def close(self) -> None:
        """There is nothing to end: what is under way ends with the background."""

    async def _work(self, ask: Ask) -> None:
        try:
            await until_drained(self._draining, [self._domain(finds, ask) for finds in self._waiting.values()])
        except Exception as error:  # kept here: whoever takes may be held up for longer than a result waits to be taken
            self._error = error
        finally:
            self._over = True

    async def _domain(self, finds: deque[Find], ask: Ask) -> None:
        while finds:
            await self._room.acquire()
            fetched = None
            try:
                if self._draining.is_set() or time.monotonic() >= self._until:
                    return
                fetched = await ask(finds.popleft())
            finally:
                if fetched is None:
                    self._room.release()
            if fetched is not None:
                self._done.append(fetched)
            if finds:
                await asyncio.sleep(max(0.0, min(self._spacing, self._until - time.monotonic())))

    async def _next(self) -> list[Fetched]:
        end = time.monotonic() + SECONDS
        while not self._over and len(self._done) < PIECE and (not self._done or time.monotonic() < end):
            await asyncio.sleep(_LOOK)
        piece, self._done = self._done[:PIECE], self._done[PIECE:]
        for _ in piece:
            self._room.release()
        return piece
