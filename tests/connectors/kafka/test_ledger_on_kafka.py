"""The books, kept from topics of a real broker: whole, with a gap, late, retained in part, and while work goes on."""

import dataclasses
import hashlib
import time

import msgspec
import pytest
from kafka import TopicPartition
from msgspec.structs import replace

from connectors.kafka.access import admin
from connectors.kafka.ledger import Ledger
from connectors.kafka.partition import partition_of
from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from transforms import instants
from transforms.cursor import Cursor
from transforms.records import Entry, FeedSource, Find, Outcome

NOW = float(int(time.time()))  # Kafka dates what is written here by its own clock
LATE = 86_400.0 + 600.0


def identifier(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def find(ordinal, feed="a", age=60.0, poll=1):
    return Find(
        find_id=identifier("find", feed, ordinal),
        item_id=identifier("item", feed, ordinal),
        entry_hash="h",
        source=FeedSource(id=feed, url="http://example.org/feed", publisher="A"),
        entry=Entry(link=f"http://example.org/{ordinal}", title="t"),
        polled=instants.to_text(NOW - age),
        found=instants.to_text(NOW - age),
        poll=poll,
        ordinal=ordinal,
    )


def outcome(one, **changes):
    return Outcome(
        find_id=one.find_id,
        item_id=one.item_id,
        feed_id=one.source.id,
        link=one.entry.link,
        outcome=changes.get("outcome", "published"),
        step="publish",
        reason=changes.get("reason", ""),
        poll=one.poll,
        found=one.found,
        ended=one.found,
    )


def cursor(found, feed="a"):
    return Cursor(feed_id=feed, url="http://example.org/feed", next_poll=instants.to_text(NOW), polls=3, found=found)


@pytest.fixture
def put(kafka_settings):
    """Writes finds, outcomes and cursors to their topics."""
    sink = Sink(kafka_settings, 30)
    kinds = {Find: ("finds", "item_id"), Outcome: ("outcomes", "find_id"), Cursor: ("feeds", "feed_id")}

    def write(*records):
        rows = []
        for one in records:
            name, key = kinds[type(one)]
            rows.append(Row(kafka_settings.topic(name), getattr(one, key).encode(), msgspec.json.encode(one)))
        assert () == sink.write(rows)

    yield write
    sink.close()


@pytest.fixture
def books(kafka_settings):
    return lambda: Ledger(kafka_settings, NOW, LATE).books()


def counts(books):
    return books.finds, books.ended, books.in_flight


def test_empty_topics_are_right(books):
    assert books().right


def test_finds_are_what_ended_and_what_is_in_flight(put, books):
    finds = [find(number) for number in range(1, 8)]
    put(*finds, *map(outcome, finds[:5]), cursor(7))
    told = books()
    assert ((7, 5, 2), True) == (counts(told), told.right)


def test_what_something_else_wrote_is_no_part_of_the_books(put, books):
    negative = "-" + "1" * 31
    put(find(1), outcome(find(1)), cursor(1))
    put(replace(find(2), find_id=negative), replace(find(3), found="yesterday"), replace(find(4), find_id=""))
    put(*(replace(outcome(find(1)), find_id=one) for one in (negative, "zz")))
    put(replace(outcome(find(5)), found="yesterday"))
    told = books()
    assert ((1, 1, 0), True) == (counts(told), told.right)


def test_a_find_that_a_crash_wrote_twice_counts_once(put, books):
    put(find(1), find(1), outcome(find(1)), outcome(find(1)), cursor(1))
    told = books()
    assert ((1, 1, 0), True) == (counts(told), told.right)


def test_numbers_that_a_crash_gave_out_twice_are_no_gap(put, books):
    put(find(1), replace(find(2), find_id=identifier("other"), ordinal=1), find(2), cursor(2))
    assert books().add_up


def test_a_find_that_is_not_on_the_topic_is_a_gap(put, books):
    put(find(1), find(2), find(4), find(1, "b"), cursor(5), cursor(1, "b"))
    told = books()
    assert not told.add_up
    assert {"a": ((3, 3), (5, 5)), "b": ()} == {feed.feed: feed.gaps for feed in told.feeds}
    assert 2 == told.missing


def test_finds_that_are_written_before_their_cursor_are_no_fault(put, books):
    put(find(1), find(2), find(3), cursor(1))
    assert books().add_up


def test_a_late_find_is_named_with_what_was_last_said_of_it(put, books):
    again = replace(find(1, age=LATE + 100), poll=2)
    put(outcome(find(1), outcome="fetch-failed", reason="HTTP 503"), again, find(2, age=LATE + 200), find(3), cursor(3))
    told = books()
    assert (True, False, 2) == (told.add_up, told.right, told.late)
    assert [
        ("http://example.org/2", LATE + 200, ""),
        ("http://example.org/1", LATE + 100, "fetch-failed: HTTP 503"),
    ] == [(one.link, one.age, one.reason) for one in told.overdue]
    assert (again.item_id, "a") == (told.overdue[1].item, told.overdue[1].feed)


def test_a_find_that_returned_to_an_earlier_form_is_in_flight_until_that_sighting_ends(put, books):
    again = replace(find(1), poll=7, ordinal=2)
    put(find(1), outcome(find(1)), again, cursor(2))
    assert (1, 0, 1) == counts(books())
    put(outcome(again))
    assert (1, 1, 0) == counts(books())


def test_an_outcome_whose_find_should_be_there_is_a_stray(put, books):
    put(find(1), outcome(find(1)), outcome(find(2, age=7200)), cursor(1))
    told = books()
    assert (1, 0, False) == (told.strays, told.expired, told.add_up)


def test_an_outcome_of_a_find_that_came_while_the_topics_were_read_is_no_stray(put, books):
    put(outcome(find(1, age=1.0)))
    assert books().right


@dataclasses.dataclass(frozen=True)
class Taken:
    """What `forget` took away."""

    partition: int
    ordinals: tuple[int, ...]


@pytest.fixture
def forget(kafka_settings):
    """Takes away the oldest records of the partition of a find, that find included, as retention does."""

    def take(finds, upto):
        partition = partition_of(finds[upto].item_id, kafka_settings.partitions)
        its = [one for one in finds if partition_of(one.item_id, kafka_settings.partitions) == partition]
        gone = [one for one in its if one.ordinal <= finds[upto].ordinal]
        with admin(kafka_settings) as client:
            client.delete_records({TopicPartition(kafka_settings.topic("finds"), partition): len(gone)})
        return Taken(partition, tuple(one.ordinal for one in gone))

    return take


def test_what_retention_took_from_one_partition_is_no_gap_and_its_outcomes_are_no_strays(put, books, forget):
    finds = [find(number, age=40 * 86_400.0 - number) for number in range(1, 31)]
    for one in finds:
        put(one)  # one by one: each has a time of its own
    put(*map(outcome, finds), cursor(30))
    taken = forget(finds, 14)
    told = books()
    assert told.add_up
    assert (len(taken.ordinals), 0) == (told.expired, told.strays)
    low = told.feeds[0].low
    assert low is not None
    assert max(taken.ordinals) < low <= 30


def test_a_gap_above_what_retention_took_is_still_seen(put, books, forget):
    finds = [find(number, age=40 * 86_400.0 - number) for number in range(1, 31)]
    for one in finds:
        if one.ordinal != 29:
            put(one)
    put(*map(outcome, finds[:28]), cursor(30))
    forget(finds, 5)
    assert ((29, 29),) == books().feeds[0].gaps
