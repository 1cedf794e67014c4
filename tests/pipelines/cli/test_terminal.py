"""Text from the web cannot make a terminal do anything."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cli.terminal import neutralise, shorten


@pytest.mark.parametrize(
    ("hostile", "expected"),
    [
        ("plain", "plain"),
        ("\x1b[2Jwiped", "�[2Jwiped"),
        ("\x1b]0;title\x07", "�]0;title�"),
        ("\x9b31mred", "�31mred"),
        ("\x1b]8;;https://evil.example\x1b\\link", "�]8;;https://evil.example�\\link"),
        ("over\rwritten", "over written"),
        ("two\nlines\u2028and\x85more", "two lines and more"),
        ("a\tb", "a b"),
        ("back\b\bspace", "back��space"),
        ("\x00\x7f", "��"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\u2066a\u2069", "a"),
        ("zero\u200bwidth", "zerowidth"),
        ("\ufeffmark", "mark"),
        ("\U000e0041tag", "tag"),
        ("\ud800lone", "�lone"),
        ("禁令 — “ban” é", "禁令 — “ban” é"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out(hostile, expected):
    assert expected == neutralise(hostile)


@given(st.text())
def test_no_text_leaves_a_control_character_or_a_line_end(text):
    left = neutralise(text)
    assert set() == {unicodedata.category(one) for one in left} & {"Cc", "Cs", "Zl", "Zp"}
    assert left == neutralise(left)
    left.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("short", 5, "short"), ("longer", 5, "long…"), ("a  \n b", 5, "a b"), ("word word", 6, "word…"), ("", 3, "")],
)
def test_a_long_text_is_cut_and_says_so(text, width, expected):
    assert expected == shorten(text, width)
