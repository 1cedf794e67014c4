"""Which finds of an item go on, as the table in `transforms.dedupe` says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from transforms.dedupe import NOTHING, REMEMBERED, Known, Told, judge, parsed, still_under_way
from transforms.records import Entry, FeedSource, Find

DAY = 86400.0
A, B = (FeedSource(id=name, url=f"https://{name}.example/feed", publisher=name) for name in ("a", "b"))


def find(number=1, source=A, swept=False, published=None, poll=0, updated=None):
    return Find(
        find_id=f"find{number}",
        item_id="item",
        entry_hash=str(number),
        source=source,
        entry=Entry(published=published, updated=updated),
        polled="2026-01-31T09:00:00.000Z",
        found="2026-01-31T09:00:00.000Z",
        poll=poll,
        swept=swept,
    )


def run(*finds, told=NOTHING):
    known, verdicts = None, []
    for one in finds:
        verdict = judge(one, known, NOTHING if known else told, 14 * DAY)
        known = verdict.known
        verdicts.append("go" if verdict.go else verdict.ending.outcome if verdict.ending else "drop")
    return verdicts


@pytest.mark.parametrize(
    ("finds", "expected"),
    [
        ([find()], ["go"]),
        ([find(), find()], ["go", "drop"]),
        ([find(), find(swept=True)], ["go", "drop"]),
        ([find(swept=True)], ["go"]),
        ([find(swept=True), find()], ["go", "drop"]),
        ([find(1), find(2)], ["go", "go"]),
        ([find(1), find(2), find(1, swept=True)], ["go", "go", "drop"]),
        ([find(1), find(2), find(1)], ["go", "go", "go"]),
        # An entry that returned to an earlier form, and a crash before that sighting ended.
        ([find(1), find(2, poll=1), find(1, poll=2, swept=True)], ["go", "go", "go"]),
        ([find(1), find(1, poll=1), find(1, poll=1, swept=True)], ["go", "drop", "go"]),
        ([find(1), find(2, B)], ["go", "seen"]),
        ([find(1), find(2, B), find(2, B, swept=True)], ["go", "seen", "drop"]),
        ([find(1), find(2, B), find(3)], ["go", "seen", "go"]),
        ([find(1, published="2026-01-01T00:00:00.000Z")], ["too-old"]),
        ([find(1, published="2026-01-30T00:00:00.000Z")], ["go"]),
        ([find(1, published="2026-01-01T00:00:00.000Z"), find(2)], ["too-old", "go"]),
        # What was last changed long ago was published before that.
        ([find(1, updated="2026-01-01T00:00:00.000Z")], ["too-old"]),
        ([find(1, published="2026-01-30T00:00:00.000Z", updated="2026-01-01T00:00:00.000Z")], ["go"]),
        ([find(1, published="2099-01-01T00:00:00.000Z")], ["go"]),
    ],
)
def test_finds_of_one_item(finds, expected):
    assert expected == run(*finds)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Told(ended=True), "drop"),
        (Told(other_feed=True), "seen"),
        (Told(ended=True, other_feed=True), "drop"),
        (NOTHING, "go"),
    ],
)
def test_without_state_the_outcomes_topic_is_believed(told, expected):
    assert [expected] == run(find(), told=told)


def test_a_changed_entry_goes_on_after_an_ended_one_of_before_the_restart():
    assert ["drop", "go"] == run(find(1), find(2), told=Told(ended=True))


def test_what_is_remembered_of_an_item_is_bounded():
    known = Known(feed_id="a")
    for number in range(REMEMBERED * 3):
        known = judge(find(number), known, NOTHING, DAY).known
    assert REMEMBERED == len(known.finds)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([A, B]), st.booleans()), max_size=30))
def test_a_swept_copy_of_a_known_find_never_goes_on(story):
    known = None
    for number, source, swept in story:
        one = find(f"{number}{source.id}", source, swept)
        before = known.finds if known else ()
        verdict = judge(one, known, NOTHING, DAY)
        known = verdict.known
        assert not (swept and one.sighting in before and (verdict.go or verdict.ending))
        assert not (verdict.go and verdict.ending)
        assert one.sighting in known.finds


def test_the_mark_of_a_sweep_changes_no_verdict_on_an_unknown_find():
    assert judge(find(), None, NOTHING, DAY).go == judge(replace(find(), swept=True), None, NOTHING, DAY).go


def test_a_sighting_can_be_taken_apart_again():
    one = find(7, poll=12)
    assert (one.find_id, 12) == parsed(one.sighting)


def test_an_item_stays_under_way_until_all_its_sightings_have_ended():
    items = {"i": Known(feed_id="a", finds=("f@1", "g@2")), "j": Known(feed_id="a", finds=("h@1",))}
    ended = {("f", 1), ("h", 1)}
    assert {"i": items["i"]} == still_under_way(items, lambda *sighting: sighting in ended)
    assert {} == still_under_way(items, lambda *sighting: sighting in ended | {("g", 2)})
