"""Keeps a job running: starts it again when it fails, and says why; stops when starting again cannot help."""

import logging
from collections.abc import Callable
from typing import Protocol

from transforms.errors import BeatwireError

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a new start
STEADY = 300.0  # seconds: a job that ran this long begins again with the first pause
_LOOK = 0.2  # seconds

_log = logging.getLogger(__name__)


class Runnable(Protocol):
    """A job: see `pipelines.live.Job`."""

    def start(self) -> None: ...
    def wait(self, seconds: float) -> bool: ...
    def stop(self) -> None: ...
    @property
    def error(self) -> str | None: ...


def supervise(
    make: Callable[[], Runnable],
    stopping: Callable[[float], bool],
    clock: Callable[[], float],
    say: Callable[[str], None] = _log.warning,
) -> None:
    """Runs jobs one after the other until told to stop.

    Args:
      make: Makes the next job, not yet started. What it raises of `BeatwireError` that no retry heals ends the whole.
      stopping: Waits so many seconds, and is true once the end is wanted (``threading.Event.wait``).
      clock: Monotonic seconds.
      say: Gets a line for each failure.

    Raises:
      BeatwireError: One that is not ``retriable``: configuration, rights, missing topics.
    """
    pause = FIRST_PAUSE
    while not stopping(0):
        began, job = clock(), None
        try:
            job = make()
            job.start()
            while not job.wait(_LOOK):
                if stopping(0):
                    return
            why = job.error or "the job ended"
        except BeatwireError as error:
            if not error.retriable:
                raise
            why = str(error)
        except Exception as error:  # the runner could not be reached, or refused the job: try again, and say so
            why = f"{type(error).__name__}: {error}"
        finally:
            if job is not None:
                job.stop()
        if clock() - began > STEADY:
            pause = FIRST_PAUSE
        say(f"the pipeline failed: {why}; starting it again in {pause:g} s")
        if stopping(pause):
            return
        pause = min(pause * 2, LONGEST_PAUSE)
