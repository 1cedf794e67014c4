"""Dates as feeds claim them: instants, and doubts where there are none."""

import itertools

import pytest
from feed_bytes import URL, rss
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.dates import AHEAD, claimed, rough
from connectors.feeds.parse import parse
from transforms import instants
from transforms.identity import entry_hash

NOW = 1_769_851_800.0
AT = "2026-01-31T09:30:00.000Z"


@pytest.mark.parametrize(
    "text",
    [
        "Sat, 31 Jan 2026 09:30:00 GMT",
        "Sat, 31 Jan 2026 09:30:00",
        "31 Jan 26 09:30 +0000",
        "Sat, 31 Jan 2026 10:30:00 +0100",
        "Sat, 31 Jan 2026 04:30:00 EST",
        "Sat, 31 Jan 2026 10:30:00 CET",
        "Sat, 31 Jan 2026 18:30:00 JST",
        "Sat, 31 Jan 2026 09:30 AM GMT",
        "Sat, 30 Jan 2026 11:30:00 PM HST",
        "2026-01-31T09:30:00Z",
        "2026-01-31T09:30:00",
        "2026-01-31T09:30:00.999+00:00",
        "2026-01-31T04:30:00-05:00",
        "2026-01-31 09:30:00 UTC",
        "2026-01-31 04:30 EST",
        "20260131T09:30:00Z",
        "Sat Jan 31 09:30:00 2026",
        "  2026-01-31T09:30:00Z\n",
    ],
)
def test_an_instant_is_in_utc_and_without_a_zone_it_was_so_already(text):
    assert (AT, None) == claimed(text, NOW)


@pytest.mark.parametrize(
    ("text", "instant", "fault"),
    [
        ("", None, "missing"),
        (" \n", None, "missing"),
        ("yesterday", None, "unreadable"),
        ("31 Feb 2026 10:00:00 +0000", None, "unreadable"),
        ("1" * 101, None, "unreadable"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None, "impossible"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None, "impossible"),
        ("9999-12-31T23:59:59-12:00", None, "unreadable"),
        ("0001-01-01T00:00:00Z", None, "impossible"),
        ("0000-00-00 00:00:00", None, "impossible"),
        ("2026-02-30T10:00:00Z", None, "impossible"),
        ("2026-01-31T25:00:00Z", None, "impossible"),
        ("2026-01-31T09:40:01Z", "2026-01-31T09:40:01.000Z", "future"),
        ("2099-01-01", "2099-01-01T00:00:00.000Z", "future"),
        ("2026-01-31T09:39:59Z", "2026-01-31T09:39:59.000Z", None),
    ],
)
def test_a_date_that_cannot_be_is_none_and_one_to_come_is_kept_with_its_doubt(text, instant, fault):
    assert (instant, fault) == claimed(text, NOW)


def test_nothing_is_in_the_future_where_nobody_says_what_time_it_is():
    assert ("2099-01-01T00:00:00.000Z", None) == claimed("2099-01-01", None)


@pytest.mark.parametrize("name", ["published", "updated"])
@pytest.mark.parametrize(
    ("said", "fault"), [("soon", "unreadable"), ("1970-01-01", "impossible"), ("2099-01-01", "future")]
)
def test_both_dates_of_an_entry_are_doubted(name, said, fault):
    dates = {"published": "2026-01-01", "updated": "2026-01-01"} | {name: said}
    entry = "".join(f"<{key}>{value}</{key}>" for key, value in dates.items())
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title>{entry}</entry></feed>'.encode()
    assert (f"{name}-{fault}",) == parse(body, URL, None, NOW).entries[0].doubts


def test_an_entry_without_dates_lacks_one_of_them():
    assert ("published-missing",) == parse(rss("<item><title>x</title></item>"), URL, None, NOW).entries[0].doubts


def test_time_that_passes_changes_doubts_and_never_the_entry_hash():
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title><published>2026-02-01</published>'
        b"<updated>2026-02-01</updated></entry></feed>"
    )
    before, after = (parse(body, URL, None, now).entries[0] for now in (NOW, NOW + 2 * 86400))
    assert (("published-future", "updated-future"), ()) == (before.doubts, after.doubts)
    assert entry_hash(before) == entry_hash(after)
    assert (None, "2026-02-01T00:00:00.000Z") == (before.appeared, after.appeared)


@given(st.text(max_size=60), st.none() | st.floats(0, 4e9))
def test_any_words_are_an_instant_or_a_doubt(text, now):
    instant, fault = claimed(text, now)
    assert (instant is None) == (fault in ("missing", "unreadable", "impossible"))
    if instant is not None:
        seconds = instants.from_text(instant)
        assert 1990 <= int(instant[:4]) <= 2100
        assert (fault == "future") == (now is not None and seconds > now + AHEAD)


@given(st.text("0123456789-:TZ+., aefgjnopst", max_size=40))
def test_a_rough_look_fails_on_nothing(text):
    assert rough(text) is None or isinstance(rough(text), int | float)


@given(st.integers(631_152_000, 4_000_000_000))
def test_a_rough_look_and_a_full_one_agree_on_the_usual_forms(seconds):
    text = instants.to_text(seconds)
    assert [float(seconds)] * 2 == [rough(text), instants.from_text(claimed(text, None)[0])]


def test_a_zone_by_name_counts_in_any_case_and_only_at_the_end():
    said = ["Sat, 31 Jan 2026 10:30:00 cet", "Sat, 31 Jan 2026 10:30:00 CET"]
    assert {AT} == {claimed(text, NOW)[0] for text in said}
    assert 1 == len(set(itertools.chain(*(claimed(f"2026-01-31T09:30:00{end}", NOW)[:1] for end in ("Z", "+00:00")))))
