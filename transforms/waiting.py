"""Which pages of a domain are asked for now, and what comes of a failure: the decider behind FetchPages.

Per registered domain: at most ``concurrency`` requests at a time, their starts at least ``spacing`` seconds apart; a
try that failed in a way that may heal is made again later, within a budget of tries and time. What waits has no outcome
yet.
"""

import dataclasses
from collections.abc import Iterable

from transforms import instants
from transforms.errors import ItemError
from transforms.records import Ending, Find, Record

BACKOFF = 4.0  # each further try waits this many times as long


@dataclasses.dataclass(frozen=True)
class Budget:
    """How hard a page is tried for.

    Attributes:
      tries: Requests in all.
      first: Seconds before the second.
      within: Seconds after the find within which a try may start.
    """

    tries: int
    first: float
    within: float


class Waiting(Record, frozen=True, kw_only=True):
    """A find whose page is not there yet, as state.

    Attributes:
      find: The find.
      due: Unix time before which it is not asked for.
      attempts: Requests made.
      reason: Why the last one failed.
    """

    find: Find
    due: float
    attempts: int = 0
    reason: str = ""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What to do now: which to start, when the next may start, and when to look again (None: nothing waits)."""

    start: tuple[Waiting, ...]
    next_start: float
    wake: float | None


def plan(
    waiting: Iterable[Waiting], running: int, next_start: float, now: float, spacing: float, concurrency: int
) -> Plan:
    """Chooses what to start.

    Args:
      waiting: Finds of one domain that are not running; the longest due go first.
      running: Requests to the domain that are under way.
      next_start: Unix time before which spacing allows no start.
      now: Unix time.
      spacing: Seconds between two starts.
      concurrency: Requests at a time.
    """
    queue = sorted(waiting, key=lambda one: (one.due, one.find.find_id))
    start: list[Waiting] = []
    while queue and queue[0].due <= now and next_start <= now and running + len(start) < concurrency:
        start.append(queue.pop(0))
        next_start = now + spacing
    if not queue:
        return Plan(tuple(start), next_start, None)
    return Plan(tuple(start), next_start, max(queue[0].due, next_start, now))


def after_failure(one: Waiting, error: ItemError, now: float, budget: Budget) -> Waiting | Ending:
    """What comes of a failed try: a later one, or the find's ending.

    Args:
      one: What was tried; ``attempts`` counts the tries before this one.
      error: What went wrong.
      now: Unix time.
      budget: How hard to try.
    """
    attempts = one.attempts + 1
    due = now + max(budget.first * BACKOFF ** (attempts - 1), error.retry_after or 0.0)
    in_time = due - instants.from_text(one.find.found) <= budget.within
    if error.may_heal and attempts < budget.tries and in_time:
        return Waiting(find=one.find, due=due, attempts=attempts, reason=error.reason)
    return Ending(outcome=error.outcome, step="fetch", reason=error.reason, gone=error.status in (404, 410))
