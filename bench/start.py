"""Start: a fresh worker reads what a million outcomes left, before it judges its first find.

The outcomes are written here, each a find and an item of its own. They are then read in a process of its own, as a
worker does, and beside that by a bare consumer that does nothing with them.
"""

import argparse
import dataclasses
import gc
import hashlib
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import msgspec

from bench.progress import say
from bench.resident import MEGABYTE, resident
from bench.stack import broker
from connectors.kafka.memory import TopicReader
from connectors.kafka.outcomes import OutcomeIndex
from connectors.kafka.producers import make, retire
from connectors.kafka.settings import KafkaSettings
from pipelines.cli import logs
from transforms.records import Outcome

COUNT = 1_000_000
AIM = 16.0  # bytes an item
FEEDS = 500


@dataclasses.dataclass(frozen=True)
class Start:
    """What a start came to.

    Attributes:
      count: Outcomes on the topic.
      known: Of them in the index.
      seconds: Until the index was there.
      bare: Seconds that a bare consumer takes.
      packed: Bytes of the index, as it counts them.
      grown: Resident bytes that the process gained.
    """

    count: int
    known: int
    seconds: float
    bare: float
    packed: int
    grown: int


def measure(count: int) -> Start:
    """Writes the outcomes and reads them."""
    with tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name, broker(Path(name)) as kafka:
        say(f"writing {count:,} outcomes")
        _write(kafka, count)
        say("reading them as a fresh worker does, then with a bare consumer")
        known, seconds, packed, grown = _apart(_load, kafka)
        (bare,) = _apart(_bare, kafka)
    return Start(count, known, seconds, bare, packed, grown)


def outcome(number: int) -> Outcome:
    """The outcome of one find of many: ids as they are, random to look at."""
    digits = hashlib.sha256(str(number).encode()).hexdigest()
    return Outcome(
        find_id=digits[:32],
        item_id=digits[32:],
        feed_id=f"feed-{number % FEEDS}",
        link=f"https://news-{number % FEEDS}.example/2026/01/31/{digits[:12]}",
        outcome="off-beat",
        step="tag",
        attempts=1,
        article_id=digits[32:],
        rules_version="2026.1-421a6f60",
        found="2026-01-31T09:04:00.000Z",
        ended="2026-01-31T09:04:02.000Z",
    )


def _write(kafka: KafkaSettings, count: int) -> None:
    producer, topic = make(kafka, careful=False, within=15), kafka.topic("outcomes")
    try:
        for number in range(count):
            one = outcome(number)
            producer.send(topic, msgspec.json.encode(one), key=one.find_id.encode())
            if number % 10_000 == 9_999:
                producer.flush()  # the client bounds nothing
        producer.flush()
    finally:
        retire(producer)


def _apart(work: Callable[[KafkaSettings], tuple[Any, ...]], kafka: KafkaSettings) -> tuple[Any, ...]:
    """What ``work`` gives in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answer = context.SimpleQueue()
    process = context.Process(target=_run, args=(work, kafka, answer))
    process.start()
    try:
        got: tuple[Any, ...] = answer.get()
        return got
    finally:
        process.join()


def _run(
    work: Callable[[KafkaSettings], tuple[Any, ...]], kafka: KafkaSettings, answer: "SimpleQueue[tuple[Any, ...]]"
) -> None:
    logs.set_up(verbose=False)
    answer.put(work(kafka))


def _load(kafka: KafkaSettings) -> tuple[int, float, int, int]:
    gc.collect()
    before, began = resident(os.getpid()) or 0, time.monotonic()
    index = OutcomeIndex(TopicReader(kafka, kafka.topic("outcomes"), None))
    index.catch_up()
    took = time.monotonic() - began
    known, packed = len(index), index.nbytes
    gc.collect()
    return known, took, packed, (resident(os.getpid()) or 0) - before


def _bare(kafka: KafkaSettings) -> tuple[float]:
    began = time.monotonic()
    TopicReader(kafka, kafka.topic("outcomes"), None).catch_up(lambda _: None)
    return (time.monotonic() - began,)


def report(got: Start) -> str:
    """The figures as lines of text."""
    each, grown = got.packed / got.known, got.grown / got.known
    return "\n".join(
        [
            f"{got.known:,} of {got.count:,} outcomes known after {got.seconds:.1f} s, "
            f"{got.known / got.seconds:,.0f} a second",
            f"bare consumer: {got.bare:.1f} s; ratio {got.bare / got.seconds:.2f}",
            f"index: {got.packed / MEGABYTE:.1f} MB, {each:.2f} bytes for a find and its item, aim {AIM:g}: "
            f"{'met' if each <= AIM else 'MISSED'}",
            f"resident memory grew by {got.grown / MEGABYTE:.1f} MB, {grown:.1f} bytes for each: the index, its "
            "overlay, the client's buffers and what the allocator keeps",
        ]
    )


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when an outcome is not known."""
    parser = argparse.ArgumentParser(prog="bench start", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT, help="outcomes (default: %(default)d)")
    got = measure(parser.parse_args(arguments).count)
    print(report(got))
    return int(got.known < got.count)
