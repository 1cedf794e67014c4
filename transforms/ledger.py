"""The books: whether what was found, what ended and what is under way add up, from the topics alone."""

import dataclasses
from collections.abc import Iterator

_PAGE = 4096  # ordinals in one page of bits


class Ordinals:
    """A set of positive numbers that lie close together, one bit each, in pages of 512 bytes."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}

    def add(self, number: int) -> None:
        """Puts a number in; it may be in already."""
        page, bit = divmod(number, _PAGE)
        self._pages.setdefault(page, bytearray(_PAGE // 8))[bit >> 3] |= 1 << (bit & 7)

    def __contains__(self, number: int) -> bool:
        page, bit = divmod(number, _PAGE)
        return page in self._pages and bool(self._pages[page][bit >> 3] & 1 << (bit & 7))

    def gaps(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """The ranges from ``low`` to ``high``, both counted, that are not in it; first and last number of each."""
        began, number = None, low
        while number <= high:
            page, bit = divmod(number, _PAGE)
            bits = self._pages.get(page)
            there, step = number in self, 1
            if bits is None:
                step = _PAGE - bit
            elif bit & 7 == 0 and bits[bit >> 3] in (0, 0xFF):
                step = 8
            if there and began is not None:
                yield began, number - 1
                began = None
            elif not there and began is None:
                began = number
            number += step
        if began is not None:
            yield began, high


@dataclasses.dataclass(frozen=True)
class FeedBook:
    """What the topics say of one feed's finds.

    Attributes:
      feed: Its id.
      found: Finds so far, as its cursor on `feeds` says.
      low: From which ordinal on all must be there; None when none needs to.
      gaps: First and last ordinal of each range that is missing.
    """

    feed: str
    found: int
    low: int | None
    gaps: tuple[tuple[int, int], ...] = ()

    @property
    def missing(self) -> int:
        """How many finds are missing."""
        return sum(last - first + 1 for first, last in self.gaps)


@dataclasses.dataclass(frozen=True)
class Overdue:
    """A find that should have ended.

    Attributes:
      feed: Its feed's id.
      item: Its item's id.
      find: Its own id.
      link: Where its page is.
      found: When it was found.
      age: Seconds since.
      reason: What was last said of it or its item on `outcomes`; empty when nothing was.
    """

    feed: str
    item: str
    find: str
    link: str
    found: str
    age: float
    reason: str = ""


@dataclasses.dataclass(frozen=True)
class Books:
    """What came of going through the topics. A find counts once, however often it is on the topic.

    Attributes:
      finds: Finds on `finds`.
      ended: Those of them that `outcomes` has an ending for, counted there.
      in_flight: Those of them whose newest sighting has none.
      late: Those in flight that should have ended.
      expired: Outcomes whose find retention has taken away: as it should be.
      strays: Outcomes whose find should be there and is not.
      feeds: By feed.
      overdue: The late ones, oldest first; at most as many as asked for.
    """

    finds: int
    ended: int
    in_flight: int
    late: int
    expired: int
    strays: int
    feeds: tuple[FeedBook, ...]
    overdue: tuple[Overdue, ...]

    @property
    def missing(self) -> int:
        """Finds that the feeds' cursors count and `finds` does not have."""
        return sum(feed.missing for feed in self.feeds)

    @property
    def add_up(self) -> bool:
        """Nothing is lost: every find has an ending or is under way, and none is missing."""
        return self.finds == self.ended + self.in_flight and not self.missing and not self.strays

    @property
    def right(self) -> bool:
        """They add up, and nothing is late."""
        return self.add_up and not self.late


def book(feed: str, found: int, seen: Ordinals, low: int | None) -> FeedBook:
    """The book of one feed.

    Args:
      feed: Its id.
      found: As its cursor says.
      seen: Ordinals of its finds.
      low: The smallest ordinal that must be there, or None.
    """
    return FeedBook(feed, found, low, () if low is None else tuple(seen.gaps(low, found)))
