"""The whole pipeline on Prism while it polls many feeds: how late each request comes, and what that costs.

The feeds were polled before: their cursors stand on `feeds`, and are due evenly over one interval. A request is late by
the time that it comes to the server after it was due by its cursor, and after politeness let it: the domain's last
request answered, and begun long enough ago.
"""

import dataclasses
import os
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench.load.feeds import known, sources
from bench.load.site import Request, Site, serving
from bench.progress import say
from bench.resident import Sample, Watch
from bench.stack import broker, polling, running
from connectors.kafka.memory import TopicReader
from connectors.kafka.producers import make, retire
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sources import rows
from connectors.run import RunSettings
from connectors.steps.cursor_cells import CursorsCoder
from transforms import instants
from transforms.cursor import Cursor, decode
from transforms.records import FeedSource
from transforms.sources import Changes

TICK = 0.5  # seconds between two ticks of a shard at least, as in the settings
LEAD = 15.0  # seconds from the job's start until the first feed is due
TICKS = os.sysconf("SC_CLK_TCK")
EARLY = 0.5  # seconds: a request that was begun late comes that much closer to the next one in its domain


class Load(NamedTuple):
    """What came of it.

    Attributes:
      feeds: How many there are.
      seconds: Of the time that counts, after the warm-up.
      late: Seconds by which each request was late, behind its cursor and politeness; by feed id.
      behind: The same behind the cursor alone.
      gaps: The shortest time between two starts in one domain, and how many were closer than spacing less `EARLY`.
      together: Polls that came while another of their domain was under way.
      largest: Bytes of the largest cursor as state holds it.
      cpu: Seconds of the worker's and Prism's, in that time.
      samples: Resident memory.
    """

    feeds: int
    seconds: float
    late: dict[str, tuple[float, ...]]
    behind: tuple[float, ...]
    gaps: tuple[float, int]
    together: int
    largest: int
    cpu: dict[str, float]
    samples: tuple[Sample, ...]


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is run: feeds on hosts, each polled at an interval; warm-up and time that counts, in seconds.

    Attributes:
      extra: Paths of further feeds, each on a host of its own.
      shards: Keys of PollFeeds.
      spacing: As in the settings; feeds have four times that between two starts in one domain.
    """

    feeds: int
    hosts: int
    interval: float
    warm: float
    seconds: float
    extra: tuple[str, ...] = ()
    shards: int = 8
    spacing: float = 1.0


def measure(plan: Plan, folder: Path) -> Load:
    """Runs it."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(folder / "site.log") as site, broker(folder) as kafka:
        listed = sources(site, plan.feeds, plan.hosts, plan.interval)
        more = [
            FeedSource(id=path, url=site.url(9000 + one, f"/{path}/{one}"), publisher="Wire", interval=plan.interval)
            for one, path in enumerate(plan.extra)
        ]
        settings = dataclasses.replace(
            polling(kafka, (*listed, *more)), shards=plan.shards, spacing=plan.spacing, heartbeat=60.0
        )
        now = time.time()
        _seed(kafka, listed, known(listed, site.born, now, now + LEAD, plan.interval - LEAD))
        return _run(settings, site, plan, folder)


def _run(settings: RunSettings, site: Site, plan: Plan, folder: Path) -> Load:
    with running(settings, folder) as parts:
        pids = {"worker": os.getpid(), "prism": parts.runner.pid}
        with Watch(lambda: pids) as watch:
            _pass(parts.job, LEAD + plan.warm, "warming up")
            began, before = time.time(), {name: _cpu(pid) for name, pid in pids.items()}
            _pass(parts.job, plan.seconds, "measuring")
            ended, after = time.time(), {name: _cpu(pid) for name, pid in pids.items()}
    requests = [one for one in site.requests() if one.began < ended]
    cursors = _cursors(settings.kafka)
    late, behind = lateness(requests, cursors, 4 * plan.spacing, began)
    gaps, together = manners(requests, 4 * plan.spacing, began)
    newest = [group[max(group)] for group in cursors.values()]
    return Load(
        plan.feeds,
        ended - began,
        late,
        behind,
        gaps,
        together,
        max(len(CursorsCoder().encode({one.feed_id: one})) for one in newest),
        {name: after[name] - before[name] for name in pids},
        tuple(one for one in watch.samples if one.at >= watch.samples[-1].at - plan.seconds),
    )


def lateness(
    requests: Sequence[Request], cursors: dict[str, dict[int, Cursor]], spacing: float, begin: float
) -> tuple[dict[str, tuple[float, ...]], tuple[float, ...]]:
    """How late the polls of ordinary feeds came, by feed, and all of them behind their cursors alone.

    Args:
      requests: In the order in which they came.
      cursors: By feed id and count of polls.
      spacing: Seconds between two starts in one domain.
      begin: Unix time from which on they count.
    """
    late, behind = defaultdict[str, list[float]](list), list[float]()
    polls, free = Counter[str](), dict[str, float]()
    for one in requests:
        if one.kind == "feed":
            feed = f"feed-{int(one.path.rpartition('/')[2]):05}"
            polls[feed] += 1
            cursor = cursors.get(feed, {}).get(polls[feed])  # the seeded one counts one poll
            if cursor is not None and one.began >= begin:
                due = instants.from_text(cursor.next_poll)
                late[feed].append(one.began - max(due, free.get(one.host, 0.0)))
                behind.append(one.began - due)
        if one.kind != "page":
            free[one.host] = max(one.ended, one.began + spacing)
    return {feed: tuple(seconds) for feed, seconds in late.items()}, tuple(behind)


def manners(requests: Sequence[Request], spacing: float, begin: float) -> tuple[tuple[float, int], int]:
    """The shortest time between two starts in one domain and how many were too short; and polls at the same time."""
    last, gaps, together = dict[str, float](), list[float](), 0
    for one in requests:
        if one.kind == "page":
            continue
        if one.began >= begin and one.host in last:
            gaps.append(one.began - last[one.host])
        last[one.host] = one.began
        together += one.under_way > 1
    return (min(gaps, default=0.0), sum(gap < spacing - EARLY for gap in gaps)), together


def _seed(kafka: KafkaSettings, listed: Sequence[FeedSource], cursors: Sequence[Cursor]) -> None:
    """Writes feeds and cursors as an earlier run left them: a feed that is new to `sources` is due at once."""
    said = [Row(kafka.topic("feeds"), one.feed_id.encode(), msgspec.json.encode(one)) for one in cursors]
    producer = make(kafka, careful=False, within=60)
    try:
        for row in said + rows(kafka, Changes(added=tuple(listed))):
            producer.send(row.topic, row.value, key=row.key)
        producer.flush()
    finally:
        retire(producer)


def _cursors(kafka: KafkaSettings) -> dict[str, dict[int, Cursor]]:
    found = defaultdict[str, dict[int, Cursor]](dict)

    def note(record) -> None:  # type: ignore[no-untyped-def]
        cursor = decode(record.value)
        found[cursor.feed_id][cursor.polls] = cursor

    reader = TopicReader(kafka, kafka.topic("feeds"), 60)
    reader.catch_up(note)
    reader.close()
    return found


def _pass(job, seconds: float, what: str) -> None:  # type: ignore[no-untyped-def]
    say(f"{what}: {seconds:.0f} s")
    if job.wait(seconds):
        raise RuntimeError(f"the pipeline ended: {job.error}")


def _cpu(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
