"""Stopping: what is under way comes to its outcome, nothing begins, the rest is the next run's."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from slow_site import SlowSite
from topic_reading import read_all

from connectors import worker
from connectors.demo.settings import local_run
from connectors.embedded.broker import EmbeddedKafka
from connectors.kafka import topics
from connectors.kafka.settings import KafkaSettings
from pipelines.live import Job, local_options
from pipelines.once import run_once
from pipelines.serving import END_WITHIN
from pipelines.supervisor import DRAIN_WITHIN

ROOT = Path(__file__).parents[2]
SOON = 40.0  # seconds
PROMISED = END_WITHIN + 6.0  # seconds; under load an end is seen later than it is made


def settings_for(site, kafka_settings):
    return dataclasses.replace(local_run(kafka_settings, (site.feed,), "drain", "test"), concurrency=1)


def ended(kafka_settings):
    return {json.loads(one.value)["link"][-1] for one in read_all(kafka_settings, "outcomes")}


def until(true, what):
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def test_a_drained_job_finishes_what_is_under_way_and_the_next_run_takes_up_the_rest(kafka_settings, runner):
    with SlowSite(3) as site:
        settings = settings_for(site, kafka_settings)
        job = Job(settings, local_options(runner.endpoint))
        job.start()
        assert site.asked_for_one.wait(SOON)
        drained = threading.Thread(target=job.drain, args=(SOON,))
        drained.start()
        drained.join(1.5)
        assert drained.is_alive()  # the page has not answered yet
        site.open.set()
        drained.join(SOON)
        job.stop()
        first = site.asked[0][-1]
        assert ({first}, 1) == (ended(kafka_settings), len(site.asked))
        job = Job(settings, local_options(runner.endpoint))
        job.start()
        until(lambda: {"0", "1", "2"} == ended(kafka_settings), "the rest is not taken up")
        job.stop()
        assert 3 == len(site.asked) == len(set(site.asked))


def test_a_drain_waits_no_longer_than_it_may(kafka_settings, runner):
    with SlowSite(1) as site:
        job = Job(settings_for(site, kafka_settings), local_options(runner.endpoint))
        job.start()
        assert site.asked_for_one.wait(SOON)
        began = time.monotonic()
        job.drain(2.0)
        assert 2.0 <= time.monotonic() - began < SOON  # the page would be waited for for 60 s
        job.stop()
        assert set() == ended(kafka_settings)


def test_a_round_that_is_told_to_stop_finishes_what_is_under_way_and_leaves_the_rest(kafka_settings):
    with SlowSite(3) as site:
        settings, stop = settings_for(site, kafka_settings), threading.Event()

        def end_it():
            site.asked_for_one.wait(SOON)
            stop.set()
            until(lambda: any(one.draining.is_set() for one in worker._workers.values()), "the wish is not handed on")
            site.open.set()

        threading.Thread(target=end_it).start()
        assert 1 == sum(run_once(settings, stop).values())
        assert 1 == len(site.asked)
        assert 2 == sum(run_once(settings).values())
        assert 3 == len(site.asked) == len(set(site.asked))


@pytest.fixture
def command(tmp_path):
    """Starts commands with a configuration of one slow feed, and ends what is left."""
    started = []

    def start(name, site, kafka):
        (tmp_path / "beatwire.toml").write_text(
            f'[kafka]\nbootstrap = "{kafka.bootstrap}"\nprefix = "{kafka.prefix}"\npartitions = {kafka.partitions}\n'
            f"[network]\nallow_loopback = true\n"
            f'[[feeds]]\nid = "slow"\nurl = "{site.url}/feed"\npublisher = "Slow"\ninterval = 60\n'
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines", name],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path / "data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for one in started:
        one.kill()
        one.wait()


def left_after(process, number):
    began = time.monotonic()
    process.send_signal(number)
    said = process.communicate(timeout=60)[0]
    return process.returncode, time.monotonic() - began, said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_in_good_order_and_leaves_the_lease_free(command, kafka_settings, number):
    with SlowSite(1) as site:
        process = command("run", site, kafka_settings)
        until(site.asked_for_one.is_set, "no page is asked for")
        threading.Timer(1.0, site.open.set).start()
        code, seconds, said = left_after(process, number)
        assert (0, {"0"}) == (code, ended(kafka_settings)), said
        assert seconds < PROMISED
        assert "release" == json.loads(read_all(kafka_settings, "leases")[-1].value)["kind"]


def test_a_second_signal_ends_it_at_once(command, kafka_settings):
    with SlowSite(1) as site:
        process = command("run", site, kafka_settings)
        until(site.asked_for_one.is_set, "no page is asked for")
        process.send_signal(signal.SIGINT)
        line = ""
        while "stopping" not in line:
            line = process.stdout.readline()
            assert line
        code, seconds, _ = left_after(process, signal.SIGINT)
        assert 130 == code
        assert seconds < DRAIN_WITHIN  # the page that is under way is not waited for


def test_a_page_that_never_answers_does_not_hold_the_end_up_even_when_kafka_is_away(command, tmp_path):
    with EmbeddedKafka(tmp_path / "kafka", ephemeral=True) as broker, SlowSite(1) as site:
        kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix="away", partitions=3)
        topics.create(kafka)
        process = command("run", site, kafka)
        until(site.asked_for_one.is_set, "no page is asked for")
        broker.kill()
        _, seconds, _ = left_after(process, signal.SIGTERM)
        assert seconds < PROMISED


def test_a_second_pipeline_is_refused_and_told_who_is_first(command, kafka_settings):
    with SlowSite(1) as site:
        first = command("run", site, kafka_settings)
        until(site.asked_for_one.is_set, "no page is asked for")
        for second in [command(name, site, kafka_settings) for name in ("run", "once")]:
            said = second.communicate(timeout=60)[0]
            assert 1 == second.returncode, said
            assert f'beatwire: pipeline "beatwire" on {os.uname().nodename} (pid {first.pid}, ' in said
            assert "only one may: stop that one, or give this one another kafka.prefix" in said
        assert first.poll() is None
