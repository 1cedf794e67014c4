"""Ordinals in bits, and what the books say."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.ledger import Books, Ordinals, book

numbers = st.sets(st.integers(1, 9000), max_size=60) | st.builds(
    lambda low, size: set(range(low, low + size)), st.integers(1, 9000), st.integers(0, 5000)
)


def ordinals(members):
    made = Ordinals()
    for one in members:
        made.add(one)
    return made


@given(numbers, st.integers(1, 9000), st.integers(0, 9000))
def test_gaps_are_the_numbers_that_lack(members, low, high):
    gaps = list(ordinals(members).gaps(low, high))
    assert set(range(low, high + 1)) - members == {one for a, b in gaps for one in range(a, b + 1)}
    assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(gaps))


@given(numbers)
def test_what_was_put_in_is_in(members):
    made = ordinals(members)
    assert all(one in made for one in members)
    assert not any(one in made for one in (9001 + 4096 * 3, 0))


def test_a_million_ordinals_take_an_eighth_of_a_byte_each():
    made = ordinals(range(1, 1_000_001))
    assert sum(len(page) for page in made._pages.values()) < 126_000


def test_a_feed_of_which_nothing_must_be_there_has_no_gap():
    assert () == book("a", 10, Ordinals(), None).gaps


def test_a_feed_with_gaps_says_which_and_how_many():
    one = book("a", 10, ordinals([1, 2, 5, 6, 9]), 1)
    assert (((3, 4), (7, 8), (10, 10)), 5) == (one.gaps, one.missing)


def books(**changes):
    plain = {"finds": 5, "ended": 3, "in_flight": 2, "late": 0, "expired": 7, "strays": 0, "feeds": (), "overdue": ()}
    return Books(**(plain | changes))


@pytest.mark.parametrize(
    ("changes", "add_up", "right"),
    [
        ({}, True, True),
        ({"late": 1}, True, False),
        ({"ended": 2}, False, False),
        ({"strays": 1}, False, False),
        ({"feeds": (book("a", 2, ordinals([2]), 1),)}, False, False),
    ],
)
def test_books_add_up_when_nothing_is_lost_and_are_right_when_nothing_is_late_either(changes, add_up, right):
    assert (add_up, right) == (books(**changes).add_up, books(**changes).right)
