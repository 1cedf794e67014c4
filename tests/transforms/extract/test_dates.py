"""Dates as pages state them."""

import pytest
from growth import growth

from transforms.extract.dates import day_in, moment


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2021-03-03T10:00:01Z", "2021-03-03T10:00:01+00:00"),
        ("2021-03-03 10:00:01 +01:00", "2021-03-03T10:00:01+01:00"),
        ("20210303T100001-0500", "2021-03-03T10:00:01-05:00"),
        ("Wed, 03 Mar 2021 10:00:01 GMT", "2021-03-03T10:00:01+00:00"),
        ("Wed, 03 Mar 2021 10:00:01 -0500", "2021-03-03T10:00:01-05:00"),
        ("2021-03-03 10:00:01", "2021-03-03"),
        ("Wed, Mar 3 2021 10:00:01 EST", "2021-03-03T10:00:01-05:00"),
        ("3 mars 2021", "2021-03-03"),
        ("Wed, Mar 3 2021 10:00:01 XYZ", "2021-03-03"),
        ("14:20", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_zone_that_is_stated_is_kept_and_none_is_made_up(stated, expected):
    assert expected == moment(stated, "2100-12-31")


@pytest.mark.parametrize("piece", ["1 ", "1.", "1 a ", "a 1 ", "12/12/", " ", "2020-"])
def test_time_grows_with_the_line(piece):
    def read(size):
        line = piece * (size // len(piece))
        return moment(line, "2100-12-31"), day_in(line, "2100-12-31")

    assert 3.2 > growth(read, 100_000)
