"""One run of the pipeline over a demo site, on the local runner or on Flink, watched through its topics."""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.flink import launch
from bench.flink.cluster import FlinkCluster
from bench.flink.ledger import Ledger, Reader
from bench.progress import say
from connectors.demo.settings import local_run
from connectors.demo.site import DemoSite
from connectors.embedded.prism import provide_prism
from connectors.embedded.runner import LocalRunner
from connectors.flink import Flink
from connectors.kafka import topics
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from pipelines.cli.version import version
from pipelines.live import Job, local_options
from transforms.tag.ruleset import SHIPPED, RuleSet

CHECKPOINT = 3.0  # seconds between two checkpoints
PATIENCE = 60.0  # seconds to wait for Kafka on Flink, which starts again from a checkpoint
DEADLINE = 240.0  # seconds for a run; some 60 when the machine is quiet
_PAUSE = 0.3  # seconds between two looks at the topics


class StageClock:
    """A demo site's clock that stands until the pipeline is there, and whenever it is held.

    Links carry the port and the epoch of their site, and ids follow from links: so two runs over one site, of which the
    clock is set back between them, must say the same. And what a feed shows does not roll over while a job is down.
    """

    def __init__(self, epoch: float) -> None:
        self.epoch = epoch
        self._shown, self._since = 0.0, 0.0  # seconds of programme before the clock last started; when that was

    def __call__(self) -> float:
        going = time.time() - self._since if self._since else 0.0
        return self.epoch - 1 + self._shown + going

    def start(self) -> None:
        """Lets it run from where it stands."""
        self._since = time.time()

    def hold(self) -> None:
        """Stops it."""
        self._shown, self._since = self() - self.epoch + 1, 0.0

    def reset(self) -> None:
        """Sets it back to just before the epoch, standing."""
        self._shown, self._since = 0.0, 0.0


@dataclasses.dataclass
class Trial:
    """Topics of their own, and what reads them.

    Args:
      kafka: Where they are, with a prefix of the trial's own.
      site: What is polled.
      rules: What articles are tagged by.
    """

    kafka: KafkaSettings
    site: DemoSite
    rules: RuleSet = SHIPPED

    def __post_init__(self) -> None:
        topics.create(self.kafka)
        self.reader = Reader(self.kafka)

    def settings(self, patience: float | None) -> RunSettings:
        """What the pipeline is told: as in the demo, but sweeping soon, since a trial is short."""
        return dataclasses.replace(
            local_run(self.kafka, self.site.feeds(), self.kafka.prefix, version()),
            heartbeat=10.0,
            tries=2,
            retry_first=0.3,
            gone_after=5.0,
            sweep_after=20.0,
            patience=patience,
            rules=self.rules,
        )

    def until(self, job: Job, enough: Callable[[Ledger], bool], what: str) -> Ledger:
        """Reads on until the ledger is as wanted.

        Raises:
          RuntimeError: The job ended, or the time is over.
        """
        deadline = time.monotonic() + DEADLINE
        while not enough(ledger := self.reader.read()):
            if job.wait(_PAUSE):
                raise RuntimeError(f"the job ended while waiting for {what}: {job.error}")
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"no {what} within {DEADLINE:.0f} s; {len(ledger.unfinished())} finds are unfinished"
                )
        return ledger

    def all_ended(self, ledger: Ledger) -> bool:
        """True when every item that the site shows has its outcome, and so has every find."""
        return set(self.site.expected()) <= set(ledger.links) and not ledger.unfinished()


@contextlib.contextmanager
def on_prism(trial: Trial, folder: Path) -> Iterator[Job]:
    """The pipeline on the local runner."""
    with LocalRunner(provide_prism(say), folder / "runner.log") as runner:
        job = Job(trial.settings(None), local_options(runner.endpoint))
        try:
            job.start()
            yield job
        finally:
            job.stop()


@contextlib.contextmanager
def on_flink(trial: Trial, cluster: FlinkCluster, savepoint: str | None = None) -> Iterator[tuple[Job, str]]:
    """The pipeline on Flink, once all its tasks run, with Flink's id of the job.

    Args:
      trial: What to run.
      cluster: Where.
      savepoint: Path of a checkpoint or savepoint to start from.
    """
    job = Job(trial.settings(PATIENCE), launch.beam_options(cluster.ports, CHECKPOINT, savepoint), cluster.flink)
    began = time.monotonic()
    try:
        job.start()
        found = cluster.flink.require(job.name, launch.READY_WITHIN)
        await_running(cluster.flink, found.id, job)
        say(f"  the job's tasks run after {time.monotonic() - began:.0f} s")
        yield job, found.id
    finally:
        job.stop()


def await_running(flink: Flink, job_id: str, job: Job) -> None:
    """Waits until all tasks of a job run.

    Raises:
      RuntimeError: The job ended, or the time is over; names the state of the tasks.
    """
    deadline = time.monotonic() + launch.READY_WITHIN
    while set(tasks := flink.tasks(job_id)) != {"RUNNING"}:
        if job.wait(_PAUSE):
            raise RuntimeError(f"the job ended at its start: {job.error or flink.failure(job_id)}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"the job does not start: its tasks are {tasks}")
