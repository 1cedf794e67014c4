"""What needs no broker: the table, the envelope, partitions, packed memories, names that we lean on."""

import pickle

import pytest
from cloudevents.kafka import KafkaMessage, from_binary
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.deadletters import MAX_BYTES, dead_letter
from connectors.kafka.envelope import MAX_LENGTH, Attributes, headers
from connectors.kafka.packed import PackedMap, short
from connectors.kafka.partition import partition_of
from connectors.kafka.probe import cause
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import MAX_RECORDS, Reject, Row, _chunks
from connectors.kafka.topics import TOPICS, wanted

SETTINGS = KafkaSettings(bootstrap="127.0.0.1:1", sasl_username="u", sasl_password="secret")
ATTRIBUTES = Attributes(
    id="e" * 32,
    source="/beatwire/beatwire",
    type="org.beatwire.article.published",
    subject="a" * 32,
    time="2026-01-31T10:00:00.000Z",
    dataschema="https://beatwire.org/schemas/article-event.v1.json",
    topics=("app-ban", "us-china-tech"),
    apps=("TikTok",),
    jurisdictions=("US", "US-MT"),
    status="halted",
    basis="page",
    revision=2,
)


def test_topic_names_are_a_contract():
    expected = [f"beatwire.{name}.v1" for name in ("articles", "latest", "finds", "outcomes", "feeds", "dead-letters")]
    assert expected == [SETTINGS.topic(topic.name) for topic in wanted()]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.name)
def test_records_are_dated_by_their_arrival(topic):
    assert "LogAppendTime" == topic.configs["message.timestamp.type"]


@pytest.mark.parametrize(
    ("name", "policy"),
    [("articles", "delete"), ("latest", "compact,delete"), ("outcomes", "compact,delete"), ("feeds", "compact")],
)
def test_what_is_a_memory_is_compacted_and_what_is_a_log_is_not(name, policy):
    assert policy == next(topic for topic in TOPICS if topic.name == name).configs["cleanup.policy"]


def test_the_password_is_not_shown():
    assert "secret" not in repr(SETTINGS)
    assert SETTINGS == pickle.loads(pickle.dumps(SETTINGS))


@pytest.mark.parametrize(
    ("key", "expected"), [("21", 973932308), ("foobar", 790332482), ("a-little-bit-long-string", 985981536)]
)
def test_partitions_are_those_of_java(key, expected):
    """Values of murmur2 in Kafka's own ``UtilsTest``, negative ones aside made positive."""
    from kafka.partitioner.default import murmur2

    assert murmur2(key.encode()) & 0x7FFFFFFF == partition_of(key, 2**31)
    assert {-973932308, -790332482, -985981536} & {_signed(murmur2(key.encode()))} == {-expected}


def _signed(value):
    return value - 2**32 if value >= 2**31 else value


def test_the_cloudevents_sdk_reads_the_envelope():
    event = from_binary(KafkaMessage(headers=dict(headers(ATTRIBUTES)), key=b"a" * 32, value=b'{"item": {}}'))
    assert ("e" * 32, "org.beatwire.article.published", "app-ban,us-china-tech", {"item": {}}) == (
        event["id"],
        event["type"],
        event["bwtopics"],
        event.data,
    )


def test_empty_attributes_are_left_out():
    names = dict(headers(Attributes("i", "/s", "t", "s", "2026-01-31T10:00:00.000Z", "https://x")))
    assert not {"ce_bwapps", "ce_bwtopics", "ce_bwjurisdictions", "ce_bwstatus", "ce_bwlanguage"} & set(names)
    assert b"application/json" == names["content-type"]


@given(st.text(max_size=2000))
def test_a_header_is_always_utf_8_bounded_and_free_of_control_characters(value):
    for _, said in headers(Attributes("i", "/s", "t", value or "s", "t", "https://x", apps=(value,))):
        text = said.decode()
        assert len(text) <= MAX_LENGTH
        assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in text)


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1) | st.integers(0, 20), st.integers(0, 2**32 - 1))))
def test_a_packed_map_is_a_map(pairs):
    packed, plain = PackedMap(merge_at=4), {}
    for key, value in pairs:
        packed[key] = plain[key] = value
    assert plain == {key: packed.get(key) for key in plain}
    assert len(plain) == len(packed)
    assert packed.get(2**63 + 7) is plain.get(2**63 + 7)


def test_a_million_ids_take_twelve_bytes_each():
    packed = PackedMap(merge_at=250_000)
    for key in range(1_000_000):
        packed[key * 7919] = 1
    size = packed._keys.buffer_info()[1] * packed._keys.itemsize
    size += packed._values.buffer_info()[1] * packed._values.itemsize
    assert 12_000_000 == size


def test_an_id_is_known_by_its_first_64_bits():
    assert 0x0123456789ABCDEF == short("0123456789abcdef" + "f" * 16)


def test_a_dead_letter_keeps_key_bytes_and_headers_and_says_why():
    reject = Reject(Row("t", b"k", b"v" * (MAX_BYTES + 1), (("ce_id", b"1"),)), ValueError("too much"))
    row = dead_letter(SETTINGS, reject, "publish")
    told = dict(row.headers)
    assert (b"k", MAX_BYTES, b"1", b"t", b"ValueError", b"true") == (
        row.key,
        len(row.value),
        told["ce_id"],
        told["bw_topic"],
        told["bw_error_class"],
        told["bw_truncated"],
    )


def test_rows_in_flight_are_bounded_and_keep_their_order():
    rows = [Row("t", b"k", str(number).encode()) for number in range(MAX_RECORDS * 2 + 1)]
    chunks = list(_chunks(rows))
    assert [MAX_RECORDS, MAX_RECORDS, 1] == [len(chunk) for chunk in chunks]
    assert rows == [row for chunk in chunks for row in chunk]


@pytest.mark.parametrize(
    ("bootstrap", "words"),
    [
        ("127.0.0.1:1", "no connection to Kafka at 127.0.0.1:1"),
        ("kafka", "is not host:port"),
        ("no-such-host.invalid:9092", "cannot be resolved"),
    ],
)
def test_the_cause_of_an_unreachable_kafka_is_named(bootstrap, words):
    assert words in cause(KafkaSettings(bootstrap=bootstrap))


def test_the_private_names_that_retiring_needs_are_there():
    import inspect

    import kafka.producer.kafka as module
    from kafka.producer.sender import Sender

    assert hasattr(module, "log")
    assert callable(Sender.force_close)
    assert "_sender" in inspect.getsource(module.KafkaProducer.__init__)
