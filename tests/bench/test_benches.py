"""The judgements of the benches, without their runs."""

import dataclasses
import random

import pytest

from bench import away, hostile, poison, rate, start, state
from bench.resident import MEGABYTE, Sample

AWAY = away.Away(120.0, 90, 90, 90, 90, 0, 3, 5.0, (Sample(-20, {"worker": 100}), Sample(130, {"worker": 100})))
POISON = poison.Poison(
    {"bad header": 2}, {"bad header": 2}, 0, 10, 10, 0, (2.0, 1.0), {"missing right": ("no right", "no right", 0, 0)}
)


def test_a_run_in_which_all_came_back_is_well():
    assert [] == away.faults(AWAY) == poison.faults(POISON)
    assert "FAILED" not in away.report(AWAY) + poison.report(POISON)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"articles": 89}, "1 articles lost"),
        ({"ended": 88}, "2 sightings without outcome"),
        ({"polls": 4}, "4 polls while Kafka was away"),
    ],
)
def test_what_is_lost_or_polled_in_vain_while_kafka_is_away_is_a_fault(change, words):
    assert words in away.report(dataclasses.replace(AWAY, **change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"letters": {"bad header": 1}}, "bad header: not all are dead letters"),
        ({"strangers": 1}, "1 dead letters of sound records"),
        ({"delivered": 9}, "1 neighbours lost"),
        ({"disordered": 1}, "1 keys out of order"),
        ({"refusals": {"missing topic": ("", "no topic", 0, 0)}}, "missing topic: the start was not refused"),
        ({"refusals": {"missing topic": ("no topic", "", 0, 0)}}, "missing topic: the run went on"),
        ({"refusals": {"missing topic": ("no topic", "no topic", 3, 0)}}, "missing topic: 3 dead letters"),
        ({"refusals": {"missing topic": ("no topic", "no topic", 0, 3)}}, "missing topic: 3 records lost"),
    ],
)
def test_every_way_in_which_poison_does_harm_is_a_fault(change, words):
    assert [words] == poison.faults(dataclasses.replace(POISON, **change))


def test_one_record_in_two_hundred_is_poison_and_each_bears_its_number():
    rows = poison.mixed("t", 2_000, random.Random(1))
    bad = [sort for sort, _ in rows if sort]
    assert (2_000, 10) == (len(rows), len(bad))
    assert all(row.value.partition(b" ")[0] == b"%d" % number for number, (_, row) in enumerate(rows))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([b"1", b"2", b"3"], False),
        ([b"1", b"1", b"2", b"2", b"3"], False),
        ([b"1", b"2", b"1", b"2", b"3"], False),
        ([b"1", b"3"], False),
        ([], False),
        ([b"2", b"1", b"3"], True),
        ([b"1", b"2", b"3", b"2"], True),
    ],
)
def test_order_is_that_of_first_occurrences_and_the_last_record(seen, expected):
    assert expected == poison.disordered([b"1", b"2", b"3"], seen)


def test_a_rate_is_compared_by_medians():
    rates = rate.Rates(100, (10.0, 30.0, 11.0), {200: (20.0, 22.0, 90.0)}, 5, (2.0, 1.0), {"fetch": 1.0, "tag": 0.5})
    assert 0.5 == rate.ratio(rates, 200)
    assert "ratio of the whole to the sum of the parts: 0.75" in rate.report(rates)
    assert "MISSED" in rate.report(rates)


def test_outcomes_for_a_start_have_ids_of_their_own():
    made = [start.outcome(number) for number in range(100)]
    assert 200 == len({one.find_id for one in made} | {one.item_id for one in made})


def test_a_start_is_reported_by_item():
    assert "16.00 bytes for a find and its item" in start.report(start.Start(10, 10, 1.0, 0.5, 160, 1000))


def test_state_is_counted_and_every_find_leaves():
    got = state.measure("few", 40, 1_000, failing=5, lost_every=10)
    assert (40, 40) == (got.finds, got.left)
    assert got.traffic.written >= got.length
    assert "FAILED" not in state.report([got])
    assert "few: 39 of 40 left" in state.report([dataclasses.replace(got, left=39)])


ALONE = hostile.Run(0, tuple(number / 100 for number in range(100)), 300 * MEGABYTE, 100 * MEGABYTE)
BESIDE = dataclasses.replace(ALONE, named=50, walled=True)


def test_neighbours_as_prompt_as_without_the_hostile_web_are_well():
    assert [] == hostile.faults(ALONE, BESIDE)
    later = dataclasses.replace(BESIDE, polled=tuple(one + 0.9 for one in ALONE.polled))
    assert [] == hostile.faults(ALONE, later)
    assert "escapes by listeners and the audit hook: 0" in hostile.report(ALONE, BESIDE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"polled": tuple(one + 1.1 for one in ALONE.polled)}, "the neighbours' p99 is 2.08 s, alone 0.98 s"),
        ({"lost": 1}, "1 articles lost"),
        ({"escapes": 1}, "1 escapes"),
        ({"named": 0}, "no hostile page ended as it is named"),
        ({"reader": 0}, "no reader was seen"),
        ({"others": {"gzip-bomb: published, ": 2}}, "not as named: gzip-bomb: published,  (2)"),
        ({"worker": 601 * MEGABYTE}, "the worker grew by 301 MB"),
        ({"reader": 769 * MEGABYTE}, "a reader had 769 MB"),
    ],
)
def test_every_harm_that_the_hostile_web_does_is_a_fault(change, words):
    assert [words] == hostile.faults(ALONE, dataclasses.replace(BESIDE, **change))
