"""Requests off the bundle."""

import asyncio
import threading
import time

import pytest

from connectors.background import Background


@pytest.fixture
def background():
    made = Background()
    yield made
    made.close()


@pytest.fixture
def brief():
    """One that gives results up soon."""
    made = Background(untaken=0.2)
    yield made
    made.close()


def until(true, seconds=10.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_two_requests_overlap(background):
    """Each waits for the other: one after the other they would never end."""
    barrier = threading.Barrier(2, timeout=30)

    async def meet():
        return await asyncio.get_running_loop().run_in_executor(None, barrier.wait)

    for key in "ab":
        background.start(key, meet)
    background.wait("ab", 30)
    assert {0, 1} == {background.take(key).result() for key in "ab"}


def test_a_key_runs_once_until_it_is_taken(background):
    calls = []

    async def call():
        calls.append(1)

    background.start("a", call)
    background.wait("a", 30)
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
    background.wait("a", 30)
    with pytest.raises(ValueError, match="no"):
        background.take("a").result()


def test_a_result_that_nobody_takes_is_given_up_after_a_while(brief):
    for key in "ab":
        brief.start(key, lambda: asyncio.sleep(0))
    until(lambda: not brief)
    assert (None, False) == (brief.take("a"), brief.has("a"))


def test_what_runs_is_not_given_up_however_long_it_takes(brief):
    release = threading.Event()
    brief.start("slow", lambda: asyncio.get_running_loop().run_in_executor(None, release.wait))
    brief.start("quick", lambda: asyncio.sleep(0))
    until(lambda: 1 == len(brief))
    assert brief.has("slow")
    release.set()
    until(lambda: not brief)


def test_a_key_that_was_taken_and_started_again_is_not_given_up_for_its_first_result(brief):
    release = threading.Event()
    brief.start("a", lambda: asyncio.sleep(0))
    brief.wait("a", 30)
    assert None is brief.take("a").result()
    brief.start("a", lambda: asyncio.get_running_loop().run_in_executor(None, release.wait))
    brief.start("later", lambda: asyncio.sleep(0))  # given up after the first result of "a" would be
    until(lambda: not brief.has("later"))
    assert brief.has("a")
    release.set()


def test_waiting_for_work_is_bounded_also_when_the_loop_is_stuck(background):
    release = threading.Event()

    async def hold_the_loop():
        release.wait()

    async def work():
        return 1

    background.start("stuck", hold_the_loop)
    with pytest.raises(TimeoutError):
        background.run(work, 0.05)
    release.set()
    assert 1 == background.run(work, 30)


def test_closing_is_bounded_while_the_loop_is_stuck():
    release, made = threading.Event(), Background()

    async def hold_the_loop():
        release.wait()

    made.start("stuck", hold_the_loop)
    closing = threading.Thread(target=made.close)
    closing.start()
    closing.join(30)
    assert not closing.is_alive()
    release.set()


def test_closing_tells_what_is_under_way():
    told, made = threading.Event(), Background()

    async def wait_for_ever():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.set()
            raise

    made.start("a", wait_for_ever)
    made.run(lambda: asyncio.sleep(0), 30)
    made.close()
    assert told.wait(30)


def test_what_is_dropped_is_cancelled_and_makes_room_for_the_key(background):
    cancelled = threading.Event()

    async def hang():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def done():
        return 1

    background.start("a", hang)
    background.wait("a", 0.05)
    background.drop("a")
    assert cancelled.wait(30)
    assert 0 == len(background)
    background.start("a", done)
    background.wait("a", 30)
    assert 1 == background.take("a").result()
    background.drop("a")  # nothing is there: nothing happens
