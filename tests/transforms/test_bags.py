"""Which bag a find waits in, and when a bag is written anew."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from records import find

from transforms.bags import BAGS, RUN, Schedule, tidied, wasteful, with_find
from transforms.waiting import Waiting, entered

NOW = 1_800_000_000.0
ONE = find()


def filled(count, schedule=None):
    schedule = schedule or Schedule()
    for _ in range(count):
        schedule, _ = with_find(schedule, ONE, NOW)
    return schedule


def without(schedule, left):
    """The schedule once so many of each bag, the oldest first, have left."""
    leaving, waiting = Counter(left), []
    for one in schedule.waiting:
        if leaving[one.bag]:
            leaving[one.bag] -= 1
        else:
            waiting.append(one)
    return replace(schedule, waiting=tuple(waiting))


def test_a_find_enters_as_what_waits_in_the_bag_it_is_put_into():
    schedule, bag = with_find(Schedule(), ONE, NOW)
    assert (entered(ONE, NOW, bag),) == schedule.waiting
    assert (bag, 1, 1) == (schedule.filling, schedule.held[bag], sum(schedule.held))


def test_finds_in_a_row_lie_together_and_the_bags_fill_alike():
    schedule = filled(BAGS * RUN)
    assert (RUN,) * BAGS == schedule.held
    assert [number // RUN for number in range(BAGS * RUN)] == [one.bag for one in schedule.waiting]
    assert {2 * RUN, RUN} == set(filled(RUN, schedule).held)


def test_a_sighting_that_comes_twice_waits_twice():
    assert [2, 2] == [len(filled(2).waiting), sum(filled(2).held)]


def test_a_bag_stays_as_it_is_while_half_of_it_is_waited_for():
    assert () == wasteful(without(filled(10), {0: 5}))
    assert (0,) == wasteful(without(filled(10), {0: 6}))


def test_a_bag_that_is_written_anew_holds_what_is_waited_for_and_the_others_what_they_held():
    schedule = without(filled(2 * RUN), {0: RUN - 1, 1: 1})
    after = tidied(schedule, wasteful(schedule))
    assert ((1, RUN), schedule.waiting) == (after.held[:2], after.waiting)
    assert () == wasteful(after)


def test_of_a_bag_that_nothing_is_waited_for_in_nothing_is_held():
    schedule = without(filled(3), {0: 3})
    assert Schedule() == tidied(schedule, wasteful(schedule))


def test_what_waits_is_small_beside_its_find():
    from transforms.coders import RecordCoder

    assert len(RecordCoder(Waiting).encode(filled(1).waiting[0])) <= 150


@given(st.lists(st.integers(1, 60) | st.integers(-60, -1), max_size=60), st.randoms())
def test_no_more_is_written_anew_than_has_left_and_no_bag_holds_more_than_twice_what_is_waited_for(changes, random):
    schedule, left, rewritten = Schedule(), 0, 0
    for change in changes:
        if change > 0:
            schedule = filled(change, schedule)
            continue
        waiting = list(schedule.waiting)
        for _ in range(min(-change, len(waiting))):
            waiting.pop(random.randrange(len(waiting)))
            left += 1
        schedule = replace(schedule, waiting=tuple(waiting))
        bags = wasteful(schedule)
        schedule = tidied(schedule, bags)
        rewritten += sum(schedule.held[bag] for bag in bags)
        live = Counter(one.bag for one in schedule.waiting)
        assert all(live[bag] <= held <= 2 * live[bag] for bag, held in enumerate(schedule.held))
    assert rewritten <= left
