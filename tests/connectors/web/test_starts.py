"""Whose turn it is among the feeds of a domain, for several shards."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from connectors.web.starts import Apart, Starts
from transforms.politeness import Manners, Turns, Wanted

NOW = 1_800_000_000.0
MANNERS = Manners(spacing=2.0, concurrency=1, per_host=1)


def wanted(*keys, domain="paper.example"):
    return {domain: [Wanted(key, f"www.{domain}", NOW) for key in keys]}


def asked(starts, due, now=NOW, turns=None):
    return starts.in_turn(due, {}, turns or Turns(), MANNERS, now)


def test_what_one_shard_starts_another_keeps_its_distance_from():
    starts = Starts()
    first, _ = asked(starts, wanted("a"))
    second, told = asked(starts, wanted("b"), NOW + 1.9)
    third, _ = asked(starts, wanted("b"), NOW + 2.0)
    assert (["a"], [], ["b"]) == (first, second, third)
    assert {"paper.example": NOW + 2.0} == told.next_starts


def test_other_domains_do_not_wait():
    starts = Starts()
    asked(starts, wanted("a"))
    assert ["b"] == asked(starts, wanted("b", domain="wire.example"))[0]


def test_what_a_shard_knows_itself_holds_where_it_is_later():
    turns = Turns(next_starts={"paper.example": NOW + 1.5})
    assert [] == asked(Starts(), wanted("a"), NOW + 1.0, turns)[0]


def test_a_start_under_a_clock_that_was_ahead_holds_nobody_up():
    starts = Starts()
    asked(starts, wanted("a"), NOW + 86_400.0)
    assert ["b"] == asked(starts, wanted("b"))[0]


def test_of_shards_that_ask_at_the_same_moment_one_starts():
    starts, together = Starts(), threading.Barrier(8)

    def shard(number):
        together.wait(10.0)
        return asked(starts, wanted(number))[0]

    with ThreadPoolExecutor(8) as shards:
        assert 1 == sum(len(started) for started in shards.map(shard, range(8)))


def begun(*requests):
    """When requests begin that come all at once, each with its gaps; seconds after the first."""

    async def one(gaps):
        await apart.wait(gaps, time.monotonic)
        return time.monotonic()

    async def every():
        return await asyncio.gather(*map(one, requests))

    apart = Apart()
    times = asyncio.run(every())
    return [at - times[0] for at in times]


def test_requests_that_come_together_begin_as_far_apart_as_they_were_chosen_to():
    _, second, third, other = begun({"a": 0.2}, {"a": 0.2}, {"a": 0.2}, {"b": 0.2})
    assert 0.19 <= second
    assert 0.39 <= third
    assert other < third


def test_the_larger_of_two_gaps_is_kept():
    assert 0.29 <= begun({"a": 0.1, "b": 0.3}, {"a": 0.1, "b": 0.3})[1]


def test_a_clock_that_is_set_back_holds_nothing_up_longer_than_a_gap():
    async def waits():
        await apart.wait({"a": 0.05}, lambda: NOW)
        await asyncio.wait_for(apart.wait({"a": 0.05}, lambda: NOW - 3600.0), 30)

    apart = Apart()
    asyncio.run(waits())
    assert {"a": NOW - 3600.0 + 0.05} == apart._begun
