"""FetchPages by hand: what of its state it touches when, and that it needs nothing but its state."""

from collections import Counter

import pytest
from beam_by_hand import ByHand
from hand_worker import employed, page
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from records import find

from connectors.steps.fetch_pages import _FetchPages
from transforms.bags import RUN, Schedule
from transforms.coders import RecordCoder
from transforms.errors import FetchFailed
from transforms.records import Entry

DOMAIN = "paper.example"
PACE = {"spacing": 0.75, "concurrency": 5, "per_host": 4}  # of that pages have a start a second, and four at a time
AHEAD, RETRY, DAY = 60.0, 100.0, 86_400.0
BROKEN = FetchFailed("u", "HTTP 503", status=503)
BAGS = {f"finds_{number:02}" for number in range(16)}


@pytest.fixture
def hand():
    with made() as worker:
        yield worker


def made():
    return employed(**PACE, tries=2, retry_first=RETRY, provisional_after=AHEAD, gone_after=DAY)


def numbered(count, length=0):
    return [
        find(link, entry=Entry(link=link, title="Ban", content="x" * length))
        for link in (f"https://{DOMAIN}/{number}" for number in range(count))
    ]


def fetching(hand, finds):
    step = ByHand.of(_FetchPages, hand.settings)
    step.bundle(*((DOMAIN, one) for one in finds))
    step.touched.clear()
    return step


def finals(fetched):
    return [one for one in fetched if not one.provisional]


def schedule(step):
    return RecordCoder(Schedule).decode(step.state(DOMAIN)["schedule"])


def stored(step):
    """Links of all finds in the bags, also of those that have left."""
    cells = step.state(DOMAIN)
    return Counter(
        RecordCoder(type(find())).decode(one).entry.link for name in BAGS & cells.keys() for one in cells[name]
    )


def test_a_tick_that_starts_reads_no_find_that_this_process_has_and_writes_no_schedule(hand):
    hand.background.held = True
    step = fetching(hand, numbered(3))
    before = step.state(DOMAIN)["schedule"]
    step.ring()
    assert (1, set(), before) == (
        len(hand.background.started),
        BAGS & step.touched,
        step.state(DOMAIN)["schedule"],
    )


def test_a_look_at_what_runs_asks_the_runner_twice_and_tells_it_nothing(hand):
    hand.background.held = True
    step = fetching(hand, numbered(1))
    before = step.state(DOMAIN)
    step.ring()
    assert ({"schedule", "pacing"}, before) == (step.touched, step.state(DOMAIN))


def test_a_find_does_not_wait_for_a_timer_that_went_with_a_checkpoint(hand):
    """This process set a timer a moment ago; the runner goes back to before that, and the next find comes in."""
    hand.background.held = True
    step = ByHand.of(_FetchPages, hand.settings)
    before, (one, other) = step.saved(), numbered(2)
    step.bundle((DOMAIN, one))
    step.clock.now = step.alarm
    step.restore(before)
    assert None is step.alarm
    step.bundle((DOMAIN, other))
    hand.background.release()
    hand.background.held = False
    assert [other] == [fetched.find for fetched in finals(step.rung(5))]


def test_a_process_that_knows_nothing_reads_only_the_bag_of_what_it_starts_and_that_once(hand):
    hand.background.held = True
    step = fetching(hand, numbered(3 * RUN))
    hand.forget()
    hand.background.held = True
    step.rung(1.1)
    assert (1, {"finds_00"}) == (len(hand.background.started), BAGS & step.touched)
    step.touched.clear()
    step.rung(2.5)
    assert (3, set()) == (len(hand.background.started), BAGS & step.touched)


def test_a_tick_that_only_looks_touches_no_find(hand):
    hand.background.held = True
    step = fetching(hand, numbered(2))
    step.rung(5)
    hand.kept.close()
    step.touched.clear()
    assert [] == step.ring()
    assert set() == BAGS & step.touched


def test_a_page_that_fails_and_is_tried_again_touches_no_find(hand):
    hand.web.answers[f"https://{DOMAIN}/0"] = BROKEN
    step = fetching(hand, numbered(1))
    step.ring()
    hand.kept.close()
    step.touched.clear()
    assert [] == step.rung(AHEAD / 2)
    assert (1, set()) == (schedule(step).waiting[0].attempts, BAGS & step.touched)


def test_a_bag_is_not_written_anew_for_each_find_that_leaves_it_but_once_most_have(hand):
    step = fetching(hand, numbered(10))
    while 5 < len(schedule(step).waiting):
        step.ring()
    assert 10 == sum(stored(step).values())
    while 5 == len(schedule(step).waiting):
        step.ring()
    assert {one.entry.link: 1 for one in numbered(10)[6:]} == stored(step)


def test_large_finds_leave_and_nothing_of_them_stays(hand):
    step = fetching(hand, numbered(2 * RUN, length=20_000))
    assert 2 * RUN == len(finals(step.rung(4 * RUN)))
    assert {"pacing"} == step.state(DOMAIN).keys()


def test_a_page_that_fails_for_good_ends_with_the_find_that_was_asked_for_whatever_is_kept(hand):
    hand.web.answers[f"https://{DOMAIN}/0"] = BROKEN
    (one,) = numbered(1, length=100)
    step = fetching(hand, [one])
    (copy,) = step.rung(AHEAD + 1)
    hand.background.held = True
    step.rung(RETRY)
    hand.kept.close()
    hand.background.release()
    (ended,) = step.rung(DAY)
    assert [one, one] == [copy.find, ended.find]
    assert 2 == len(hand.web.asked)


def test_a_sighting_that_comes_in_twice_leaves_twice(hand):
    (one,) = numbered(1)
    step = fetching(hand, [one, replace(one, swept=True)])
    hand.forget()
    assert [one.sighting] * 2 == [fetched.find.sighting for fetched in step.rung(60)]
    assert 3 == len(hand.web.asked)  # once more for what was forgotten


def test_what_a_runner_has_lost_of_its_state_is_passed_over_and_the_rest_leaves(hand):
    step = fetching(hand, numbered(RUN + 1))
    for (_, spec), cell in step._cells.items():
        if spec.name == "finds_00":
            cell.stored = []
    hand.forget()
    assert [f"https://{DOMAIN}/{RUN}"] == [one.find.entry.link for one in step.rung(DAY)]
    assert None is step.alarm


STEPS = st.one_of(
    st.tuples(st.just("come"), st.lists(st.integers(0, 40), min_size=1, max_size=40)),
    st.tuples(st.just("pass"), st.floats(0.1, 200)),
    st.tuples(st.just("forget"), st.none()),
    st.tuples(st.just("restore"), st.none()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=12), st.sets(st.integers(0, 40)))
@example([("come", [3, 0]), ("restore", None), ("come", [3, 0]), ("come", [0, 3])], set())
def test_whatever_happens_each_find_leaves_once_for_each_time_it_came_in(events, failing):
    """Some pages fail at first, sightings come twice, processes are lost, and the runner goes back in time."""
    with made() as hand:
        finds = numbered(41, length=50)
        for number in failing:
            link = f"https://{DOMAIN}/{number}"
            hand.web.answers[link] = [BROKEN, page(link)]
        step = ByHand.of(_FetchPages, hand.settings)
        came, left = Counter(), Counter()
        checkpoint = step.saved(), Counter(), Counter()
        for name, what in events:
            if name == "come":
                told = step.bundle(*((DOMAIN, finds[number]) for number in what))
                left.update(one.find.sighting for one in finals(told))  # what was asked for before the runner went back
                came.update(finds[number].sighting for number in what)
            elif name == "pass":
                left.update(one.find.sighting for one in finals(step.rung(what)))
                checkpoint = step.saved(), came.copy(), left.copy()
            elif name == "forget":
                hand.forget()
            else:
                step.restore(checkpoint[0])
                came, left = checkpoint[1].copy(), checkpoint[2].copy()
        left.update(one.find.sighting for one in finals(step.rung(2 * DAY)))
        assert came == left
        assert step.state(DOMAIN).keys() <= {"pacing"}
