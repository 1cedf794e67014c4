"""The recipes of `docs/consuming.md`, run as they stand on the page against a real broker with real events."""

import contextlib
import json
import os
import queue
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from histories import History, reading
from node_kit import provide_modules, provide_node
from recipes import recipes
from topic_reading import read_all

from connectors.kafka.sink import Sink

ROOT = Path(__file__).parents[2]
FACES = "Ban 🚫🤳 halted"


@pytest.fixture
def folder(tmp_path):
    """The page's files, and commands as a shell finds them."""
    for name, code in recipes().items():
        (tmp_path / name).write_text(code, "utf-8")
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, arguments in (("beatwire", f"'{sys.executable}' -m pipelines"), ("python3", f"'{sys.executable}'")):
        (commands / name).write_text(f'#!/bin/sh\nexec {arguments} "$@"\n')
        (commands / name).chmod(0o755)
    return tmp_path


@pytest.fixture
def environment(folder, kafka_settings):
    return {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "KAFKA": kafka_settings.bootstrap,
        "PREFIX": kafka_settings.prefix,
        "MEMORY": str(folder / "memory.sqlite"),
        "NODE_NO_WARNINGS": "1",
    }


@pytest.fixture
def node(folder):
    (folder / "node_modules").symlink_to(provide_modules())
    return provide_node()


class Running:
    """A recipe under way: its lines, as they come."""

    def __init__(self, process):
        self.process, self._lines = process, queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for text in self.process.stdout:
            self._lines.put(text.rstrip("\n"))
        self._lines.put(None)

    def line(self, limit=60):
        text = self._lines.get(timeout=limit)
        assert text is not None, self.process.stderr.read()
        return text

    def until(self, wanted, limit=60):
        """Lines up to the first that is as wanted."""
        lines = []
        while not lines or not wanted(lines[-1]):
            lines.append(self.line(limit))
        return lines

    def kill(self):
        """Ends it at once; the lines that it had still said."""
        self.process.kill()
        self.process.wait(30)
        return list(iter(lambda: self._lines.get(timeout=30), None))


@pytest.fixture
def start(folder, environment, kafka_settings, request):
    """Starts a recipe by the name of its file."""
    for topic in ("articles", "latest"):  # kafkajs gives up on a topic so new that a partition has no leader yet
        read_all(kafka_settings, topic)
    with contextlib.ExitStack() as stack:

        def run(name, **more):
            command = [request.getfixturevalue("node")] if name.endswith(".mjs") else [sys.executable]
            process = stack.enter_context(
                subprocess.Popen(
                    [*command, name],
                    cwd=folder,
                    env=environment | more,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            return Running(process)

        yield run


@pytest.fixture
def shell(folder, environment):
    """Runs a recipe of the shell to its end."""

    def run(name):
        result = subprocess.run(
            ["sh", "-e", name], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
        )
        assert (0, "") == (result.returncode, result.stderr)
        return result.stdout

    return run


@pytest.fixture
def history(kafka_settings):
    return History(kafka_settings)


@pytest.fixture
def publish(kafka_settings, history):
    """Publishes a bundle and writes its records by the product's sink."""
    sink = Sink(kafka_settings, 60.0)

    def write(*readings, fault="none"):
        articles, latest = len(history.articles), len(history.latest)
        events = history.publish(*readings, fault=fault)
        assert () == sink.write(history.articles[articles:] + history.latest[latest:])
        return events

    write.again = lambda: sink.write(history.articles)
    write.buried = lambda: (history.bury(), sink.write(history.latest[-1:]))
    yield write
    sink.close()


def headlines(text):
    """What a dashboard shows, by length."""
    return sorted(json.loads(text).values(), key=len)


def await_acts(memory, count, limit=30):
    """Waits until a bot remembers so many acts."""
    end = time.monotonic() + limit
    with contextlib.closing(sqlite3.connect(memory)) as opened:
        while opened.execute("SELECT count(*) FROM acts").fetchone()[0] < count:
            assert time.monotonic() < end, f"the bot does not remember {count} acts"
            time.sleep(0.02)


@pytest.mark.parametrize("name", ["dashboard.py", "dashboard.mjs"])
def test_a_dashboard_starts_cold_goes_on_live_and_equals_one_that_starts_late(name, start, publish):
    publish(reading(1), reading(2), reading(3), reading(4, topics=()), fault="records resent")
    publish(reading(1, title=FACES), reading(2, topics=()))
    early = start(name)
    early.until(lambda text: ["Ban halted", FACES] == headlines(text))
    publish(reading(5, title="Live for the first time"), fault="crash before latest")
    publish.buried()
    early.until(lambda text: ["Ban halted", FACES, "Live for the first time"] == headlines(text))
    late = start(name)
    late.until(lambda text: ["Ban halted", FACES, "Live for the first time"] == headlines(text))


@pytest.mark.parametrize("name", ["dashboard.py", "dashboard.mjs"])
def test_a_dashboard_of_a_topic_without_records_is_caught_up_at_once(name, start, publish):
    running = start(name)
    assert "{}" == running.line()
    publish(reading(1))
    assert ["Ban halted"] == headlines(running.line())


@pytest.mark.parametrize("name", ["bot.py", "bot.mjs"])
def test_a_bot_alerts_once_and_replies_although_it_and_publish_crash(name, start, publish, folder):
    (first,) = publish(reading(1, title=FACES), fault="crash after latest")
    publish(reading(1, title="Ban upheld", stage="upheld"), reading(2, topics=()), fault="records resent")
    bot = start(name, GROUP=f"{name}-1")
    before = bot.until(lambda text: "Ban upheld" in text)
    await_acts(folder / "memory.sqlite", 2)  # between an act and the memory of it is the one moment that can repeat it
    before += bot.kill()
    publish(reading(1, topics=()), fault="crash before latest")
    publish.again()
    (last,) = publish(reading(3, title="The end"))
    # The killed bot comes back, under another group: it is shown everything again, from the start.
    after = start(name, GROUP=f"{name}-2").until(lambda text: "The end" in text)
    told = [text.split()[:2] for text in [*before, *after]]
    assert [["alert", first], ["correct", first], ["withdraw", first], ["alert", last]] == told


def test_node_finds_quotes_behind_what_utf_16_counts_twice(start, publish):
    publish(reading(1, title=FACES, quote="halted"))
    assert start("bot.mjs", GROUP="quotes").line().endswith(f"{FACES} “halted”")


def test_the_shell_shows_how_things_stand(shell, publish):
    publish(reading(1), reading(2, title="Ban upheld", stage="upheld"), reading(3))
    publish(reading(3, topics=()), fault="records resent")
    assert ["halted\tBan halted", "in-force\tBan upheld"] == sorted(shell("latest.sh").splitlines())


def test_the_shell_routes_and_shows_each_event_once(shell, publish):
    publish(reading(1), reading(2, apps=("WeChat",)), fault="crash after latest")
    publish(reading(1, topics=()), reading(2, topics=()), fault="records resent")
    assert [["published", "1"], ["retracted", "2"]] == [
        [text.split()[0].rpartition(".")[2], text.split()[2]] for text in shell("route.sh").splitlines()
    ]


def test_the_shell_looks_at_a_record(shell, publish):
    (event,) = publish(reading(1))
    assert event == json.loads(shell("look.sh"))["headers"]["ce_id"]


def test_every_named_block_of_the_page_is_run():
    text = Path(__file__).read_text("utf-8")
    helpers = {"readers.py", "kafka.mjs"}  # imported by the others, and by the contract's tests
    assert [] == [name for name in recipes() if name not in helpers and f'"{name}"' not in text]
