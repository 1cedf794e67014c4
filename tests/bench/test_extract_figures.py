"""The figures of extraction beside trafilatura."""

import pytest

from bench.extract import Figures, f1, interval, section

GOOD, BAD = (1.0, 0.9), (0.6, 0.8)


@pytest.mark.parametrize(
    ("scores", "expected"), [([(1.0, 1.0)], 1.0), ([(0.0, 0.0)], 0.0), ([(1.0, 0.5), (0.5, 1.0)], 0.75)]
)
def test_f1_is_of_the_means(scores, expected):
    assert expected == pytest.approx(f1(scores))


def test_without_a_gain_the_interval_is_nothing_wide():
    assert (0.0, 0.0) == interval([GOOD, BAD, GOOD], [GOOD, BAD, GOOD])


def test_the_gain_of_every_page_lies_above_nothing():
    low, high = interval([GOOD] * 20, [BAD] * 10 + [GOOD] * 10)
    assert 0 < low < f1([GOOD] * 20) - f1([BAD] * 10 + [GOOD] * 10) < high


def test_a_gain_of_few_pages_is_in_doubt():
    low, _ = interval([GOOD] * 20, [BAD] + [GOOD] * 19)
    assert 0 == low


def test_the_section_has_a_line_for_each_set_and_the_ratio():
    text = section(Figures(ours={"a": [GOOD] * 3}, bare={"a": [BAD] * 3}, kept=[3, 2, 3], seconds=[2.0, 3.0]))
    assert "| a | 3 | 0.6857 | 0.9474 | +0.2617 |" in text
    assert text.endswith("with its metadata: 1.50.")
