"""Pages to be asked for: which when, at a steady rate, on many hosts; and the finds that name them."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from bench.load.site import Site, name
from bench.waiting import finds_of
from transforms.records import Find

SLOW = 0.02  # share of the pages


class Visit(NamedTuple):
    """A page that is wanted so many seconds after the start: its registered domain, and whether it is a slow one."""

    at: float
    domain: str
    url: str
    slow: bool


def drawn(site: Site, count: int, hosts: int, rate: float, seed: int) -> list[Visit]:
    """So many visits to hosts at random, so many a second (0: all at once); the same for the same seed."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        host, slow = chance.randrange(hosts), chance.random() < SLOW
        kind = "slow" if slow else "late"
        made.append(Visit(number / rate if rate else 0.0, name(host), site.url(host, f"/{kind}/{seed}/{number}"), slow))
    return made


def finds(visits: Sequence[Visit], found: float, words: int = 0) -> list[Find]:
    """Their finds.

    Args:
      visits: What they name.
      found: Unix time of all of them.
      words: Characters of what the feed says.
    """
    return finds_of([visit.url for visit in visits], found, words)


def each(site: Site, hosts: int) -> list[Visit]:
    """One visit to each host, a hundred a second."""
    return [Visit(host / 100, name(host), site.url(host, f"/late/0/{host}"), slow=False) for host in range(hosts)]
