"""What `feeds` says of each feed: the newest of each, whatever else stands there."""

import time

import msgspec
import pytest
from records import find

from connectors.kafka.health import Health, read_health, recent_finds
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import Sink
from transforms.cursor import Cursor
from transforms.errors import KafkaUnavailable
from transforms.records import FeedSource

SOURCE = FeedSource(id="a", url="https://a.example/", publisher="A")
CURSOR = Cursor(
    feed_id="a",
    url="https://a.example/",
    next_poll="2026-11-24T10:15:00.000Z",
    polled="2026-11-24T10:00:00.000Z",
    polls=3,
    found=7,
    failures=2,
    error="HTTP 503",
)


def test_the_newest_cursor_of_each_feed_is_read(kafka_settings):
    topic = kafka_settings.topic("feeds")
    sink = Sink(kafka_settings, 30)
    older = msgspec.structs.replace(CURSOR, polls=2, found=5, failures=0, error="")
    later = msgspec.json.encode(msgspec.to_builtins(CURSOR) | {"ofALaterVersion": {"x": 1}})
    values = [msgspec.json.encode(older), later, b"{", b"7", b'{"feedId": 3}']
    sink.write([Row(topic, b"a", value, ()) for value in values])
    sink.close()
    known = read_health(kafka_settings)
    assert ["a"] == list(known)
    assert (7, 2, "HTTP 503", "failing (2)") == (
        known["a"].health.found,
        known["a"].health.failures,
        known["a"].health.error,
        known["a"].health.state,
    )
    assert {"x": 1} == known["a"].record["ofALaterVersion"]


def test_the_finds_of_a_feed_since_a_time_are_each_told_once(kafka_settings):
    sink, topic = Sink(kafka_settings, 30), kafka_settings.topic("finds")
    ours = [
        find(find_id=name, source=msgspec.structs.replace(SOURCE, id="a"), found=f"2026-11-24T1{name}") for name in "20"
    ]
    others = find(find_id="3", source=msgspec.structs.replace(SOURCE, id="b"))
    sink.write([Row(topic, one.find_id.encode(), msgspec.json.encode(one), ()) for one in (*ours, ours[0], others)])
    sink.close()
    now = time.time()
    assert ["0", "2"] == [one.find_id for one in recent_finds(kafka_settings, "a", now - 60)]
    assert () == recent_finds(kafka_settings, "a", now + 60)
    assert () == recent_finds(kafka_settings, "c", now - 60)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "not polled yet"),
        ({"polls": 1}, "ok"),
        ({"polls": 9, "failures": 4, "quiet": "2026-01-01"}, "failing (4)"),
        ({"polls": 9, "quiet": "2026-01-01"}, "quiet"),
    ],
)
def test_the_state_is_a_word_or_two(said, expected):
    assert expected == Health("a", **said).state


def test_kafka_that_does_not_answer_is_told_at_once():
    with pytest.raises(KafkaUnavailable):
        read_health(KafkaSettings(bootstrap="127.0.0.1:1"))
