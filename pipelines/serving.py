"""What `up` and `run` share: signals, the supervised job, and on this machine the parts that it runs on."""

import contextlib
import dataclasses
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
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

Heard = queue.SimpleQueue[bool]  # of each signal true, then false


@contextlib.contextmanager
def until_signalled() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set.

    A second signal ends the process at once, and so do `END_WITHIN` seconds. That is as safe as any crash: what has no
    outcome is swept by the next run, and child processes end with their parent.
    """
    stop = threading.Event()

    def follow(heard: Heard) -> None:
        if heard.get():
            stop.set()
            with contextlib.suppress(queue.Empty):
                if not heard.get(timeout=END_WITHIN):
                    return
            os._exit(FORCED)

    with _followed((signal.SIGINT, signal.SIGTERM), follow):
        yield stop


@contextlib.contextmanager
def on_hangup(wake: threading.Event) -> Iterator[None]:
    """SIGHUP sets ``wake``; but when the terminal of the process was closed, it ends the run as SIGTERM does.

    Under `nohup` it goes on doing nothing.
    """
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        yield
        return
    had = _has_terminal()

    def follow(heard: Heard) -> None:
        while heard.get():
            if had and not _has_terminal():
                os.kill(os.getpid(), signal.SIGTERM)
            else:
                wake.set()

    with _followed((signal.SIGHUP,), follow):
        yield


@contextlib.contextmanager
def _followed(numbers: Iterable[signal.Signals], follow: Callable[[Heard], None]) -> Iterator[None]:
    """Has a thread told of each signal, and at the end that there will be none.

    A handler comes in the middle of whatever the main thread does, which may hold any lock, also that of an event which
    it waits for: a handler that sets this event would wait for its own thread, for ever. A simple queue may be put into
    from everywhere.
    """
    heard: Heard = queue.SimpleQueue()
    threading.Thread(target=follow, args=(heard,), name="beatwire-signals", daemon=True).start()
    before = {number: signal.signal(number, lambda *_: heard.put(True)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        heard.put(False)


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
