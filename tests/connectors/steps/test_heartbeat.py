"""Heartbeat by hand, on Beam's own trackers."""

import pytest
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.runners.sdf_utils import RestrictionTrackerView, ThreadsafeRestrictionTracker

from connectors.steps.heartbeat import SECOND_BEAT, Heartbeat, _Beats, _Heart

BEATS = _Beats()


def beaten(restriction=None, shards=3, period=600.0):
    """One call of the source: what it emits, its watermark, and (what is left, seconds until it goes on)."""
    tracker = ThreadsafeRestrictionTracker(BEATS.create_tracker(restriction or BEATS.initial_restriction(0)))
    watermark = ManualWatermarkEstimator(None)
    heart = _Heart(shards, period)
    out = list(heart.process(0, RestrictionTrackerView(tracker), watermark))
    tracker.check_done()
    return out, watermark.current_watermark(), tracker.deferred_status()


def test_the_first_beat_comes_for_every_shard():
    out, _, _ = beaten()
    assert [(0, 0), (1, 0), (2, 0)] == [one.value for one in out]


def test_each_call_is_one_beat_and_leaves_the_next():
    _, _, (left, _) = beaten()
    out, _, (after, _) = beaten(left)
    assert ([(0, 1), (1, 1), (2, 1)], left.start + 1) == ([one.value for one in out], after.start)


def test_the_second_beat_comes_soon_and_the_others_each_period():
    _, _, (left, first) = beaten(period=600.0)
    _, _, (_, second) = beaten(left, period=600.0)
    assert SECOND_BEAT == pytest.approx(float(first.micros) / 1e6, abs=0.5)
    assert 600.0 == pytest.approx(float(second.micros) / 1e6, abs=0.5)


def test_the_watermark_follows_the_beats():
    out, watermark, _ = beaten()
    assert {watermark} == {one.timestamp for one in out}


def test_the_source_has_no_end_and_is_never_shared_out():
    tracker = BEATS.create_tracker(BEATS.initial_restriction(0))
    tracker.try_claim(0)
    assert (False, None) == (tracker.is_bounded(), tracker.try_split(0.5))
    assert 1 == len(list(BEATS.split(0, BEATS.initial_restriction(0))))


def test_a_restriction_that_has_been_given_away_beats_no_more():
    tracker = ThreadsafeRestrictionTracker(BEATS.create_tracker(BEATS.initial_restriction(0)))
    view = RestrictionTrackerView(tracker)
    tracker.try_split(0)
    assert [] == list(_Heart(3, 600.0).process(0, view, ManualWatermarkEstimator(None)))


@pytest.mark.parametrize(("shards", "period"), [(0, 600.0), (3, 0.0), (3, -1.0)])
def test_a_heart_that_cannot_beat_is_refused_with_its_values(shards, period):
    with pytest.raises(ValueError, match=f"{shards} and {period}"):
        Heartbeat(shards, period)
