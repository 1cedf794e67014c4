"""What `up` and `run` share: signals, the supervised job, and on this machine the parts that it runs on."""

import contextlib
import dataclasses
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from connectors.embedded.prism import provide_prism
from connectors.embedded.runner import LocalRunner
from connectors.flink import Flink
from connectors.kafka import topics
from connectors.run import RunSettings
from pipelines.live import Job, local_options
from pipelines.supervisor import supervise
from pipelines.watching import ConfigWatch, Follower
from transforms.records import FeedSource

FORCED = 130
_NO_RETRIES = ("PrismRunner", "DirectRunner", "SwitchingDirectRunner", "BundleBasedDirectRunner", "FnApiRunner")
END_WITHIN = 19.0  # seconds from the first signal to the end, whatever hangs


@contextlib.contextmanager
def until_signalled() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set.

    A second signal ends the process at once, and so do `END_WITHIN` seconds. That is as safe as any crash: what has no
    outcome is swept by the next run, and child processes end with their parent.
    """
    stop = threading.Event()
    last = threading.Timer(END_WITHIN, os._exit, (FORCED,))
    last.daemon = True

    def handle(*_: object) -> None:
        if stop.is_set():
            os._exit(FORCED)
        stop.set()
        last.start()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        last.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def on_hangup(wake: threading.Event) -> Iterator[None]:
    """SIGHUP sets ``wake``; but when the terminal of the process was closed, it ends the run as SIGTERM does.

    Under `nohup` it goes on doing nothing.
    """
    before = signal.getsignal(signal.SIGHUP)
    if before == signal.SIG_IGN:
        yield
        return
    had = _has_terminal()

    def handle(*_: object) -> None:
        if had and not _has_terminal():
            signal.raise_signal(signal.SIGTERM)
        else:
            wake.set()

    signal.signal(signal.SIGHUP, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def patience_on(options: Sequence[str], seconds: float | None) -> float | None:
    """How long steps wait for Kafka: for ever on runners that end the job when a step fails, and lose its state.

    Args:
      options: Beam's options; empty for the local runner.
      seconds: The patience for all other runners.
    """
    runner = PipelineOptions(list(options)).view_as(StandardOptions).runner or "PrismRunner"
    return None if runner.rpartition(".")[2] in _NO_RETRIES else seconds


def serve(
    settings: RunSettings,
    stop: threading.Event,
    folder: Path,
    say: Callable[[str], None],
    options: list[str],
    patience: float | None = None,
    flink: Flink | None = None,
    watch: ConfigWatch | None = None,
) -> None:
    """Runs the pipeline until ``stop``, starting it again when it fails.

    Args:
      settings: What it is told.
      stop: Set when the end is wanted.
      folder: Where the local runner keeps its log.
      say: Gets a line for each thing worth knowing.
      options: Beam's options; empty for the local runner.
      patience: Seconds to wait for Kafka on a runner that tries again what failed.
      flink: The Flink cluster that the options lead to, if its REST address is known.
      watch: The configuration, whose feeds the run then follows; SIGHUP has it looked at.

    Raises:
      KafkaMisconfigured: Topics are missing or changed.
      SetupError: The local runner cannot be had.
    """
    topics.require(settings.kafka)
    settings = dataclasses.replace(settings, patience=patience_on(options, patience))
    runner = None if options else LocalRunner(provide_prism(say), folder / "runner.log")

    follower = Follower(watch, settings.feeds, say)

    def make(feeds: tuple[FeedSource, ...]) -> Job:
        told = dataclasses.replace(settings, feeds=feeds)
        if runner is None:
            return Job(told, options, flink)
        if not runner.is_running():
            runner.start()
        return Job(told, local_options(runner.endpoint))

    try:
        with on_hangup(watch.wake) if watch else contextlib.nullcontext():
            threading.Thread(target=follower.run, args=(stop,), name="beatwire-config", daemon=True).start()
            supervise(lambda: follower.hire(make), stop.wait, time.monotonic, say)
    finally:
        if runner is not None:
            runner.stop()
        elif flink is None:
            say("asked the runner to cancel; a Flink job goes on all the same: see its page, or give --flink-rest")
