"""Which pages of a domain are asked for now, and what comes of a failure: the decider behind FetchPages.

How many requests run at a time, and how far apart they start, is `transforms.politeness`. A try that failed in a way
that may heal is made again later, within a budget of tries and time. What waits has no outcome yet. All this is decided
on what the schedule says of a find; the find itself is needed to ask and to tell only.

| the last answer                        | the find                                                           |
|----------------------------------------|--------------------------------------------------------------------|
| may heal (503, no connection, ...)     | is tried again within the budget, then ends                        |
| gone (404, 410) for the first time     | is asked once more, `Budget.gone_after` seconds later              |
| gone again, that much later            | ends, and is known to be gone                                      |
| anything else (403, a private address) | ends at once                                                       |
| none: robots.txt cannot be had         | waits, as all of its host, within the budget of time               |
| none: its host wants to be left alone  | waits until then, if that is within the budget of time             |
| none: it is not its turn yet           | waits; ends if its host lets us ask for too few pages in that time |

A find that failed, or whose turn does not come, sends one *provisional* copy ahead, so that the feed's own words can be
read meanwhile.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from transforms import instants
from transforms.errors import ItemError, RobotsDenied
from transforms.politeness import Choice, Manners, Pace, Paces, Wanted, choose, quiet_until
from transforms.records import Ending, Fetched, Find, Record
from transforms.urls import host_of
from transforms.vocabulary import OutcomeName

BACKOFF = 4.0  # each further try waits this many times as long
TURN = 60.0  # seconds, at least, that a find which nothing was tried for waits until it sends its copy ahead
LEAVING = 64  # of what has no turn in time end at once: two bags of finds, so that a bundle stays small
NO_TURN = "its turn has not come"
TOO_MANY = "more pages of its host wait than it lets us ask for in time"
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
      host: Of its link.
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
    host: str = ""


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
        host=host_of(find.entry.link),
    )


def plan(
    waiting: Iterable[Waiting],
    running: Mapping[str, int],
    next_start: float,
    paces: Paces,
    manners: Manners,
    now: float,
) -> Choice[Waiting]:
    """Chooses what to start.

    Args:
      waiting: Finds of one domain that are not running; the longest due go first, of those due at once the first here.
      running: Requests to the domain that are under way, by host.
      next_start: Unix time before which spacing allows no start.
      paces: What is known of its hosts.
      manners: How many when.
      now: Unix time.
    """
    queue = sorted(waiting, key=lambda one: one.due)
    return choose([Wanted(one, one.host, one.due) for one in queue], running, next_start, paces, manners, now)


def held(one: Waiting, pace: Pace, now: float, budget: Budget) -> Waiting | Ending:
    """A find whose host may want to be left alone: as it is, due when that is over, or given up.

    A short while ends nothing: what a sweep brings back after a long standstill is out of time already, and is to have
    its one try.

    Args:
      one: What waits and does not run.
      pace: Its host.
      now: Unix time.
      budget: How hard to try.
    """
    quiet = quiet_until(pace, now)
    if quiet <= max(one.due, now):
        return one
    outcome: OutcomeName = "robots-denied" if pace.robots and not pace.silent else "fetch-failed"
    reason = pace.reason if pace.robots else f"its host wants to be left alone: {pace.reason}"
    if quiet - now > budget.first and not _in_time(quiet, one, budget):
        return Ending(outcome=outcome, step="fetch", reason=reason)
    return replace(one, due=quiet, reason=reason, outcome=outcome)


def beyond(waiting: Iterable[Waiting], paces: Paces, manners: Manners, now: float, budget: Budget) -> list[Waiting]:
    """What waits so far behind others of its host that its turn would not come within the budget of time.

    By place and not by time waited: a standstill of ours, which may last for days, is not to end what was never tried.

    Args:
      waiting: Finds of one domain that are not running.
      paces: What is known of its hosts.
      manners: How many when.
      now: Unix time.
      budget: How hard to try.

    Returns:
      The last of them, `LEAVING` at most.
    """
    places, late = Counter[str](), list[Waiting]()
    for one in sorted(waiting, key=lambda one: one.due):
        gap = max(paces.of(one.host).delay, manners.spacing)
        if one.due <= now:
            places[one.host] += 1
            if places[one.host] * gap > budget.within:
                late.append(one)
    return late[-LEAVING:]


def after_failure(one: Waiting, error: ItemError, now: float, budget: Budget) -> Waiting | Ending:
    """What comes of a failed try: a later one, or the find's ending.

    Args:
      one: What was tried; ``attempts`` counts the tries before this one.
      error: What went wrong.
      now: Unix time.
      budget: How hard to try.
    """
    if isinstance(error, RobotsDenied):
        return _kept_out(one, error, now, budget)
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
        again = error.may_heal and _affordable(attempts, due, one, budget)
    if not again:
        return _ending(error, gone=False)
    return replace(one, due=due, attempts=attempts, reason=error.reason, outcome=error.outcome, gone=first)


def _kept_out(one: Waiting, error: RobotsDenied, now: float, budget: Budget) -> Waiting | Ending:
    """What comes of a page that robots.txt keeps us off, for now or for good; no request was made to it.

    With no tries to count, the waits grow with the age of the find: half as long again as it has waited by then.
    """
    due = now + max(budget.first, (now - one.found) / 2, error.retry_after or 0.0)
    if not error.may_heal or not _in_time(due, one, budget):
        return _ending(error, gone=False)
    return replace(one, due=due, reason=error.reason, outcome=error.outcome)


def provisional(waiting: Iterable[Waiting], now: float, after: float) -> tuple[tuple[Waiting, ...], float | None]:
    """Which finds send a copy ahead now.

    Those that failed at least once or are held up and were found ``after`` seconds ago; and those whose turn has not
    come that long after they came in, but no less than `TURN`: what a sweep brings back was found long ago, and its
    page may be there in a moment. Each sends one; of several finds of one item only the newest: the older ones say
    what the feed says no more.

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
        (one.found + after if one.attempts or one.reason else max(one.found, one.due) + max(after, TURN), one)
        for one in every
        if not one.promised and newest[one.item_id] == (one.found, one.poll)
    ]
    later = [at for at, _ in open_ if at > now]
    return tuple(one for at, one in open_ if at <= now), min(later, default=None)


def ahead(one: Waiting, find: Find) -> Fetched:
    """The provisional copy of a find that goes on waiting."""
    ending = Ending(outcome=one.outcome, step="fetch", reason=one.reason or NO_TURN)
    return Fetched(find=find, ending=ending, attempts=one.attempts, provisional=True)


def _affordable(attempts: int, due: float, one: Waiting, budget: Budget) -> bool:
    """Whether one more try of what may heal is within the budget."""
    return attempts < (1 if one.gone is None else 2) * budget.tries and _in_time(due, one, budget)


def _in_time(due: float, one: Waiting, budget: Budget) -> bool:
    """Whether a later try is within the budget of time.

    While a page's being gone waits for its confirmation the budget starts anew, since its time is spent by then.
    """
    if one.gone is None:
        return due - one.found <= budget.within
    return due - one.gone <= budget.gone_after + budget.within


def _ending(error: ItemError, gone: bool) -> Ending:
    return Ending(outcome=error.outcome, step="fetch", reason=error.reason, gone=gone)
