"""The bounded form: every feed polled once, what is unfinished taken up again, published, done."""

import dataclasses
import threading
import uuid

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from connectors import worker
from connectors.run import RunSettings
from connectors.steps.bounded import FetchOnce, PollOnce
from connectors.steps.deduplicate import Deduplicate
from connectors.steps.publish import Publish, WriteOutcomes
from connectors.steps.sweep import Sweep
from transforms.reading import Extract, Tag
from transforms.tracebacks import error_in

LOOK = 0.1  # seconds between two looks for the wish to end


def build(pipeline: beam.Pipeline, settings: RunSettings) -> beam.PCollection:
    """Adds the bounded graph: the steps of `pipelines.graph`, those that wait replaced by their bounded form."""
    beats = pipeline | "Beats" >> beam.Create([(shard, 0) for shard in range(settings.shards)], reshuffle=False)
    swept = beats | "Sweep" >> Sweep(settings)
    found = pipeline | "PollFeeds" >> PollOnce(settings)
    finds, ended = (found, swept) | "Finds" >> beam.Flatten() | "Deduplicate" >> Deduplicate(settings)
    published = (
        finds
        | "FetchPages" >> FetchOnce(settings)
        | "Extract" >> Extract()
        | "Tag" >> Tag()
        | "Publish" >> Publish(settings)
    )
    written = ended | "WriteOutcomes" >> WriteOutcomes(settings)
    return (published, written) | "Outcomes" >> beam.Flatten()


def run_once(settings: RunSettings, stop: threading.Event | None = None) -> dict[str, int]:
    """Runs it on the in-process runner.

    Args:
      settings: What it is told; it gets a run id of its own.
      stop: Set when the end is wanted: no further request begins, and what has no outcome is left to the next run.

    Returns:
      How many finds ended in each outcome.

    Raises:
      LeaseHeld: Another pipeline writes these topics.
    """
    settings = dataclasses.replace(settings, run_id=uuid.uuid4().hex)
    shared, over = worker.of(settings), threading.Event()
    if stop is not None:
        threading.Thread(target=_pass_on, args=(stop, over, shared.draining), daemon=True).start()
    try:
        shared.lease.claim(lives_here=True)
        # By name: Beam's DirectRunner would look for Prism first.
        pipeline = beam.Pipeline(options=PipelineOptions(["--runner=FnApiRunner"]))
        build(pipeline, settings)
        result = pipeline.run()
        result.wait_until_finish()
        counters = result.metrics().query()["counters"]
    except Exception as error:
        raise shared.fault or error_in(str(error)) or error from error
    finally:
        over.set()
        worker.drop(settings.run_id)
    prefix = "outcome_"
    return {
        one.key.metric.name.removeprefix(prefix): one.committed or one.attempted
        for one in counters
        if one.key.metric.name.startswith(prefix)
    }


def _pass_on(stop: threading.Event, over: threading.Event, draining: threading.Event) -> None:
    """Hands the wish to end to the worker, as long as the run lasts."""
    while not over.wait(LOOK):
        if stop.is_set():
            draining.set()
            return
