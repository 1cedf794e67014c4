"""What a feed says of itself that bears on when to ask for it again."""

from transforms.records import Record


class Hints(Record, frozen=True, kw_only=True, gc=False):
    """Wishes of a feed's publisher; empty where it says nothing.

    Attributes:
      period: Seconds between two updates: RSS 2.0 ``ttl`` (minutes), or ``sy:updatePeriod`` over ``sy:updateFrequency``
        of the syndication module; the longer of the two.
      skip_hours: Hours of the day, UTC, in which not to ask (RSS 2.0 ``skipHours``): 0 to 23.
      skip_days: Days of the week, UTC, on which not to ask (``skipDays``): 0 is Monday.
    """

    period: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
