"""How each kind of failure slows a feed: data that the schedule looks up. No failure ends a feed."""

import dataclasses

from transforms.errors import Failure

MINUTE, HOUR = 60.0, 3600.0
SLOWEST = 6 * HOUR  # seconds between two polls of a feed that fails, unless its own interval is longer
GONE = 24 * HOUR  # of one that was proved to be gone
RETRY_MOST = 24 * HOUR  # of a Retry-After that is honoured in full; a longer one may be a mistake, or a trap
MOST_DOUBLINGS = 20


@dataclasses.dataclass(frozen=True)
class Backoff:
    """Waits after failures of one kind.

    Attributes:
      first: Seconds at least after the first failure in a row; a feed with an interval of its own starts from that.
      factor: By which each further failure in a row makes the wait longer.
    """

    first: float
    factor: float = 2.0


# What heals by itself in minutes starts soon; what a person must mend starts late.
BACKOFFS: dict[Failure, Backoff] = {
    "timeout": Backoff(2 * MINUTE),
    "connection": Backoff(2 * MINUTE),
    "refused": Backoff(5 * MINUTE),  # a restart
    "server": Backoff(5 * MINUTE),  # a deployment
    "dns": Backoff(10 * MINUTE),
    "rate-limited": Backoff(15 * MINUTE, 3.0),  # an answer that wants less of us, so: less, quickly
    "not-a-feed": Backoff(15 * MINUTE),  # a maintenance page, a consent page
    "redirect": Backoff(30 * MINUTE),
    "tls": Backoff(30 * MINUTE),  # a certificate that has expired
    "client": Backoff(30 * MINUTE),
    "denied": Backoff(HOUR),
    "gone": Backoff(HOUR),
    "too-large": Backoff(HOUR),
    "forbidden": Backoff(HOUR),
    "other": Backoff(5 * MINUTE),
}


def after_failures(failure: Failure, failures: int, usual: float, *, fixed: bool) -> float:
    """Seconds to wait after failures in a row.

    Args:
      failure: What kind the last one was.
      failures: How many, at least 1.
      usual: Seconds that the feed would wait without them.
      fixed: Whether ``usual`` was configured.
    """
    rule = BACKOFFS[failure]
    first = usual if fixed else max(rule.first, usual)
    longer = rule.factor ** min(failures - 1, MOST_DOUBLINGS)
    return min(first * longer, max(SLOWEST, usual))
