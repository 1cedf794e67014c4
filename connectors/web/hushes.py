"""Which hosts want to be left alone, as anybody in this process was told: by a page's 429, a feed's, a robots.txt's.

What a step was told itself is in its own state, and holds across workers and restarts. This is what it was not: pages
and feeds of one host are asked for under different keys. Another worker is told by its own first request.
"""

import threading
import time
from collections.abc import Callable

from transforms.politeness import Pace, Paces, hushed

_MOST = 10_000  # hosts


class Hushes:
    """Hosts and the moments until which they are left alone; safe to use from all threads.

    Args:
      now_fn: The clock.
    """

    def __init__(self, now_fn: Callable[[], float] = time.time) -> None:
        self._now, self._lock = now_fn, threading.Lock()
        self._told: dict[str, tuple[float, str]] = {}

    def note(self, host: str, pace: Pace) -> None:
        """Notes what a host has just said."""
        now = self._now()
        if pace.quiet <= now:
            return
        with self._lock:
            self._told.pop(host, None)
            self._told[host] = pace.quiet, pace.reason
            if len(self._told) > _MOST:
                self._told = {name: told for name, told in self._told.items() if told[0] > now}
            while len(self._told) > _MOST:
                del self._told[next(iter(self._told))]

    def known(self, paces: Paces, hosts: set[str]) -> Paces:
        """The paces of these hosts, with what others were told of them."""
        with self._lock:
            told = [(host, *self._told[host]) for host in sorted(hosts & self._told.keys())]
        for host, until, reason in told:
            paces = hushed(paces, host, until, reason)
        return paces
