"""What a worker process holds for a run, and the end of it."""

import dataclasses
import threading
import time

import pytest
from topic_reading import read_all

from connectors import worker
from connectors.kafka.rows import Row
from connectors.run import RunSettings
from connectors.web.client import WebSettings
from transforms.errors import RunOver

SOON = 10.0  # seconds; a write waits 75 for one attempt, and for ever for Kafka


@pytest.fixture
def run(kafka_settings):
    settings = RunSettings(
        run_id=kafka_settings.prefix, name="test", version="0", kafka=kafka_settings, web=WebSettings(), feeds=()
    )
    yield settings
    worker.drop(settings.run_id)


def articles(run, *numbers):
    return [Row(run.kafka.topic("articles"), b"k", b"%d" % number, (), 0) for number in numbers]


def values(run):
    return [record.value for record in read_all(run.kafka, "articles")]


def caught(work):
    """Runs ``work`` in a thread; gives the thread and a list that gets what it raised."""
    raised = []

    def run():
        try:
            work()
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, raised


def test_a_write_that_waits_for_kafka_ends_with_its_run_and_is_never_delivered(kafka, run):
    shared = worker.of(run)
    shared.write(articles(run, 0), "publish")
    kafka.kill()
    try:
        thread, raised = caught(lambda: shared.write(articles(run, 1, 2), "publish"))
        thread.join(1)
        assert thread.is_alive()
        began = time.monotonic()
        worker.drop(run.run_id)
        thread.join(SOON)
        assert time.monotonic() - began < SOON
    finally:
        kafka.start()
    assert [RunOver] == [type(error) for error in raised]
    assert [b"0"] == values(run)


def test_a_write_between_two_attempts_ends_with_its_run(kafka, run):
    shared = worker.of(run)
    kafka.kill()
    try:
        thread, raised = caught(lambda: shared.write(articles(run, 1), "publish"))
        thread.join(1)  # it has no producer yet: each attempt fails at once, and it pauses in between
        worker.drop(run.run_id)
        thread.join(SOON)
        assert not thread.is_alive()
    finally:
        kafka.start()
    assert [RunOver] == [type(error) for error in raised]
    assert [] == values(run)


def test_a_reader_that_waits_for_kafka_ends_with_its_run(kafka, run):
    memory = worker.of(run).latest(0)
    memory.read()
    kafka.kill()
    try:
        thread, raised = caught(memory.read)
        thread.join(1)
        assert thread.is_alive()
        worker.drop(run.run_id)
        thread.join(SOON)
        assert not thread.is_alive()
    finally:
        kafka.start()
    assert [RunOver] == [type(error) for error in raised]


def test_what_a_bundle_still_holds_of_a_run_that_is_over_writes_and_reads_nothing(run):
    shared = worker.of(run)
    memory = shared.latest(0)
    worker.drop(run.run_id)
    with pytest.raises(RunOver):
        shared.write(articles(run, 1), "publish")
    with pytest.raises(RunOver):
        memory.read()
    with pytest.raises(RunOver):
        shared.latest(1)
    with pytest.raises(RunOver):
        worker.of(run)
    assert [] == values(run)


def test_another_run_of_the_same_pipeline_writes_on(run):
    worker.of(run).write(articles(run, 1), "publish")
    worker.drop(run.run_id)
    successor = dataclasses.replace(run, run_id=f"{run.run_id}-2")
    worker.of(successor).write(articles(run, 2), "publish")
    worker.drop(successor.run_id)
    assert [b"1", b"2"] == values(run)
