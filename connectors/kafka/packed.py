"""Sets and maps of 128-bit ids in a few bytes each.

An id's first 64 bits stand for it: a strange id is taken for one of 10 million with a chance of 5 in 10^13. The bulk is
a sorted array, what came since the last merge a small overlay. Read from any thread, written by one at a time: a merge
puts the new bulk in place before it empties the overlay, and readers look into the overlay first.
"""

import re
from array import array
from bisect import bisect_left

MERGE_AT = 65_536  # entries in the overlay: a merge is linear in the whole

_is_id = re.compile(r"[0-9a-f]{32}").fullmatch  # as `transforms.identity.digest` writes them


def short(identifier: str) -> int:
    """The first 64 bits of an id.

    Args:
      identifier: 32 hex digits, lower case.

    Raises:
      ValueError: It is not that; ``int`` alone would take signs, spaces and underscores as well.
    """
    if not _is_id(identifier):
        raise ValueError(f"{identifier[:40]!r} is no id of 32 hex digits")
    return int(identifier[:16], 16)


class PackedSet:
    """Unsigned 64-bit numbers, 8 bytes each.

    Args:
      merge_at: Numbers that the overlay holds at most.
    """

    def __init__(self, merge_at: int = MERGE_AT) -> None:
        self._bulk = array("Q")
        self._overlay: set[int] = set()
        self._merge_at = merge_at

    def add(self, number: int) -> None:
        """Puts a number in; it may be in already."""
        if number in self:
            return
        self._overlay.add(number)
        if len(self._overlay) >= self._merge_at:
            self._merge()

    def __contains__(self, number: int) -> bool:
        return number in self._overlay or _find(self._bulk, number) is not None

    def __len__(self) -> int:
        return len(self._bulk) + len(self._overlay)

    @property
    def nbytes(self) -> int:
        """Bytes of the bulk."""
        return len(self._bulk) * self._bulk.itemsize

    def _merge(self) -> None:
        merged, at = array("Q"), 0
        for number in sorted(self._overlay):
            upto = bisect_left(self._bulk, number, at)
            merged.extend(self._bulk[at:upto])
            merged.append(number)
            at = upto
        merged.extend(self._bulk[at:])
        self._bulk = merged
        self._overlay = set()


class PackedMap:
    """Unsigned 64-bit keys to unsigned 8-bit values, the last one written counts: 8 bytes an entry.

    Of a key its first 56 bits are kept; the value takes the place of the others. A strange key is taken for one of 10
    million with a chance of 1.4 in 10^10, so of 10 million strange ones one in 700 such maps mistakes one.

    Args:
      merge_at: Entries that the overlay holds at most.
    """

    def __init__(self, merge_at: int = MERGE_AT) -> None:
        self._bulk = array("Q")
        self._overlay: dict[int, int] = {}
        self._merge_at = merge_at

    def __setitem__(self, key: int, value: int) -> None:
        if self.get(key) == value:
            return
        self._overlay[key >> 8] = value
        if len(self._overlay) >= self._merge_at:
            self._merge()

    def get(self, key: int) -> int | None:
        """The value of a key, or None."""
        value = self._overlay.get(key >> 8)
        if value is not None:
            return value
        bulk = self._bulk  # the one array: a merge may put another in its place meanwhile
        at = _place(bulk, key >> 8)
        return None if at is None else bulk[at] & 0xFF

    def __len__(self) -> int:
        return len(self._bulk) + sum(1 for key in self._overlay if _place(self._bulk, key) is None)

    @property
    def nbytes(self) -> int:
        """Bytes of the bulk."""
        return len(self._bulk) * self._bulk.itemsize

    def _merge(self) -> None:
        old, merged, at = self._bulk, array("Q"), 0
        for key, value in sorted(self._overlay.items()):
            upto = bisect_left(old, key << 8, at)
            merged.extend(old[at:upto])
            merged.append(key << 8 | value)
            at = upto + 1 if upto < len(old) and old[upto] >> 8 == key else upto
        merged.extend(old[at:])
        self._bulk = merged
        self._overlay = {}


def _find(numbers: "array[int]", number: int) -> int | None:
    at = bisect_left(numbers, number)
    return at if at < len(numbers) and numbers[at] == number else None


def _place(entries: "array[int]", key: int) -> int | None:
    """Where the entry of a 56-bit key is."""
    at = bisect_left(entries, key << 8)
    return at if at < len(entries) and entries[at] >> 8 == key else None
