"""The scoring of feeds: what counts as kept, and what does not."""

import dataclasses

import pytest

from bench.feeds import section
from bench.feeds.comparing import kept, words
from bench.feeds.corpora import Corpus, Kept, Pairs
from bench.feeds.expectations import Claim, _case
from bench.feeds.reasons import reason
from connectors.feeds.parsed import ParsedFeed
from transforms.records import Entry

URL = "http://127.0.0.1:8097/tests/one.xml"
HTML = {"title_detail": {"type": "text/html"}, "summary_detail": {"type": "text/html"}}
OURS = ParsedFeed(
    title="Wire",
    home="http://127.0.0.1:8097/home",
    language="en-GB",
    entries=(
        Entry(
            link="http://127.0.0.1:8097/tests/1",
            guid="g-1",
            title="Ban & halt",
            summary="One Two",
            authors=("Ann",),
            categories=("Law",),
            language="fr",
            published="2026-01-31T09:30:00.000Z",
        ),
    ),
)
ROW = {"skip_unless": "1", "headers": {}}
RSS = b"<rss version='2.0'><channel><title>Wire</title><item><title>a &amp;lt;b&amp;gt;</title></item></channel></rss>"


@pytest.mark.parametrize(
    ("field", "way", "value", "fulfilled"),
    [
        ("title", ("title",), "<b>Ban</b> &amp; halt", True),
        ("title", ("title",), "Ban halt", False),
        ("title", ("title",), "Ban & halt now", False),
        ("title", ("title",), "", False),
        ("summary", ("description",), "<p>One</p><p>Two</p>", True),
        ("summary", ("description",), "<p>One</p>", False),
        ("link", ("link",), "1", True),
        ("link", ("link",), "http://127.0.0.1:8097/2", False),
        ("link", ("link",), "", False),
        ("guid", ("id",), "g-1", True),
        ("guid", ("id",), "G-1", False),
        ("authors", ("author",), "Ann (ann@wire.example)", True),
        ("authors", ("author",), "Ann Other", False),
        ("categories", ("tags", 0, "term"), "Law", True),
        ("categories", ("tags", 0, "term"), "law", False),
        ("categories", ("count",), 2, False),
        ("language", ("language",), "fr", True),
        ("language", ("language",), None, False),
        ("published", ("published",), "Sat, 31 Jan 2026 10:30:00 +0100", True),
        ("published", ("published_parsed",), (2026, 1, 31, 9, 30, 0, 5, 31, 0), True),
        ("published", ("published",), "2026-01-31", False),
        ("updated", ("updated",), "2026-01-31", False),
    ],
)
def test_a_claim_is_kept_by_what_it_means(field, way, value, fulfilled):
    assert fulfilled == kept(Claim(field, 0, way, value, HTML), OURS, URL)


def test_a_claim_on_an_entry_that_we_do_not_have_is_not_kept():
    assert not kept(Claim("title", 1, ("title",), "", HTML), OURS, URL)


def test_what_feedparser_takes_for_plain_text_is_compared_as_it_stands():
    plain = {"title_detail": {"type": "text/plain"}}
    assert ("<b>x</b>", "x") == tuple(words(Claim("title", 0, ("title",), "<b>x</b>", said)) for said in (plain, HTML))


@pytest.mark.parametrize(
    ("expectation", "claims"),
    [
        ("not bozo and entries[0]['title'] == 'a <b>'", []),
        ("not bozo and entries[0]['title'] == 'a &lt;b&gt;'", [("title", 0, "a &lt;b&gt;")]),
        ("feed['title'] == 'Wire'", [("title", None, "Wire")]),
        ("len(entries[0]['tags']) == 0", []),
        ("entries[0].title_detail.base == ''", [("", 0, "")]),
        ("bozo", []),
        ("nonsense[", []),
    ],
)
def test_an_expectation_that_feedparser_passes_becomes_claims(expectation, claims):
    case = _case("tests/one.xml", RSS, {**ROW, "expect": expectation})
    assert claims == [(one.field, one.entry, one.value) for one in (case.claims if case else ())]


def test_a_loss_without_a_reason_is_told_as_such():
    assert "not explained" == reason("tests/wellformed/rss/no_such_case.xml")
    assert "Content-Location" in reason("tests/wellformed/base/http_item_link_base_content_location.xml")


def test_the_section_shows_losses_crashes_and_hangs():
    lost = [("rss/one.xml", "title", "not explained")]
    expected = Kept((2, 1), {"title": (3, 4), "link": (1, 1)}, 5, 0, lost)
    odd = dataclasses.replace(Corpus(), files=9, read=6, crashes=2, hangs=1)
    text = section.render(expected, {"odd": odd}, Pairs(2, 1, ["a.json: link"]))
    assert all(
        row in text
        for row in (
            "| all | 4 | 5 |",
            "| rss/one.xml | title | not explained |",
            "| odd | 9 | 6 | 0 | 0 | 2 | 1 |",
            "1 of 2 JSON feeds agree with gofeed on title, link, id and dates; a.json: link.",
        )
    )
