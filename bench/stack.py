"""The whole pipeline on embedded parts, in this process, as benches and evaluation drive it."""

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.progress import say
from connectors.demo.settings import local_run
from connectors.demo.site import DemoSite
from connectors.embedded.broker import EmbeddedKafka
from connectors.embedded.prism import provide_prism
from connectors.embedded.runner import LocalRunner
from connectors.kafka import topics
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from pipelines.cli.version import version
from pipelines.live import Job, local_options
from transforms.records import FeedSource


@contextlib.contextmanager
def broker(folder: Path) -> Iterator[KafkaSettings]:
    """An empty Kafka that leaves nothing behind, with our topics on it."""
    with EmbeddedKafka(folder / "kafka", ephemeral=True, say=say) as kafka:
        settings = KafkaSettings(bootstrap=kafka.bootstrap)
        topics.create(settings)
        yield settings


class Running(NamedTuple):
    """A running pipeline: its job, and the runner that it runs on."""

    job: Job
    runner: LocalRunner


def polling(kafka: KafkaSettings, feeds: tuple[FeedSource, ...]) -> RunSettings:
    """Settings for feeds on this machine; page requests are not spaced."""
    return dataclasses.replace(
        local_run(kafka, feeds, "bench", version()),
        heartbeat=30.0,
        tries=3,
        retry_first=2.0,
        gone_after=5.0,
        provisional_after=0.5,
    )


@contextlib.contextmanager
def running(settings: RunSettings, folder: Path) -> Iterator[Running]:
    """The streaming pipeline on a local runner of its own."""
    with LocalRunner(provide_prism(say), folder / "runner.log") as runner:
        job = Job(settings, local_options(runner.endpoint))
        try:
            job.start()
            yield Running(job, runner)
        finally:
            job.stop()


@contextlib.contextmanager
def pipeline(kafka: KafkaSettings, site: DemoSite, folder: Path) -> Iterator[Job]:
    """The streaming pipeline, polling a demo site."""
    with running(polling(kafka, site.feeds()), folder) as parts:
        yield parts.job
