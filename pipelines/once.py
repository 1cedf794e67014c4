"""The bounded form: every feed polled once, what is unfinished taken up again, published, done.

    build:       PollFeeds, Sweep -> Deduplicate -> pages to ask for; outcomes of what ends there
    build_piece: pages that have come -> Extract -> Tag -> Publish            again and again, until none is left

The in-process runner ends each stage for all elements before it begins the next. One graph for all would publish when
the last page has come, and a kill in the middle would lose the whole round; so its second half runs in pieces.
"""

import collections
import dataclasses
import logging
import math
import threading
import time
import uuid
from collections.abc import Callable

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from connectors import worker
from connectors.run import RunSettings
from connectors.steps.bounded import FetchOnce, Gather, PollOnce, ask_for_pages
from connectors.steps.deduplicate import Deduplicate
from connectors.steps.publish import Publish, WriteOutcomes
from connectors.steps.sweep import Sweep
from transforms.reading import Extract, Tag
from transforms.tracebacks import error_in

LOOK = 0.1  # seconds between two looks for the wish to end
_OUTCOME = "outcome_"  # before the names of counters

_log = logging.getLogger(__name__)


def build(pipeline: beam.Pipeline, settings: RunSettings) -> beam.PCollection:
    """Adds what finds out what there is to do: the steps of `pipelines.graph`, up to the pages."""
    beats = pipeline | "Beats" >> beam.Create([(shard, 0) for shard in range(settings.shards)], reshuffle=False)
    swept = beats | "Sweep" >> Sweep(settings)
    found = pipeline | "PollFeeds" >> PollOnce(settings)
    finds, ended = (found, swept) | "Finds" >> beam.Flatten() | "Deduplicate" >> Deduplicate(settings)
    finds | "Gather" >> Gather(settings)
    return ended | "WriteOutcomes" >> WriteOutcomes(settings)


def build_piece(pipeline: beam.Pipeline, settings: RunSettings) -> beam.PCollection:
    """Adds what publishes the next piece: the steps of `pipelines.graph`, from the pages on."""
    return (
        pipeline
        | "FetchPages" >> FetchOnce(settings)
        | "Extract" >> Extract()
        | "Tag" >> Tag(settings.rules)
        | "Publish" >> Publish(settings)
    )


def run_once(
    settings: RunSettings, stop: threading.Event | None = None, within: float = math.inf
) -> collections.Counter[str]:
    """Runs it on the in-process runner.

    Args:
      settings: What it is told; it gets a run id of its own.
      stop: Set when the end is wanted: no further request begins, and what has no outcome is left to the next run.
      within: Seconds from now after which no further page is begun; those under way are finished and published.

    Returns:
      How many finds ended in each outcome.

    Raises:
      LeaseHeld: Another pipeline writes these topics.
    """
    until = time.monotonic() + within
    settings = dataclasses.replace(settings, run_id=uuid.uuid4().hex)
    shared, over = worker.of(settings), threading.Event()
    if stop is not None:
        threading.Thread(target=_pass_on, args=(stop, over, shared.draining), daemon=True).start()
    try:
        shared.lease.claim(lives_here=True)
        counts = _run(build, settings)
        ask_for_pages(settings, until)
        while shared.round.more:
            counts += _run(build_piece, settings)
        if shared.round.left and time.monotonic() >= until:
            _log.warning("the time is over: %d pages are left to the next run", shared.round.left)
    except Exception as error:
        raise shared.fault or error_in(str(error)) or error from error
    finally:
        over.set()
        worker.drop(settings.run_id)
    return counts


def _run(
    build: Callable[[beam.Pipeline, RunSettings], beam.PCollection], settings: RunSettings
) -> collections.Counter[str]:
    """Runs one graph to its end; how many finds ended in each outcome."""
    # By name: Beam's DirectRunner would look for Prism first.
    pipeline = beam.Pipeline(options=PipelineOptions(["--runner=FnApiRunner"]))
    build(pipeline, settings)
    result = pipeline.run()
    result.wait_until_finish()
    return collections.Counter(
        {
            one.key.metric.name.removeprefix(_OUTCOME): one.committed or one.attempted
            for one in result.metrics().query()["counters"]
            if one.key.metric.name.startswith(_OUTCOME)
        }
    )


def _pass_on(stop: threading.Event, over: threading.Event, draining: threading.Event) -> None:
    """Hands the wish to end to the worker, as long as the run lasts."""
    while not over.wait(LOOK):
        if stop.is_set():
            draining.set()
            return
