"""Two lists of feeds, and what lies between them."""

from msgspec.structs import replace
from records import source

from transforms.sources import Changes, changes

A, B, C = source("a"), source("b"), source("c")


def listed(*sources):
    return {one.id: one for one in sources}


def test_a_list_that_says_the_same_changes_nothing_whatever_its_order():
    same = changes(listed(A, B), [B, A])
    assert (Changes(), False, "no changes") == (same, bool(same), str(same))


def test_what_is_new_is_added_what_is_gone_removed_what_says_else_changed():
    moved = replace(B, url="https://b.example/rss")
    assert Changes(added=(C,), changed=(moved,), removed=("a",)) == changes(listed(A, B), [moved, C])


def test_the_first_list_is_all_new():
    assert Changes(added=(A, B)) == changes({}, [A, B])


def test_a_renamed_feed_is_a_new_one_and_the_old_one_is_gone():
    renamed = replace(A, id="z")
    assert Changes(added=(renamed,), removed=("a",)) == changes(listed(A), [renamed])


def test_applied_to_the_old_list_the_changes_make_the_new_one():
    before, after = listed(A, B), listed(replace(B, interval=1.0), C)
    made = changes(before, after.values())
    told = listed(*(one for name, one in before.items() if name not in made.removed), *made.added, *made.changed)
    assert after == told


def test_it_is_told_in_counts():
    assert "2 added, 1 removed, 1 changed" == str(changes(listed(A, B), [replace(B, kind="wire"), C, source("d")]))
