"""The list of feeds as it stands and as it should be: what lies between the two."""

import dataclasses
from collections.abc import Iterable, Mapping

from transforms.records import FeedSource


@dataclasses.dataclass(frozen=True)
class Changes:
    """What makes one list of feeds another.

    Attributes:
      added: Feeds that were not there, in the order of the new list.
      changed: Feeds that say something else under the same id, as they are now.
      removed: Ids of those that are there no more, in the order of the old list.
    """

    added: tuple[FeedSource, ...] = ()
    changed: tuple[FeedSource, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        """``2 added, 1 removed, 1 changed``; what there is none of is left out."""
        counts = {"added": len(self.added), "removed": len(self.removed), "changed": len(self.changed)}
        return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "no changes"


def changes(before: Mapping[str, FeedSource], after: Iterable[FeedSource]) -> Changes:
    """What makes one list of feeds another.

    Args:
      before: By feed id.
      after: Each id once.
    """
    wanted = {source.id: source for source in after}
    return Changes(
        added=tuple(one for one in wanted.values() if one.id not in before),
        changed=tuple(one for one in wanted.values() if one.id in before and before[one.id] != one),
        removed=tuple(one for one in before if one not in wanted),
    )
