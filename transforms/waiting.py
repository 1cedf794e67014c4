"""Which pages of a domain are asked for now, and what comes of a failure: the decider behind FetchPages.

Per registered domain: at most ``concurrency`` requests at a time, their starts at least ``spacing`` seconds apart; a
try that failed in a way that may heal is made again later, within a budget of tries and time. What waits has no outcome
yet. All this is decided on what the schedule says of a find; the find itself is needed to ask and to tell only.

| the last answer                        | the find                                                           |
|----------------------------------------|--------------------------------------------------------------------|
| may heal (503, no connection, ...)     | is tried again within the budget, then ends                        |
| gone (404, 410) for the first time     | is asked once more, `Budget.gone_after` seconds later              |
| gone again, that much later            | ends, and is known to be gone                                      |
| anything else (403, a private address) | ends at once                                                       |

A find that failed and is still waited for sends one *provisional* copy ahead, so that the feed's own words can be read
meanwhile.
"""

import dataclasses
from collections.abc import Iterable

from msgspec.structs import replace

from transforms import instants
from transforms.errors import ItemError
from transforms.records import Ending, Fetched, Find, Record
from transforms.vocabulary import OutcomeName

BACKOFF = 4.0  # each further try waits this many times as long
GONE = frozenset({404, 410})


@dataclasses.dataclass(frozen=True)
class Budget:
    """How hard a page is tried for.

    Attributes:
      tries: Requests in all.
      first: Seconds before the second.
      within: Seconds after the find within which a try may start.
      gone_after: Seconds between the first answer that the page is gone and the one that is believed; with 0 the first
        is. It is asked for beside the budget of tries.
    """

    tries: int
    first: float
    within: float
    gone_after: float = 86400.0


class Waiting(Record, frozen=True, kw_only=True, array_like=True):
    """What the schedule of a domain says of a find whose page is not there yet, as state.

    The find itself is in a bag (`transforms.bags`). Stored as an array, without the fields' names, in about a hundred
    bytes; new fields go to the end.

    Attributes:
      sighting: Which sighting of which find.
      item_id: The item.
      found: Unix time of the find.
      poll: The poll that showed it.
      bag: Where its find is.
      due: Unix time before which it is not asked for.
      attempts: Requests made.
      reason: Why the last one failed.
      outcome: What the find would end as, were it given up now.
      gone: Unix time of the first answer that the page is gone, or None.
      promised: A provisional copy went ahead.
    """

    sighting: str
    item_id: str
    found: float
    poll: int
    bag: int
    due: float
    attempts: int = 0
    reason: str = ""
    outcome: OutcomeName = "fetch-failed"
    gone: float | None = None
    promised: bool = False


def entered(find: Find, due: float, bag: int = 0) -> Waiting:
    """A find that nothing was tried for yet.

    Args:
      find: The find.
      due: Unix time before which it is not asked for.
      bag: Where it is kept.
    """
    return Waiting(
        sighting=find.sighting,
        item_id=find.item_id,
        found=instants.from_text(find.found),
        poll=find.poll,
        bag=bag,
        due=due,
    )


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
      waiting: Finds of one domain that are not running; the longest due go first, of those due at once the first here.
      running: Requests to the domain that are under way.
      next_start: Unix time before which spacing allows no start.
      now: Unix time.
      spacing: Seconds between two starts.
      concurrency: Requests at a time.
    """
    queue = sorted(waiting, key=lambda one: one.due)
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
    gone = error.status in GONE
    first = now if gone and one.gone is None else one.gone
    if gone and first is not None:
        due = first + budget.gone_after
        if now >= due:
            return _ending(error, gone=True)
        # A restart forgets the first answer: without a bound a find that is often interrupted would never end.
        again = due - one.found <= budget.within + 2 * budget.gone_after
    else:
        due = now + max(budget.first * BACKOFF ** (attempts - 1), error.retry_after or 0.0)
        again = error.may_heal and _affordable(attempts, due, one.found, first, budget)
    if not again:
        return _ending(error, gone=False)
    return replace(one, due=due, attempts=attempts, reason=error.reason, outcome=error.outcome, gone=first)


def provisional(waiting: Iterable[Waiting], now: float, after: float) -> tuple[tuple[Waiting, ...], float | None]:
    """Which finds send a copy ahead now.

    Those that failed at least once, were found ``after`` seconds ago and did not send one yet; of several finds of one
    item only the newest: the older ones say what the feed says no more.

    Args:
      waiting: All finds of one domain that have no page yet, running or not.
      now: Unix time.
      after: Seconds after the find.

    Returns:
      What is due, and the Unix time at which the next will be, or None.
    """
    every = tuple(waiting)
    newest: dict[str, tuple[float, int]] = {}
    for one in every:
        rank = (one.found, one.poll)
        newest[one.item_id] = max(newest.get(one.item_id, rank), rank)
    open_ = [
        (one.found + after, one)
        for one in every
        if one.attempts and not one.promised and newest[one.item_id] == (one.found, one.poll)
    ]
    later = [at for at, _ in open_ if at > now]
    return tuple(one for at, one in open_ if at <= now), min(later, default=None)


def ahead(one: Waiting, find: Find) -> Fetched:
    """The provisional copy of a find that goes on waiting."""
    ending = Ending(outcome=one.outcome, step="fetch", reason=one.reason)
    return Fetched(find=find, ending=ending, attempts=one.attempts, provisional=True)


def _affordable(attempts: int, due: float, found: float, gone: float | None, budget: Budget) -> bool:
    """Whether one more try of what may heal is within the budget.

    While a page's being gone waits for its confirmation the budget starts anew, since its time is spent by then.
    """
    if gone is None:
        return attempts < budget.tries and due - found <= budget.within
    return attempts < 2 * budget.tries and due - gone <= budget.gone_after + budget.within


def _ending(error: ItemError, gone: bool) -> Ending:
    return Ending(outcome=error.outcome, step="fetch", reason=error.reason, gone=gone)
