"""Texts that were made to cost: time grows with their length, and nothing raises."""

import random
import sys

import pytest
from growth import growth

from transforms.tidy import applied, tidy

SIZE = 40_000  # code points, and twice as many
MOST = 3.2  # times as long for twice the size
SENTENCE = "The court of Norland let the app Pigeon stay until it had heard what the ministry had to say. "
UNITS = [
    "a", "A", "aA", "Aa ", " ", "\n", "a\n", "A b\n", "- \n", "“", "[", "](", "](/", "{{", "<a ", "([", "《", "【来源",
    "一", "一二。", "\u4e00\n", "By A\n", "By Ana and ", "Share Tweet ", "Share\n", "Related: ", "Latest news\n",
    "3 hours ago\n", "2021 March ", "#a ", "首页新闻", "分享到", "andPigeon ", "a,Bc ", "thatthat", ".The ",
    "Photo: a/", "(a", "Additional reporting by ", "OSLO (", "A: ", "\u200b", "\ud800",
    "\U0001f600", "\u0645", "e\u0301", "\x00",
    SENTENCE, SENTENCE + "\n", SENTENCE + "\nShare\n", "Share\nWe ask you for your help, as you know, today.\n",
    "Related stories\n" + SENTENCE + "\n", "A | B - ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS, ids=[ascii(unit)[:24] for unit in UNITS])
def test_time_grows_with_length(unit):
    text = unit * (2 * SIZE // len(unit) + 1)
    assert growth(lambda size: tidy("", text[:size]), SIZE) < MOST


def test_a_hundred_thousand_sentences():
    lines = [f"{SENTENCE}{number}" for number in range(200_000)]
    assert growth(lambda size: tidy("", "\n".join(lines[:size])), 5_000) < MOST  # more than the phrases kept in memory
    text = "\n".join(lines[:100_000])
    assert text == tidy("", text).text


def test_a_line_of_ten_million():
    text = SENTENCE * (10_000_000 // len(SENTENCE))
    assert text == tidy("", text).text


def test_every_plane_and_lone_surrogates():
    drawn = random.Random(7)
    text = "".join(chr(drawn.randrange(sys.maxunicode + 1)) for _ in range(50_000))
    for raw in (text, text.replace("e", "\n"), "\ud800\n\udfff\n" * 1_000, "Share\ud800\n" * 1_000):
        got = tidy("\ud800 | x", raw)
        assert got.text == applied(raw, [cut for cut in got.cut if cut.part == "text"])
