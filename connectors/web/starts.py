"""Whose turn it is among the feeds of a domain, for all shards of this process.

A feed that moved to another registered domain stays in the shard that its configured address gives it. Two shards may
then ask one domain, and each has only its own starts in its state: here they see those of the other. In another worker
they do not; that is one request more in the time of a spacing, for a feed that moved, where shards lie so.
"""

import threading
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from transforms.politeness import Manners, Turns, Wanted, in_turn

Key = TypeVar("Key", bound=Hashable)


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
