"""When a feed wishes to be asked again."""

import pytest
from feed_bytes import URL, atom, rss

from connectors.feeds.parse import parse
from transforms.hints import Hints

SYNDICATION = b'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '


def hints(said):
    return parse(rss(said).replace(b"<rss ", b"<rss " + SYNDICATION, 1), URL, None).hints


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("", None),
        ("<ttl>60</ttl>", 3600.0),
        ("<ttl> 5\n</ttl>", 300.0),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999999</ttl>", None),
        ("<ttl>9999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600.0),
        ("<sy:updatePeriod> Hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800.0),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
        ("<sy:updateFrequency>4</sy:updateFrequency>", 21600.0),
        ("<sy:updatePeriod>weekly</sy:updatePeriod>", 604800.0),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
        ("<ttl>15</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600.0),
        ("<ttl>120</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 7200.0),
    ],
)
def test_the_longer_of_two_periods_holds(said, period):
    assert Hints(period=period) == hints(said)


def hours(*numbers):
    return f"<skipHours>{''.join(f'<hour>{number}</hour>' for number in numbers)}</skipHours>"


@pytest.mark.parametrize(
    ("said", "skipped"),
    [
        (hours(), ()),
        (hours(3, 1, " 2 "), (1, 2, 3)),
        (hours(24), (0,)),
        (hours(25, "noon", 5), (5,)),
        (hours(*range(24)), ()),
        (hours(1) + hours(2), (1, 2)),
        ("<skiphours>\n<hour>7</hour>\n</skiphours>", (7,)),
    ],
)
def test_hours_to_skip_are_hours_of_the_day_and_never_all_of_them(said, skipped):
    assert Hints(skip_hours=skipped) == hints(said)


@pytest.mark.parametrize(
    ("days", "skipped"),
    [
        (("Saturday", "sunday"), (5, 6)),
        (("Someday",), ()),
        (("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), ()),
    ],
)
def test_days_to_skip_are_counted_from_monday(days, skipped):
    assert Hints(skip_days=skipped) == hints(f"<skipDays>{''.join(f'<day>{day}</day>' for day in days)}</skipDays>")


def test_an_atom_feed_may_have_a_period_too():
    body = atom("<title>x</title>", "<sy:updatePeriod>hourly</sy:updatePeriod>")
    body = body.replace(b"<feed ", b"<feed " + SYNDICATION)
    assert Hints(period=3600.0) == parse(body, URL, None).hints


def test_what_an_entry_says_is_no_wish_of_the_feed():
    assert Hints() == hints("<item><title>x</title><ttl>60</ttl></item>")
