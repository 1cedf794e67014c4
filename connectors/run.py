"""What one run of the pipeline is told; every DoFn carries it, so it is small, frozen and picklable."""

import dataclasses
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors.kafka.settings import KafkaSettings
from connectors.reading.pool import ReadLimits
from connectors.web.client import WebSettings
from transforms.politeness import Manners, shares
from transforms.records import FeedSource
from transforms.tag import SHIPPED, RuleSet


@dataclasses.dataclass(frozen=True)
class RunSettings:
    """Settings of one run.

    Attributes:
      run_id: Names the run; what a worker process holds in memory is kept apart by it when a job is started again.
      name: The pipeline's name, as in ``ce_source``.
      version: beatwire's version, for ``pipeline.version``.
      kafka: Where the topics are.
      web: How pages and feeds are fetched.
      feeds: What is polled while `sources` says nothing; the job writes it there before it begins.
      shards: Feed shards: how many keys PollFeeds has. A feed's shard follows from its registered domain.
      heartbeat: Seconds between two heartbeats: of the sweep.
      tick: Shortest time between two ticks of a timer, seconds.
      max_age: Entries published longer ago than this many seconds end as ``too-old``.
      tries: Requests made for one page before its find ends.
      retry_first: Seconds before the second try; each further try waits four times as long.
      retry_within: Seconds after a find within which tries are made.
      gone_after: Seconds after a page's first 404 or 410 at which it is asked for once more, and believed.
      provisional_after: Seconds after a find whose page failed at which the feed's own words go ahead.
      tombstone_after: Seconds after which a retracted article is taken off `latest`.
      spacing: Seconds between the starts of two requests to one registered domain, on the average.
      concurrency: Requests to one registered domain at a time: one for feeds, the others for pages.
      per_host: Requests to one host at a time.
      longest_delay: Seconds of a crawl-delay that are honoured at most.
      sweep_after: A find without outcome is swept at later heartbeats once it is this many seconds old.
      reading: What parsing a feed or a page may use.
      patience: Seconds to wait for Kafka before raising; None waits for ever (a runner without retries).
      rules: What articles are tagged by.
      spill: Folder for dead letters that Kafka refuses as well; None: ``spill`` in the worker's own data folder.
    """

    run_id: str
    name: str
    version: str
    kafka: KafkaSettings
    web: WebSettings
    feeds: tuple[FeedSource, ...]
    shards: int = 8
    heartbeat: float = 600.0
    tick: float = 0.5
    max_age: float = 14 * 86400.0
    tries: int = 5
    retry_first: float = 60.0
    retry_within: float = 86400.0
    gone_after: float = 86400.0
    provisional_after: float = 60.0
    tombstone_after: float = 30 * 86400.0
    spacing: float = 1.0
    concurrency: int = 4
    per_host: int = 2
    longest_delay: float = 60.0
    sweep_after: float = 600.0
    reading: ReadLimits = dataclasses.field(default_factory=ReadLimits)
    rules: RuleSet = SHIPPED
    patience: float | None = None
    spill: Path | None = None

    def __post_init__(self) -> None:
        for field in ("shards", "heartbeat", "tick", "tries", "concurrency", "per_host"):
            value = getattr(self, field)
            if value <= 0:
                raise ValueError(f"{field} must be positive, got {value}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (tuple(getattr(self, field.name) for field in dataclasses.fields(self)),)

    @functools.cached_property
    def by_id(self) -> Mapping[str, FeedSource]:
        """The feeds by their ids; always the same object."""
        return {source.id: source for source in self.feeds}

    @property
    def manners(self) -> tuple[Manners, Manners]:
        """The shares of feeds and of pages in what may be asked of one registered domain."""
        return shares(Manners(self.spacing, self.concurrency, self.per_host, self.longest_delay))


_runs: dict[str, RunSettings] = {}  # as this process first received them


def _received(values: tuple[Any, ...]) -> RunSettings:
    """Settings out of a pickle; of one run all DoFns of a process get the same object.

    A runner makes each DoFn several times over, and a list of 10,000 feeds is 10 MB in each.
    """
    made = RunSettings(*values)
    return made if made != (kept := _runs.setdefault(made.run_id, made)) else kept
