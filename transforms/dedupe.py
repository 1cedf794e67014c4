"""Which of several finds of one item goes on: the decider behind Deduplicate.

| the find is                                     | it                                               |
|-------------------------------------------------|--------------------------------------------------|
| the item's first                                | goes on                                          |
| of another feed than the item's                 | ends as ``seen``                                 |
| a changed entry of the item's feed              | goes on, as a re-read                            |
| a known sighting, brought back by Sweep         | is dropped: it is in flight here, or has ended   |
| the item's newest, found again                  | is dropped                                       |
| older than the greatest age when found          | ends as ``too-old``                              |

What is dropped has its one outcome already, or will get it from the copy that is in flight. (The newest found again
under another poll, as after a restore of old cursors, is a sighting that Sweep will bring back.)
"""

import dataclasses
from collections.abc import Callable, Mapping

from transforms import instants
from transforms.records import Ending, Entry, Find, Record

REMEMBERED = 64  # sightings kept for an item: changes of one entry in one run


class Known(Record, frozen=True, kw_only=True):
    """What is remembered of an item, as state.

    Attributes:
      feed_id: The feed whose finds go on.
      finds: The sightings met so far, oldest first, at most `REMEMBERED`.
      newest: Id of the last find of that feed that went on.
    """

    feed_id: str
    finds: tuple[str, ...] = ()
    newest: str = ""


class UnderWay(Record, frozen=True, kw_only=True):
    """The items of one shard that are under way, as state: those of which a sighting has no outcome yet."""

    items: dict[str, Known] = {}  # noqa: RUF012  # msgspec copies an empty literal default


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What becomes of a find: it goes on, ends, or is dropped (neither); and what is remembered afterwards."""

    known: Known
    go: bool = False
    ending: Ending | None = None


@dataclasses.dataclass(frozen=True)
class Told:
    """What the `outcomes` topic says of an item that state does not know.

    Attributes:
      ended: This sighting of the find has its outcome.
      other_feed: Finds of another feed went on for this item.
    """

    ended: bool = False
    other_feed: bool = False


NOTHING = Told()


def still_under_way(items: Mapping[str, Known], ended: Callable[[str, int], bool]) -> dict[str, Known]:
    """Leaves out what the topics know by now: items all of whose sightings have ended.

    Args:
      items: What is remembered, by item id.
      ended: Tells of a find id and a poll whether that sighting has its outcome.
    """
    return {
        item: known for item, known in items.items() if not all(ended(*parsed(sighting)) for sighting in known.finds)
    }


def parsed(sighting: str) -> tuple[str, int]:
    """The find id and the poll that a sighting is named by."""
    find_id, _, poll = sighting.rpartition("@")
    return find_id, int(poll)


def judge(find: Find, known: Known | None, told: Told, max_age: float) -> Verdict:
    """Decides on one find.

    Args:
      find: The find.
      known: The item's state, or None.
      told: What `outcomes` says; only asked where there is no state.
      max_age: Seconds between the entry's publication and its find beyond which it is too old.
    """
    if known is None:
        known = Known(feed_id="" if told.other_feed else find.source.id)
        if told.ended:
            return Verdict(_met(known, find, newest=not told.other_feed))
    elif find.sighting in known.finds if find.swept else find.find_id == known.newest:
        return Verdict(known)
    if find.source.id != known.feed_id:
        ending = Ending(outcome="seen", step="deduplicate", reason=_owner(known))
        return Verdict(_met(known, find), ending=ending)
    if _age(find) > max_age:
        ending = Ending(outcome="too-old", step="deduplicate", reason=_since(find.entry))
        return Verdict(_met(known, find, newest=True), ending=ending)
    return Verdict(_met(known, find, newest=True), go=True)


def _met(known: Known, find: Find, newest: bool = False) -> Known:
    finds = (*(one for one in known.finds if one != find.sighting), find.sighting)[-REMEMBERED:]
    return Known(feed_id=known.feed_id, finds=finds, newest=find.find_id if newest else known.newest)


def _owner(known: Known) -> str:
    return f"first found in feed {known.feed_id}" if known.feed_id else "first found in another feed"


def _age(find: Find) -> float:
    """Seconds since it was published; for want of that, since it was last changed; 0 where neither is known."""
    said = find.entry.published or find.entry.updated
    return instants.from_text(find.found) - instants.from_text(said) if said else 0.0


def _since(entry: Entry) -> str:
    return f"published {entry.published}" if entry.published else f"last changed {entry.updated}"
