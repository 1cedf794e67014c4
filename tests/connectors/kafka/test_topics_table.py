"""The table itself: what each topic promises its readers."""

import pytest

from connectors.kafka.deadletters import MAX_BYTES, MAX_HEADERS
from connectors.kafka.rows import MAX_RECORD
from connectors.kafka.topics import DEAD_LETTER_BYTES, TOPICS, Drift, wanted

DAY = 86_400_000
BY_NAME = {topic.name: topic for topic in TOPICS}
COMPACTED = ["latest", "outcomes", "feeds", "sources"]


def test_a_pipeline_needs_eight_topics():
    assert ["articles", "latest", "finds", "outcomes", "feeds", "sources", "dead-letters", "leases"] == [
        one.name for one in wanted()
    ]


def test_full_texts_are_off_by_default():
    assert ["texts"] == [topic.name for topic in TOPICS if topic.optional]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("articles", "article id"),
        ("latest", "article id"),
        ("finds", "item id"),
        ("outcomes", "find id"),
        ("feeds", "feed id"),
        ("sources", "feed id"),
        ("dead-letters", "original key"),
        ("leases", "constant"),
        ("texts", "article id"),
    ],
)
def test_keys_are_a_contract(name, key):
    assert key == BY_NAME[name].key


@pytest.mark.parametrize(
    ("name", "policy", "days"),
    [
        ("articles", "delete", 30),
        ("latest", "compact,delete", 180),
        ("finds", "delete", 30),
        ("outcomes", "compact,delete", 90),
        ("feeds", "compact", None),
        ("sources", "compact", None),
        ("dead-letters", "delete", 30),
        ("texts", "delete", 7),
    ],
)
def test_what_is_a_memory_is_compacted_and_what_is_a_log_expires(name, policy, days):
    configs = BY_NAME[name].configs
    assert (policy, days) == (
        configs["cleanup.policy"],
        int(configs["retention.ms"]) // DAY if "retention.ms" in configs else None,
    )


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.name)
def test_records_are_dated_by_their_arrival(topic):
    assert "LogAppendTime" == topic.configs["message.timestamp.type"]


@pytest.mark.parametrize("name", COMPACTED)
def test_a_small_compacted_topic_is_compacted_within_a_day(name):
    configs = BY_NAME[name].configs
    assert int(configs["segment.ms"]) < int(configs["max.compaction.lag.ms"]) <= DAY


def test_a_reader_that_was_away_for_a_week_still_sees_what_was_withdrawn():
    assert str(7 * DAY) == BY_NAME["latest"].configs["delete.retention.ms"]


def test_the_memories_are_what_the_pipeline_reads_back():
    assert {"articles", "latest", "finds", "outcomes", "feeds", "sources", "leases"} == {
        topic.name for topic in TOPICS if topic.memory
    }


def test_what_no_other_topic_takes_fits_into_dead_letters():
    assert str(DEAD_LETTER_BYTES) == BY_NAME["dead-letters"].configs["max.message.bytes"]
    assert MAX_RECORD < MAX_BYTES + MAX_HEADERS < DEAD_LETTER_BYTES


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        (Drift("a", "topic", "there", None), "a is missing"),
        (Drift("a", "retention.ms", "1", "2"), "a: retention.ms is 2, expected 1"),
    ],
)
def test_a_drift_is_a_sentence(drift, words):
    assert words == str(drift)
