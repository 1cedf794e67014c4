"""Which validators are sent, when a 304 is checked, and for how long a liar is doubted."""

import pytest
from msgspec.structs import replace

from transforms import instants, trust
from transforms.cursor import Cursor
from transforms.rhythm import Rhythm

HOUR, DAY = 3600.0, 86_400.0
NOW = 1_800_000_000.0
BUSY = Rhythm(count=7 * 240.0, spell=7 * DAY, since=instants.to_text(NOW - 9 * DAY))  # ten an hour
CURSOR = Cursor(
    feed_id="wire",
    url="https://wire.example/feed",
    etag='"1"',
    last_modified="Mon",
    next_poll=instants.to_text(NOW),
    compared=instants.to_text(NOW),
    rhythm=BUSY,
)
BELIEVED, NOTHING = ('"1"', "Mon"), (None, None)


def lie(cursor, now):
    return trust.judged(cursor, lied=True, whole=True, now=now)


def test_validators_are_sent_until_a_lie_and_again_after_a_week():
    liar = lie(CURSOR, NOW)
    assert BELIEVED == trust.validators(CURSOR, NOW)
    assert NOTHING == trust.validators(liar, NOW + 6.9 * DAY)
    assert BELIEVED == trust.validators(liar, NOW + 7.1 * DAY)


def test_each_further_lie_is_doubted_for_longer_up_to_a_bound():
    liar, now, spans = CURSOR, NOW, []
    for _ in range(7):
        liar = lie(liar, now)
        spans.append((instants.from_text(liar.doubted) - now) / DAY)
        now = instants.from_text(liar.doubted) + HOUR
    assert [7, 14, 28, 56, 56, 56, 56] == pytest.approx(spans)


def test_a_liar_that_lies_on_while_doubted_is_looked_at_later_and_is_no_news():
    liar = lie(CURSOR, NOW)
    later = lie(liar, NOW + DAY)
    assert (1, instants.to_text(NOW + 8 * DAY)) == (later.lies, later.doubted)


def test_a_doubt_that_a_clock_far_ahead_has_written_is_not_kept():
    assert BELIEVED == trust.validators(replace(CURSOR, doubted=instants.to_text(NOW + 300 * DAY)), NOW)


@pytest.mark.parametrize(
    ("cursor", "spent", "etag", "checked"),
    [
        (CURSOR, 60, None, False),
        (CURSOR, DAY - 60, None, False),
        (CURSOR, DAY, None, True),
        (replace(CURSOR, lies=1), DAY / 4, None, True),
        (replace(CURSOR, unmodified=3), HOUR, None, True),  # ten should have come
        (replace(CURSOR, unmodified=3), HOUR / 2, None, False),
        (replace(CURSOR, unmodified=3, rhythm=replace(BUSY, count=70.0)), 2 * HOUR, None, False),
        (CURSOR, HOUR, '"2"', True),  # speaks of something else than we hold
        (CURSOR, HOUR, 'W/"1"', False),
        (CURSOR, HOUR / 2, '"2"', False),
        (replace(CURSOR, compared=None), 0, None, True),
        (CURSOR, -DAY, None, True),  # the clock went back
    ],
)
def test_a_304_is_checked_when_it_is_time_or_when_it_is_hard_to_believe(cursor, spent, etag, checked):
    assert checked == trust.to_check(cursor, etag, NOW + spent)


def test_a_full_answer_counts_the_304s_anew():
    twice = trust.judged(trust.judged(CURSOR, lied=False, whole=False, now=NOW), lied=False, whole=False, now=NOW)
    assert 2 == twice.unmodified
    whole = trust.judged(twice, lied=False, whole=True, now=NOW + 60)
    assert (0, instants.to_text(NOW + 60)) == (whole.unmodified, whole.compared)
