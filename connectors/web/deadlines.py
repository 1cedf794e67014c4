"""The end of requests that take too long: one timer of the event loop for all of them.

`asyncio.timeout` makes, keeps and cancels a timer for each request, and hardly any fires. All may take as long, so they
end in the order of their starts: the first is looked at when its time is over, and then the next.
"""

import asyncio
import collections
from types import TracebackType


class Deadline:
    """One request's time, as `asyncio.timeout` has it: its end cancels the task, which raises TimeoutError instead.

    Attributes:
      until: Of the loop's clock.
      task: Whose; None once it is over.
      expired: It took too long.
    """

    __slots__ = ("_cancelling", "expired", "task", "until")

    def __init__(self, until: float, task: "asyncio.Task[object]") -> None:
        self.until, self.expired = until, False
        self.task: asyncio.Task[object] | None = task
        self._cancelling = task.cancelling()

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        task, self.task = self.task, None
        if not self.expired or task is None:
            return
        if task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def end(self) -> None:
        """Cancels the task, unless all is over."""
        if self.task is not None:
            self.expired = True
            self.task.cancel()


class Deadlines:
    """Requests under way on one event loop.

    Args:
      seconds: How long each may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._begun = collections.deque[Deadline]()
        self._armed = False

    def begin(self) -> Deadline:
        """The deadline of what the current task begins now; to be entered at once."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # a coroutine runs in one
        while self._begun and self._begun[0].task is None:
            self._begun.popleft()
        begun = Deadline(loop.time() + self._seconds, task)
        self._begun.append(begun)
        if not self._armed:
            self._armed = True
            loop.call_at(begun.until, self._look)
        return begun

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        while self._begun and (self._begun[0].until <= now or self._begun[0].task is None):
            self._begun.popleft().end()
        self._armed = bool(self._begun)
        if self._armed:
            loop.call_at(self._begun[0].until, self._look)
