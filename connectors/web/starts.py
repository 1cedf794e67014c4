"""Whose turn it is among the feeds of a domain, for all shards of this process; and requests kept apart as they begin.

A feed that moved to another registered domain stays in the shard that its configured address gives it. Two shards may
then ask one domain, and each has only its own starts in its state: here they see those of the other. In another worker
they do not; that is one request more in the time of a spacing, for a feed that moved, where shards lie so.

A request begins a while after it was chosen: on a busy machine a fifth of a second, and the next one may not have to
wait at all. Then the two come to the server one right behind the other, however far apart they were chosen.
"""

import asyncio
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from transforms.politeness import Manners, Turns, Wanted, in_turn

Key = TypeVar("Key", bound=Hashable)

_QUEUE = 16  # requests of one name that are under way at most, and may wait one behind the other
_MANY = 10_000  # names that are kept before the old ones are let go


class Apart:
    """The requests of one event loop, as far apart as they were chosen to be; used on that loop only."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}

    async def wait(self, gaps: Mapping[str, float], now_fn: Callable[[], float]) -> None:
        """Waits until a request may begin; where the clock was set back, no longer than its largest gap.

        Args:
          gaps: Seconds behind the last request of the same name; a domain and a host have their own.
          now_fn: The clock.
        """
        now, longest = now_fn(), max(gaps.values())
        since = max((self._begun[name] + gap for name, gap in gaps.items() if name in self._begun), default=now)
        seconds = max(since - now, 0.0)
        seconds = seconds if seconds <= _QUEUE * longest else longest
        if len(self._begun) > _MANY:
            self._begun = {name: at for name, at in self._begun.items() if now - at < longest}
        self._begun |= dict.fromkeys(gaps, now + seconds)
        if seconds:
            await asyncio.sleep(seconds)


class Starts:
    """Unix times before which spacing allows no start, by registered domain; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def in_turn(
        self,
        wanted: Mapping[str, Sequence[Wanted[Key]]],
        running: Mapping[str, Mapping[str, int]],
        turns: Turns,
        manners: Manners,
        now: float,
    ) -> tuple[list[Key], Turns]:
        """As `transforms.politeness.in_turn`, and with what other shards started."""
        with self._lock:
            self._next = {domain: at for domain, at in self._next.items() if at > now}
            known = dict(turns.next_starts)
            for domain in wanted.keys() & self._next.keys():
                known[domain] = max(known.get(domain, 0.0), self._next[domain])
            start, after = in_turn(wanted, running, replace(turns, next_starts=known), manners, now)
            self._next |= {domain: at for domain, at in after.next_starts.items() if domain in wanted}
        return start, after
