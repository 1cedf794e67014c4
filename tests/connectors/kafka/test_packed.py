"""Packed sets and maps are sets and maps."""

import random
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.packed import PackedMap, PackedSet, short

NUMBERS = st.integers(0, 2**64 - 1) | st.integers(0, 20)


@given(st.lists(NUMBERS))
def test_a_packed_set_is_a_set(numbers):
    packed, plain = PackedSet(merge_at=4), set()
    for number in numbers:
        packed.add(number)
        plain.add(number)
    assert len(plain) == len(packed)
    assert all(number in packed for number in plain)
    assert (2**63 + 7 in plain) == (2**63 + 7 in packed)


KEYS = (st.integers(0, 2**56 - 1) | st.integers(0, 20)).map(lambda number: number << 8 | number & 0xFF)


@given(st.lists(st.tuples(KEYS, st.integers(0, 2**8 - 1))))
def test_a_packed_map_is_a_map(pairs):
    packed, plain = PackedMap(merge_at=4), {}
    for key, value in pairs:
        packed[key] = plain[key] = value
    assert plain == {key: packed.get(key) for key in plain}
    assert len(plain) == len(packed)
    assert plain.get(2**63 + 7) == packed.get(2**63 + 7)


@pytest.mark.parametrize("order", ["rising", "falling", "shuffled"])
def test_the_order_of_arrival_does_not_matter(order):
    numbers = [number * 7919 for number in range(5000)]
    if order == "falling":
        numbers.reverse()
    if order == "shuffled":
        random.Random(7).shuffle(numbers)
    packed = PackedSet(merge_at=64)
    for number in numbers:
        packed.add(number)
    assert sorted(packed._bulk) == list(packed._bulk)
    assert sorted(numbers) == sorted([*packed._bulk, *packed._overlay])


def test_a_value_of_zero_is_a_value():
    packed = PackedMap()
    packed[1] = 0
    assert 0 == packed.get(1)


def test_the_last_value_counts_before_and_after_a_merge():
    packed = PackedMap(merge_at=2)
    for value in (1, 2, 3):
        packed[5 << 8] = value
        packed[6 + value << 8] = 0
    assert 3 == packed.get(5 << 8)


def test_of_a_key_the_first_56_bits_count():
    packed = PackedMap()
    packed[0x0123456789ABCD00] = 7
    assert (7, None) == (packed.get(0x0123456789ABCDFF), packed.get(0x0123456789ABCE00))


def test_half_a_million_ids_take_eight_bytes_each():
    finds, items = PackedSet(merge_at=100_000), PackedMap(merge_at=100_000)
    for number in range(500_000):
        finds.add(number * 7919)
        items[number * 7919 << 8] = 1
    assert (4_000_000, 4_000_000) == (finds.nbytes, items.nbytes)


def test_what_is_in_is_found_while_another_thread_merges():
    packed, missed, done = PackedSet(merge_at=50), [], threading.Event()
    known = list(range(0, 1000, 10))
    for number in known:
        packed.add(number)

    def look():
        while not done.is_set():
            missed.extend(number for number in known if number not in packed)

    looker = threading.Thread(target=look)
    looker.start()
    for number in range(1, 60_000, 2):
        packed.add(number)
    done.set()
    looker.join()
    assert [] == missed


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [("0123456789abcdef" + "f" * 16, 0x0123456789ABCDEF), ("f" * 32, 2**64 - 1), ("0" * 32, 0)],
)
def test_an_id_is_known_by_its_first_64_bits(identifier, expected):
    assert expected == short(identifier)


@pytest.mark.parametrize(
    "other",
    ["", "zz", "-" + "1" * 31, " " + "1" * 31, "1" * 31, "1" * 33, "1_" * 16, "A" * 32, "1" * 32 + "\n", "١" * 32],
)
def test_what_is_no_id_has_no_short_form(other):
    with pytest.raises(ValueError, match="no id of 32 hex digits"):
        short(other)
