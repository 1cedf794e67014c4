"""The lease among processes and on a real broker: one winner, a quick successor of the dead, and a loser that stops."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from topic_reading import read_all

from connectors.kafka.lease import ANSWER, TRUST, LeaseKeeper, speaker
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured, KafkaUnavailable, LeaseLost
from transforms.lease import RENEWAL, TTL

ROOT = Path(__file__).parents[3]


class Contender:
    """A `lease_process`."""

    def __init__(self, settings):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/support/lease_process.py", settings.bootstrap, settings.prefix],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.hears()["ready"]

    def go(self, owner=""):
        self.process.stdin.write(f"{owner}\n")
        self.process.stdin.flush()
        return self

    def hears(self):
        line = self.process.stdout.readline()
        assert line, "it died"
        return json.loads(line)

    def end(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def contend(kafka_settings):
    started = []

    def start():
        started.append(Contender(kafka_settings))
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def keep(kafka_settings):
    kept = []

    def make(owner, settings=kafka_settings, on_lost=lambda error: None):
        kept.append(LeaseKeeper(settings, speaker(owner, f"pipeline-{owner}", "1"), on_lost))
        return kept[-1]

    yield make
    for one in kept:
        one.close()


def test_of_two_that_start_at_once_one_is_refused_each_time_and_told_who_writes(contend):
    both = [contend(), contend()]
    for number in range(6):
        said = [one.hears() for one in [one.go(f"{side}{number}") for one, side in zip(both, "ab", strict=True)]]
        winner, loser = sorted((0, 1), key=lambda at: "held" in said[at])
        owner = said[winner]["claimed"]
        assert f'pipeline "pipeline-{owner}" on ' in said[loser]["held"]
        assert "only one may: stop that one" in said[loser]["held"]
        assert said[loser]["seconds"] < TTL  # told at the next renewal, not when the lease would be free
        assert owner == both[winner].go().hears()["holds"]
        assert [True, True] == ["closed" in one.hears() for one in both]


def test_after_a_kill_the_next_run_on_the_machine_need_not_wait(contend):
    first = contend().go("a")
    assert "a" == first.hears()["claimed"]
    second = contend()
    first.end()
    said = second.go("b").hears()
    assert "b" == said["claimed"]
    assert said["seconds"] < TTL / 2


def test_a_run_that_was_stopped_for_long_loses_its_lease_and_stops(contend):
    first = contend().go("a")
    assert "a" == first.hears()["claimed"]
    os.kill(first.process.pid, signal.SIGSTOP)
    second = contend().go("b")
    said = second.hears()
    assert "b" == said["claimed"]
    assert said["seconds"] < TTL + 10
    first.go()  # it asks whether it may write at the moment at which it wakes
    os.kill(first.process.pid, signal.SIGCONT)
    words = {}
    while "closed" not in words:
        words |= first.hears()
    assert "LeaseLost" == words["stopped"]
    assert 'pipeline "pipeline-b"' in words["lost"]
    assert "b" == second.go().hears()["holds"]


def test_a_run_that_ended_leaves_the_lease_free(keep):
    first, second = keep("a"), keep("b")
    first.claim(lives_here=False)
    first.close()
    second.claim(lives_here=False)
    second.hold()


def test_another_run_of_this_process_takes_over_from_one_that_could_not_release(keep, kafka_settings):
    first = keep("a")
    first.claim(lives_here=True)
    first._append = lambda *_, **__: None  # Kafka does not hear the release
    first.close()
    second, began = keep("b"), time.monotonic()
    second.claim(lives_here=True)
    assert time.monotonic() - began < TTL / 2


def test_a_process_that_never_claimed_holds_the_lease_in_the_name_of_its_run(keep):
    keep("a").claim(lives_here=False)
    worker = keep("a")
    worker.hold()
    stranger = keep("b")
    with pytest.raises(LeaseLost, match='pipeline "pipeline-a"'):
        stranger.hold()


def test_a_worker_that_outlives_its_run_stops(keep):
    lost = threading.Event()
    submitter, worker = keep("a"), keep("a", on_lost=lambda error: lost.set())
    submitter.claim(lives_here=False)
    worker.hold()
    submitter.close()
    assert lost.wait(RENEWAL + ANSWER)
    with pytest.raises(LeaseLost, match="it was released"):
        worker.hold()


def test_the_lease_is_renewed_in_time(keep, kafka_settings):
    keep("a").claim(lives_here=False)
    end = time.monotonic() + 3 * RENEWAL
    while time.monotonic() < end and len(read_all(kafka_settings, "leases")) < 4:
        time.sleep(0.2)
    times = [record.timestamp for record in read_all(kafka_settings, "leases")]
    assert 4 == len(times)
    assert max(b - a for a, b in itertools.pairwise(times)) < TRUST * 1000


def test_without_kafka_nobody_can_claim(keep):
    with pytest.raises(KafkaUnavailable, match="no connection"):
        keep("a", KafkaSettings(bootstrap="127.0.0.1:1")).claim(lives_here=True)


def test_without_its_topic_the_cause_is_said(keep, kafka):
    with pytest.raises(KafkaMisconfigured, match="missing"):
        keep("a", KafkaSettings(bootstrap=kafka.bootstrap, prefix="nowhere", partitions=3)).claim(lives_here=True)


def test_a_keeper_survives_an_error_of_the_client_that_nobody_foresaw(kafka_settings, monkeypatch):
    keeper = LeaseKeeper(kafka_settings, speaker("run", "test", "0"), lambda fault: None)
    keeper.claim(lives_here=True)
    renew, seen = keeper._renew, threading.Event()

    def fails_once():
        if not seen.is_set():
            seen.set()
            raise ValueError("a frame that no client understands")
        renew()

    monkeypatch.setattr(keeper, "_renew", fails_once)
    try:
        assert seen.wait(RENEWAL * 3)
        keeper._trusted_until = 0.0
        keeper.hold(RENEWAL * 3)
    finally:
        keeper.close()
