"""When a feed is polled next: pure decisions on times, made of the feed, its history and ``now``."""

from transforms import identity
from transforms.errors import ItemError
from transforms.records import FeedSource

FIRST_SPREAD = 60.0  # seconds over which first polls are spread at most: a start is no burst, and no long wait
JITTER = 0.1  # share of the interval
SLOWEST = 6 * 3600.0  # seconds: a failing feed is slowed, never killed


def first(source: FeedSource, now: float) -> float:
    """First poll of a run: spread over the feed's interval, within `FIRST_SPREAD`."""
    return now + _fraction(source.id, 0) * min(source.interval, FIRST_SPREAD)


def following(source: FeedSource, failures: int, error: ItemError | None, polls: int, now: float) -> float:
    """The poll after one that ended at ``now``.

    Args:
      source: The feed; its interval is kept to within `JITTER`.
      failures: Polls failed in a row, this one included.
      error: What went wrong, or None; its ``retry_after`` is honoured.
      polls: Polls so far; varies the jitter.
      now: Unix time.
    """
    wait = source.interval * (1 + JITTER * (_fraction(source.id, polls) - 0.5))
    if error:
        wait = min(wait * 2 ** min(failures - 1, 10), max(SLOWEST, source.interval))
        wait = max(wait, min(error.retry_after or 0.0, SLOWEST))
    return now + wait


def longest(source: FeedSource) -> float:
    """Seconds that a feed waits for its next poll at most."""
    return max(SLOWEST, source.interval * (1 + JITTER))


def _fraction(feed_id: str, salt: int) -> float:
    """The same number in [0, 1) for the same feed and salt, so that a replay decides alike."""
    return int(identity.digest(feed_id, salt)[:8], 16) / 2**32
