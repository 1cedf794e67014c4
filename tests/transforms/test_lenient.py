"""Words of a later version: an article that carries them is remembered all the same."""

import msgspec
import pytest
from records import find, tagged

from transforms import lenient
from transforms.events import Event
from transforms.records import Entry, Find, Outcome
from transforms.revision import article_id
from transforms.versions import Imprint, following, latest_of, remember

NOW = "2027-01-15T08:00:00.000Z"


@pytest.fixture
def event():
    one = tagged()
    return following(article_id(one), None, one, Imprint(NOW, "test", "0"))


def changed(event, *path, to):
    value = msgspec.json.decode(msgspec.json.encode(event))
    place = value
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return msgspec.json.encode(value)


def test_what_has_only_known_words_is_read_as_it_is(event):
    assert event == lenient.decode(msgspec.json.encode(event), Event)


@pytest.mark.parametrize(
    ("path", "word", "read"),
    [
        (("tags", "stage"), "leaked", "unclear"),
        (("tags", "actions", 0, "stage"), "leaked", "unclear"),
        (("tags", "basis"), "broadcast", "page"),
        (("version", "pubStatus"), "embargoed", "usable"),
        (("source", "kind"), "podcast", "wire"),
    ],
)
def test_an_unknown_word_is_read_as_unclear_or_as_what_takes_nothing_back(event, path, word, read):
    place = msgspec.to_builtins(lenient.decode(changed(event, *path, to=word), Event))
    for step in path:
        place = place[step]
    assert read == place


def test_an_unknown_word_is_left_out_of_a_list(event):
    assert ("ban",) == lenient.decode(changed(event, "tags", "measures", to=["ban", "curse"]), Event).tags.measures


def test_a_find_with_an_unknown_doubt_is_read_without_it():
    doubted = find(entry=Entry(title="Ban", doubts=("published-missing",)))
    value = msgspec.json.encode(doubted).replace(b'["published-missing"]', b'["published-odd","published-missing"]')
    assert doubted == lenient.decode(value, Find)


def test_an_article_with_unknown_words_keeps_its_version_in_memory(event):
    known = latest_of(event)
    later = remember(changed(event, "tags", "stage", to="leaked"))
    assert (known.version, known.item, known.find) == (later.version, later.item, later.find)


@pytest.mark.parametrize("value", [b"no json", b"[]", b'{"item": 1}'])
def test_what_is_of_another_form_is_refused(value):
    with pytest.raises(msgspec.DecodeError):
        lenient.decode(value, Event)


def test_a_number_in_place_of_a_word_is_refused():
    with pytest.raises(msgspec.DecodeError):
        lenient.decode(b'{"findId": "f", "outcome": 3}', Outcome)
