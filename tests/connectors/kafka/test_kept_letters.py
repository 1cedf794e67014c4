"""Where a worker keeps what Kafka refuses, on a real broker."""

import contextlib
import dataclasses
import os

import pytest
from kafka.errors import MessageSizeTooLargeError
from topic_reading import read_all

from connectors import worker
from connectors.kafka import letters, spill
from connectors.kafka.access import admin
from connectors.kafka.memory import PartitionReader
from connectors.kafka.partition import partition_of
from connectors.kafka.rows import Row
from connectors.run import RunSettings
from connectors.web.client import WebSettings
from transforms.errors import KafkaMisconfigured


@pytest.fixture
def run(quick_lookup, tmp_path):
    settings = RunSettings(
        run_id=quick_lookup.prefix,
        name="test",
        version="0",
        kafka=quick_lookup,
        web=WebSettings(),
        feeds=(),
        spill=tmp_path / "spill",
    )
    yield settings
    worker.drop(settings.run_id)


def giant(run):
    return Row(run.kafka.topic("articles"), b"k", os.urandom(1_500_000), (("ce_id", b"1"),))


def small(run):
    return Row(run.kafka.topic("articles"), b"k", b"v", (), 0)


def test_a_culprit_becomes_a_dead_letter_and_no_file_is_made(run):
    (reject,) = worker.of(run).write([small(run), giant(run)], "publish")
    assert isinstance(reject.error, MessageSizeTooLargeError)
    assert [reject.row.value] == [record.value for record in read_all(run.kafka, "dead-letters")]
    assert [b"v"] == [record.value for record in read_all(run.kafka, "articles")]
    assert not run.spill.exists()


def test_what_dead_letters_refuses_too_is_kept_on_the_disk(run, alter):
    alter("dead-letters", **{"max.message.bytes": "20000"})
    (reject,) = worker.of(run).write([giant(run), small(run)], "publish")
    (one,) = spill.read(run.spill)
    assert (b"k", reject.row.value) == (one.row.key, one.row.value)
    assert ("bw_topic", run.kafka.topic("articles").encode()) in one.row.headers
    assert [] == read_all(run.kafka, "dead-letters")
    assert [b"v"] == [record.value for record in read_all(run.kafka, "articles")]


def test_without_a_topic_for_dead_letters_they_are_kept_on_the_disk_and_the_run_goes_on(run):
    with admin(run.kafka) as client:
        client.delete_topics([run.kafka.topic("dead-letters")])
    assert 1 == len(worker.of(run).write([giant(run)], "publish"))
    assert () == worker.of(run).write([small(run)], "publish")
    assert 1 == len(list(spill.read(run.spill)))


def refused(run, topic, partition):
    with contextlib.closing(PartitionReader(run.kafka, run.kafka.topic("dead-letters"), partition, 30)) as reader:
        return letters.refused(run.kafka.topic(topic), reader, run.spill)


def test_what_a_topic_refused_is_known_by_key_and_event_from_the_partition_of_its_key(run):
    worker.of(run).write([giant(run)], "publish")
    own = partition_of(b"k", run.kafka.partitions)
    assert {(b"k", b"1")} == refused(run, "articles", own)
    assert (set(), set()) == (refused(run, "latest", own), refused(run, "articles", (own + 1) % 3))


def test_without_a_topic_for_dead_letters_the_spilled_ones_tell(run):
    with admin(run.kafka) as client:
        client.delete_topics([run.kafka.topic("dead-letters")])
    worker.of(run).write([giant(run)], "publish")
    assert {(b"k", b"1")} == refused(run, "articles", 0)


def test_a_letter_that_can_be_kept_nowhere_ends_the_run_with_the_cause(run, tmp_path, alter):
    alter("dead-letters", **{"max.message.bytes": "20000"})
    (tmp_path / "file").write_text("in the way")
    nowhere = dataclasses.replace(run, run_id=f"{run.run_id}-2", spill=tmp_path / "file" / "spill")
    with pytest.raises(KafkaMisconfigured, match=r"dead letters are refused .* cannot be kept"):
        worker.of(nowhere).write([giant(run)], "publish")
    worker.drop(nowhere.run_id)
