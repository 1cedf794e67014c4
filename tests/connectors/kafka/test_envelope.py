"""The CloudEvents envelope."""

import dataclasses

import pytest
from cloudevents.kafka import KafkaMessage, from_binary
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.envelope import MAX_LENGTH, Attributes, clean, headers, joined

ATTRIBUTES = Attributes(
    id="e" * 32,
    source="/beatwire/demo",
    type="org.beatwire.article.published",
    subject="a" * 32,
    time="2026-01-31T10:00:00.000Z",
    dataschema="https://beatwire.org/schemas/article-event.v1.json",
    topics=("app-ban", "us-china-tech"),
    apps=("TikTok",),
    jurisdictions=("US", "US-MT"),
    status="halted",
    language="en",
    basis="page",
    revision=2,
)


def test_the_headers_are_a_contract():
    assert [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"e" * 32),
        ("ce_source", b"/beatwire/demo"),
        ("ce_type", b"org.beatwire.article.published"),
        ("ce_subject", b"a" * 32),
        ("ce_time", b"2026-01-31T10:00:00.000Z"),
        ("ce_dataschema", b"https://beatwire.org/schemas/article-event.v1.json"),
        ("ce_partitionkey", b"a" * 32),
        ("content-type", b"application/json"),
        ("ce_bwtopics", b"app-ban,us-china-tech"),
        ("ce_bwapps", b"TikTok"),
        ("ce_bwjurisdictions", b"US,US-MT"),
        ("ce_bwstatus", b"halted"),
        ("ce_bwlanguage", b"en"),
        ("ce_bwbasis", b"page"),
        ("ce_bwrevision", b"2"),
    ] == headers(ATTRIBUTES)


def test_the_cloudevents_sdk_reads_it():
    event = from_binary(KafkaMessage(headers=dict(headers(ATTRIBUTES)), key=b"a" * 32, value=b'{"item": {}}'))
    assert ("e" * 32, "/beatwire/demo", "org.beatwire.article.published", "app-ban,us-china-tech", {"item": {}}) == (
        event["id"],
        event["source"],
        event["type"],
        event["bwtopics"],
        event.data,
    )


@pytest.mark.parametrize("name", [name for name, _ in headers(ATTRIBUTES) if name.startswith("ce_")])
def test_attribute_names_are_those_that_cloudevents_allows(name):
    """CloudEvents 1.0, "Naming Conventions": lower-case letters and digits, at most 20 of them."""
    bare = name.removeprefix("ce_")
    assert bare.isalnum()
    assert bare.islower()
    assert len(bare) <= 20


@pytest.mark.parametrize(
    ("field", "header"),
    [
        ("topics", "ce_bwtopics"),
        ("apps", "ce_bwapps"),
        ("jurisdictions", "ce_bwjurisdictions"),
        ("status", "ce_bwstatus"),
        ("language", "ce_bwlanguage"),
        ("basis", "ce_bwbasis"),
    ],
)
def test_an_empty_attribute_is_left_out(field, header):
    empty = () if isinstance(getattr(ATTRIBUTES, field), tuple) else ""
    assert header not in dict(headers(dataclasses.replace(ATTRIBUTES, **{field: empty})))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ("微信", "微信"),
        ('50% "off" é', '50% "off" é'),  # no percent-encoding: that is for HTTP
        ("a\nb\x00c\x85d", "abcd"),
        ("a\ud800b", "ab"),
        ("a\ufffe\ufdd0\U0001ffffb", "ab"),
        ("x" * 5000, "x" * MAX_LENGTH),
    ],
)
def test_a_value_is_made_a_cloudevents_string(value, expected):
    assert expected == clean(value)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "", "b"), "a,b"),
        (("Foo, Inc.",), "Foo  Inc."),
        (("\n",), ""),
        (("x" * 600, "y" * 600), "x" * 600),
        (("x" * 511, "y" * 512, "z"), "x" * 511 + "," + "y" * 512),
    ],
)
def test_lists_are_joined_and_only_whole_values_are_left_out(values, expected):
    assert expected == joined(values)


@given(st.text(max_size=2000))
def test_a_header_is_always_utf_8_bounded_and_free_of_control_characters(value):
    for _, said in headers(dataclasses.replace(ATTRIBUTES, subject=value, apps=(value,), status=value)):
        text = said.decode()
        assert 0 < len(text) <= MAX_LENGTH
        assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in text)
