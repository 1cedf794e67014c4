"""The bounded form: every feed polled once, what is unfinished taken up again, published, done."""

import dataclasses
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


def run_once(settings: RunSettings) -> dict[str, int]:
    """Runs it on the in-process runner.

    Returns:
      How many finds ended in each outcome.

    Raises:
      LeaseHeld: Another pipeline writes these topics.
    """
    settings = dataclasses.replace(settings, run_id=uuid.uuid4().hex)
    try:
        worker.of(settings).lease.claim(lives_here=True)
        # By name: Beam's DirectRunner would look for Prism first.
        pipeline = beam.Pipeline(options=PipelineOptions(["--runner=FnApiRunner"]))
        build(pipeline, settings)
        result = pipeline.run()
        result.wait_until_finish()
        counters = result.metrics().query()["counters"]
    finally:
        worker.drop(settings.run_id)
    prefix = "outcome_"
    return {
        one.key.metric.name.removeprefix(prefix): one.committed or one.attempted
        for one in counters
        if one.key.metric.name.startswith(prefix)
    }
