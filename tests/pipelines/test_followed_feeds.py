"""`beatwire run` while its configuration is edited: the whole way on Prism and a real broker."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from slow_site import SlowSite
from topic_reading import read_all

ROOT = Path(__file__).parents[2]
SOON = 60.0  # seconds


@pytest.fixture
def run(tmp_path, kafka_settings):
    """A running pipeline, whose configuration is `write`-n, and what it said so far."""
    kafka, log = kafka_settings, tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path / "data")}
    surroundings = {"cwd": tmp_path, "env": environment}
    head = f'[kafka]\nbootstrap = "{kafka.bootstrap}"\nprefix = "{kafka.prefix}"\npartitions = {kafka.partitions}\n'

    class Run:
        def write(self, *feeds, more=""):
            listed = "".join(
                f'[[feeds]]\nid = "{name}"\nurl = "{url}/feed"\npublisher = "{name}"\ninterval = 1\n'
                for name, url in feeds
            )
            (tmp_path / "beatwire.toml").write_text(f"{head}[network]\nallow_loopback = true\n{more}{listed}")

        def start(self):
            with log.open("wb") as out:
                command = [sys.executable, "-m", "pipelines", "run"]
                self.process = subprocess.Popen(command, **surroundings, stdout=out, stderr=subprocess.STDOUT)

        def feeds(self, *arguments):
            """Runs `beatwire feeds` beside it."""
            subprocess.run([sys.executable, "-m", "pipelines", "feeds", *arguments], **surroundings, check=True)

        def said(self):
            return log.read_text().splitlines()

        def until(self, true, what):
            end = time.monotonic() + SOON
            while not true():
                assert self.process.poll() is None, self.said()
                assert time.monotonic() < end, f"{what}: {self.said()}"
                time.sleep(0.1)

    made = Run()
    yield made
    made.process.kill()
    made.process.wait()


def listed(kafka_settings):
    return {one.key.decode(): one.value and json.loads(one.value)["url"] for one in read_all(kafka_settings, "sources")}


def ended(kafka_settings):
    return {json.loads(one.value)["feedId"] for one in read_all(kafka_settings, "outcomes")}


def test_feeds_are_added_and_removed_in_the_file_of_a_running_pipeline(run, kafka_settings):
    with SlowSite(1) as old, SlowSite(1) as new:
        old.open.set()
        new.open.set()
        new_url = new.url.replace("127.0.0.1", "localhost")  # another domain: of a shard that had no feed
        run.write(("old", old.url))
        run.start()
        run.until(lambda: {"old"} == ended(kafka_settings), "the first feed comes to nothing")
        assert {"old": f"{old.url}/feed"} == listed(kafka_settings)

        run.feeds("add", f"{new_url}/feed", "--yes", "--id", "new", "--publisher", "new", "--interval", "1s")
        run.until(lambda: "feeds: 1 added" in run.said(), "the new feed is not told")
        run.until(lambda: {"old", "new"} == ended(kafka_settings), "the new feed comes to nothing")

        run.write(("new", new_url), more='[limits]\ntries = "many"\n')
        run.process.send_signal(signal.SIGHUP)
        run.until(lambda: any("limits.tries" in line for line in run.said()), "the fault is not told")
        assert {"old", "new"} == listed(kafka_settings).keys()

        run.write(("new", new_url), more="[limits]\ntries = 9\n")
        run.until(lambda: "feeds: 1 removed" in run.said(), "the removed feed is not told")
        assert "needs a restart: [limits] tries" in run.said()
        assert {"old": None, "new": f"{new_url}/feed"} == listed(kafka_settings)
        polls = new.polls
        run.until(lambda: new.polls > polls + 2, "the feed that stays is polled no more")  # a tick has looked by now
        before, polls = old.polls, new.polls
        run.until(lambda: new.polls > polls + 4, "the feed that stays is polled no more")
        assert before == old.polls
        assert {b"old", b"new"} == {one.key for one in read_all(kafka_settings, "feeds")}
        run.process.send_signal(signal.SIGTERM)
        assert 0 == run.process.wait(30), run.said()


def test_a_run_begins_with_what_its_configuration_says_and_takes_off_what_an_earlier_one_listed(run, kafka_settings):
    with SlowSite(1) as old, SlowSite(1) as new:
        for site, name in ((old, "old"), (new, "new")):
            site.open.set()
            run.write((name, site.url))
            run.start()
            run.until(lambda name=name: name in ended(kafka_settings), f"{name} comes to nothing")
            run.process.send_signal(signal.SIGTERM)
            assert 0 == run.process.wait(30), run.said()
        assert {"old": None, "new": f"{new.url}/feed"} == listed(kafka_settings)
