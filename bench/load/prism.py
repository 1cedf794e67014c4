"""Steps that fetch pages, alone on the local runner: visits come at a rate, and what leaves is timed.

The worker is this process. Visits come in bundles, as many as are due at a beat.
"""

import functools
import math
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from bench.load.crawl import Crawl, summed
from bench.load.visits import Visit, finds
from bench.progress import say
from bench.state_on_prism import counted
from bench.waiting import Traffic
from connectors import worker
from connectors.embedded.prism import provide_prism
from connectors.embedded.runner import LocalRunner
from connectors.quiet import hush
from connectors.run import RunSettings
from connectors.steps.heartbeat import Heartbeat
from pipelines.live import local_options
from transforms.records import Fetched, Find

BEAT, STALLED = 0.5, 90.0  # seconds; STALLED: without a page after which it is given up
Step = Callable[[RunSettings], beam.PTransform]


class Ran(NamedTuple):
    """What came of a run: its times, pages without article, CPU seconds of worker and runner, bytes of state asked for.

    Attributes:
      lost: Visits that did not leave.
    """

    crawl: Crawl
    failed: int
    lost: int
    runner: float
    traffic: Traffic


class _Desk:
    """What the steps of a run share with the bench: what comes, when each came, and when it left."""

    def __init__(self, visits: Sequence[Visit], words: int) -> None:
        self.lock, self.began = threading.Lock(), math.inf
        self.coming = list(zip(visits, finds(visits, time.time(), words), strict=True))[::-1]
        self.came, self.left, self.failed = dict[str, float](), dict[str, float](), 0


_desks: dict[str, _Desk] = {}


def _come(_: tuple[int, int], run_id: str) -> Iterator[tuple[str, Find]]:
    desk, now = _desks[run_id], time.time()
    with desk.lock:
        desk.began = min(desk.began, now)
        while desk.coming and desk.began + desk.coming[-1][0].at <= now:
            visit, find = desk.coming.pop()
            desk.came[visit.url] = now
            yield visit.domain, find


def _note(fetched: Fetched, run_id: str) -> None:
    desk, now = _desks[run_id], time.time()
    if not fetched.provisional:
        with desk.lock:
            desk.left.setdefault(fetched.find.entry.link, now)
            desk.failed += fetched.article is None


def run(step: Step, settings: RunSettings, visits: Sequence[Visit], words: int = 0) -> Ran:
    """Has the visits go through a step.

    Args:
      step: Makes it: ``PCollection[(registered domain, Find)]`` to ``PCollection[Fetched]``.
      settings: Of a run of its own.
      visits: In the order in which they come.
      words: Characters that the find of each carries.
    """
    hush()
    desk, traffic = _desks.setdefault(settings.run_id, _Desk(visits, words)), Traffic()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="beatwire-bench-") as folder,
            LocalRunner(provide_prism(say), Path(folder) / "runner.log") as runner,
            counted(traffic),
        ):
            options = [*local_options(runner.endpoint), "--streaming", "--experiments=prism_disable_sdf_split"]
            pipeline = beam.Pipeline(options=PipelineOptions(options))
            _ = (
                pipeline
                | "Heartbeat" >> Heartbeat(1, BEAT)
                | "Come" >> beam.FlatMap(functools.partial(_come, run_id=settings.run_id))
                | "Typed" >> beam.Map(_same).with_output_types(tuple[str, Find])
                | "Step" >> step(settings)
                | "Note" >> beam.Map(functools.partial(_note, run_id=settings.run_id))
            )
            used = time.process_time()
            result = pipeline.run()
            _wait(desk, len(visits))
            traffic.cpu, spent = time.process_time() - used, cpu(runner.pid)
            result.cancel()
    finally:
        worker.drop(settings.run_id)
        del _desks[settings.run_id]
    took = {url: at - desk.came[url] for url, at in desk.left.items()}
    there = [visit._replace(at=desk.came[visit.url] - desk.began) for visit in visits if visit.url in took]
    return Ran(summed(there, took, traffic.cpu), desk.failed, len(visits) - len(took), spent, traffic)


def _wait(desk: _Desk, count: int) -> None:
    moved, before = time.monotonic(), 0
    while len(desk.left) < count and time.monotonic() - moved < STALLED:
        time.sleep(0.2)
        moved, before = (time.monotonic(), len(desk.left)) if len(desk.left) > before else (moved, before)


def cpu(pid: int | None) -> float:
    """Seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _same(element: tuple[str, Find]) -> tuple[str, Find]:
    return element
