"""Latency: from the poll at which a feed shows an item to its event at a consumer.

The demo site publishes articles on the beat at a steady rate; spacing between page requests is off, as politeness would
be all that is measured. The baseline is a record of an event's size that a bare producer sends to a bare consumer, over
the same broker, before the pipeline starts.
"""

import argparse
import dataclasses
import json
import math
import queue
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.queues import Queue
from pathlib import Path

from kafka import KafkaProducer

from bench.arrivals import Record, listening
from bench.progress import say
from bench.stack import broker, pipeline
from connectors.demo.generate import generate
from connectors.demo.site import DemoSite
from connectors.kafka import topics
from connectors.kafka.settings import KafkaSettings
from transforms import instants

COUNT, PER_SECOND, SEED = 300, 5.0, 1
LEAD = 10.0  # seconds from the site's start to its first item: the job has started by then
GRACE = 60.0  # seconds after the last item until an event counts as missing
BASELINE_COUNT, BASELINE_PER_SECOND, BASELINE_BYTES = 200, 20.0, 6000
BARS = {50: 2.0, 99: 5.0}  # percentile to seconds, from the poll


@dataclasses.dataclass(frozen=True)
class Latencies:
    """Seconds until an event was at the consumer, one for each article, in the order of arrival.

    Attributes:
      wanted: Articles published.
      shown: Since the site showed the item.
      polled: Since the poll that found it began.
      found: Since it was told to be new.
      baseline: Since ``send`` of a bare producer.
      size: Mean size of an event, in bytes.
    """

    wanted: int
    shown: tuple[float, ...]
    polled: tuple[float, ...]
    found: tuple[float, ...]
    baseline: tuple[float, ...]
    size: int


def percentile(values: Sequence[float], percent: float) -> float:
    """By nearest rank: the smallest value that at least so many percent do not exceed; NaN of nothing."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def measure(count: int = COUNT, per_second: float = PER_SECOND) -> Latencies:
    """Runs broker, baseline, site and pipeline, and waits for the articles' events."""
    with tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name, broker(Path(name)) as kafka:
        baseline = _baseline(dataclasses.replace(kafka, prefix="baseline", partitions=1))
        say(f"pipeline: {count} articles at {per_second:g} a second")
        site = DemoSite(epoch=time.time() + LEAD, edition=generate(count, per_second, SEED))
        with listening(kafka, "articles") as records, site, pipeline(kafka, site, Path(name)) as job:
            lead = site.epoch - time.time()
            say(f"the job started {lead:.1f} s before the first item" if lead > 0 else "the job started late")
            first = _first_of_each(records, count, site.epoch + count / per_second + GRACE, lambda: job.wait(0))
            if job.wait(0):
                say(f"the job ended: {job.error}")
        return _latencies(first, site.appears(), count, baseline)


def _first_of_each(
    records: "Queue[Record]", count: int, deadline: float, ended: Callable[[], bool]
) -> dict[bytes, Record]:
    """The first record of each key, until there are so many keys, the time is over or the job has ended."""
    first: dict[bytes, Record] = {}
    while len(first) < count and time.time() < deadline and not ended():
        try:
            record = records.get(timeout=1.0)
        except queue.Empty:
            continue
        first.setdefault(record.key, record)
    return first


def _latencies(
    first: Mapping[bytes, Record], appears: Mapping[tuple[str, str], float], count: int, baseline: tuple[float, ...]
) -> Latencies:
    shown, polled, found = [], [], []
    for record in first.values():
        event = json.loads(record.value)
        times = event["pipeline"]["times"]
        shown.append(record.arrived - appears[event["source"]["feed"], event["source"]["link"]])
        polled.append(record.arrived - instants.from_text(times["polled"]))
        found.append(record.arrived - instants.from_text(times["found"]))
    size = sum(len(record.value) for record in first.values()) // max(1, len(first))
    return Latencies(count, tuple(shown), tuple(polled), tuple(found), baseline, size)


def _baseline(kafka: KafkaSettings) -> tuple[float, ...]:
    """Seconds from ``send`` to the consumer, of records that a bare producer sends at a steady rate."""
    say(f"baseline: {BASELINE_COUNT} bare records at {BASELINE_PER_SECOND:g} a second")
    topics.create(kafka)
    with listening(kafka, "articles") as records:
        producer = KafkaProducer(**kafka.client(), acks="all")
        try:
            producer.partitions_for(kafka.topic("articles"))  # the first send would wait for metadata
            for _ in range(BASELINE_COUNT):
                sent = str(time.time()).encode()
                producer.send(kafka.topic("articles"), key=sent, value=bytes(BASELINE_BYTES)).get(10)
                time.sleep(1 / BASELINE_PER_SECOND)
        finally:
            producer.close()
        got = [records.get(timeout=10) for _ in range(BASELINE_COUNT)]
    return tuple(record.arrived - float(record.key) for record in got)


def report(latencies: Latencies) -> str:
    """The figures as lines of text."""
    lines = [f"{'seconds from ... to the consumer':40}{'p50':>8}{'p90':>8}{'p99':>8}{'max':>8}{'count':>7}"]
    for name, values in (
        ("the poll that shows the item", latencies.polled),
        ("the item found", latencies.found),
        ("the item shown by the site", latencies.shown),
        ("send, bare producer (baseline)", latencies.baseline),
    ):
        figures = "".join(f"{percentile(values, percent):8.3f}" for percent in (50, 90, 99, 100))
        lines.append(f"{name:40}{figures}{len(values):7}")
    ratio = percentile(latencies.polled, 50) / percentile(latencies.baseline, 50)
    lines.append(f"ratio of the p50 from the poll to the baseline's: {ratio:.0f}; an event has {latencies.size} bytes")
    for percent, bar in BARS.items():
        value = percentile(latencies.polled, percent)
        lines.append(f"p{percent} from the poll: {value:.2f} s, bar {bar:g} s: {'met' if value <= bar else 'MISSED'}")
    if len(latencies.polled) < latencies.wanted:
        lines.append(
            f"MISSING: {latencies.wanted - len(latencies.polled)} of {latencies.wanted} articles have no event"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when an article has no event. Times never fail it: they are the machine's."""
    argparse.ArgumentParser(prog="bench latency", description=(__doc__ or "").split("\n")[0]).parse_args(arguments)
    latencies = measure()
    print(report(latencies))
    return int(len(latencies.polled) < latencies.wanted)
