"""The streaming pipeline as a job on a runner: submitted, watched, ended."""

import dataclasses
import threading
import uuid
from collections.abc import Sequence
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from connectors import worker
from connectors.run import RunSettings
from pipelines import graph
from transforms.errors import BeatwireError

POLL = 0.2  # seconds between two looks at a job
CANCEL_WITHIN = 10.0  # seconds
# Beam takes this option for the deadline of the streams that tell a job's state, too: by its default of 300 s the job
# would count as failed after five minutes. Ten years, in seconds; options that name another come later, and win.
_WATCH = "--job_server_timeout=315360000"


def local_options(endpoint: str) -> list[str]:
    """Beam's options for a Prism that listens at ``endpoint``, with this process as its worker."""
    return ["--runner=PortableRunner", f"--job_endpoint={endpoint}", "--environment_type=LOOPBACK"]


class Job:
    """One submitted pipeline.

    Args:
      settings: What it is told; it gets a run id of its own.
      options: Beam's options.
    """

    def __init__(self, settings: RunSettings, options: Sequence[str]) -> None:
        self.settings = dataclasses.replace(settings, run_id=uuid.uuid4().hex)
        self._options = [_WATCH, *options, "--streaming", f"--job_name={settings.name}"]
        self._lives_here = "--environment_type=LOOPBACK" in options
        self._result: Any = None
        self._ended = threading.Event()
        self._error: str | None = None

    def start(self) -> None:
        """Takes the lease of the topics and submits the job; returns when the runner has taken it.

        Raises:
          LeaseHeld: Another pipeline writes these topics.
          KafkaUnavailable: Kafka does not answer.
        """
        worker.of(self.settings).lease.claim(self._lives_here)
        pipeline = beam.Pipeline(options=PipelineOptions(self._options))
        graph.build(pipeline, self.settings)
        self._result = pipeline.run()
        threading.Thread(target=self._watch, name="beatwire-job", daemon=True).start()

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
        return worker.fault(self.settings.run_id)

    def stop(self) -> None:
        """Cancels the job and ends what this process holds for it."""
        if self._result is not None and not self._ended.is_set():
            canceller = threading.Thread(target=self._cancel, daemon=True)
            canceller.start()
            canceller.join(CANCEL_WITHIN)
        worker.drop(self.settings.run_id)

    def _cancel(self) -> None:
        try:
            self._result.cancel()
        except Exception:  # a runner that is gone has nothing left to cancel
            return

    def _watch(self) -> None:
        try:
            self._result.wait_until_finish()
            self._error = "the job ended by itself"
        except Exception as error:
            self._error = last_line(str(error)) or type(error).__name__
        finally:
            self._ended.set()


def last_line(text: str) -> str:
    """The last line of a traceback or message that says something: the error itself."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if "Error" in line or "error" in line]
    return (told or lines or [""])[-1][:500]
