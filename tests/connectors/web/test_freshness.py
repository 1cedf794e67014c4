"""For how long an answer holds by its own word."""

import pytest

from connectors.web.freshness import lifetime

DATE = "Fri, 15 Jan 2027 08:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public"}, None),
        ({"cache-control": "max-age=300"}, 300.0),
        ({"cache-control": 'Public, MAX-AGE="300", must-revalidate'}, 300.0),
        ({"cache-control": "s-maxage=9, max-age=300", "age": "100"}, 200.0),
        ({"cache-control": "max-age=300", "age": "999"}, 0.0),
        ({"cache-control": "max-age=300", "age": "old"}, 300.0),
        ({"cache-control": "max-age=soon"}, 0.0),
        ({"cache-control": "max-age=" + "9" * 18}, 366 * 86_400.0),
        ({"cache-control": "max-age=" + "9" * 5_000}, 0.0),
        ({"cache-control": "no-cache, max-age=300"}, 0.0),
        ({"cache-control": "no-store"}, 0.0),
        ({"cache-control": 'private="x, max-age=9", max-age=60'}, 60.0),
        ({"expires": "Fri, 15 Jan 2027 08:10:00 GMT", "date": DATE}, 600.0),
        ({"expires": "Fri, 15 Jan 2027 07:00:00 GMT", "date": DATE}, 0.0),
        ({"expires": "0", "date": DATE}, 0.0),
        ({"expires": "Fri, 15 Jan 2027 08:10:00 GMT"}, 0.0),
        ({"cache-control": "max-age=60", "expires": "Fri, 15 Jan 2027 08:10:00 GMT", "date": DATE}, 60.0),
        ({"cache-control": ", ;=" * 2_000}, None),
    ],
)
def test_an_answer_says_for_how_long_it_holds(headers, seconds):
    assert seconds == lifetime(headers)
