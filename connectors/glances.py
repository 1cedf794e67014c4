"""Glances: when a bundle waits a moment for what it has just asked for, and when that is not worth it.

A look at what runs costs another bundle, so what answers at once is best taken in the bundle that asked. But a bundle
that waits in vain takes one of the runner's few places and brings nothing. So it waits for hosts of which some of the
latest answers were quick: a busy machine makes quick hosts slow now and then, and a look in vain costs less than one
missed. Of hosts that have not answered yet it is learned from the latest glances whether they pay; while they do not,
one is tried every few seconds.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection

QUICK = 0.1  # seconds a glance takes at most: most pages answer within
OFTEN = 0.2  # share of a host's latest answers that must have been quick
ANSWERS = 4  # how many those are, about: of a moving mean
PLACES = 3  # bundles that wait at a time: the local runner has places for eight, of all steps
PAYS = 0.5  # share of the latest glances at new hosts that must have brought something
LATEST = 8  # how many those are, about: of a moving mean
AGAIN = 5.0  # seconds between two tries while they do not pay
HOSTS = 10_000  # hosts that are known


class Glances:
    """Shared by all bundles of a process; safe to use from all threads.

    Args:
      clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._quick = OrderedDict[str, float]()  # share of each host's answers that were quick, the latest host last
        self._waiting, self._paid, self._next_try = 0, 1.0, 0.0

    def answered(self, host: str, seconds: float) -> None:
        """Learns how long a host took to answer for a page."""
        quick = float(seconds < QUICK)
        with self._lock:
            before = self._quick.get(host, quick)
            self._quick[host] = before + (quick - before) / ANSWERS
            self._quick.move_to_end(host)
            if len(self._quick) > HOSTS:
                self._quick.popitem(last=False)

    def glance(self, hosts: Collection[str], seconds: float, wait: Callable[[float], bool]) -> bool:
        """Waits, where that may pay and not too many do.

        Args:
          hosts: Those that were just asked.
          seconds: How long, at most.
          wait: Waits so long; true when it has brought something.

        Returns:
          What ``wait`` returned; false when it was not called.
        """
        with self._lock:
            known = [self._quick[host] for host in hosts if host in self._quick]
            learns = len(known) < len(hosts)
            may = any(share >= OFTEN for share in known) or (learns and self._may_try())
            if not may or self._waiting >= PLACES:
                return False
            self._waiting += 1
        brought = False
        try:
            brought = wait(seconds)
        finally:
            with self._lock:
                self._waiting -= 1
                if learns:
                    self._paid += (brought - self._paid) / LATEST
        return brought

    def _may_try(self) -> bool:
        if self._paid >= PAYS:
            return True
        if self._clock() < self._next_try:
            return False
        self._next_try = self._clock() + AGAIN
        return True
