"""What a process keeps of finds."""

from msgspec.structs import replace
from records import find

from connectors.kept import KeptFinds
from transforms.coders import RecordCoder

FINDS = [find(f"https://paper.example/{number}") for number in range(4)]
SIZE = len(RecordCoder(type(FINDS[0])).encode(FINDS[0]))


def kept(finds, room=3):
    made = KeptFinds(most=room * SIZE)
    for one in finds:
        made.keep(one)
    return made


def there(made):
    return [number for number, one in enumerate(FINDS) if made.get(one.sighting)]


def test_a_find_that_is_kept_is_given_as_often_as_it_is_asked_for():
    made = kept(FINDS[:1])
    assert [FINDS[0]] * 2 == [made.get(FINDS[0].sighting) for _ in range(2)]


def test_when_they_are_too_large_the_longest_unasked_goes():
    made = kept(FINDS[:3])
    made.get(FINDS[0].sighting)
    made.keep(FINDS[3])
    assert [0, 2, 3] == there(made)


def test_one_that_is_larger_than_all_room_is_not_kept():
    assert [] == there(kept(FINDS, room=0.5))


def test_a_sighting_that_comes_again_takes_the_place_of_the_first():
    again = replace(FINDS[0], swept=True)
    made = kept([FINDS[0], again, again, FINDS[1]])
    assert ([0, 1], again) == (there(made), made.get(again.sighting))


def test_what_was_let_go_makes_room():
    made = kept(FINDS[:3])
    made.drop(FINDS[1].sighting)
    made.drop("unknown@0")
    made.keep(FINDS[3])
    assert [0, 2, 3] == there(made)
    made.close()
    assert [] == there(made)
