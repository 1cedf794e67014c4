"""The date that stands under a headline."""

import lxml.html
import pytest
from growth import growth

from transforms.extract.dateline import dated, dateline, lines_under

HEADLINE = "Court halts ban on the app"
LONG = "The court in the capital halted the ban, and lawyers said that more would follow. " * 3


def under(body):
    return lines_under(lxml.html.document_fromstring(f"<body>{body}</body>"), [HEADLINE])


def found(body, latest="2100-12-31", language="en"):
    return dateline(under(body), latest, language)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("January 18, 2020", "2020-01-18"),
        ("22/11/2020 - 04:30 - Agency", "2020-11-22"),
        ("Updated on 3 March 2021", "2021-03-03"),
        ("2020-07-02", "2020-07-02"),
        ("Paru le 18 juil. 2024 à 08:01", "2024-07-18"),
        ("Wirtschaft - 02. Januar 2020 um 10:21", "2020-01-02"),
        ("27 Marzo, 2020 por la agencia", "2020-03-27"),
        ("5 gennaio 2025 (modifica il 6 gennaio 2025)", "2025-01-05"),
        ("No. 2020 of the series", None),
        ("Yesterday", None),
    ],
)
def test_a_short_line_under_the_headline_dates_the_article(line, expected):
    assert expected == found(f"<h1>{HEADLINE}</h1><div>{line}</div><p>{LONG}</p>")


def test_a_date_that_readers_take_for_two_days_is_none_in_english():
    body = f"<h1>{HEADLINE}</h1><div>06/01/2020</div><p>{LONG}</p>"
    assert [None, "2020-01-06"] == [found(body), found(body, language="fr")]


def test_a_headline_that_stands_in_a_menu_as_well_counts_where_the_text_follows():
    menu = f"<h1>{HEADLINE}</h1>" + "<a>Section</a>" * 50
    assert "2021-03-03" == found(f"{menu}<h1>{HEADLINE}</h1><div>3 March 2021</div><p>{LONG}</p>")


def test_on_a_page_with_one_heading_it_is_the_headline_whatever_it_says():
    assert "2021-03-03" == found(f"<h1>Another wording</h1><div>3 March 2021</div><p>{LONG}</p>")


def test_where_no_heading_is_the_headline_words_that_begin_it_are():
    assert "2021-03-03" == found(f"<table><td>{HEADLINE}<td>3 March 2021</table><p>{LONG}</p>")


def test_a_short_script_under_the_headline_may_write_the_date():
    assert "2021-03-03" == found(f"<h1>{HEADLINE}</h1><script>show('2021/03/03 10:00')</script><p>{LONG}</p>")


def test_an_instant_in_markup_is_read_with_its_zone():
    body = '<h1>{}</h1><p>Taken on 3 May 2014</p><time datetime="2021-03-03 10:00:01 +01:00">Today</time>'
    assert "2021-03-03T10:00:01+01:00" == dated(under(body.format(HEADLINE)), "2100-12-31")


def test_a_time_of_revision_is_not_that_of_publication():
    body = '<h1>{}</h1><time class="updated" datetime="2021-03-03">Today</time>'
    assert dated(under(body.format(HEADLINE)), "2100-12-31") is None


def test_a_day_above_the_headline_is_the_pages():
    assert found(f"<div>January 18, 2020</div><h1>{HEADLINE}</h1><p>{LONG}</p>") is None


def test_a_day_in_the_text_is_not_the_articles():
    assert found(f"<h1>{HEADLINE}</h1><p>{LONG}</p><p>{LONG}</p><p>January 18, 2020</p>") is None


def test_a_caption_in_between_is_passed_over():
    assert "2020-01-18" == found(f"<h1>{HEADLINE}</h1><div>{LONG}</div><div>January 18, 2020</div><p>{LONG}</p>")


def test_no_day_after_the_page_was_there_is_believed():
    assert found(f"<h1>{HEADLINE}</h1><div>January 18, 2020</div><p>{LONG}</p>", "2020-01-10") is None


@pytest.mark.parametrize("body", ["", "<p>2020-01-01</p>", "<h1>One</h1><h1>Two</h1><p>2020-01-01</p>"])
def test_without_the_headline_there_is_no_dateline(body):
    assert found(body) is None


@pytest.mark.parametrize(
    "piece",
    ["<h1>a</h1>", "<p>2020</p>", f"<h1>{HEADLINE}</h1>", f"<td>{HEADLINE}", "<time datetime=2020>1", "<i></i>"],
)
def test_time_grows_with_the_page(piece):
    assert 3.2 > growth(lambda size: found(piece * (size // len(piece))), 200_000)
