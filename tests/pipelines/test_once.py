"""The bounded form in pieces: what has come is published while the rest is under way, and a round may have its time."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from slow_site import SlowSite
from topic_reading import read_all

from connectors import round as rounds
from connectors.demo.settings import local_run
from pipelines import once
from pipelines.cli import beatwire
from pipelines.once import run_once
from transforms.records import FeedSource

ROOT = Path(__file__).parents[2]
SOON = 40.0  # seconds


def settings_for(site, kafka_settings):
    feed = FeedSource(id="slow", url=f"{site.url}/feed", publisher="Slow")
    return local_run(kafka_settings, (feed,), "once", "test")


def links(kafka_settings, name, find):
    return [find(json.loads(one.value))[-1] for one in read_all(kafka_settings, name)]


def ended(kafka_settings):
    return links(kafka_settings, "outcomes", lambda one: one["link"])


def said(kafka_settings):
    return links(kafka_settings, "articles", lambda one: one["source"]["link"])


def test_a_kill_in_the_middle_of_a_round_loses_nothing_that_had_come_before(kafka_settings, tmp_path):
    with SlowSite(4, free=2) as site:
        (tmp_path / "beatwire.toml").write_text(
            f'[kafka]\nbootstrap = "{kafka_settings.bootstrap}"\nprefix = "{kafka_settings.prefix}"\npartitions = 3\n'
            f"[network]\nallow_loopback = true\n[politeness]\nspacing_seconds = 0\n"
            f'[[feeds]]\nid = "slow"\nurl = "{site.url}/feed"\n'
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines", "once"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path / "data")},
        )
        try:
            end = time.monotonic() + SOON
            while len(ended(kafka_settings)) < 2:
                assert time.monotonic() < end, "nothing is published while a page is under way"
                assert process.poll() is None
                time.sleep(0.2)
            assert 3 == len(site.asked)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        first = ended(kafka_settings)
        assert sorted(first) == sorted(said(kafka_settings))
        site.open.set()
        assert 2 == sum(run_once(settings_for(site, kafka_settings)).values())
        assert ["0", "1", "2", "3"] == sorted(said(kafka_settings)) == sorted(ended(kafka_settings))
        assert [1, 1] == [sum(page[-1] == one for page in site.asked) for one in first]


def test_an_error_in_the_middle_of_a_round_loses_the_last_piece_only(kafka_settings, monkeypatch):
    monkeypatch.setattr(rounds, "PIECE", 2)
    begun = []

    def failing(pipeline, settings):
        begun.append(1)
        if len(begun) == 3:
            raise RuntimeError("in the middle")
        return real(pipeline, settings)

    real = once.build_piece
    monkeypatch.setattr(once, "build_piece", failing)
    with SlowSite(9, free=99) as site:
        with pytest.raises(RuntimeError, match="in the middle"):
            run_once(settings_for(site, kafka_settings))
        assert 4 == len(set(ended(kafka_settings))) == len(set(said(kafka_settings)))
        assert 5 == sum(run_once(settings_for(site, kafka_settings)).values())
    assert list("012345678") == sorted(said(kafka_settings))


def test_after_its_time_a_round_begins_no_page_and_the_next_takes_up_the_rest(kafka_settings, caplog):
    with SlowSite(3, free=3) as site:
        settings = settings_for(site, kafka_settings)
        assert {} == run_once(settings, within=0.0)
        assert ([], "the time is over: 3 pages are left to the next run") == (site.asked, caplog.messages[-1])
        assert 3 == sum(run_once(settings).values())


def test_a_page_that_is_under_way_when_the_time_is_over_is_published(kafka_settings, monkeypatch):
    with SlowSite(3) as site:

        def end_it():
            site.asked_for_one.wait(SOON)
            clock.append(1e9)
            site.open.set()

        clock = [0.0]
        monkeypatch.setattr(rounds, "time", Clock(clock))
        threading.Thread(target=end_it).start()
        settings = settings_for(site, kafka_settings)
        assert 1 == sum(run_once(settings, within=1e8).values())
        assert (1, 1) == (len(site.asked), len(said(kafka_settings)))
        assert 2 == sum(run_once(settings).values())


class Clock:
    """The true one, ahead by the last of some seconds."""

    def __init__(self, ahead):
        self.ahead = ahead

    def monotonic(self):
        return time.monotonic() + self.ahead[-1]


@pytest.mark.parametrize("span", ["soon", "-1", "10x"])
def test_a_span_that_is_none_is_said(span):
    result = CliRunner().invoke(beatwire, ["once", "--within", span], standalone_mode=False)
    assert (2, True) == (result.exception.exit_code, "is no span of time" in result.exception.message)
