"""What must hold on Flink: the same events as on the local runner, and nothing lost by a kill or by going back."""

import contextlib
import dataclasses
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from bench.flink import figures
from bench.flink.cluster import FlinkCluster
from bench.flink.launch import READY_WITHIN
from bench.flink.ledger import Ledger, differences, otherwise_tagged
from bench.flink.trial import StageClock, Trial, await_running, on_flink, on_prism
from bench.progress import say
from connectors.demo.generate import generate
from connectors.demo.material import Edition, shipped
from connectors.demo.site import DemoSite
from connectors.flink import Checkpoint, Flink
from connectors.kafka.settings import KafkaSettings
from transforms.tag.rules.own import Own, Term, pack
from transforms.tag.ruleset import RuleSet

PARTITIONS = 4  # of each topic: a trial is small
COUNT, PER_SECOND, SEED = 160, 4.0, 7  # articles of the trials in which something dies
WINDOW = 20  # entries that a feed shows: some 15 s of news
OWN = RuleSet(own=pack(Own(terms=(Term(id="watched", name="Harbour Parcel"),))))  # as from a user's beatwire.toml
_LOOK = 0.2  # seconds


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How a check went: its name, what is wrong (empty: nothing), and its figures."""

    name: str
    faults: list[str]
    figures: str

    def __str__(self) -> str:
        words = "; ".join(self.faults[:5]) + (f" and {len(self.faults) - 5} more" if len(self.faults) > 5 else "")
        return f"{'FAIL' if self.faults else 'pass'}  {self.name}: {self.figures}{f'; {words}' if words else ''}"


def _unedited() -> Edition:
    """The demo without its edits: which of an entry's forms a poll sees hangs on its moment, and two runs differ."""
    edition = shipped()
    stories = tuple(replace(story, edits=()) for story in edition.stories if not story.edits)
    return replace(edition, stories=stories)


def compare(kafka: KafkaSettings, cluster: FlinkCluster, folder: Path) -> list[Verdict]:
    """The demo on the local runner, then the same on Flink, with rules of a user's own: equal events and payloads."""
    clock = StageClock(time.time())
    with DemoSite(epoch=clock.epoch, now_fn=clock, edition=_unedited()) as site:
        say("compare: the demo on the local runner")
        first = Trial(dataclasses.replace(kafka, prefix="prism", partitions=PARTITIONS), site, OWN)
        with on_prism(first, folder) as job:
            clock.start()
            prism = first.until(job, first.all_ended, "outcome of every find")
        clock.reset()
        say("compare: the same demo on Flink")
        second = Trial(dataclasses.replace(kafka, prefix="flink", partitions=PARTITIONS), site, OWN)
        with on_flink(second, cluster) as (job, job_id):
            clock.start()
            flink = second.until(job, second.all_ended, "outcome of every find")
            checkpoints = _await_checkpoint(cluster.flink, job_id, 3)
        verdicts = [_verdict(name, trial) for name, trial in (("demo on prism", first), ("demo on flink", second))]
    equal = len({(one.article, one.event) for one in prism.said} & {(one.article, one.event) for one in flink.said})
    told = f"{equal} events with equal id and payload; Flink: {figures.sizes(checkpoints)}"
    faults = [*differences(prism, flink), *otherwise_tagged(flink, OWN.rules().version)]
    return [*verdicts, Verdict("the same said on both", faults, told)]


def kill(kafka: KafkaSettings, cluster: FlinkCluster, _: Path) -> list[Verdict]:
    """`kill -9` of the worker process in the middle: the job comes back from its last checkpoint."""
    with _load() as (site, clock):
        trial = Trial(dataclasses.replace(kafka, prefix="kill", partitions=PARTITIONS), site)
        say("kill: the job, and half of the articles")
        with on_flink(trial, cluster) as (job, job_id):
            clock.start()
            trial.until(job, lambda ledger: len(ledger.said) >= COUNT // 2, "half of the articles")
            checkpoints = _await_checkpoint(cluster.flink, job_id, 1)
            clock.hold()
            before, restored = cluster.workers(), cluster.flink.restarts(job_id)
            if not before:
                raise RuntimeError("there is no worker process to kill")
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            killed = time.monotonic()
            unfinished = len(trial.reader.read().unfinished())
            say(f"kill: worker {before} killed, {unfinished} finds were unfinished")
            _until(lambda: cluster.flink.restarts(job_id) > restored, "restore of the job")
            await_running(cluster.flink, job_id, job)
            back = time.monotonic() - killed
            clock.start()
            trial.until(job, trial.all_ended, "outcome of every find")
            checkpoints = _merged(checkpoints, cluster.flink.checkpoints(job_id))
            after = cluster.workers()
        told = f"all tasks ran again {back:.1f} s after the kill, {unfinished} finds unfinished then"
        faults = [] if set(after).isdisjoint(before) else ["the worker that was killed still runs"]
        return [_verdict("worker killed", trial, f"{told}; {figures.sizes(checkpoints)}", faults)]


def restore(kafka: KafkaSettings, cluster: FlinkCluster, _: Path) -> list[Verdict]:
    """Back to an older checkpoint: what was said since is not said anew, and what was unfinished comes again."""
    with _load() as (site, clock):
        trial = Trial(dataclasses.replace(kafka, prefix="restore", partitions=PARTITIONS), site)
        say("restore: the job, and a third of the articles")
        with on_flink(trial, cluster) as (job, job_id):
            clock.start()
            trial.until(job, lambda ledger: len(ledger.said) >= COUNT // 3, "a third of the articles")
            old = [one for one in _await_checkpoint(cluster.flink, job_id, 1) if one.status == "COMPLETED"][-1]
            trial.until(job, lambda ledger: len(ledger.said) >= COUNT * 2 // 3, "two thirds of the articles")
            clock.hold()
            newest = max(one.number for one in cluster.flink.checkpoints(job_id) if one.status == "COMPLETED")
        left = trial.reader.read()
        unfinished, said, age = left.unfinished(), len(left.said), time.time() - old.began
        say(f"restore: cancelled with {len(unfinished)} finds unfinished; going back to checkpoint {old.number}")
        with on_flink(trial, cluster, old.path) as (job, job_id):
            clock.start()
            trial.until(job, trial.all_ended, "outcome of every find")
            restored = cluster.flink.restarts(job_id)
        told = (
            f"checkpoint {old.number} of {newest}, {age:.0f} s old; cancelled after {said} events with "
            f"{len(unfinished)} finds unfinished"
        )
        return [_verdict("older checkpoint", trial, told, [] if restored else ["Flink restored nothing"])]


@contextlib.contextmanager
def _load() -> Iterator[tuple[DemoSite, StageClock]]:
    """A site with made-up articles at a steady rate; what rolled off its feeds can only come back from `finds`."""
    clock = StageClock(time.time())
    edition = replace(shipped(), stories=tuple(generate(COUNT, PER_SECOND, SEED)), window=WINDOW)
    with DemoSite(epoch=clock.epoch, edition=edition, now_fn=clock) as site:
        yield site, clock


def _verdict(name: str, trial: Trial, told: str = "", faults: Sequence[str] = ()) -> Verdict:
    """What the topics say of a trial that is over."""
    ledger = trial.reader.read()
    trial.reader.close()
    found = [*faults, *ledger.faults(), *unexpected(trial.site, ledger)]
    if not trial.all_ended(ledger):
        found.append(f"{len(ledger.unfinished())} finds without outcome")
    parts = (told, figures.counts(ledger), figures.delays(ledger))
    return Verdict(name, found, "; ".join(filter(None, parts)))


def unexpected(site: DemoSite, ledger: Ledger) -> list[str]:
    """Finds that ended otherwise than the site expects, in words."""
    expected = {key: one.outcome for key, one in site.expected().items()}
    return [
        f"{link} ended as {ledger.links.get((feed, link), 'nothing')}, not {outcome}"
        for (feed, link), outcome in expected.items()
        if ledger.links.get((feed, link)) != outcome
    ]


def _await_checkpoint(flink: Flink, job_id: str, number: int) -> list[Checkpoint]:
    """The job's checkpoints, once one of that number or a later one is complete."""
    _until(
        lambda: any(one.status == "COMPLETED" and one.number >= number for one in flink.checkpoints(job_id)),
        f"checkpoint {number}",
    )
    return flink.checkpoints(job_id)


def _until(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not happened():
        if time.monotonic() > deadline:
            raise RuntimeError(f"no {what} within {READY_WITHIN:.0f} s")
        time.sleep(_LOOK)


def _merged(first: Sequence[Checkpoint], then: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Two looks at the checkpoints of a job: Flink remembers ten."""
    return sorted({one.number: one for one in (*first, *then)}.values())
