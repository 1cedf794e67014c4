"""Deadlines: each request ends in its time, by one timer for all."""

import asyncio
import functools
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from connectors.web.deadlines import Deadline, Deadlines


def on_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    @functools.wraps(test)
    def run() -> None:
        asyncio.run(test())

    return run


async def _sleep(deadlines: Deadlines, seconds: float) -> Deadline:
    with deadlines.begin() as deadline:
        await asyncio.sleep(seconds)
    return deadline


@on_a_loop
async def test_what_takes_too_long_ends_as_a_time_out() -> None:
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        await _sleep(Deadlines(0.1), 10.0)

    assert 0.1 <= time.monotonic() - began < 5.0


@on_a_loop
async def test_what_ends_in_time_is_left_alone_afterwards() -> None:
    deadlines = Deadlines(0.1)

    deadline = await _sleep(deadlines, 0.0)
    await asyncio.sleep(0.3)

    assert not deadline.expired


@on_a_loop
async def test_each_has_its_own_time_from_its_own_begin() -> None:
    deadlines = Deadlines(0.4)
    first = asyncio.create_task(_sleep(deadlines, 10.0))
    await asyncio.sleep(0.2)
    second, third = asyncio.create_task(_sleep(deadlines, 10.0)), asyncio.create_task(_sleep(deadlines, 0.3))

    with pytest.raises(TimeoutError):
        await first
    assert not second.done()

    assert not (await third).expired
    with pytest.raises(TimeoutError):
        await second


@on_a_loop
async def test_who_is_cancelled_by_others_is_cancelled_and_not_late() -> None:
    task = asyncio.create_task(_sleep(Deadlines(5.0), 10.0))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@on_a_loop
async def test_a_request_that_fails_at_its_end_keeps_its_own_error() -> None:
    async def fail() -> None:
        with Deadlines(0.05).begin():
            try:
                await asyncio.sleep(5.0)
            except asyncio.CancelledError:
                raise LookupError from None

    with pytest.raises(LookupError):
        await fail()
    assert not asyncio.current_task().cancelling()  # type: ignore[union-attr]


@on_a_loop
async def test_what_is_over_is_not_kept() -> None:
    deadlines = Deadlines(60.0)
    for _ in range(100):
        await _sleep(deadlines, 0.0)

    assert len(deadlines._begun) <= 1
