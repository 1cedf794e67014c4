"""The whole pipeline on embedded parts, in this process, as benches and evaluation drive it."""

import contextlib
import multiprocessing
import sys
import time
from collections.abc import Iterator
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

from kafka import KafkaConsumer

from connectors.demo.site import DemoSite
from connectors.embedded.broker import EmbeddedKafka
from connectors.embedded.prism import provide_prism
from connectors.embedded.runner import LocalRunner
from connectors.kafka import topics
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from connectors.web.client import WebSettings
from connectors.web.guard import Policy
from pipelines.cli.version import version
from pipelines.live import Job, local_options

LISTENS_WITHIN = 60.0  # seconds


class Record(NamedTuple):
    """What a consumer got of one record: when (Unix time), and its parts."""

    arrived: float
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def say(line: str) -> None:
    """Progress, apart from the figures."""
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def broker(folder: Path) -> Iterator[KafkaSettings]:
    """An empty Kafka that leaves nothing behind, with our topics on it."""
    with EmbeddedKafka(folder / "kafka", ephemeral=True, say=say) as kafka:
        settings = KafkaSettings(bootstrap=kafka.bootstrap)
        topics.create(settings)
        yield settings


@contextlib.contextmanager
def pipeline(kafka: KafkaSettings, site: DemoSite, folder: Path) -> Iterator[Job]:
    """The streaming pipeline on the local runner, polling a demo site; page requests are not spaced."""
    settings = RunSettings(
        run_id="bench",
        name="bench",
        version=version(),
        kafka=kafka,
        web=WebSettings(policy=Policy(allow_loopback=True)),
        feeds=site.feeds(),
        shards=len(site.feeds()),
        heartbeat=30.0,
        spacing=0.0,
        tries=3,
        retry_first=1.0,
    )
    with LocalRunner(provide_prism(say), folder / "runner.log") as runner:
        job = Job(settings, local_options(runner.endpoint))
        try:
            job.start()
            yield job
        finally:
            job.stop()


@contextlib.contextmanager
def listening(kafka: KafkaSettings, topic: str) -> Iterator["Queue[Record]"]:
    """What arrives on one topic, from its start, read in a process of its own: the pipeline's threads would delay it.

    Args:
      kafka: Where the topic is.
      topic: Name of one of our topics, as in ``articles``.

    Raises:
      RuntimeError: If the consumer is not ready within ``LISTENS_WITHIN``.
    """
    context = multiprocessing.get_context("spawn")
    records, ready = context.Queue(), context.Event()
    process = context.Process(target=_listen, args=(kafka, topic, records, ready), daemon=True)
    process.start()
    try:
        if not ready.wait(LISTENS_WITHIN):
            raise RuntimeError(f"no consumer on {kafka.topic(topic)} within {LISTENS_WITHIN:.0f} s")
        yield records
    finally:
        process.terminate()
        process.join()
        records.close()


def _listen(kafka: KafkaSettings, topic: str, records: "Queue[Record]", ready: Event) -> None:
    consumer = KafkaConsumer(kafka.topic(topic), **kafka.client(), auto_offset_reset="earliest", group_id=None)
    while True:
        batches = consumer.poll(timeout_ms=100)
        arrived = time.time()
        if not ready.is_set() and consumer.assignment():
            for partition in consumer.assignment():
                consumer.position(partition)
            ready.set()
        for batch in batches.values():
            for record in batch:
                records.put(Record(arrived, record.key, record.value, tuple(record.headers)))
