"""Memory of processes, and how it rises."""

import asyncio
import os

import pytest

from bench.resident import Sample, Watch, readers, resident, slope, slopes
from connectors.reading.pool import Readers, ReadLimits


def test_this_process_has_memory_and_none_that_is_not_there():
    assert resident(os.getpid()) > 1024 * 1024
    assert None is resident(2**22 + 1)
    assert None is resident(None)


def test_readers_are_found_where_they_are():
    made = Readers(ReadLimits(count=1))
    pid = asyncio.run(made.call("paper.example", os.getpid))
    assert pid in readers().values()
    made.close()


@pytest.mark.parametrize(
    ("points", "expected"),
    [([], 0.0), ([(1, 5)], 0.0), ([(1, 5), (1, 9)], 0.0), ([(0, 1), (1, 3), (2, 5)], 2.0), ([(0, 4), (10, 4)], 0.0)],
)
def test_a_slope_is_that_of_the_line_nearest_to_all(points, expected):
    assert expected == pytest.approx(slope(points))


def test_slopes_are_by_process_and_only_over_what_is_asked_for():
    samples = [Sample(at, {"steady": 100, "rising": at * 3} if at < 8 else {"steady": 10**6}) for at in range(10)]
    assert {"steady": 0.0, "rising": pytest.approx(3.0)} == slopes(samples, 1, 7)


def test_a_watch_looks_at_once_and_leaves_out_what_is_not_there():
    with Watch(lambda: {"me": os.getpid(), "gone": None}, lambda: 7.0, every=0.01) as watch:
        pass
    assert (7.0, ["me"]) == (watch.samples[0].at, list(watch.samples[0].bytes))
