"""Keeps a job running: starts it again when it fails, and says why; stops when starting again cannot help."""

import logging
import re
from collections.abc import Callable
from typing import Protocol

from transforms.errors import BeatwireError

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a new start
STEADY = 300.0  # seconds: a job that ran this long begins again with the first pause
QUICK, MANY = 10.0, 10  # a job that fails within so many seconds, so many times in a row, has the longest pause
REMIND = 600.0  # seconds between two lines about the same fault
DRAIN_WITHIN = 8.0  # seconds that what is under way has to finish
_LOOK = 0.2  # seconds

_log = logging.getLogger(__name__)


class Runnable(Protocol):
    """A job: see `pipelines.live.Job`."""

    def start(self) -> None: ...
    def wait(self, seconds: float) -> bool: ...
    def drain(self, seconds: float) -> None: ...
    def stop(self) -> None: ...
    @property
    def error(self) -> str | None: ...
    @property
    def fault(self) -> BeatwireError | None: ...


class Faults:
    """Failures in a row: how long to wait after each, and what is worth saying.

    A fault is said when it is new, when it has come `MANY` times, and then each `REMIND` seconds. Nothing is given up:
    Kafka or the network may come back after any time.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._kind, self._same, self._quick, self._told = "", 0, 0, 0.0
        self._pause = FIRST_PAUSE

    def after(self, why: str, lasted: float, now: float) -> tuple[float, str]:
        """Takes in a failure.

        Args:
          why: Its cause.
          lasted: Seconds that the job ran.
          now: Monotonic seconds.

        Returns:
          Seconds to wait, and the line to say; empty when all is said.
        """
        if lasted > STEADY:
            self._forget()
        kind = re.sub(r"[0-9a-f]{8,}|\d+", "#", why)  # ports, offsets and ids differ from time to time
        self._same = self._same + 1 if kind == self._kind else 1
        self._kind = kind
        self._quick = self._quick + 1 if lasted < QUICK else 0
        pause = LONGEST_PAUSE if self._quick >= MANY else self._pause
        self._pause = min(pause * 2, LONGEST_PAUSE)
        said = ""
        if self._quick == MANY:
            said = (
                f"the pipeline failed {MANY} times in a row within seconds of its start, now because of: {why}; "
                f"it goes on trying, each {pause:g} s"
            )
        elif self._same == 1:
            said = f"the pipeline failed: {why}; starting it again in {pause:g} s"
        elif now - self._told >= REMIND:
            said = f"the pipeline failed {self._same} times in a row for the same cause: {why}; trying each {pause:g} s"
        if said:
            self._told = now
        return pause, said

    def healed(self) -> str:
        """The line to say once a job is steady again; empty when each failure was said by itself."""
        said = f"the pipeline is steady again, after {self._same} failures" if self._same > 1 else ""
        self._forget()
        return said


def supervise(
    make: Callable[[], Runnable],
    stopping: Callable[[float], bool],
    clock: Callable[[], float],
    say: Callable[[str], None] = _log.warning,
) -> None:
    """Runs jobs one after the other until told to stop; then lets the job finish what is under way.

    Args:
      make: Makes the next job, not yet started.
      stopping: Waits so many seconds, and is true once the end is wanted (``threading.Event.wait``).
      clock: Monotonic seconds.
      say: Gets a line for each thing worth knowing.

    Raises:
      BeatwireError: One that is not ``retriable``, wherever it was raised (making or starting the job, or inside a step
        of it): configuration, rights, missing topics, a lease that another pipeline has.
    """
    faults = Faults()
    while not stopping(0):
        began, job = clock(), None
        try:
            job = make()
            job.start()
            if _watch(job, stopping, clock, faults, say):
                say("stopping: what is under way is finished first; a second signal ends it at once")
                job.drain(DRAIN_WITHIN)
                return
            if job.fault is not None:
                raise job.fault
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
        pause, line = faults.after(why, clock() - began, clock())
        if line:
            say(line)
        if stopping(pause):
            return


def _watch(
    job: Runnable,
    stopping: Callable[[float], bool],
    clock: Callable[[], float],
    faults: Faults,
    say: Callable[[str], None],
) -> bool:
    """Waits for the end of a job, or the wish for it; true for the wish."""
    began, waits = clock(), True
    while not job.wait(_LOOK):
        if stopping(0):
            return True
        if waits and clock() - began > STEADY:
            waits = False
            if line := faults.healed():
                say(line)
    return False
