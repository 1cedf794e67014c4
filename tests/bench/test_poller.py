"""The judgements of the poller's bench, without its runs."""

import pytest

from bench import poller
from bench.load.alone import Alone
from bench.load.pipeline import Load, lateness, manners
from bench.load.site import Request
from transforms import instants
from transforms.cursor import Cursor

NOW = 1_800_000_000.0
WELL = Load(2, 60.0, {"feed-00000": (0.1, 0.2), "feed-00001": (0.3,)}, (0.1, 0.2, 0.3), (4.1, 0), 0, 1_000, {}, ())


def came(at, host="h0000.localhost", path="/feed/0", took=0.1, under_way=1):
    kind = path.split("/")[1]
    return Request(NOW + at, NOW + at + took, host, kind, path, 304, under_way)


def due(*seconds):
    """The cursors of feed 0 after its first poll and those that followed, each due so many seconds from now."""
    return {
        "feed-00000": {
            polls: Cursor(feed_id="feed-00000", url="http://x/", next_poll=instants.to_text(NOW + at), polls=polls)
            for polls, at in enumerate(seconds, start=1)
        }
    }


def test_a_run_as_it_should_be_has_no_faults():
    assert [] == poller.faults(WELL, 2.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"late": {"feed-00000": (0.1,)}}, "1 feeds were not polled"),
        ({"late": {"feed-00000": (0.1, 2.1), "feed-00001": (0.3,)}}, "1 feeds were polled more than 2 s late"),
        ({"gaps": (0.5, 3)}, "3 polls too close"),
        ({"together": 1}, "1 polls beside another"),
        ({"largest": 2_001}, "a cursor of 2001 bytes"),
    ],
)
def test_what_misses_a_bar_is_a_fault(change, words):
    (fault,) = poller.faults(WELL._replace(**change), 2.0)
    assert words in fault


def test_feeds_that_hang_hold_up_others_by_what_the_latest_poll_is_later_than_in_the_control():
    control = WELL._replace(late={"feed-00000": (0.5,), "feed-00001": (0.1, 0.2)})
    assert pytest.approx(-0.2) == poller.held_up(WELL, control)


def test_a_poll_is_late_behind_its_cursor():
    late, behind = lateness([came(1.5), came(11.25)], due(1.0, 11.0), 4.0, NOW)
    assert {"feed-00000": pytest.approx((0.5, 0.25))} == late
    assert pytest.approx((0.5, 0.25)) == behind


def test_a_poll_is_not_late_for_what_politeness_wanted():
    robots = came(0.0, path="/robots.txt", took=0.5)
    late, behind = lateness([robots, came(4.2)], due(1.0), 4.0, NOW)
    assert (pytest.approx((0.2,)), pytest.approx((3.2,))) == (late["feed-00000"], behind)


def test_polls_before_the_time_that_counts_count_for_nothing_else():
    late, _ = lateness([came(1.5), came(11.25)], due(1.0, 11.0), 4.0, NOW + 5)
    assert {"feed-00000": pytest.approx((0.25,))} == late


def test_polls_of_one_domain_that_come_too_close_or_together_are_counted():
    requests = [came(0), came(3.0), came(7.0), came(7.5, path="/page/0"), came(11.0, under_way=2)]
    assert ((pytest.approx(3.0), 1), 1) == manners(requests, 4.0, NOW)


def test_the_poller_is_compared_by_its_requests_a_second():
    assert pytest.approx(0.5) == poller.ratio(Alone(10, ((2.0, 1.0), (4.0, 2.0)), ((1.0, 0.5), (2.0, 0.5))))
