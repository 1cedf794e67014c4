"""Heartbeat: a slow unbounded source that keeps the timers of PollFeeds alive.

    Impulse -> (shard, beat) for every shard: beat 0 at once, beat 1 after a second, then one each period

A stage that only timers feed is not scheduled by Prism and ends on Flink; a heartbeat in front of it cures both, at no
cost: the restriction is one counter, so checkpoints stay small whatever happens downstream. The second beat comes soon
because Prism schedules stateful stages by data alone only once it has seen a residual.

Event time: each beat carries the time at which it was made, and the watermark follows it. It says nothing of news;
nothing downstream may window by it.
"""

from collections.abc import Iterable

import apache_beam as beam
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

SECOND_BEAT = 1.0  # seconds


class _Tracker(OffsetRestrictionTracker):  # type: ignore[misc]  # Beam's base is untyped
    """Counts beats; there is no end, and nothing to share out."""

    def try_split(self, fraction_of_remainder: float) -> object:
        return super().try_split(fraction_of_remainder) if fraction_of_remainder == 0 else None

    def is_bounded(self) -> bool:
        return False


class _Beats(RestrictionProvider):  # type: ignore[misc]
    def initial_restriction(self, _: object) -> OffsetRange:
        return OffsetRange(0, 2**62)

    def create_tracker(self, restriction: OffsetRange) -> _Tracker:
        return _Tracker(restriction)

    def restriction_size(self, _: object, restriction: OffsetRange) -> int:  # noqa: ARG002
        return 1

    def split(self, _: object, restriction: OffsetRange) -> Iterable[OffsetRange]:
        yield restriction

    def truncate(self, _: object, restriction: OffsetRange) -> None:
        """A drain ends the heart."""


class _Heart(beam.DoFn):  # type: ignore[misc]
    def __init__(self, shards: int, period: float) -> None:
        self.shards, self.period = shards, period

    @beam.DoFn.unbounded_per_element()  # type: ignore[untyped-decorator]
    def process(
        self,
        _: object,
        tracker=beam.DoFn.RestrictionParam(_Beats()),
        watermark=beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider()),
    ):
        beat = tracker.current_restriction().start
        if not tracker.try_claim(beat):
            return
        now = Timestamp.now()
        for shard in range(self.shards):
            yield TimestampedValue((shard, beat), now)
        watermark.set_watermark(now)
        tracker.defer_remainder(Duration(SECOND_BEAT if beat == 0 else self.period))


class Heartbeat(beam.PTransform):  # type: ignore[misc]
    """Emits ``(shard, beat)`` for each shard, for ever.

    Args:
      shards: Number of keys.
      period: Seconds between two beats.
    """

    def __init__(self, shards: int, period: float) -> None:
        super().__init__()
        if shards < 1 or period <= 0:
            raise ValueError(f"shards must be at least 1 and period positive, got {shards} and {period}")
        self.shards, self.period = shards, period

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return (
            begin
            | "Once" >> beam.Create([0], reshuffle=False)
            | "Beat" >> beam.ParDo(_Heart(self.shards, self.period)).with_output_types(tuple[int, int])
        )
