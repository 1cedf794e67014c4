"""Whether a bundle waits for what it has just asked for."""

import pytest

from connectors.glances import AGAIN, LATEST, PLACES, Glances


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


def tried(glances, brought, times):
    """How many of these glances waited."""
    waits = []

    def wait():
        waits.append(1)
        return brought

    for _ in range(times):
        glances.glance(wait)
    return len(waits)


def test_what_a_glance_brings_is_told(glances):
    assert (True, False) == (glances.glance(lambda: True), glances.glance(lambda: False))


def test_while_glances_pay_each_bundle_waits(glances):
    assert 100 == tried(glances, True, 100)


def test_glances_in_vain_end_soon(glances):
    assert tried(glances, False, 1_000) <= LATEST


def test_while_they_do_not_pay_one_is_tried_now_and_then(glances, clock):
    tried(glances, False, 100)
    assert 1 >= tried(glances, False, 100)
    clock.now += AGAIN
    assert 1 == tried(glances, False, 100)


def test_they_begin_again_when_sites_answer_at_once_again(glances, clock):
    tried(glances, False, 100)
    for _ in range(2 * LATEST):
        clock.now += AGAIN
        tried(glances, True, 1)
    assert 50 == tried(glances, True, 50)


def test_one_slow_site_among_quick_ones_ends_no_glance(glances):
    for _ in range(50):
        assert (3, 1) == (tried(glances, True, 3), tried(glances, False, 1))


def test_only_so_many_wait_at_a_time(glances):
    waits = []

    def wait():
        waits.append(1)
        glances.glance(wait)
        return True

    glances.glance(wait)
    assert PLACES == len(waits)


def test_a_glance_that_fails_gives_its_place_back(glances):
    def fail():
        raise ValueError("no")

    for _ in range(PLACES):
        with pytest.raises(ValueError, match="no"):
            glances.glance(fail)
    assert glances.glance(lambda: True)
