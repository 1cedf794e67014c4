"""Sets and maps of 128-bit ids in a few bytes each.

An id's first 64 bits stand for it: among 10 million ids two agree with a chance of 3 in a million. The bulk is a sorted
array (8 bytes an id), what came since the last merge a small dict.
"""

from array import array
from bisect import bisect_left

MERGE_AT = 65_536  # entries in the overlay: a merge is linear in the whole


def short(identifier: str) -> int:
    """The first 64 bits of a hexadecimal id."""
    return int(identifier[:16], 16)


class PackedMap:
    """Unsigned 64-bit keys to unsigned 32-bit values, the last one written counts: 12 bytes an entry."""

    def __init__(self, merge_at: int = MERGE_AT) -> None:
        self._keys, self._values = array("Q"), array("L" if array("L").itemsize == 4 else "I")
        self._overlay: dict[int, int] = {}
        self._merge_at = merge_at

    def __setitem__(self, key: int, value: int) -> None:
        self._overlay[key] = value
        if len(self._overlay) >= self._merge_at:
            self._merge()

    def get(self, key: int) -> int | None:
        """The value of a key, or None."""
        if key in self._overlay:
            return self._overlay[key]
        at = bisect_left(self._keys, key)
        return self._values[at] if at < len(self._keys) and self._keys[at] == key else None

    def __contains__(self, key: int) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        return len(self._keys) + sum(1 for key in self._overlay if not self._in_bulk(key))

    def _in_bulk(self, key: int) -> bool:
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at] == key

    def _merge(self) -> None:
        fresh, self._overlay = sorted(self._overlay.items()), {}
        keys, values = array("Q"), array(self._values.typecode)
        at = 0
        for key, value in fresh:
            upto = bisect_left(self._keys, key, at)
            keys.extend(self._keys[at:upto])
            values.extend(self._values[at:upto])
            keys.append(key)
            values.append(value)
            at = upto + 1 if upto < len(self._keys) and self._keys[upto] == key else upto
        keys.extend(self._keys[at:])
        values.extend(self._values[at:])
        self._keys, self._values = keys, values
