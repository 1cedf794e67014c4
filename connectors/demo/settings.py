"""What a run is told that polls the demo site, or any other site of this machine."""

import dataclasses

from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from connectors.web.client import WebSettings
from connectors.web.guard import Policy
from transforms.records import FeedSource


def local_run(kafka: KafkaSettings, feeds: tuple[FeedSource, ...], name: str, version: str) -> RunSettings:
    """A run as any other, for sites on loopback, of which pages are asked for without a pause."""
    settings = RunSettings(run_id="", name=name, version=version, kafka=kafka, web=WebSettings(), feeds=feeds)
    return dataclasses.replace(on_loopback(settings), shards=len(feeds), spacing=0.0)


def on_loopback(settings: RunSettings) -> RunSettings:
    """The same run, and it may ask this machine."""
    return dataclasses.replace(settings, web=dataclasses.replace(settings.web, policy=Policy(allow_loopback=True)))


def at_demo_pace(settings: RunSettings, feeds: tuple[FeedSource, ...]) -> RunSettings:
    """The same run over the demo site: what takes minutes or a day on the web takes seconds, as its stories do."""
    return dataclasses.replace(
        on_loopback(settings),
        feeds=feeds,
        shards=len(feeds),
        spacing=0.2,
        tries=3,
        retry_first=3.0,
        gone_after=5.0,
        provisional_after=1.0,
        heartbeat=30.0,
        sweep_after=60.0,
    )
