"""The sink's pure parts: faults of rows, what to send again, chunks."""

import pytest

from connectors.kafka.faults import NotSent
from connectors.kafka.rows import MAX_BYTES, MAX_RECORDS, Row, chunks, distinct, fault_of, unsettled


def row(key, value=b"v"):
    return Row("t", key, value)


A1, B1, A2, B2, N1, N2 = (
    row(b"a", b"1"),
    row(b"b", b"1"),
    row(b"a", b"2"),
    row(b"b", b"2"),
    row(None, b"1"),
    row(None, b"2"),
)
E = ValueError("e")


@pytest.mark.parametrize(
    ("one", "fault"),
    [
        (Row("t", b"k", b"v"), None),
        (Row("t", None, b"v"), None),
        (Row("t", b"k", None), None),
        (Row("t", b"k", b"v", (("h", b""),)), None),
        (Row("t", "k", b"v"), TypeError),
        (Row("t", b"k", "v"), TypeError),
        (Row("t", b"k", b"v", (("h", "v"),)), TypeError),
        (Row("t", b"k", b"v", ((b"h", b"v"),)), TypeError),
        (Row("t", None, None), ValueError),
    ],
)
def test_a_fault_is_seen_before_a_row_is_sent(one, fault):
    assert (fault or type(None)) is type(fault_of(one, 1000))


@pytest.mark.parametrize(("size", "fits"), [(899, True), (900, True), (901, False)])
def test_a_row_may_be_as_large_as_its_topic_takes(size, fits):
    assert fits == (fault_of(Row("t", b"", b"v" * size), 1000) is None)


def test_a_row_counts_with_its_headers():
    assert 100 + 1 + 2 + 3 + 4 == Row("t", b"k", b"vv", (("hhh", b"xxxx"),)).size


@pytest.mark.parametrize(
    ("rows", "results", "left"),
    [
        ([A1, B1], [None, None], []),
        ([A1, B1], [E, None], [A1]),
        ([A1, B1, A2], [E, None, None], [A1, A2]),
        ([A1, B1, A2], [None, None, E], [A2]),
        ([A1, B1, A2, B2], [None, E, None, None], [B1, B2]),
        ([N1, N2], [E, None], [N1]),
        ([A1, B1, A2], [None, E, NotSent()], [B1, A2]),
    ],
)
def test_what_was_acknowledged_behind_a_failed_row_of_its_key_is_sent_again(rows, results, left):
    assert left == unsettled(rows, results)


@pytest.mark.parametrize(
    ("rows", "most", "part"),
    [
        ([A1, B1, A2], 9, [A1, B1]),
        ([A1, A2], 9, [A1]),
        ([A1, B1], 1, [A1]),
        ([N1, N2, A1], 9, [N1, N2, A1]),
        ([Row("x", b"a", b""), A1], 9, [Row("x", b"a", b""), A1]),
    ],
)
def test_a_part_holds_no_key_twice(rows, most, part):
    assert part == distinct(rows, most)


def test_records_in_flight_are_bounded_and_keep_their_order():
    rows = [row(b"k", str(number).encode()) for number in range(MAX_RECORDS * 2 + 1)]
    parts = list(chunks(rows))
    assert [MAX_RECORDS, MAX_RECORDS, 1] == [len(chunk) for chunk in parts]
    assert rows == [one for chunk in parts for one in chunk]


def test_bytes_in_flight_are_bounded():
    rows = [row(b"k", b"x" * 1_000_000) for _ in range(20)]
    parts = list(chunks(rows))
    assert max(sum(one.size for one in chunk) for chunk in parts) <= MAX_BYTES
    assert rows == [one for chunk in parts for one in chunk]


def test_a_row_above_the_bound_goes_alone():
    rows = [row(b"a"), row(b"b", b"x" * (MAX_BYTES + 1)), row(b"c")]
    assert [[one] for one in rows] == list(chunks(rows))


def test_no_rows_are_no_chunks():
    assert [] == list(chunks([]))
