"""Partitions by key are those of Java's clients."""

import pytest

from connectors.kafka.partition import partition_of


@pytest.mark.parametrize(
    ("key", "signed"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_hashes_are_those_of_kafkas_own_tests(key, signed):
    """The values of ``UtilsTest.testMurmur2`` in Kafka; the sign bit is dropped before the modulo."""
    assert signed & 0x7FFFFFFF == partition_of(key, 2**31)


@pytest.mark.parametrize(("key", "expected"), [("0" * 32, 1), ("f" * 32, 11), ("", 9)])
def test_partitions_of_twelve_never_change(key, expected):
    assert expected == partition_of(key, 12)


def test_text_counts_as_utf_8():
    assert partition_of("Übersicht".encode(), 12) == partition_of("Übersicht", 12)


@pytest.mark.parametrize("partitions", [1, 3, 12, 100])
def test_a_partition_exists(partitions):
    assert set(range(partitions)) >= {partition_of(str(number), partitions) for number in range(500)}
