"""Whether a bundle waits for what it has just asked for."""

import itertools

import pytest

from connectors.glances import AGAIN, HOSTS, LATEST, PLACES, Glances

SECONDS = 0.07


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def glances(clock):
    return Glances(clock)


def tried(glances, brought, times, hosts=None):
    """How many of these glances waited; each at a new host where none is given."""
    waits, new = [], itertools.count()

    def wait(seconds):
        waits.append(seconds)
        return brought

    for _ in range(times):
        glances.glance(hosts or {f"{next(new)}.example"}, SECONDS, wait)
    assert {SECONDS} >= set(waits)
    return len(waits)


def test_what_a_glance_brings_is_told(glances):
    got = [glances.glance({"a.example"}, SECONDS, lambda _, brought=brought: brought) for brought in (True, False)]
    assert [True, False] == got


def test_while_glances_at_new_hosts_pay_each_bundle_waits(glances):
    assert 100 == tried(glances, True, 100)


def test_glances_in_vain_end_soon(glances):
    assert tried(glances, False, 1_000) <= LATEST


def test_while_they_do_not_pay_one_is_tried_now_and_then(glances, clock):
    tried(glances, False, 100)
    assert tried(glances, False, 100) <= 1
    clock.now += AGAIN
    assert 1 == tried(glances, False, 100)


def test_they_begin_again_when_new_hosts_answer_at_once_again(glances, clock):
    tried(glances, False, 100)
    for _ in range(2 * LATEST):
        clock.now += AGAIN
        tried(glances, True, 1)
    assert 50 == tried(glances, True, 50)


def test_a_quick_host_is_waited_for_however_many_others_hang(glances):
    glances.answered("quick.example", 0.05)
    tried(glances, False, 100)
    assert 50 == tried(glances, True, 50, {"quick.example"})


def test_a_slow_host_is_not_waited_for_and_says_nothing_of_others(glances):
    glances.answered("slow.example", 0.2)
    assert 0 == tried(glances, False, 50, {"slow.example"})
    assert 50 == tried(glances, True, 50)


def test_a_quick_host_that_is_slow_now_and_then_is_waited_for(glances):
    for seconds in (0.05, 0.2, 0.2, 0.05, 0.2, 0.2, 0.2, 20.0):
        glances.answered("some.example", seconds)
    assert 1 == tried(glances, True, 1, {"some.example"})


def test_a_host_that_has_become_slow_is_waited_for_no_more_and_one_that_has_become_quick_again_is(glances):
    for seconds in (0.05, *[0.2] * 8):
        glances.answered("some.example", seconds)
    assert 0 == tried(glances, True, 1, {"some.example"})
    glances.answered("some.example", 0.05)
    assert 1 == tried(glances, True, 1, {"some.example"})


def test_one_quick_host_of_several_is_enough(glances):
    glances.answered("quick.example", 0.05)
    glances.answered("slow.example", 20.0)
    assert 1 == tried(glances, True, 1, {"quick.example", "slow.example"})


def test_hosts_are_forgotten_before_there_are_too_many(glances):
    for number in range(HOSTS + 5):
        glances.answered(f"{number}.example", 0.0)
    assert HOSTS == len(glances._quick)


def test_only_so_many_wait_at_a_time(glances):
    waits = []

    def wait(seconds):
        waits.append(1)
        glances.glance({"a.example"}, seconds, wait)
        return True

    glances.glance({"a.example"}, SECONDS, wait)
    assert PLACES == len(waits)


def test_a_glance_that_fails_gives_its_place_back(glances):
    def fail(_):
        raise ValueError("no")

    for _ in range(PLACES):
        with pytest.raises(ValueError, match="no"):
            glances.glance({"a.example"}, SECONDS, fail)
    assert glances.glance({"a.example"}, SECONDS, lambda _: True)
