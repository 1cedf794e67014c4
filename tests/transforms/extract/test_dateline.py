"""The date that stands under a headline."""

import lxml.html
import pytest
from growth import growth

from transforms.extract.dateline import dateline

HEADLINE = "Court halts ban on the app"
LONG = "The court in the capital halted the ban, and lawyers said that more would follow. " * 3


def found(body, latest="2100-12-31"):
    return dateline(lxml.html.document_fromstring(f"<body>{body}</body>"), HEADLINE, latest)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("January 18, 2020", "2020-01-18"),
        ("22/11/2020 - 04:30 - Agency", "2020-11-22"),
        ("Updated on 3 March 2021", "2021-03-03"),
        ("2020-07-02", "2020-07-02"),
        ("No. 2020 of the series", None),
        ("Yesterday", None),
    ],
)
def test_a_short_line_under_the_headline_dates_the_article(line, expected):
    assert expected == found(f"<h1>{HEADLINE}</h1><div>{line}</div><p>{LONG}</p>")


def test_a_day_above_the_headline_is_the_pages():
    assert found(f"<div>January 18, 2020</div><h1>{HEADLINE}</h1><p>{LONG}</p>") is None


def test_a_day_in_the_text_is_not_the_articles():
    assert found(f"<h1>{HEADLINE}</h1><p>{LONG}</p><p>{LONG}</p><p>January 18, 2020</p>") is None


def test_a_caption_in_between_is_passed_over():
    assert "2020-01-18" == found(f"<h1>{HEADLINE}</h1><div>{LONG}</div><div>January 18, 2020</div><p>{LONG}</p>")


def test_no_day_after_the_page_was_there_is_believed():
    assert found(f"<h1>{HEADLINE}</h1><div>January 18, 2020</div><p>{LONG}</p>", "2020-01-10") is None


@pytest.mark.parametrize("body", ["", "<h1></h1><p>2020-01-01</p>", "<h1>Another page</h1><p>2020-01-01</p>"])
def test_without_the_headline_there_is_no_dateline(body):
    assert found(body) is None


@pytest.mark.parametrize("piece", ["<h1>a</h1>", "<p>2020</p>", f"<h1>{HEADLINE}</h1>", "<i></i>"])
def test_time_grows_with_the_page(piece):
    assert 3.2 > growth(lambda size: found(piece * (size // len(piece))), 200_000)
