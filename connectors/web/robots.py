"""robots.txt of the sites that we ask, kept for a day: the worker process's own copies, on its event loop.

    URL -> copy of its scheme, host and port -> fresh? -> `Site`
                                             -> else fetched, one at a time for each host; who comes meanwhile waits

| the answer                                     | means (RFC 9309, section 2.3.1)                               |
|------------------------------------------------|---------------------------------------------------------------|
| 2xx                                            | what it says; of one larger than the cap the beginning        |
| 4xx but 429, redirects without end, a coding   | nothing is forbidden                                          |
| that nobody reads                              |                                                               |
| 5xx, 429, none in time                         | what it said before, however old (section 2.4); else          |
|                                                | `RobotsUnreachable`: nothing may be asked for until it can be |
|                                                | (`HostSilent` where no server answered at all)                |
| its address is none of ours to ask             | nothing is forbidden: the guard has its own word on the pages |

A copy is made by each worker for itself, so several ask a site for it once a day each.
"""

import asyncio
import dataclasses
import functools
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

import yarl

from connectors.web.client import WebClient
from transforms import robots
from transforms.errors import FetchFailed, ForbiddenAddress, HostSilent, ItemError, RobotsDenied, RobotsUnreachable
from transforms.robots import Rules
from transforms.urls import HOSTS

DENIED = "robots.txt does not let us ask for it"
UNREACHABLE = "robots.txt cannot be had"
SILENT = frozenset({"dns", "refused", "tls", "timeout", "connection"})  # failures of which no server told us
_AGAIN = 60.0  # seconds until a robots.txt that could not be had is asked for again; doubled each time
_LATEST = 3600.0  # seconds, at most: what waits for it has its own patience
_SLACK = 1.5  # times its pause within which a caller comes back
_SITES = 5_000
_KEPT = 4 * 1024 * 1024  # characters of all copies: 80 MB, and 220 MB where all of them are hostile
_LARGE = 64 * 1024  # bytes: 98 of 100 real ones are smaller and are read in a few milliseconds
_NOTHING = robots.parse(b"")
_FORGIVEN = frozenset({408, 425})  # of the client's errors that may pass; 429 asks to be left alone

Key = tuple[str, str, int]


class Site(NamedTuple):
    """What a site's robots.txt says.

    Attributes:
      rules: Its rules for us, or None.
      asked: It was asked for just now: a request to the host like any other.
      error: Why there are no rules.
    """

    rules: Rules | None
    asked: bool
    error: RobotsUnreachable | None = None


@dataclasses.dataclass(frozen=True)
class _Copy:
    """What is known of one site: rules, or why there are none, believed until a moment of the clock.

    Attributes:
      rules: The rules.
      error: Why it could not be had when it was last asked for.
      until: The moment.
      wanted: The moment before which those who had it asked for may not have come back.
      failures: How often in a row it could not be had.
    """

    rules: Rules | None
    error: ItemError | None
    until: float
    wanted: float
    failures: int = 0


class RobotsCache:
    """The copies of one worker process; used on one event loop.

    Args:
      client: Asks for them; guards the address.
      clock: Seconds that never go back.
      spacing: Seconds between two starts, by registered domain.
    """

    def __init__(self, client: WebClient, clock: Callable[[], float] = time.monotonic, spacing: float = 0.0) -> None:
        self._client, self._clock, self._spacing = client, clock, spacing
        self._copies: OrderedDict[Key, _Copy] = OrderedDict()
        self._kept = 0
        self._fetching: dict[str, tuple[Key, asyncio.Task[_Copy]]] = {}

    async def site(self, url: str) -> Site:
        """What the robots.txt of an address's site says, or why it cannot be had for now."""
        key = _key(url)
        if key is None:
            return Site(_NOTHING, asked=False)
        copy, asked = self._copies.get(key), False
        if copy is None or copy.until <= self._clock():
            copy, asked = await self._fetched(key), True
        else:
            self._copies.move_to_end(key)
        if copy.rules is not None or copy.error is None:
            return Site(copy.rules or _NOTHING, asked)
        # A status counts against the host once, not for each page that waits.
        status, wait = copy.error.status if asked else None, max(0.0, copy.until - self._clock())
        kind = HostSilent if copy.error.failure in SILENT else RobotsUnreachable
        return Site(
            None, asked, kind(url, f"{UNREACHABLE}: {copy.error.reason}", status, wait, failure=copy.error.failure)
        )

    async def check(self, url: str) -> None:
        """Looks whether an address may be asked for.

        Raises:
          RobotsDenied: It may not.
          RobotsUnreachable: Nobody knows for now.
        """
        site = await self.site(url)
        if site.error is not None:
            raise site.error
        if site.rules is not None and not await self.allows(site.rules, url):
            raise RobotsDenied(url, DENIED)

    async def allows(self, rules: Rules, url: str) -> bool:
        """Whether rules allow an address; many of them are looked through in a thread, off the event loop."""
        if rules.size < _LARGE:
            return rules.allows(url)
        return await asyncio.to_thread(rules.allows, url)  # up to 0.2 s

    async def _fetched(self, key: Key) -> _Copy:
        """A fresh copy, fetched together with all that ask for it meanwhile; of one host only one at a time."""
        host = key[1]
        while (running := self._fetching.get(host)) is not None and running[0] != key:
            await asyncio.wait({running[1]})
        if running is None:
            task = asyncio.create_task(self._fetch(key))
            self._fetching[host] = running = key, task
            task.add_done_callback(lambda _: self._fetching.pop(host, None))
        return await asyncio.shield(running[1])  # who stops waiting ends it for no other

    async def _fetch(self, key: Key) -> _Copy:
        old = self._copies.get(key)
        copy = await self._asked(key, old or _Copy(None, None, 0.0, 0.0))
        self._keep(key, copy)
        return copy

    async def _asked(self, key: Key, before: _Copy) -> _Copy:
        url = str(yarl.URL.build(scheme=key[0], host=key[1], port=key[2], path="/robots.txt"))
        try:
            answer = await self._client.get(
                url,
                max_bytes=robots.MAX_BYTES + 1,  # one more tells that it was cut
                accept="text/plain, */*;q=0.1",
                cut=True,
                max_redirects=robots.MAX_REDIRECTS,
            )
            rules = await _read(answer.body)
        except ForbiddenAddress:
            return self._copy(_NOTHING)
        except ItemError as error:
            return self._without(error, before)
        except Exception as error:  # whatever it is, it must not end the job
            return self._without(FetchFailed(url, f"unexpected {type(error).__name__}: {error}"), before)
        return self._copy(rules)

    def _without(self, error: ItemError, before: _Copy) -> _Copy:
        status = error.status or 0
        lasting = not error.may_heal and not 500 <= status < 600
        if lasting or status in _FORGIVEN:
            return self._copy(_NOTHING)
        wait = min(max(_AGAIN * 2 ** min(before.failures, 10), error.retry_after or 0.0), _LATEST)
        return self._made(before.rules, error, max(wait, self._return(before.rules)), before.failures + 1)

    def _copy(self, rules: Rules) -> _Copy:
        return self._made(rules, None, robots.MAX_AGE)

    def _made(self, rules: Rules | None, error: ItemError | None, seconds: float, failures: int = 0) -> _Copy:
        now = self._clock()
        return _Copy(rules, error, now + seconds, now + self._return(rules), failures)

    def _return(self, rules: Rules | None) -> float:
        """Seconds within which who had a copy asked for comes back at the site's pace: a copy must live as long.

        Otherwise it would be asked for again then, and again, and never what it speaks of.
        """
        delay = min(rules.delay, _LATEST) if rules else 0.0
        return max(_AGAIN, _SLACK * max(self._spacing, delay))

    def _keep(self, key: Key, copy: _Copy) -> None:
        self._drop(key)
        self._copies[key] = copy
        self._kept += _weight(copy)
        while len(self._copies) > _SITES:
            self._drop(next(iter(self._copies)))  # the one that nobody asked for the longest
        while self._kept > _KEPT and (spare := self._spare(key)) is not None:
            self._drop(spare)

    def _spare(self, newest: Key) -> Key | None:
        """The largest copy, lest a few huge ones drive out all that are as they should be.

        One that somebody is about to come back for only where there is no other, the newest never.
        """
        others = [one for one, copy in self._copies.items() if one != newest and _weight(copy)]
        now = self._clock()
        settled = [one for one in others if self._copies[one].wanted <= now]
        return max(settled or others, key=lambda one: _weight(self._copies[one]), default=None)

    def _drop(self, key: Key) -> None:
        copy = self._copies.pop(key, None)
        self._kept -= _weight(copy) if copy else 0


async def _read(body: bytes) -> Rules:
    return await asyncio.to_thread(robots.parse, body) if len(body) > _LARGE else robots.parse(body)


def _weight(copy: _Copy) -> int:
    return copy.rules.size if copy.rules else 0


@functools.lru_cache(HOSTS)
def _key(url: str) -> Key | None:
    """Scheme, host and port of an address, as the client reads it; None for one that it will not ask for."""
    try:
        read = yarl.URL(url)
        host, port = read.host, read.port
    except (ValueError, TypeError, IndexError):
        return None
    if read.scheme not in ("http", "https") or not host or port is None:
        return None
    return read.scheme, host.lower(), port
