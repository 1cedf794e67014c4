"""Whose worker a DoFn gets."""

import asyncio
import time

import pytest
from hand_worker import HandWorker, settings_of_a_run

from connectors import worker
from connectors.background import Background
from transforms.errors import RunOver


@pytest.fixture
def settings():
    made = settings_of_a_run()
    yield made
    worker.drop(made.run_id)


def test_all_dofns_of_a_run_share_one_worker_and_runs_share_none(settings):
    other = settings_of_a_run()
    assert worker.of(settings) is worker.of(settings)
    assert worker.of(settings) is not worker.of(other)
    worker.drop(other.run_id)


def test_an_adopted_worker_is_the_one_that_is_given(settings):
    mine = HandWorker(settings)
    worker.adopt(settings.run_id, mine)
    assert mine is worker.of(settings)


def test_a_run_has_one_worker_only(settings):
    worker.of(settings)
    with pytest.raises(ValueError, match=settings.run_id):
        worker.adopt(settings.run_id, HandWorker(settings))


def test_a_bundle_that_outlives_its_run_opens_nothing_anew(settings):
    worker.of(settings)
    worker.drop(settings.run_id)
    with pytest.raises(RunOver):
        worker.of(settings)
    with pytest.raises(ValueError, match="is over"):
        worker.adopt(settings.run_id, HandWorker(settings))


def test_what_is_made_is_made_once_and_closed_with_the_run(settings):
    closed = []

    class Part:
        def close(self):
            closed.append(self)

    mine = HandWorker(settings)
    worker.adopt(settings.run_id, mine)
    part = mine._once("part", Part)
    assert part is mine._once("part", Part)
    worker.drop(settings.run_id)
    assert [part] == closed


def test_a_result_that_nobody_takes_does_not_keep_the_run_from_being_quiet(settings):
    mine = worker.of(settings)
    background = mine._once("background", lambda: Background(untaken=0.3))
    background.start("a", lambda: asyncio.sleep(0))
    assert mine.quiet < 0.01
    end = time.monotonic() + 10
    while mine.quiet < 0.05:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert 0 == len(background)
