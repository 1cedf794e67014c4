"""The sink and the memories while the broker is frozen, killed, and started again."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from topic_reading import read_all

from connectors.kafka.memory import PartitionReader
from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from transforms.errors import KafkaUnavailable


@contextlib.contextmanager
def frozen(broker):
    """The broker stands still, as on a machine that swaps; its connections stay open."""
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        until_it_stands(broker.pid)
        yield
    finally:
        os.kill(broker.pid, signal.SIGCONT)


def until_it_stands(pid):
    """A signal is not obeyed before it is delivered, to every thread: until then the broker may still answer."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        states = [
            (task / "stat").read_text().rpartition(")")[2].split()[0] for task in Path(f"/proc/{pid}/task").iterdir()
        ]
        if set(states) <= {"T", "t"}:
            return
        time.sleep(0.02)


def numbered(settings, numbers):
    return [Row(settings.topic("articles"), b"k", b"%d" % number, (), 0) for number in numbers]


def values(settings):
    """The values on `articles`, each where it came first."""
    return list(dict.fromkeys(int(record.value) for record in read_all(settings, "articles")))


def in_thread(work):
    """Starts ``work``; gives the thread and a list that gets its result."""
    result = []
    thread = threading.Thread(target=lambda: result.append(work()), daemon=True)
    thread.start()
    return thread, result


def test_a_frozen_broker_is_waited_for_and_all_arrives_in_order(kafka, kafka_settings):
    sink = Sink(kafka_settings, None)
    sink.write(numbered(kafka_settings, [0]))
    with frozen(kafka):
        thread, result = in_thread(lambda: sink.write(numbered(kafka_settings, range(1, 500))))
        thread.join(2)
        assert thread.is_alive()
    thread.join(60)
    assert [()] == result
    assert list(range(500)) == values(kafka_settings)
    sink.close()


def test_a_frozen_broker_exhausts_a_patience(kafka, kafka_settings):
    sink = Sink(kafka_settings, 1)
    sink.write(numbered(kafka_settings, [0]))
    with frozen(kafka), pytest.raises(KafkaUnavailable, match="not acknowledged"):
        sink.write(numbered(kafka_settings, [1, 2]))
    assert () == Sink(kafka_settings, 60).write(numbered(kafka_settings, [1, 2, 3]))
    assert [0, 1, 2, 3] == values(kafka_settings)
    sink.close()


def test_a_reader_gives_up_on_a_frozen_broker_and_goes_on_when_it_thaws(kafka, kafka_settings):
    sink, seen = Sink(kafka_settings, 60), []
    reader = PartitionReader(kafka_settings, kafka_settings.topic("articles"), 0, 60)
    sink.write(numbered(kafka_settings, range(3)))
    reader.catch_up(lambda record: seen.append(int(record.value)))
    reader._patience = 1
    with frozen(kafka), pytest.raises(KafkaUnavailable, match="does not answer"):
        reader.catch_up(lambda record: seen.append(int(record.value)))
    patient = Sink(kafka_settings, 60)
    patient.write(numbered(kafka_settings, [3]))
    reader._patience = 60
    reader.catch_up(lambda record: seen.append(int(record.value)))
    assert [0, 1, 2, 3] == seen
    for one in (sink, patient, reader):
        one.close()


def test_a_killed_broker_that_comes_back_finds_all_waiting(kafka, kafka_settings):
    sink, seen = Sink(kafka_settings, None), []
    reader = PartitionReader(kafka_settings, kafka_settings.topic("articles"), 0, None)
    sink.write(numbered(kafka_settings, range(100)))
    reader.catch_up(lambda record: seen.append(int(record.value)))
    kafka.kill()
    writing, written = in_thread(lambda: sink.write(numbered(kafka_settings, range(100, 600))))
    reading, read = in_thread(lambda: reader.catch_up(lambda record: seen.append(int(record.value))))
    writing.join(1)
    assert (True, True) == (writing.is_alive(), reading.is_alive())
    kafka.start()
    writing.join(90)
    reading.join(90)
    assert ([()], [None]) == (written, read)
    reader.catch_up(lambda record: seen.append(int(record.value)))
    assert list(range(600)) == values(kafka_settings)
    assert list(range(600)) == list(dict.fromkeys(seen))
    sink.close()
    reader.close()


def test_a_broker_killed_in_the_middle_of_a_stream_loses_nothing_and_turns_nothing_round(kafka, kafka_settings):
    sink = Sink(kafka_settings, None)
    halfway = threading.Event()

    def write():
        rejects = []
        for start in range(0, 6000, 500):
            if start == 3000:
                halfway.set()
            rejects += sink.write(numbered(kafka_settings, range(start, start + 500)))
        return rejects

    thread, result = in_thread(write)
    assert halfway.wait(60)
    kafka.kill()
    kafka.start()
    thread.join(120)
    assert [[]] == result
    assert list(range(6000)) == values(kafka_settings)
    sink.close()
