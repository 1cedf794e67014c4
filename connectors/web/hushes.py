"""Which hosts want to be left alone, as anybody in this process was told: by a page's 429, a feed's, a robots.txt's.

What a step was told itself is in its own state, and holds across workers and restarts. This is what it was not: pages
and feeds of one host are asked for under different keys. Another worker is told by its own first request.
"""

import threading
import time
from collections.abc import Callable

from transforms.politeness import Pace, Paces, after_answer, hushed, quiet_until

_MOST = 10_000  # hosts


class Hushes:
    """Hosts and the moments until which they are left alone; safe to use from all threads.

    Args:
      now_fn: The clock.
    """

    def __init__(self, now_fn: Callable[[], float] = time.time) -> None:
        self._now, self._lock = now_fn, threading.Lock()
        self._told: dict[str, tuple[float, str]] = {}

    def tell(self, paces: Paces) -> None:
        """Notes what hosts have said by now."""
        now = self._now()
        told = {
            host: (pace.quiet, pace.reason)
            for host, pace in paces.hosts.items()
            if quiet_until(pace, now) > now and not pace.robots
        }
        if not told:
            return
        with self._lock:
            for host, said in told.items():
                before = self._told.get(host, said)
                self._told[host] = max(said, before) if quiet_until(Pace(quiet=before[0]), now) else said
            if len(self._told) > _MOST:
                self._told = {host: said for host, said in self._told.items() if said[0] > now}
            while len(self._told) > _MOST:
                del self._told[next(iter(self._told))]

    def heard(self, host: str, got: object) -> None:
        """Notes the answer of a host as soon as it is there; it may be a moment until a step takes it."""
        self.tell(after_answer(Paces(), host, got, 0.0, self._now()))

    def known(self, paces: Paces, hosts: set[str]) -> Paces:
        """The paces of these hosts, with what others were told of them."""
        with self._lock:
            told = [(host, *self._told[host]) for host in sorted(hosts & self._told.keys())]
        for host, until, reason in told:
            paces = hushed(paces, host, until, reason, self._now())
        return paces
