"""The streaming pipeline as a job on a runner: submitted, watched, ended."""

import contextlib
import dataclasses
import logging
import re
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from connectors import worker
from connectors.feeds.listing import list_feeds
from connectors.flink import Flink
from connectors.quiet import hush
from connectors.run import RunSettings
from pipelines import graph
from transforms.errors import BeatwireError, SetupError
from transforms.records import FeedSource
from transforms.sources import Changes
from transforms.tracebacks import error_in

POLL = 0.2  # seconds between two looks at a job
CANCEL_WITHIN, CANCEL_FLINK_WITHIN = 4.0, 15.0  # seconds
QUIET = 1.0  # seconds without a request or a write after which nothing is under way: longer than any look of a step
# Beam takes this option for the deadline of the streams that tell a job's state, too: by its default of 300 s the job
# would count as failed after five minutes. Ten years, in seconds; options that name another come later, and win.
_WATCH = "--job_server_timeout=315360000"
# Prism splits slow bundles, also of stateful steps, and then lets two bundles of one key run at once: state written by
# one of them is lost (docs/decisions/0019). Other runners do not know the experiment.
_WHOLE_BUNDLES = "--experiments=prism_disable_sdf_split"
TAKEN_WITHIN = 120.0  # seconds until a job must be seen on Flink: its jars are staged first

_GO_FRAME = re.compile(r"\.go:\d+( \+0x[0-9a-f]+)?$")  # of a stack of Prism's own

_log = logging.getLogger(__name__)


def local_options(endpoint: str) -> list[str]:
    """Beam's options for a Prism that listens at ``endpoint``, with this process as its worker."""
    return ["--runner=PortableRunner", f"--job_endpoint={endpoint}", "--environment_type=LOOPBACK"]


class Job:
    """One submitted pipeline.

    Args:
      settings: What it is told; it gets a run id of its own.
      options: Beam's options.
      flink: The Flink cluster that they lead to, when it is one whose REST interface can be asked: Beam's job server
        neither tells that Flink refused a job nor ends one there.
    """

    def __init__(self, settings: RunSettings, options: Sequence[str], flink: Flink | None = None) -> None:
        self.settings = dataclasses.replace(settings, run_id=uuid.uuid4().hex)
        self.name = f"{settings.name}-{self.settings.run_id[:8]}"
        self._options = [_WATCH, _WHOLE_BUNDLES, *options, "--streaming", f"--job_name={self.name}"]
        self._lives_here = "--environment_type=LOOPBACK" in options
        self._flink = flink
        self._result: Any = None
        self._listing, self._claimed = threading.Lock(), False
        self._feeds = settings.feeds
        self._ended = threading.Event()
        self._error: str | None = None
        self._raised: BeatwireError | None = None

    def start(self) -> None:
        """Takes the lease of the topics, lists the feeds and submits the job; returns when the runner has taken it.

        Raises:
          LeaseHeld: Another pipeline writes these topics.
          KafkaUnavailable: Kafka does not answer.
        """
        worker.of(self.settings).lease.claim(self._lives_here)
        with self._listing:
            self._claimed = True
            if changed := list_feeds(self.settings, self._feeds):
                _log.info("feeds: %s since the last run", changed)
        pipeline = beam.Pipeline(options=PipelineOptions(self._options))
        graph.build(pipeline, self.settings)
        if self._lives_here:
            hush()
        self._result = pipeline.run()
        threading.Thread(target=self._watch, name="beatwire-job", daemon=True).start()

    def poll(self, feeds: tuple[FeedSource, ...]) -> Changes:
        """Has the job poll these feeds from now on, wherever it runs.

        Returns:
          What that changed on `sources`; nothing before the job has started: it then begins with these.

        Raises:
          KafkaUnavailable: Kafka does not answer within the patience.
          KafkaMisconfigured: It refuses us.
          LeaseLost: Another pipeline has taken over.
          RunOver: The job has ended.
        """
        with self._listing:
            self._feeds = feeds
            return list_feeds(self.settings, feeds) if self._claimed else Changes()

    def wait(self, seconds: float) -> bool:
        """Waits for the end of the job, no longer than ``seconds``; True when it has ended, or may not go on."""
        return self._ended.wait(seconds) or self.fault is not None

    @property
    def error(self) -> str | None:
        """Why it ended; None while it runs, or when it was ended on purpose."""
        return str(self.fault) if self.fault else self._error

    @property
    def fault(self) -> BeatwireError | None:
        """The error of our own that ended it, if one did: a lost lease, or what was raised inside a step."""
        return worker.fault(self.settings.run_id) or self._raised

    def drain(self, seconds: float) -> None:
        """Lets what is under way finish: no request begins any more, answers go on to their outcomes.

        What waits for its turn or for another try stays unfinished; the next run sweeps it. On a cluster this does
        nothing: its workers are not in this process, and `stop` has the runner cancel the job, of which every find that
        did not end is swept as well.

        Args:
          seconds: How long to wait at most.
        """
        if not self._lives_here:
            return
        shared, deadline = worker.of(self.settings), time.monotonic() + seconds
        shared.draining.set()
        while time.monotonic() < deadline and shared.quiet < QUIET and not self.wait(POLL):
            pass

    def stop(self) -> None:
        """Cancels the job and ends what this process holds for it."""
        # What we were told of a job on Flink is not its end: it is asked for by name, whatever came of watching it.
        if self._result is not None and (self._flink is not None or not self._ended.is_set()):
            canceller = threading.Thread(target=self._cancel, daemon=True)
            canceller.start()
            canceller.join(CANCEL_WITHIN if self._flink is None else CANCEL_FLINK_WITHIN)
        worker.drop(self.settings.run_id)

    def _cancel(self) -> None:
        if self._flink is not None:
            try:
                left = not self._flink.cancel_named(self.name)
            except SetupError as error:
                left = True
                _log.warning("%s", error)
            if left:
                _log.warning("the job %s may still run on Flink at %s: cancel it there", self.name, self._flink.url)
        with contextlib.suppress(Exception):  # a runner that is gone has nothing left to cancel
            self._result.cancel()

    def _watch(self) -> None:
        try:
            if self._flink is not None:
                self._flink.require(self.name, TAKEN_WITHIN)
            self._result.wait_until_finish()
            self._error = "the job ended by itself"
        except Exception as error:
            self._raised = error if isinstance(error, BeatwireError) else error_in(str(error))
            self._error = last_line(str(error)) or type(error).__name__
        finally:
            self._ended.set()


def last_line(text: str) -> str:
    """The line of a traceback or message that says something: the error itself, not where it was met."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not _GO_FRAME.search(line)]
    told = [line for line in lines if "Error" in line or "error" in line]
    return (told or lines or [""])[-1][:500]
