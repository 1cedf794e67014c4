"""`docs/topics.md` names every field, word, header and topic that the code knows."""

import re
from pathlib import Path
from typing import get_args

import pytest

from connectors.kafka import asyncapi
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.topics import TOPICS
from transforms import schemas, vocabulary

PAGE = (Path(__file__).parents[2] / "docs" / "topics.md").read_text("utf-8")
# Between backticks, or a key of the example.
NAMED = {word for quoted in re.findall(r"`([^`\n]+)`", PAGE) for word in re.split(r"[^\w.-]+", quoted)} | set(
    re.findall(r'"(\w+)":', PAGE)
)
# What ninjs explains.
ELSEWHERE = {"Named", "AltId", "Text", "Standard"}
RECORDS = {name: one for name, one in schemas.components("{name}").items() if name not in ELSEWHERE}


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_is_named(record):
    assert set() == set(RECORDS[record]["properties"]) - NAMED


@pytest.mark.parametrize(
    "words",
    ["Topic", "Stage", "Status", "Measure", "ActorKind", "DateRole", "Precision", "Part", "SourceKind", "Basis", "Step"]
    + ["OutcomeName", "PubStatus"],
)
def test_every_word_is_named(words):
    assert set() == set(get_args(getattr(vocabulary, words))) - NAMED


def test_every_header_is_named():
    assert set() == {*asyncapi.ENVELOPE, *asyncapi.REFUSED} - NAMED


def test_every_topic_has_its_row():
    rows = dict(re.findall(r"^\| `(\S+\.v1)` \| ([^|]+) \|", PAGE, re.MULTILINE))
    assert {KafkaSettings(bootstrap="").topic(topic.name): topic.key for topic in TOPICS} == rows
