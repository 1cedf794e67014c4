"""What the sink does when producers fail, on a cluster of our own making that fails on demand."""

import logging
import pickle
import random
from types import SimpleNamespace

import pytest
from kafka import errors

from connectors.kafka import sink as sink_module
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import Sink
from transforms.errors import KafkaMisconfigured, KafkaUnavailable, LeaseLost

SETTINGS = KafkaSettings(bootstrap="127.0.0.1:1")


class Cluster:
    """Takes records from producers that behave as kafka-python's do.

    An idempotent producer with one failed record is dead: all behind it fail too, without a reason of their own. A
    careful one fails record by record, or batch by batch (`batch`: records that share their fate).

    Args:
      verdict: Gives the error of a row, or None; called with each row and the number of producers made so far.
      batch: Records in a batch of a careful producer.
    """

    def __init__(self, verdict=lambda row, made: None, batch=1):
        self.verdict, self.batch = verdict, batch
        self.values, self.made, self.closed = [], [], 0

    def connect(self, settings, careful, within):
        self.made.append(careful)
        return Producer(self, careful)


class Producer:
    def __init__(self, cluster, careful):
        self.cluster, self.careful, self.pending, self.dead = cluster, careful, [], False
        self._sender = SimpleNamespace(force_close=self._end, join=lambda seconds: None)

    def _end(self):
        self.cluster.closed += 1

    def close(self, timeout):
        self.pending = None

    def send(self, topic, value, key, headers, partition):
        future = Future(self, SimpleNamespace(topic=topic, value=value, key=key))
        self.pending.append(future)
        return future

    def settle(self):
        size = self.cluster.batch if self.careful else 1
        todo, self.pending = self.pending, []
        for start in range(0, len(todo), size):
            batch = todo[start : start + size]
            found = [self.cluster.verdict(future.row, len(self.cluster.made)) for future in batch]
            error = next((one for one in found if one is not None), None)
            for future in batch:
                future.error = errors.KafkaError("the producer is dead") if self.dead else error
                if future.error is None:
                    self.cluster.values.append(future.row.value)
            self.dead = self.dead or (error is not None and not self.careful)


class Future:
    def __init__(self, producer, row):
        self.producer, self.row, self.error = producer, row, None

    @property
    def is_done(self):
        return self not in (self.producer.pending or ())

    @property
    def exception(self):
        return self.error

    def get(self, timeout):
        if self in self.producer.pending:
            self.producer.settle()
        if self.error is not None:
            raise self.error


def rows(count, keys=None):
    return [Row("t", b"%d" % (number % (keys or count)), b"%d" % number) for number in range(count)]


def is_bad(*numbers):
    return lambda row, made: errors.InvalidRecordError("bad") if int(row.value) in numbers else None


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(sink_module, "PAUSE", 0.001)
    monkeypatch.setattr(sink_module, "LONGEST_PAUSE", 0.001)


def test_all_goes_through_one_producer_when_nothing_fails():
    cluster = Cluster()
    sink = Sink(SETTINGS, 5, cluster.connect)
    assert () == sink.write(rows(10))
    assert () == sink.write(rows(10))
    assert [False] == cluster.made
    assert [row.value for row in rows(10)] * 2 == cluster.values


def test_nothing_connects_before_the_first_row():
    cluster = Cluster()
    assert () == Sink(SETTINGS, 5, cluster.connect).write([])
    assert [] == cluster.made


def test_no_rows_are_fine():
    assert () == Sink(SETTINGS, 5, Cluster().connect).write([])


@pytest.mark.parametrize("batch", [1, 7, 50])
@pytest.mark.parametrize("bad", [(0,), (49,), (3, 4, 5), (0, 10, 20, 30, 40), tuple(range(50))])
def test_exactly_the_culprits_are_returned_and_all_others_delivered_in_order(batch, bad):
    cluster = Cluster(is_bad(*bad), batch)
    rejects = Sink(SETTINGS, 5, cluster.connect).write(rows(50))
    assert sorted(bad) == sorted(int(reject.row.value) for reject in rejects)
    assert all(isinstance(reject.error, errors.InvalidRecordError) for reject in rejects)
    assert {number for number in range(50) if number not in bad} == {int(value) for value in cluster.values}


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_each_key_is_kept_through_any_failures(seed):
    rng = random.Random(seed)
    bad = set(rng.sample(range(200), 4))

    def verdict(row, made):
        if int(row.value) in bad:
            return errors.InvalidRecordError("bad")
        return errors.KafkaTimeoutError("slow") if rng.random() < 0.01 else None

    cluster, sent = Cluster(verdict, batch=rng.choice([1, 3, 20])), rows(200, keys=15)
    rejects = Sink(SETTINGS, None, cluster.connect).write(sent)
    assert bad == {int(reject.row.value) for reject in rejects}
    for key in range(15):
        mine = [number for number in range(key, 200, 15) if number not in bad]
        seen = [int(value) for value in cluster.values if int(value) % 15 == key]
        assert mine == sorted(set(seen))
        assert mine[-1] == seen[-1]


def test_a_failed_producer_is_ended_and_after_the_careful_one_comes_a_normal_one():
    cluster = Cluster(is_bad(1))
    sink = Sink(SETTINGS, 5, cluster.connect)
    sink.write(rows(3))
    sink.write([Row("t", b"k", b"9")])
    assert ([False, True, False], 2) == (cluster.made, cluster.closed)


def test_a_refusal_is_raised_and_blamed_on_no_record():
    cluster = Cluster(lambda row, made: errors.TopicAuthorizationFailedError("t"))
    with pytest.raises(KafkaMisconfigured, match="Kafka refuses us: TopicAuthorizationFailedError"):
        Sink(SETTINGS, None, cluster.connect).write(rows(3))


def test_patience_ends_with_the_cause():
    cluster = Cluster(lambda row, made: errors.KafkaTimeoutError("slow"))
    with pytest.raises(KafkaUnavailable, match=r"3 records not acknowledged: no connection to Kafka"):
        Sink(SETTINGS, 0.05, cluster.connect).write(rows(3))


def test_without_patience_it_waits_as_long_as_it_takes_and_says_so_once(caplog):
    cluster = Cluster(lambda row, made: errors.KafkaTimeoutError("slow") if made < 20 else None)
    with caplog.at_level(logging.WARNING, "connectors.kafka.sink"):
        assert () == Sink(SETTINGS, None, cluster.connect).write(rows(3))
    assert [b"0", b"1", b"2"] == cluster.values
    said = [record.getMessage() for record in caplog.records]
    assert 2 == len(said)
    assert said[0].startswith("Kafka is away, 3 records wait: no connection")
    assert said[1].startswith("Kafka is back after")


def test_a_producer_that_cannot_be_made_is_waited_for():
    cluster, refusals = Cluster(), [errors.KafkaConnectionError("no broker")] * 3

    def connect(settings, careful, within):
        if refusals:
            raise refusals.pop()
        return cluster.connect(settings, careful, within)

    assert () == Sink(SETTINGS, None, connect).write(rows(3))
    assert [b"0", b"1", b"2"] == cluster.values


def test_a_faulty_row_never_reaches_a_producer():
    cluster = Cluster()
    giant, odd = Row("t", b"k", b"x" * 2_000_000), Row("t", b"k", b"1", (("h", "text"),))
    rejects = Sink(SETTINGS, 5, cluster.connect).write([giant, *rows(2), odd])
    assert [giant, odd] == [reject.row for reject in rejects]
    assert ([b"0", b"1"], [False]) == (cluster.values, cluster.made)


def test_dead_letters_may_be_larger_than_all_others():
    cluster = Cluster()
    row = Row(SETTINGS.topic("dead-letters"), b"k", b"x" * 3_000_000)
    assert () == Sink(SETTINGS, 5, cluster.connect).write([row])


def test_closing_twice_is_fine_and_writing_afterwards_connects_again():
    cluster = Cluster()
    sink = Sink(SETTINGS, 5, cluster.connect)
    sink.write(rows(1))
    sink.close()
    sink.close()
    sink.write(rows(1))
    assert ([False, False], 1) == (cluster.made, cluster.closed)


def test_a_reject_survives_pickling():
    (reject,) = Sink(SETTINGS, 5, Cluster().connect).write([Row("t", b"k", b"x" * 2_000_000)])
    assert reject.row == pickle.loads(pickle.dumps(reject)).row


def test_the_right_to_write_is_asked_before_each_attempt_and_nothing_is_sent_without_it(monkeypatch):
    monkeypatch.setattr(sink_module, "PAUSE", 0.01)
    monkeypatch.setattr(sink_module, "ailment_of", lambda settings, names: "away")
    asked = []

    def permit():
        asked.append(1)
        if len(asked) > 2:
            raise LeaseLost("another has taken over")

    cluster = Cluster(lambda row, made: errors.KafkaTimeoutError() if made < 4 else None)
    with pytest.raises(LeaseLost):
        Sink(SETTINGS, None, cluster.connect, permit=permit).write(rows(3))
    assert ([], 3) == (cluster.values, len(asked))


def test_no_record_is_blamed_for_a_producer_that_cannot_be_made(monkeypatch):
    monkeypatch.setattr(sink_module, "PAUSE", 0.01)
    monkeypatch.setattr(sink_module, "ailment_of", lambda settings, names: "")
    cluster, failures = Cluster(), [RuntimeError("can't start new thread")] * 2

    def connect(*arguments):
        if failures:
            raise failures.pop()
        return cluster.connect(*arguments)

    assert () == Sink(SETTINGS, None, connect).write(rows(3))
    assert [b"0", b"1", b"2"] == cluster.values
