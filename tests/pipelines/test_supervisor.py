"""A failed job is started again and says why; a broken configuration ends the whole."""

import pytest

from pipelines.live import last_line
from pipelines.supervisor import FIRST_PAUSE, LONGEST_PAUSE, MANY, REMIND, STEADY, Faults, supervise
from transforms.errors import KafkaMisconfigured, KafkaUnavailable


class FakeJob:
    """Ends at once with an error; ``seconds`` pass meanwhile on the clock."""

    def __init__(self, world, error="boom", seconds=1.0, fault=None):
        self.world, self.error, self.seconds, self.fault = world, error, seconds, fault

    def start(self):
        self.world.started += 1

    def wait(self, _):
        self.world.now += self.seconds
        return True

    def drain(self, seconds):
        self.world.drained.append(seconds)

    def stop(self):
        self.world.stopped += 1


class World:
    """A clock, and the end after so many pauses."""

    def __init__(self, pauses):
        self.drained = []
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

    assert ["the pipeline failed: away; starting it again in 1 s"] == supervised(world, make)
    assert [1.0, 2.0] == world.pauses


def test_what_no_retry_heals_ends_the_whole_also_when_a_step_of_the_job_raised_it():
    world = World(9)
    with pytest.raises(KafkaMisconfigured, match="no right"):
        supervised(world, lambda: FakeJob(world, fault=KafkaMisconfigured("no right")))
    assert (1, []) == (world.stopped, world.pauses)


def test_a_passing_fault_of_a_step_is_tried_again():
    world = World(1)
    said = supervised(world, lambda: FakeJob(world, error="a line", fault=KafkaUnavailable("away")))
    assert ["the pipeline failed: away; starting it again in 1 s"] == said


def test_a_job_that_is_told_to_stop_is_drained_before_it_is_stopped():
    class Endless(FakeJob):
        def wait(self, _):
            self.world.left = 0
            return False

    world = World(9)
    said = supervised(world, lambda: Endless(world))
    assert (1, 1) == (len(world.drained), world.stopped)
    assert "stopping: what is under way is finished first; a second signal ends it at once" == said[-1]


def test_a_job_that_fails_at_once_again_and_again_has_the_longest_pause_and_that_is_said():
    world = World(MANY + 5)
    said = supervised(world, lambda: FakeJob(world))
    assert [LONGEST_PAUSE] * 6 == world.pauses[MANY - 1 :]
    assert 2 == len(said)
    assert said[1].startswith("the pipeline failed 10 times in a row within seconds of its start, now because of: boom")


def test_the_same_fault_is_said_once_and_then_now_and_then_with_a_count():
    faults, said = Faults(), []
    for number in range(40):
        now = number * 60.0
        said.append(faults.after(f"broker at port {9000 + number} is away", 20.0, now)[1])
    told = {number: line for number, line in enumerate(said) if line}
    assert [0, 10, 20, 30] == list(told)
    assert REMIND == 10 * 60.0
    assert "failed 31 times in a row for the same cause: broker at port 9030 is away" in told[30]


def test_another_fault_is_said():
    faults = Faults()
    assert all(faults.after(why, 20.0, 0.0)[1] for why in ("one", "another", "one"))


def test_a_job_that_runs_steadily_after_several_failures_says_so():
    world = World(9)
    lives = iter([20.0, 20.0, 20.0])

    class Recovering(FakeJob):
        def wait(self, _):
            self.world.now += next(lives, STEADY + 1)
            self.world.left = 0 if self.world.now > 2 * STEADY else 9
            return self.world.started <= 3

    said = supervised(world, lambda: Recovering(world))
    assert "the pipeline is steady again, after 3 failures" in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Traceback:\n  File x\nValueError: no such feed\n", "ValueError: no such feed"),
        (
            "job failed, error: worker gone\ngoroutine 7:\n\t/a/errgroup/errgroup.go:78 +0x95\n",
            "job failed, error: worker gone",
        ),
        ("the runner is gone", "the runner is gone"),
        ("", ""),
    ],
)
def test_of_a_long_text_the_line_is_told_that_says_what_happened(text, told):
    assert told == last_line(text)
