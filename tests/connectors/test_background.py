"""Requests off the bundle."""

import asyncio
import threading

import pytest

from connectors.background import Background


@pytest.fixture
def background():
    made = Background()
    yield made
    made.close()


def test_two_requests_overlap(background):
    """Each waits for the other: one after the other they would never end."""
    barrier = threading.Barrier(2, timeout=5)

    async def meet():
        return await asyncio.get_running_loop().run_in_executor(None, barrier.wait)

    for key in "ab":
        background.start(key, meet)
    background.wait("ab", 5)
    assert {0, 1} == {background.take(key).result() for key in "ab"}


def test_a_key_runs_once_until_it_is_taken(background):
    calls = []

    async def call():
        calls.append(1)

    background.start("a", call)
    background.wait("a", 5)
    background.start("a", call)
    assert background.has("a")
    assert None is background.take("a").result()
    assert (None, False, 1) == (background.take("a"), background.has("a"), len(calls))


def test_what_runs_cannot_be_taken_and_waiting_is_bounded(background):
    release = threading.Event()

    async def hang():
        await asyncio.get_running_loop().run_in_executor(None, release.wait)

    background.start("a", hang)
    background.wait("a", 0.01)
    assert None is background.take("a")
    release.set()


def test_an_error_comes_out_where_it_is_taken(background):
    async def fail():
        raise ValueError("no")

    background.start("a", fail)
    background.wait("a", 5)
    with pytest.raises(ValueError, match="no"):
        background.take("a").result()
