"""``beatwire up``: everything on this machine."""

import functools
import os
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import verbose_option
from pipelines.cli.terminal import on_terminal

if TYPE_CHECKING:
    from connectors.demo.site import DemoSite

_LINGER = 120.0  # seconds that a programme is gone on with after its end, so that what is unfinished can finish


@click.command(name="up")
@click.option("--demo", is_flag=True, help="Poll a small news site of our own instead of feeds; needs no network.")
@click.option("--config", "path", type=click.Path(dir_okay=False), help="Configuration; ./beatwire.toml by default.")
@click.option("--ephemeral", is_flag=True, help="Begin empty and leave nothing behind.")
@click.option("--port", type=int, help="Port of the embedded Kafka; a free one by default.")
@click.option("--speed", type=click.FloatRange(min=0.1), default=1.0, help="Speed of the demo's clock.")
@click.option("--data", type=click.Path(file_okay=False), help="Folder for Kafka's data; the user's data folder.")
@verbose_option
def up(demo: bool, path: str | None, ephemeral: bool, port: int | None, speed: float, data: str | None) -> None:
    """Runs an embedded Kafka and the streaming pipeline on the local runner, until Ctrl-C."""
    from connectors.demo.settings import at_demo_pace
    from connectors.embedded.broker import EmbeddedKafka
    from connectors.embedded.paths import data_folder
    from connectors.kafka import topics
    from pipelines import config, running
    from pipelines.cli.version import version
    from pipelines.config.loading import FILE
    from pipelines.serving import serve, until_signalled
    from pipelines.showing import show_events
    from pipelines.watching import ConfigWatch

    folder = (Path(data) if data else data_folder()) / ("demo" if demo else "up")
    site = None
    with until_signalled() as stop:
        loaded = config.load(path)
        if not demo:
            loaded.require_feeds()
        with EmbeddedKafka(folder / "kafka", port, ephemeral, _say) as kafka:
            load = functools.partial(config.load, path, {"kafka.bootstrap": kafka.bootstrap})
            loaded = load()
            settings = loaded.run_settings("", version())
            topics.create(settings.kafka)
            if demo:
                site = _site(folder, speed, ephemeral)
                settings = at_demo_pace(settings, site.feeds())
            shown = threading.Thread(target=show_events, args=(settings.kafka, stop, click.echo, _say, on_terminal()))
            shown.start()
            running.write(running.Running(kafka.bootstrap, os.getpid()))
            try:
                _say(f"Kafka listens at {kafka.bootstrap}; follow it elsewhere with `beatwire tail`. Ctrl-C ends all.")
                watch = None if demo else ConfigWatch(loaded, load, Path(path or FILE), _say)
                serve(settings, stop, folder, _say, [], watch=watch)
            finally:
                stop.set()
                shown.join(5)
                running.clear(os.getpid())
                if site is not None:
                    site.stop()
    _say("ended")


def _site(folder: Path, speed: float, ephemeral: bool) -> "DemoSite":
    from connectors.demo.resume import resume
    from connectors.demo.site import DemoSite

    now = time.time()
    if ephemeral:
        site = DemoSite(speed=speed)
    else:
        duration = DemoSite(speed=speed).duration
        going = resume(folder, now, speed, duration + _LINGER)
        site = DemoSite(going.port, going.epoch, going.speed)
    site.start()
    _say(announcement(site.appears().values(), site.epoch, site.duration, now))
    for feed in site.feeds():
        _say(f"  {feed.publisher}: {feed.url}")
    return site


def announcement(appears: Collection[float], epoch: float, duration: float, now: float) -> str:
    """What the demo site is about to do, in a sentence.

    Args:
      appears: Unix time of each item.
      epoch: Unix time at which the programme began.
      duration: Seconds of the programme, edits included.
      now: Unix time of this start.
    """
    if epoch >= now:
        return f"the demo news site publishes {len(appears)} items in {duration:.0f} s: all is invented"
    out = sum(at <= now for at in appears)
    left = epoch + duration - now
    rest = f"it ends in {left:.0f} s" if left > 0 else "there is nothing new to come"
    again = f"a start more than {left + _LINGER:.0f} s from now begins a new one"
    return (
        f"the demo news site goes on with the programme of the last run: {out} of {len(appears)} items are out already "
        f"(`beatwire tail --from-start` shows what was published of them), {rest}; {again}"
    )


def _say(text: str) -> None:
    click.echo(text, err=True)
