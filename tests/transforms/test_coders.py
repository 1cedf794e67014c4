"""Stored bytes outlive a deployment: what is pinned here may only change with a new version byte."""

import apache_beam as beam
import msgspec
import pytest

from transforms.bags import Schedule
from transforms.coders import RecordCoder
from transforms.dedupe import Known
from transforms.records import Article, Ending, Entry, FeedSource, Fetched, Find, Origins, Outcome, Page, Read, Tagged
from transforms.waiting import Waiting

FIND = Find(
    find_id="f" * 32,
    item_id="1" * 32,
    entry_hash="e" * 32,
    source=FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire"),
    entry=Entry(link="https://wire.example/1", title="Ban halted"),
    polled="2026-01-31T09:30:00.000Z",
    found="2026-01-31T09:30:00.100Z",
)
PAGE = Page(requested="a", url="b", status=200, content_type="text/html", body=b"\x00\xff", fetched=FIND.found)
OUTCOME = Outcome(
    find_id="f", item_id="i", feed_id="wire", link="l", outcome="off-beat", step="tag", found="a", ended="b"
)
WAITING = Waiting(
    sighting="f@3", item_id="i", found=1.25, poll=3, bag=2, due=1.5, attempts=2, reason="HTTP 503", gone=1.5, host="a"
)
RECORDS = [
    FIND,
    Fetched(find=FIND, page=PAGE, attempts=1),
    Fetched(find=FIND, ending=Ending(outcome="fetch-failed", step="fetch", reason="HTTP 404", gone=True)),
    Read(find=FIND),
    Tagged(read=Read(find=FIND)),
    OUTCOME,
    Known(feed_id="wire", finds=("f",), newest="f"),
    WAITING,
    Schedule(waiting=(WAITING, WAITING), held=(2,) + (0,) * 15),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: type(one).__name__)
def test_a_record_survives_its_coder(record):
    coder = RecordCoder(type(record))
    assert record == coder.decode(coder.encode(record))


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: type(one).__name__)
def test_equal_records_have_equal_bytes(record):
    coder = RecordCoder(type(record))
    assert coder.encode(record) == coder.encode(coder.decode(coder.encode(record)))


def test_the_bytes_of_known_are_pinned():
    expected = "0183a66665656449 64a477697265a566696e647391a166a66e6577657374a166".replace(" ", "")
    assert expected == RecordCoder(Known).encode(Known(feed_id="wire", finds=("f",), newest="f")).hex()


def test_the_bytes_of_a_schedule_are_pinned():
    """What waits is an array in it; its fields keep their places."""
    expected = (
        "01 83 a777616974696e67 91 9c a36640 33 a169 cb3ff4000000000000 03 02 cb3ff8000000000000"
        "02 a8485454502035 3033 ac66657463682d6661696c6564 cb3ff8000000000000 c2 a161"
        "a468656c64 dc0010 00000000000000000000000000000000 a766696c6c696e67 05"
    ).replace(" ", "")
    schedule = Schedule(waiting=(WAITING,), held=(0,) * 16, filling=5)
    assert expected == RecordCoder(Schedule).encode(schedule).hex()


def test_what_waits_may_have_more_fields_in_a_later_version_and_fewer_in_an_earlier_one():
    import msgspec

    least = Waiting(sighting="f@3", item_id="i", found=1.25, poll=3, bag=2, due=1.5)
    every = ["f@3", "i", 1.25, 3, 2, 1.5, 0, "", "fetch-failed", None, False, ""]
    for fields in (every[:6], every[:11], [*every, 1]):
        assert least == RecordCoder(Waiting).decode(b"\x01" + msgspec.msgpack.encode(fields))


def test_the_bytes_of_an_outcome_begin_with_its_version_and_keep_declared_order():
    encoded = RecordCoder(Outcome).encode(OUTCOME)
    assert encoded[:1] == b"\x01"
    order = [
        encoded.index(name) for name in (b"findId", b"itemId", b"feedId", b"outcome", b"step", b"ended", b"version")
    ]
    assert sorted(order) == order


def test_bytes_of_another_version_are_refused_by_name():
    with pytest.raises(ValueError, match="Known stored in form"):
        RecordCoder(Known).decode(b"\x02\x80")


def test_unknown_fields_of_a_later_version_are_ignored():
    import msgspec

    later = b"\x01" + msgspec.msgpack.encode({"feedId": "wire", "finds": [], "newest": "", "added": 1})
    assert Known(feed_id="wire") == RecordCoder(Known).decode(later)


@pytest.mark.parametrize("record", [Find, Fetched, Read, Tagged, Outcome])
def test_beam_finds_the_coder_by_the_type(record):
    assert RecordCoder(record) == beam.coders.registry.get_coder(record)


@pytest.mark.parametrize("record", [Find, Outcome])
def test_the_coder_is_deterministic_also_in_a_pair(record):
    hint = beam.typehints.native_type_compatibility.convert_to_beam_type(tuple[str, record])
    assert beam.coders.registry.get_coder(hint).is_deterministic()


def test_an_entry_of_an_earlier_version_has_no_doubts():
    said = msgspec.to_builtins(FIND)
    assert [] == list(said["entry"].pop("doubts"))
    assert FIND == RecordCoder(Find).decode(b"\x01" + msgspec.msgpack.encode(said))


def test_an_article_of_before_its_origins_were_kept_is_read():
    import msgspec

    old = {"url": "https://wire.example/1", "title": "Ban halted", "text": "It is.", "access": "free"}
    article = RecordCoder(Article).decode(b"\x01" + msgspec.msgpack.encode(old))
    assert Article(url="https://wire.example/1", title="Ban halted", text="It is.", access="free") == article
    assert (Origins(), "", "") == (article.origins, article.section, article.image)


def test_the_bytes_of_origins_hold_what_is_known_only():
    assert "0181a57469746c65a26831" == RecordCoder(Origins).encode(Origins(title="h1")).hex()
