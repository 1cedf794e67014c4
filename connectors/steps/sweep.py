"""Sweep: brings back every find that has no outcome, from the topics alone.

    (shard, beat) -> (item id, find) for the finds of the partitions that belong to the shard

At the first beat all unfinished finds come back, later those that are older than they should be. Deduplicate lets one
through only if its own state does not know it: after a lost state, or a restore from an old checkpoint, unfinished work
comes again, and work in flight does not.
"""

import time
from collections.abc import Callable, Iterator

import apache_beam as beam
from msgspec.structs import replace

from connectors import worker
from connectors.run import RunSettings
from transforms.records import Find


def partitions_of(shard: int, shards: int, partitions: int) -> range:
    """The partitions of `finds` that a shard sweeps: each belongs to exactly one."""
    return range(shard, partitions, shards)


class _Sweep(beam.DoFn):  # type: ignore[misc]
    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn
        self.swept = beam.metrics.Metrics.counter("beatwire", "finds_swept")

    def process(self, beat: tuple[int, int]) -> Iterator[tuple[str, Find]]:
        shard, number = beat
        older_than = 0.0 if number == 0 else self.settings.sweep_after
        shared = worker.of(self.settings)
        for partition in partitions_of(shard, self.settings.shards, self.settings.kafka.partitions):
            for find in shared.unfinished(partition).sweep(self.now_fn(), older_than):
                self.swept.inc()
                yield find.item_id, replace(find, swept=True)


class Sweep(beam.PTransform):  # type: ignore[misc]
    """``PCollection[(shard, beat)]`` to ``PCollection[(item id, Find)]``: the unfinished finds, marked as swept."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, beats: beam.PCollection) -> beam.PCollection:
        return beats | "Unfinished" >> beam.ParDo(_Sweep(self.settings)).with_output_types(tuple[str, Find])
