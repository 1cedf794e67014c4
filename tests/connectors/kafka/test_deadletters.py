"""Dead letters keep what was refused."""

import pytest

from connectors.kafka.deadletters import MAX_BYTES, MAX_HEADERS, dead_letter
from connectors.kafka.rows import Reject, Row, fault_of
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.topics import DEAD_LETTER_BYTES

SETTINGS = KafkaSettings(bootstrap="127.0.0.1:1")


def letter(row, error=None):
    return dead_letter(SETTINGS, Reject(row, error or ValueError("too much")), "publish")


def test_key_value_and_headers_stay_and_the_reason_is_added():
    assert Row(
        "beatwire.dead-letters.v1",
        b"k",
        b"v",
        (
            ("ce_id", b"1"),
            ("bw_topic", b"t"),
            ("bw_step", b"publish"),
            ("bw_error_class", b"ValueError"),
            ("bw_error", b"too much"),
            ("bw_size", b"1"),
            ("bw_truncated", b"false"),
            ("bw_headers", b"kept"),
        ),
    ) == letter(Row("t", b"k", b"v", (("ce_id", b"1"),), 3))


def test_a_giant_is_cut_and_its_size_told():
    row = letter(Row("t", b"k", b"v" * (MAX_BYTES + 1)))
    told = dict(row.headers)
    assert (MAX_BYTES, b"true", str(MAX_BYTES + 1).encode()) == (len(row.value), told["bw_truncated"], told["bw_size"])


def test_a_long_reason_is_cut():
    assert 500 == len(dict(letter(Row("t", b"k", b"v"), ValueError("x" * 9999)).headers)["bw_error"])


def test_giant_headers_are_left_out_and_that_is_told():
    told = dict(letter(Row("t", b"k", b"v", (("h", b"x" * (MAX_HEADERS + 1)),))).headers)
    assert ("h" not in told, b"left out") == (True, told["bw_headers"])


def test_a_tombstone_stays_one():
    assert None is letter(Row("t", b"k", None)).value


@pytest.mark.parametrize(
    "row",
    [
        Row("t", b"k", b"v", (("h", "text"),)),
        Row("t", b"k", b"v", (("h", None),)),
        Row("t", b"k", b"v", ((7, b"v"),)),
        Row("t", b"k", b"v", (("\ud800", b"v"),)),
        Row("t", "text", b"v"),
        Row("t", b"k", {"no": "bytes"}),
        Row("t", None, None),
        Row("t", b"k", b"v" * 20_000_000, (("h", b"x" * 2_000_000),)),
    ],
    ids=["text header", "empty header", "number as name", "surrogate name", "text key", "no bytes", "nothing", "giant"],
)
def test_whatever_was_refused_its_dead_letter_is_not(row):
    assert None is fault_of(letter(row), DEAD_LETTER_BYTES)
