"""Rows in, rows out: as many, in order, whatever is wrong with one of them."""

import gzip
import json
import os
import time

import hostile_work
import pytest

from pipelines.cli.rows import CHUNK, FEW, answer, create_lines, lines_of, process, text_of
from transforms.errors import ConfigError, NoText


def double(row):
    return {"twice": row["n"] * 2}


def crash_at_50(row):
    if row["n"] == 50:
        os._exit(1)
    return double(row)


def spin_at_50(row):
    return hostile_work.spin() if row["n"] == 50 else double(row)


def slow_first(row):
    time.sleep(0.3 if row["n"] == FEW else 0)
    return double(row)


def broken(row):
    raise ConfigError("rules.toml: broken")


def fails(row):
    raise {"item": NoText("u", "an empty page"), "value": ValueError("odd"), "any": RuntimeError("boom")}[row["how"]]


def _rows(count: int) -> list[bytes]:
    return [json.dumps({"id": f"r{n}", "n": n}).encode() + b"\n" for n in range(count)]


def _read(lines) -> list[dict]:
    return [json.loads(text) for text in lines]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1, FEW + 3 * CHUNK + 5])
def test_each_row_is_answered_in_order(count, jobs):
    expected = [{"id": f"r{n}", "twice": 2 * n} for n in range(count)]
    assert expected == _read(process(_rows(count), double, jobs))


def test_a_slow_chunk_does_not_change_the_order():
    answers = _read(process(_rows(FEW + 4 * CHUNK), slow_first, 2))
    assert [f"r{n}" for n in range(FEW + 4 * CHUNK)] == [one["id"] for one in answers]


@pytest.mark.parametrize("work", [crash_at_50, spin_at_50])
def test_a_row_that_kills_its_process_or_never_ends_costs_no_other(work):
    answers = _read(process(_rows(FEW + 4 * CHUNK), work, 2, seconds=1.0))
    assert FEW + 4 * CHUNK == len(answers)
    error = {"id": "r50", "error": "line 51: its process crashed, or took too long"}
    assert [error] == [one for one in answers if "error" in one]


def test_broken_rules_are_no_rows_fault_and_end_it():
    with pytest.raises(ConfigError, match="broken"):
        list(process(_rows(3), broken))


def test_broken_rules_in_a_process_end_it_too():
    lines = process(_rows(FEW + 3), _broken_later, 2)
    with pytest.raises(ConfigError, match="broken"):
        list(lines)


def _broken_later(row):
    return double(row) if row["n"] < FEW else broken(row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"{", {"id": None, "error": "line 7: no JSON: Expecting property name"}),
        (b"[1]", {"id": None, "error": "line 7: no JSON object"}),
        (b"null", {"id": None, "error": "line 7: no JSON object"}),
        (b"\xff", {"id": None, "error": "line 7: no JSON: "}),
        (b"[" * 100_000, {"id": None, "error": "line 7: no JSON: "}),
        (b'{"id": 3, "how": "item"}', {"id": 3, "error": "line 7: no-text: an empty page"}),
        (b'{"id": "x", "how": "value"}', {"id": "x", "error": "line 7: odd"}),
        (b'{"how": "any"}', {"id": None, "error": "line 7: unexpected RuntimeError: boom"}),
    ],
)
def test_a_row_that_cannot_be_used_is_answered_with_its_error(text, expected):
    got = json.loads(answer((7, text), fails))
    assert expected["id"] == got["id"]
    assert got["error"].startswith(expected["error"])


def test_blank_lines_are_no_rows_but_count_in_line_numbers():
    answers = _read(process([b"\n", b"  \n", b"{\n"], double))
    assert ["line 3"] == [one["error"][:6] for one in answers]


def test_a_row_may_be_answered_before_the_next_is_read():
    given = []

    def lines():
        for one in _rows(3):
            given.append(one)
            yield one

    answers = process(lines(), double, 2)
    next(answers)
    assert 1 == len(given)


def test_text_that_utf8_refuses_is_escaped_and_comes_back_the_same():
    got = answer((1, rb'{"id": "\ud800"}'), lambda row: {"text": row["id"]})
    assert "\ud800" == json.loads(got)["text"]


def test_text_is_written_as_it_is_read():
    assert "禁令".encode() in answer((1, '{"id": "禁令"}'.encode()), lambda row: {})


@pytest.mark.parametrize(("row", "expected"), [({}, ""), ({"k": None}, ""), ({"k": "v"}, "v")])
def test_a_field_that_lacks_is_empty(row, expected):
    assert expected == text_of(row, "k")


def test_a_field_that_is_no_text_is_named():
    with pytest.raises(ValueError, match='"k" is int, not text'):
        text_of({"k": 3}, "k")


def test_a_packed_file_is_read_and_written(tmp_path):
    path = tmp_path / "rows.jsonl.gz"
    with create_lines(path) as file:
        file.writelines(_rows(2))
    assert _rows(2) == gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    assert _rows(2) == list(lines_of(path))


@pytest.mark.parametrize(
    "damage", [lambda packed: b"no gzip", lambda packed: packed[:-12], lambda packed: packed[:12] + b"\xff" * 40]
)
def test_a_packed_file_that_is_damaged_is_named(tmp_path, damage):
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(damage(gzip.compress(b"".join(_rows(50)))))
    with pytest.raises(OSError, match="it is no gzip file, or a damaged one") as caught:
        list(lines_of(path))
    assert str(path) == caught.value.filename
