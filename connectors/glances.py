"""Glances: when a bundle waits a moment for what it has just asked for, and when that is not worth it.

A look at what runs costs another bundle, so what answers at once is best taken in the bundle that asked. But a bundle
that waits in vain takes one of the runner's few places and brings nothing: where sites answer in 0.2 s, all do. So it
is learned from the last glances whether they pay, and while they do not, one is tried every few seconds.
"""

import threading
import time
from collections.abc import Callable

PLACES = 3  # bundles that wait at a time: the local runner has places for eight, of all steps
PAYS = 0.5  # share of the latest glances that must have brought something
LATEST = 8  # how many those are, about: of a moving mean
AGAIN = 5.0  # seconds between two tries while they do not pay


class Glances:
    """Shared by all bundles of a process; safe to use from all threads.

    Args:
      clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting, self._paid, self._next_try = 0, 1.0, 0.0

    def glance(self, wait: Callable[[], bool]) -> bool:
        """Waits, where that may pay and not too many do.

        Args:
          wait: Waits for a moment; true when it has brought something.

        Returns:
          What ``wait`` returned; false when it was not called.
        """
        with self._lock:
            if self._waiting >= PLACES:
                return False
            if self._paid < PAYS:
                if self._clock() < self._next_try:
                    return False
                self._next_try = self._clock() + AGAIN
            self._waiting += 1
        brought = False
        try:
            brought = wait()
        finally:
            with self._lock:
                self._waiting -= 1
                self._paid += (brought - self._paid) / LATEST
        return brought
