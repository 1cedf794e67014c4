"""A failed job is started again and says why; a broken configuration ends the whole."""

import pytest

from pipelines.supervisor import FIRST_PAUSE, LONGEST_PAUSE, STEADY, supervise
from transforms.errors import KafkaMisconfigured, KafkaUnavailable


class FakeJob:
    """Ends at once with an error; ``seconds`` pass meanwhile on the clock."""

    def __init__(self, world, error="boom", seconds=1.0):
        self.world, self.error, self.seconds = world, error, seconds

    def start(self):
        self.world.started += 1

    def wait(self, _):
        self.world.now += self.seconds
        return True

    def stop(self):
        self.world.stopped += 1


class World:
    """A clock, and the end after so many pauses."""

    def __init__(self, pauses):
        self.now, self.started, self.stopped, self.left, self.pauses = 0.0, 0, 0, pauses, []

    def stopping(self, seconds):
        if seconds:
            self.pauses.append(seconds)
        return len(self.pauses) >= self.left


def supervised(world, make):
    said = []
    supervise(make, world.stopping, lambda: world.now, said.append)
    return said


def test_a_failed_job_is_started_again_and_says_why():
    world = World(3)
    said = supervised(world, lambda: FakeJob(world))
    assert (3, 3, [1.0, 2.0, 4.0]) == (world.started, world.stopped, world.pauses)
    assert "the pipeline failed: boom; starting it again in 1 s" == said[0]


def test_pauses_grow_to_a_longest():
    world = World(12)
    supervised(world, lambda: FakeJob(world))
    assert LONGEST_PAUSE == max(world.pauses) == world.pauses[-1]


def test_a_job_that_ran_long_begins_with_the_first_pause_again():
    world = World(3)
    supervised(world, lambda: FakeJob(world, seconds=STEADY + 1))
    assert [FIRST_PAUSE] * 3 == world.pauses


def test_what_no_retry_heals_ends_the_whole():
    world = World(9)

    def make():
        raise KafkaMisconfigured("topic x is missing")

    with pytest.raises(KafkaMisconfigured, match="topic x is missing"):
        supervised(world, make)
    assert [] == world.pauses


def test_a_passing_fault_is_tried_again():
    world = World(2)

    def make():
        raise KafkaUnavailable("away")

    assert 2 == len(supervised(world, make))
