"""The zone of a publisher, by what its page shows."""

import pytest
from growth import growth

from transforms.extract.clock import at_home


@pytest.mark.parametrize(
    ("instant", "line", "expected"),
    [
        ("2020-04-14T00:38:07+00:00", "Apr 13, 2020 at 4:38 PM", "2020-04-13T16:38:07-08:00"),
        ("2024-08-05T22:35:00+00:00", "06.08.2024, kl. 00.35", "2024-08-06T00:35:00+02:00"),
        ("2024-08-05T18:30:00+00:00", "2024-08-06 00:00 IST", "2024-08-06T00:00:00+05:30"),
        ("2024-08-05T18:30:00+00:00", "5 August 2024, 18:30", "2024-08-05T18:30:00+00:00"),
        ("2024-08-05T18:30:00+00:00", "5 August 2024, 19:37", "2024-08-05T18:30:00+00:00"),  # of something else
        ("2024-08-05T18:30:00+00:00", "9 August 2024, 20:30", "2024-08-05T18:30:00+00:00"),
        ("2024-08-05T22:35:00+01:00", "06.08.2024, kl. 00.35", "2024-08-05T22:35:00+01:00"),  # stated: it is believed
        ("2024-08-05", "06.08.2024, kl. 00.35", "2024-08-05"),
    ],
)
def test_an_instant_in_utc_is_told_by_the_clock_beside_it(instant, line, expected):
    assert expected == at_home(instant, [line], "")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('{"timezone":"America/New_York"}', "2020-05-01T22:54:29-04:00"),
        ('{"timeZone":{"short":"ET","long":"America\\/New_York"}}', "2020-05-01T22:54:29-04:00"),
        ('{"timezone":"America/New_York"},{"timezone":"Europe/Rome"}', "2020-05-02T02:54:29+00:00"),
        ('{"timezone":"Europe/Nowhere"}', "2020-05-02T02:54:29+00:00"),
        ("<a href='/world/America/New_York'>", "2020-05-02T02:54:29+00:00"),
    ],
)
def test_or_by_the_one_zone_that_the_page_names(markup, expected):
    assert expected == at_home("2020-05-02T02:54:29+00:00", [], markup)


@pytest.mark.parametrize("piece", ['timezone":"', 'timezone":{', "10:10 ", "2020 ", "America/"])
def test_time_grows_with_the_page(piece):
    instant = "2020-05-02T02:54:29+00:00"
    assert 3.2 > growth(lambda size: at_home(instant, [(piece * size)[:size]], (piece * size)[:size]), 200_000)
