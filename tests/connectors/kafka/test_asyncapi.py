"""The AsyncAPI document: what is shipped is what the code says, and its examples are events."""

import json
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from connectors.kafka import asyncapi, examples
from connectors.kafka.deadletters import dead_letter
from connectors.kafka.envelope import Attributes, attributes, headers
from connectors.kafka.rows import Reject, Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.topics import wanted
from transforms import schemas
from transforms.vocabulary import EventType

SETTINGS = KafkaSettings(bootstrap="")
DOCUMENT = json.loads(asyncapi.text(SETTINGS))


def references(node):
    if isinstance(node, dict):
        yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from references(one)


def resolved(reference):
    node = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_the_shipped_document_is_what_the_code_says():
    shipped = Path(__file__).parents[3] / "docs" / "asyncapi.json"
    assert asyncapi.text(SETTINGS) == shipped.read_text("utf-8"), "run: python -m connectors.kafka.asyncapi"


def test_every_topic_that_is_created_is_a_channel_with_its_settings():
    said = {name: channel["bindings"]["kafka"] for name, channel in DOCUMENT["channels"].items()}
    assert {topic.name for topic in wanted()} == set(said)
    for topic in wanted():
        told = {
            key: ",".join(v) if isinstance(v, list) else str(v)
            for key, v in said[topic.name]["topicConfiguration"].items()
        }
        assert set() == set(told.items()) - set(topic.configs.items())
        assert (SETTINGS.topic(topic.name), SETTINGS.partitions) == (
            said[topic.name]["topic"],
            said[topic.name]["partitions"],
        )


def test_every_reference_leads_somewhere():
    found = set(references(DOCUMENT))
    assert found
    assert all(resolved(one) for one in found)


def test_the_schemas_keep_to_what_an_asyncapi_schema_knows():
    text = json.dumps(DOCUMENT["components"]["schemas"])
    assert [] == [word for word in ('"$defs"', '"prefixItems"', '"enum"', '"$schema"') if word in text]


def test_the_headers_are_those_of_the_envelope_in_its_order():
    full = Attributes(
        *["x"] * 6, topics=("x",), apps=("x",), jurisdictions=("x",), status="x", language="x", basis="x", revision=1
    )
    bare = [name for name, _ in headers(Attributes(*["x"] * 6))]
    assert list(asyncapi.ENVELOPE) == [name for name, _ in headers(full)]
    assert bare == [name for name, (_, always) in asyncapi.ENVELOPE.items() if always]


def test_the_headers_of_dead_letters_are_those_that_are_written():
    row = dead_letter(SETTINGS, Reject(Row("t", b"k", b"v"), ValueError("no")), "publish")
    assert set() == set(asyncapi.REFUSED) - {name for name, _ in row.headers}


@pytest.mark.parametrize("event", examples.events(), ids=lambda one: one.version.type)
def test_the_examples_are_events(event):
    message = DOCUMENT["components"]["messages"][event.version.type]
    (example,) = message["examples"]
    jsonschema.Draft202012Validator(schemas.load("article-event.v1.json")).validate(example["payload"])
    article = event.item.uri.rpartition("/")[2]
    assert {name: value.decode() for name, value in headers(attributes(event, article))} == example["headers"]


def test_the_examples_are_an_articles_life():
    first, *later = events = examples.events()
    assert ["published", "revised", "retagged", "retracted"] == [e.version.type.partition(".")[2] for e in events]
    assert [e.version.event for e in events[:-1]] == [e.change.previous for e in later]
    assert first.tags.evidence[0].quote == first.item.headlines[0].value[0:30]


def test_each_type_of_event_is_a_message_of_both_topics_and_of_the_two_only_latest_has_tombstones():
    types = set(get_args(EventType))
    assert types == set(DOCUMENT["channels"]["articles"]["messages"])
    assert types | {"article.forgotten"} == set(DOCUMENT["channels"]["latest"]["messages"])


def test_a_feed_that_is_taken_off_the_list_is_a_message_too():
    assert {"sources", "source.removed"} == set(DOCUMENT["channels"]["sources"]["messages"])
