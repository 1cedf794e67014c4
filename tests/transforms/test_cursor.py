"""The memory of a feed: how small it is, what of older forms is read, what is refused."""

import base64
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.steps.cursor_cells import CursorsCoder
from transforms import identity, instants
from transforms.cursor import Cursor, decode, packed, short, unpacked, upgraded
from transforms.hints import Hints
from transforms.polling import Polled, advance
from transforms.records import Entry, FeedSource
from transforms.rhythm import Rhythm

NOW = 1_800_000_000.0
URL = "https://www.an-ordinary-newspaper.example/rss/sections/technology/all-articles.xml"
FEED = FeedSource(id="an-ordinary-newspaper-rss-sections-technology-0a1b2c3d", url=URL, publisher="P")
START = Cursor(feed_id=FEED.id, url=URL, next_poll=instants.to_text(NOW))

OLD = {
    "feedId": "wire",
    "url": "https://wire.example/feed",
    "etag": '"9"',
    "lastModified": None,
    "shown": {"1" * 32: "e" * 32, "2" * 32: "f" * 32},
    "nextPoll": "2027-01-15T08:10:00.000Z",
    "polled": "2027-01-15T08:00:00.000Z",
    "succeeded": "2027-01-15T08:00:00.000Z",
    "polls": 5,
    "found": 9,
    "failures": 0,
    "error": "",
    "newest": "2027-01-15T08:00:00.100Z",
    "version": 1,
}


def lived(entries, polls=300):
    """A cursor that has seen much: polls with and without news, a lie, a gap, a redirect, hints."""
    cursor = START
    for number in range(polls):
        now = NOW + number * 900
        shown = [
            Entry(link=f"https://a.example/{number + one}", title="t", published=instants.to_text(now - one * 900))
            for one in range(entries)
        ]
        polled = Polled(
            began=now,
            entries=tuple(shown),
            etag=f'W/"{"5f2a" * 10}"',
            last_modified="Fri, 15 Jan 2027 08:00:00 GMT",
            digest="0123456789abcdef",
            fresh=300.0,
            hints=Hints(period=3600.0, skip_hours=(1, 2, 3), skip_days=(5, 6)),
            moved="https://www.an-ordinary-newspaper.example/feeds/technology.xml",
        )
        cursor, _ = advance(cursor, FEED, polled, now)
    assert (cursor.lies, cursor.address is not None, entries) == (1, polls > 680, cursor.entries)
    return cursor


@pytest.mark.parametrize(("entries", "most"), [(30, 2_000 + 400), (500, 12_500)])
def test_a_cursor_in_which_every_field_is_filled_is_small_on_the_topic(entries, most):
    cursor = lived(entries)
    assert len(msgspec.json.encode(cursor)) <= most
    assert cursor == decode(msgspec.json.encode(cursor))


def test_a_usual_feed_of_30_entries_has_at_most_2_kb_on_the_topic_and_in_state():
    cursor = lived(30)
    usual = replace(cursor, moved_to=None, moved_since=None, lies=0, doubted=None, hints=Hints(period=3600.0))
    assert len(msgspec.json.encode(usual)) <= 2_000
    assert len(CursorsCoder().encode({FEED.id: cursor})) <= 2_000


def test_what_is_shown_is_readable_json():
    value = msgspec.json.decode(msgspec.json.encode(lived(30, 2)))
    assert 30 * 16 == len(base64.b64decode(value["seen"]))
    assert 43 == len(base64.b64decode(value["rhythm"]["profile"]))


def test_a_cursor_of_version_1_is_read_from_the_topic_and_from_state():
    read = decode(msgspec.json.encode(OLD))
    assert ('"9"', 5, 9, 2, {}) == (read.etag, read.polls, read.found, read.entries, read.shown)
    assert {short("1" * 32, "e" * 32), short("2" * 32, "f" * 32)} == set(unpacked(read.seen).items())
    state = b"\x01" + zlib.compress(msgspec.msgpack.encode({"wire": OLD}), 1)
    assert {"wire": read} == CursorsCoder().decode(state)


def test_an_older_release_reads_what_this_one_writes():
    class Version1(msgspec.Struct, rename="camel"):
        feed_id: str
        next_poll: str
        polls: int
        found: int
        shown: dict[str, str]

    read = msgspec.json.decode(msgspec.json.encode(lived(30, 3)), type=Version1)
    assert (3, 32, {}) == (read.polls, read.found, read.shown)


def test_what_was_written_before_a_field_came_is_read():
    value = msgspec.json.decode(msgspec.json.encode(START))
    del value["leftOut"]
    assert START == decode(msgspec.json.encode(value))


def test_upgrading_twice_changes_nothing():
    once = decode(msgspec.json.encode(OLD))
    assert once == upgraded(once)


@given(st.lists(st.tuples(st.text(), st.text()), max_size=20, unique_by=lambda pair: pair[0]))
def test_what_was_packed_is_known_and_nothing_else(pairs):
    hashed = [(identity.digest("item", one), identity.digest("words", two)) for one, two in pairs]
    assert dict(short(*pair) for pair in hashed) == unpacked(packed(hashed))


def test_of_many_entries_no_new_one_is_taken_for_a_known_one():
    ids = [identity.url_id(f"https://a.example/{number}") for number in range(20_000)]
    known = unpacked(packed((one, one) for one in ids[:10_000]))
    assert 10_000 == len(known)
    assert not any(short(one, one)[0] in known for one in ids[10_000:])


@pytest.mark.parametrize(
    "change",
    [
        {"seen": "AAAA"},
        {"nextPoll": "soon"},
        {"doubted": "never"},
        {"fresh": -1},
        {"rhythm": {"since": "2027-01-15T08:10:00.000Z", "profile": ""}},
        {"rhythm": {"since": "yesterday"}},
        {"rhythm": {"since": "2027-01-15T08:10:00.000Z", "spell": 0}},
        {"rhythm": {"since": "2027-01-15T08:10:00.000Z", "count": -1}},
    ],
)
def test_what_no_later_poll_could_reckon_with_is_refused(change):
    with pytest.raises(ValueError, match=r"cursor|soon|never|yesterday"):
        decode(msgspec.json.encode(OLD | {"shown": {}} | change))


def test_the_bytes_of_a_rhythm_are_pinned():
    rhythm = Rhythm(count=1.5, spell=3600.0, since="2027-01-15T08:10:00.000Z")
    assert (
        b'{"count":1.5,"spell":3600.0,"lately":0.0,"hoped":0.0,"profile":"' + b"A" * 58 + b'==",'
        b'"since":"2027-01-15T08:10:00.000Z","arrived":null,"silence":0.0}'
    ) == msgspec.json.encode(rhythm)
