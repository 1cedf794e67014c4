"""How often whom: the decider behind all requests to one registered domain and its hosts.

| of                 | holds                                                                                        |
|--------------------|----------------------------------------------------------------------------------------------|
| registered domain  | starts at least ``spacing`` apart, at most ``concurrency`` at a time                         |
| host               | at most ``per_host`` at a time; starts at least the crawl-delay of its robots.txt apart      |
| host, after a 429  | nothing before its Retry-After (or seconds that double, where it says none), then one at a   |
| or 503             | time until one is answered otherwise                                                         |

Feeds and pages of one domain are asked for under different keys, maybe by different workers, so each has a fixed share
of the domain's budget (`shares`): together they keep to it whoever asks, and nothing is shared between workers.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from transforms.errors import HostSilent, ItemError
from transforms.records import Record
from transforms.urls import host_of

FEEDS_SHARE = 0.25  # of the starts; of the requests at a time feeds have one
SLOW_DOWN = frozenset({429, 503})
FIRST_QUIET, LONGEST_QUIET = 5.0, 600.0  # seconds, where the host does not say how long
LONGEST_ASKED = 86_400.0  # seconds: the longest Retry-After that is believed

Key = TypeVar("Key")


@dataclasses.dataclass(frozen=True)
class Manners:
    """How many requests when.

    Attributes:
      spacing: Seconds between two starts, by registered domain.
      concurrency: Requests at a time, by registered domain.
      per_host: Requests at a time, by host.
      longest_delay: Seconds of a crawl-delay that are honoured at most.
    """

    spacing: float = 1.0
    concurrency: int = 4
    per_host: int = 2
    longest_delay: float = 60.0


def shares(whole: Manners) -> tuple[Manners, Manners]:
    """The shares of feeds and of pages in the budget of a domain: starts by time, requests by number.

    Together they start no more than one request in ``spacing`` seconds on the average, and have no more than
    ``concurrency`` under way; but for a concurrency of 1, which cannot be shared and counts as 2.
    """
    feeds = dataclasses.replace(whole, spacing=whole.spacing / FEEDS_SHARE, concurrency=1, per_host=1)
    left = max(1, whole.concurrency - 1)
    pages = dataclasses.replace(
        whole, spacing=whole.spacing / (1 - FEEDS_SHARE), concurrency=left, per_host=max(1, min(whole.per_host, left))
    )
    return feeds, pages


@dataclasses.dataclass(frozen=True)
class Learned:
    """What came of a request in place of its answer: robots.txt wants another pace, or was asked for instead.

    Attributes:
      delay: Seconds between two starts, within `Manners.longest_delay`.
      asked: A request to the host was made for it.
    """

    delay: float
    asked: bool


class Pace(Record, frozen=True, kw_only=True):
    """What is known of one host, as state.

    Attributes:
      delay: Its crawl-delay in seconds, within `Manners.longest_delay`; 0 where it asks for none.
      next_start: Unix time before which that allows no start.
      quiet: Unix time before which it wants to be left alone.
      strikes: Answers in a row that asked for that.
      reason: The last of them, in words.
      robots: It was not the host's word, but its robots.txt could not be had: pages wait, feeds do not.
      silent: Not even that was told; nobody answered where it was asked for.
    """

    delay: float = 0.0
    next_start: float = 0.0
    quiet: float = 0.0
    strikes: int = 0
    reason: str = ""
    robots: bool = False
    silent: bool = False


class Paces(Record, frozen=True, kw_only=True):
    """The hosts of one key, as state; hosts of which nothing is known are left out."""

    hosts: dict[str, Pace] = {}  # noqa: RUF012  # msgspec copies an empty literal default

    def of(self, host: str) -> Pace:
        """What is known of a host."""
        return self.hosts.get(host, _UNKNOWN)

    def with_(self, host: str, pace: Pace) -> "Paces":
        """The same, but for one host."""
        return Paces(hosts={**self.hosts, host: pace})


_UNKNOWN = Pace()


class Wanted(NamedTuple, Generic[Key]):
    """A request that waits: its key, its host, and the Unix time before which it is not made."""

    key: Key
    host: str
    due: float


class Choice(NamedTuple, Generic[Key]):
    """What to do now.

    Attributes:
      start: What is started, in this order.
      next_start: Unix time before which the domain's spacing allows no further start.
      paces: The hosts from now on.
      wake: When the next may start as far as time goes; None where nothing waits, or only for what runs to end.
    """

    start: tuple[Key, ...]
    next_start: float
    paces: Paces
    wake: float | None


def choose(
    wanted: Iterable[Wanted[Key]],
    running: Mapping[str, int],
    next_start: float,
    paces: Paces,
    manners: Manners,
    now: float,
) -> Choice[Key]:
    """Chooses what to start.

    Args:
      wanted: Requests to one domain that are not under way, in the order in which they go where all else is alike.
      running: How many are under way, by host.
      next_start: Unix time before which the domain's spacing allows no start.
      paces: What is known of the hosts.
      manners: How many when.
      now: Unix time.
    """
    start: list[Key] = []
    wakes: list[float] = []
    next_start = _believed(next_start, manners.spacing, now)
    hosts, under_way, changed = dict(running), sum(running.values()), dict[str, Pace]()
    for one in wanted:
        pace = changed.get(one.host) or paces.of(one.host)
        at = max(one.due, _free(pace, manners, now))
        if hosts.get(one.host, 0) >= (1 if pace.strikes else manners.per_host) or under_way >= manners.concurrency:
            continue  # what runs is looked at, and this with it
        if max(at, next_start) > now:
            wakes.append(max(at, next_start))
            continue
        start.append(one.key)
        hosts[one.host] = hosts.get(one.host, 0) + 1
        under_way += 1
        next_start = now + manners.spacing
        if pace.delay:
            changed[one.host] = replace(pace, next_start=now + pace.delay)
    after = Paces(hosts={**paces.hosts, **changed}) if changed else paces
    return Choice(tuple(start), next_start, after, min(wakes, default=None))


def quiet_until(pace: Pace, now: float) -> float:
    """Unix time until which a host is left alone."""
    return _believed(pace.quiet, LONGEST_ASKED, now)


def _free(pace: Pace, manners: Manners, now: float) -> float:
    """Unix time before which nothing is started at a host."""
    if pace is _UNKNOWN:
        return 0.0
    spaced = _believed(pace.next_start, max(pace.delay, manners.spacing), now)
    return max(spaced, quiet_until(pace, now))


def _believed(at: float, longest: float, now: float) -> float:
    """A moment; what lies further ahead than it can was noted under a clock that was ahead, and is past."""
    return at if at - now <= longest + 1.0 else 0.0  # a sum of Unix times is not exact


def answered(pace: Pace, error: ItemError | None, now: float) -> Pace:
    """A host after one of its answers.

    Args:
      pace: The host before it.
      error: What went wrong; None for a good answer.
      now: Unix time.
    """
    if error is None or error.status not in SLOW_DOWN:
        heard = error is None or error.status is not None
        return replace(pace, strikes=0, reason="") if heard and pace.strikes else pace
    strikes = pace.strikes + 1
    wait = max(
        min(error.retry_after or 0.0, LONGEST_ASKED), min(FIRST_QUIET * 2 ** min(strikes - 1, 20), LONGEST_QUIET)
    )
    return replace(
        pace, quiet=max(quiet_until(pace, now), now + wait), strikes=strikes, reason=error.reason, robots=False
    )


def without_robots(paces: Paces, host: str, error: ItemError, now: float) -> Paces:
    """The hosts, the robots.txt of one of which cannot be had: its pages wait together until it may be asked again.

    Args:
      paces: The hosts before.
      host: Which one.
      error: Why; says how long to wait.
      now: Unix time.
    """
    until = now + min(error.retry_after or FIRST_QUIET, LONGEST_ASKED)
    pace, silent = paces.of(host), isinstance(error, HostSilent)
    if until <= quiet_until(pace, now):
        return paces
    return paces.with_(host, replace(pace, quiet=until, reason=error.reason, robots=True, silent=silent))


def learned(pace: Pace, delay: float, spacing: float, now: float) -> Pace:
    """A host whose robots.txt is known by now: the first request after it keeps its distance.

    Args:
      pace: The host before.
      delay: Its crawl-delay, capped.
      spacing: Seconds between two starts; 0 where robots.txt was not asked for just now.
      now: Unix time.
    """
    before = _believed(pace.next_start, max(pace.delay, spacing), now)
    return replace(pace, delay=delay, next_start=max(before, now + max(delay, spacing)))


def after_answer(paces: Paces, host: str, got: object, spacing: float, now: float) -> Paces:
    """The hosts after a request.

    Args:
      paces: The hosts before.
      host: Which one was asked.
      got: `Learned`, an `ItemError` (which knows what host it is of, after redirects), or an answer.
      spacing: Seconds between two starts.
      now: Unix time.
    """
    error = got if isinstance(got, ItemError) else None
    host = (host_of(error.url) if error else "") or host
    before = paces.of(host)
    after = before if isinstance(got, Learned) and not got.asked else answered(before, error, now)
    if isinstance(got, Learned):
        after = learned(after, got.delay, spacing if got.asked else 0.0, now)
    return paces if after == before else paces.with_(host, after)


def hushed(paces: Paces, host: str, until: float, reason: str, now: float) -> Paces:
    """The hosts, one of which wants to be left alone until a Unix time, as another step was told."""
    pace = paces.of(host)
    known, told = quiet_until(pace, now), _believed(until, LONGEST_ASKED, now)
    if told <= now or (told <= known and not pace.robots):
        return paces
    return paces.with_(host, replace(pace, quiet=max(told, known), reason=reason, robots=False))


def tidied(paces: Paces, wanted: Iterable[str], now: float) -> Paces:
    """The hosts without those of which nothing is wanted and nothing holds any more."""
    keep = set(wanted)
    hosts = {
        host: pace for host, pace in paces.hosts.items() if host in keep or pace.next_start > now or pace.quiet > now
    }
    return paces if len(hosts) == len(paces.hosts) else Paces(hosts=hosts)


class Pacing(Record, frozen=True, kw_only=True):
    """How one registered domain is asked, as state.

    Attributes:
      next_start: Unix time before which spacing allows no start.
      paces: What is known of the hosts.
    """

    next_start: float = 0.0
    paces: Paces = Paces()


class Turns(Record, frozen=True, kw_only=True):
    """Whose turn it is among feeds of several registered domains, as state.

    Attributes:
      next_starts: Unix times before which spacing allows no start, by registered domain.
      paces: What is known of the hosts.
    """

    next_starts: dict[str, float] = {}  # noqa: RUF012  # msgspec copies an empty literal default
    paces: Paces = Paces()


def begun(turns: Turns, domain: str, host: str, spacing: float, at: float) -> Turns:
    """The turns once it is known when a request really began: what comes next keeps its distance from that.

    It was chosen a moment before, on a busy machine a fifth of a second.

    Args:
      turns: Whose turn it was, by when it was chosen.
      domain: Registered domain of the host.
      host: Which was asked.
      spacing: Seconds between two starts.
      at: Unix time when it began.
    """
    pace = turns.paces.of(host)
    if pace.delay and pace.next_start < at + pace.delay:
        turns = replace(turns, paces=turns.paces.with_(host, replace(pace, next_start=at + pace.delay)))
    if turns.next_starts.get(domain, 0.0) >= at + spacing:
        return turns
    return replace(turns, next_starts={**turns.next_starts, domain: at + spacing})


def spaced_anew(turns: Turns, domain: str, host: str, spacing: float, now: float) -> Turns:
    """The turns after a request that was made later than its start: what comes next keeps its distance from that.

    Args:
      turns: Whose turn it was.
      domain: Registered domain of the host.
      host: Which was asked just now.
      spacing: Seconds between two starts.
      now: Unix time.
    """
    before = turns.paces.of(host)
    pace = learned(before, before.delay, spacing, now)
    return Turns(next_starts={**turns.next_starts, domain: now + spacing}, paces=turns.paces.with_(host, pace))


def in_turn(
    wanted: Mapping[str, Sequence[Wanted[Key]]],
    running: Mapping[str, Mapping[str, int]],
    turns: Turns,
    manners: Manners,
    now: float,
) -> tuple[list[Key], Turns]:
    """Chooses what to start in several domains.

    Args:
      wanted: Requests that are not under way, by registered domain, in the order in which they go.
      running: How many are under way, by registered domain and host.
      turns: Whose turn it is.
      manners: How many when, of each domain.
      now: Unix time.
    """
    start, paces, next_starts = list[Key](), turns.paces, dict(turns.next_starts)
    for domain, group in wanted.items():
        chosen = choose(group, running.get(domain, {}), next_starts.get(domain, 0.0), paces, manners, now)
        start += chosen.start
        paces = chosen.paces
        if chosen.start:
            next_starts[domain] = chosen.next_start
    return start, Turns(next_starts={domain: at for domain, at in next_starts.items() if at > now}, paces=paces)


def earliest(domain: str, one: Wanted[Key], turns: Turns, manners: Manners, now: float) -> float:
    """Unix time at which time allows a request; what runs may still keep it waiting."""
    spaced = _believed(turns.next_starts.get(domain, 0.0), manners.spacing, now)
    return max(one.due, spaced, _free(turns.paces.of(one.host), manners, now))
