"""The bags of `transforms.bags` as Beam's state: sixteen cells, and what a step does with them in one bundle."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from apache_beam.transforms.userstate import BagRuntimeState, BagStateSpec

from connectors.kept import KeptFinds
from connectors.steps.cells import with_cells
from transforms.bags import BAGS, Schedule, tidied, wasteful
from transforms.coders import RecordCoder
from transforms.records import Find
from transforms.waiting import Waiting

Bags = tuple[BagRuntimeState, ...]
SPECS = tuple(BagStateSpec(f"finds_{number:02}", RecordCoder(Find)) for number in range(BAGS))
with_bags = with_cells("bags", SPECS)


class FindBags:
    """The bags of one domain in one bundle.

    Args:
      cells: The bags' state, by number.
      kept: What this process need not read.
    """

    def __init__(self, cells: Bags, kept: KeptFinds) -> None:
        self._cells, self._kept = cells, kept

    def add(self, bag: int, find: Find) -> None:
        """Puts a find into a bag."""
        self._cells[bag].add(find)
        self._kept.keep(find)

    def read(self, wanted: Iterable[Waiting], waiting: Iterable[Waiting]) -> dict[str, Find]:
        """The finds of some of what waits, by sighting; reads the bags of those that are not kept.

        Args:
          wanted: Whose finds.
          waiting: All that waits: what else of it lies in a bag that is read is kept for later.

        Returns:
          Those there are. All, unless a runner has lost state.
        """
        found, missing = dict[str, Find](), defaultdict[int, set[str]](set)
        for one in wanted:
            find = self._kept.get(one.sighting)
            if find is None:
                missing[one.bag].add(one.sighting)
            else:
                found[one.sighting] = find
        live = {one.sighting for one in waiting if one.bag in missing}
        for bag, sightings in missing.items():
            for find in self._cells[bag].read():
                if find.sighting in sightings:
                    found[find.sighting] = find
                if find.sighting in live:
                    self._kept.keep(find)
        return found

    def tidy(self, schedule: Schedule) -> Schedule:
        """Writes anew the bags that are mostly of what has left, and clears those that are wholly."""
        bags = wasteful(schedule)
        for bag in bags:
            copies = Counter(one.sighting for one in schedule.waiting if one.bag == bag)
            finds = self.read([one for one in schedule.waiting if one.bag == bag], schedule.waiting)
            self._cells[bag].clear()
            for sighting in copies.elements():
                if sighting in finds:
                    self._cells[bag].add(finds[sighting])
        return tidied(schedule, bags)
