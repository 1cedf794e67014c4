"""Where the finds of a domain wait: in a few bags, beside a schedule that says which is in which.

A runner gives out a bag whole and takes nothing out of it but all of it, so what is said of a find at every try stands
in the schedule, which is small, and the find, which may be large, is written once and read when it is needed.

| of what a bag holds        | the bag                                                            |
|----------------------------|--------------------------------------------------------------------|
| half or more is waited for | stays as it is, with those in it that have left                    |
| less than half             | is written anew: as a mean no find is written more than once again |
| nothing                    | is cleared, unread                                                 |

Finds that come one after the other lie in the same bag. They are asked for in that order, too, so that they leave it
together, and a process that knows none of them reads it once for all.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from transforms.records import Find, Record
from transforms.waiting import Waiting, entered

BAGS = 16  # a contract of the state
RUN = 32  # finds that go into one bag before another is looked for


class Schedule(Record, frozen=True, kw_only=True):
    """All that waits of one domain, as state.

    Attributes:
      waiting: What waits, once for each time it came in; a sighting may be here twice.
      held: Finds in each bag, also those that have left.
      filling: The bag that took the last find.
    """

    waiting: tuple[Waiting, ...] = ()
    held: tuple[int, ...] = (0,) * BAGS
    filling: int = 0


def with_find(schedule: Schedule, find: Find, due: float) -> tuple[Schedule, int]:
    """The schedule with one find more, and the bag that it goes into.

    Args:
      schedule: What waits already.
      find: The newcomer.
      due: Unix time before which it is not asked for.
    """
    held, bag = list(schedule.held), schedule.filling
    if held[bag] % RUN == 0:
        bag = held.index(min(held))
    held[bag] += 1
    waiting = (*schedule.waiting, entered(find, due, bag))
    return replace(schedule, waiting=waiting, held=tuple(held), filling=bag), bag


def wasteful(schedule: Schedule) -> tuple[int, ...]:
    """The bags of which less than half is waited for: each is to be written anew with what is, and `tidied`."""
    live = Counter(one.bag for one in schedule.waiting)
    return tuple(bag for bag, held in enumerate(schedule.held) if held > 2 * live[bag])


def tidied(schedule: Schedule, bags: Iterable[int]) -> Schedule:
    """The schedule once these bags hold nothing but what is waited for."""
    live = Counter(one.bag for one in schedule.waiting)
    chosen = set(bags)
    held = tuple(live[bag] if bag in chosen else held for bag, held in enumerate(schedule.held))
    return replace(schedule, held=held)
