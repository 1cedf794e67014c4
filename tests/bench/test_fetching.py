"""The judgements of the benches of fetching and reading, without their runs."""

import dataclasses

import pytest

from bench import fetching, reading
from bench.load import articles
from bench.load.crawl import Both, Crawl, summed
from bench.load.readers import Hung, Pool, Turn
from bench.load.site import Site
from bench.load.visits import SLOW, Visit, drawn, each, finds

BARE = Crawl((0.2, 0.2, 0.3), (20.0,), 10.0, 0.1)
FETCHED = Both((Crawl((0.3, 0.4, 0.5), (20.5,), 11.0, 0.3),), (BARE,), 0)
POOL = Pool(2, (0.05, 0.06), (0.051, 0.061), (0.001, 0.001), (Turn(2.0, 1.1, 1.0, 0.0),) * 4)
HUNG = Hung((0.1,) * 9, (0.1,) * 8 + (0.9,), 5.2, "reading took more than 5 s")
SITE = Site(8000, 0, None, 0.0)


def test_a_run_as_it_should_be_has_no_faults():
    assert [] == fetching.faults(FETCHED) == reading.faults(POOL, HUNG)
    assert "1.82 times as fast" in reading.told("pages", POOL)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ours": (BARE._replace(there=15.0),)}, "0.67 of the gather's pages a second"),
        ({"ours": (BARE._replace(fast=(0.2, 0.3, 1.4)),)}, "1.1 s later than the gather's"),
        ({"failed": 2}, "2 pages came to no article"),
    ],
)
def test_what_misses_a_bar_of_fetching_is_a_fault(change, words):
    (fault,) = fetching.faults(dataclasses.replace(FETCHED, **change))
    assert words in fault


@pytest.mark.parametrize(
    ("pool", "hung", "words"),
    [
        ({"turns": (Turn(2.0, 1.5, 1.0, 0.0),) * 4}, {}, "1.33 times as fast as one"),
        ({"there": (0.054, 0.064)}, {}, "costs 4.0 ms beside a call"),
        ({}, {"hung": 22.0}, "ended after 22 s"),
        ({}, {"beside": (1.2,) * 9}, "neighbours waited"),
    ],
)
def test_what_misses_a_bar_of_reading_is_a_fault(pool, hung, words):
    (fault,) = reading.faults(dataclasses.replace(POOL, **pool), dataclasses.replace(HUNG, **hung))
    assert words in fault


def test_readers_are_not_judged_while_others_use_the_processors():
    busy = dataclasses.replace(POOL, turns=(Turn(2.0, 2.0, 2.0, 1.5),) * 12)
    assert [] == reading.faults(busy, dataclasses.replace(HUNG, hung=30.0))
    assert "nothing is judged" in reading.told("pages", busy)


def test_visits_come_at_their_rate_and_a_few_are_slow():
    visits = drawn(SITE, 5_000, 500, 50.0, 1)
    assert (0.0, 1.0) == (visits[0].at, visits[50].at)
    assert SLOW == pytest.approx(sum(one.slow for one in visits) / 5_000, abs=0.006)
    assert 500 == len({one.domain for one in visits}) == len(each(SITE, 500))
    assert 5_000 == len({one.sighting for one in finds(visits, 0.0)})


def test_a_crawl_is_summed_by_the_moment_of_each_visit():
    visits = [Visit(float(at), "h.localhost", str(at), at == 3) for at in range(4)]
    got = summed(visits, {"0": 0.5, "1": 0.5, "2": 0.25, "3": 20.0}, 0.1)
    assert ((0.5, 0.5, 0.25), (20.0,), 2.25) == (got.fast, got.slow, got.there)


def test_pages_of_our_own_have_the_sizes_of_real_ones_and_are_the_same_each_time():
    sizes = sorted(len(page.body) for page in articles.made(24))
    assert articles.SMALLEST <= sizes[0] < 70_000
    assert 290_000 < sizes[-1] < articles.LARGEST + 10_000
    assert articles.made(24) == articles.made(24)
