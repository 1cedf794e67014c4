"""Kafka away: the broker is killed for minutes while feeds go on; memory, polls meanwhile, and what comes afterwards.

The demo site goes on publishing, and shows all of it when Kafka is back. Memory is that of this process (steps, site,
bench) and of the runner, over the time that Kafka is away less a beginning.
"""

import argparse
import dataclasses
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from bench.progress import say
from bench.resident import MEGABYTE, Sample, Watch, slopes
from bench.stack import polling, running
from connectors.demo.generate import generate
from connectors.demo.material import Edition, shipped
from connectors.demo.site import DemoSite
from connectors.embedded.broker import EmbeddedKafka
from connectors.kafka import topics
from connectors.kafka.memory import TopicReader
from connectors.kafka.settings import KafkaSettings

MINUTES, PER_SECOND, SEED = 10.0, 0.5, 1
LEAD, BEFORE, AFTER = 10.0, 40.0, 20.0  # seconds: until the first article, until Kafka goes, after it is back
SETTLE = 0.2  # of the time away: what is in flight comes to its wait, and memory to its level
CATCH_UP = 300.0  # seconds after the last article until one counts as lost
WINDOW = 500  # entries that a feed shows: all of them


@dataclasses.dataclass(frozen=True)
class Away:
    """What came of it.

    Attributes:
      away: Seconds without Kafka.
      wanted: Articles published.
      articles: Of them on `articles`.
      finds: Sightings on `finds`.
      ended: Of them with an outcome.
      polls: Answers to polls while Kafka was away, after `SETTLE`.
      feeds: Feeds.
      caught_up: Seconds from Kafka's return until all articles of then were there; the last article's wait at least.
      samples: Memory, by seconds since Kafka went.
    """

    away: float
    wanted: int
    articles: int
    finds: int
    ended: int
    polls: int
    feeds: int
    caught_up: float
    samples: tuple[Sample, ...]


def measure(minutes: float, per_second: float = PER_SECOND) -> Away:
    """Runs broker, site and pipeline, takes the broker away and brings it back."""
    away = minutes * 60
    count = round((BEFORE + away + AFTER) * per_second)
    edition = Edition(publishers=shipped().publishers, stories=tuple(generate(count, per_second, SEED)), window=WINDOW)
    with tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name:
        folder = Path(name)
        with EmbeddedKafka(folder / "kafka", ephemeral=True, say=say) as broker:
            kafka = KafkaSettings(bootstrap=broker.bootstrap)
            topics.create(kafka)
            site = DemoSite(epoch=time.time() + LEAD, edition=edition)
            with site, running(polling(kafka, site.feeds()), folder) as parts:
                gone = time.monotonic() + LEAD + BEFORE

                def pids() -> Mapping[str, int | None]:
                    return {"worker": os.getpid(), "runner": parts.runner.pid}

                with Watch(pids, lambda: time.monotonic() - gone) as watch:
                    _until(gone, parts.job.wait)
                    say(f"Kafka is killed for {minutes:g} minutes")
                    broker.kill()
                    _until(gone + SETTLE * away, parts.job.wait)
                    polled = _polls(site)
                    _until(gone + away, parts.job.wait)
                    polled = _polls(site) - polled
                    say("Kafka comes back")
                    broker.start()
                    back = time.monotonic()
                    reader = _Topics(kafka)
                    caught_up = _caught_up(reader, site, back, site.epoch + count / per_second + CATCH_UP, count)
                finds, ended = reader.finds()
                return Away(
                    away,
                    count,
                    len(reader.articles()),
                    len(finds),
                    len(finds & ended),
                    polled,
                    len(site.feeds()),
                    caught_up,
                    tuple(watch.samples),
                )


def _until(moment: float, ended: Callable[[float], bool]) -> None:
    while (left := moment - time.monotonic()) > 0:
        if ended(min(left, 5.0)):
            raise RuntimeError("the job ended while Kafka was away")


def _polls(site: DemoSite) -> int:
    return sum(site.requests.count(feed.url) for feed in site.feeds())


def _caught_up(reader: "_Topics", site: DemoSite, back: float, deadline: float, count: int) -> float:
    """Seconds from ``back`` until all articles that were shown then have an event; goes on until all have one."""
    shown = sum(appears <= time.time() for appears in site.appears().values())
    caught_up = 0.0
    while time.time() < deadline:
        have = len(reader.articles())
        if not caught_up and have >= shown:
            caught_up = time.monotonic() - back
        if have >= count and (both := reader.finds()) and both[0] <= both[1]:
            break
        time.sleep(1.0)
    return caught_up or float("inf")


class _Find(msgspec.Struct):
    find_id: str = msgspec.field(name="findId")
    poll: int = 0


class _Topics:
    """What stands on the topics, read on at each question."""

    def __init__(self, kafka: KafkaSettings) -> None:
        self._readers = {name: TopicReader(kafka, kafka.topic(name), 60) for name in ("articles", "finds", "outcomes")}
        self._articles: set[bytes] = set()
        self._seen: dict[str, set[tuple[str, int]]] = {"finds": set(), "outcomes": set()}

    def articles(self) -> set[bytes]:
        self._readers["articles"].catch_up(lambda record: self._articles.add(record.key))
        return self._articles

    def finds(self) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
        """Sightings found, and sightings that ended."""
        for name, seen in self._seen.items():

            def add(record, seen=seen) -> None:  # type: ignore[no-untyped-def]
                one = msgspec.json.decode(record.value, type=_Find)
                seen.add((one.find_id, one.poll))

            self._readers[name].catch_up(add)
        return self._seen["finds"], self._seen["outcomes"]


def report(got: Away) -> str:
    """The figures as lines of text."""
    lines = [f"{'resident MB':10}{'before':>9}{'going':>9}{'settled':>9}{'back':>9}{'end':>9}{'MB a minute away':>18}"]
    flat = slopes(got.samples, SETTLE * got.away, got.away)
    for name, rise in flat.items():
        levels = [_level(got.samples, name, at) for at in (-BEFORE / 2, 0, SETTLE * got.away, got.away, float("inf"))]
        figures = "".join(f"{level / MEGABYTE:9.1f}" for level in levels)
        lines.append(f"{name:11}{figures}{rise * 60 / MEGABYTE:18.3f}")
    lines.append(f"polls of {got.feeds} feeds while Kafka was away: {got.polls}")
    lines.append(f"all that was shown meanwhile was on `articles` {got.caught_up:.1f} s after Kafka was back")
    lines.append(f"articles: {got.articles} of {got.wanted}; sightings ended: {got.ended} of {got.finds}")
    lines += [f"FAILED: {fault}" for fault in faults(got)]
    return "\n".join(lines)


def faults(got: Away) -> list[str]:
    """What must not be; memory is reported, and judged by people."""
    wrong = []
    if got.articles < got.wanted:
        wrong.append(f"{got.wanted - got.articles} articles lost")
    if got.ended < got.finds:
        wrong.append(f"{got.finds - got.ended} sightings without outcome")
    if got.polls > got.feeds:
        wrong.append(f"{got.polls} polls while Kafka was away: only what was in flight may come, one a feed")
    return wrong


def _level(samples: Sequence[Sample], name: str, at: float) -> float:
    """Bytes at the sample that is nearest to a moment."""
    there = [sample for sample in samples if name in sample.bytes]
    nearest = there[-1] if at == float("inf") else min(there, key=lambda sample: abs(sample.at - at))
    return float(nearest.bytes[name])


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when something was lost, or polled in vain."""
    parser = argparse.ArgumentParser(prog="bench away", description="Kafka killed for minutes while feeds go on.")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long (default: %(default)g)")
    got = measure(parser.parse_args(arguments).minutes)
    print(report(got))
    return int(bool(faults(got)))
