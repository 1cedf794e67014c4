"""What `up` shows of events, on a real broker."""

import json
import threading

import pytest

from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import Sink
from pipelines.showing import NEWEST, newest, show_events


class Screen:
    """Lines as they come; a test waits for their number."""

    def __init__(self):
        self.lines, self.complaints, self._come = [], [], threading.Condition()

    def say(self, text):
        with self._come:
            self.lines.append(text)
            self._come.notify_all()

    def complain(self, text):
        with self._come:
            self.complaints.append(text)
            self._come.notify_all()

    def until(self, true):
        with self._come:
            assert self._come.wait_for(lambda: true(self), 60), (self.lines, self.complaints)


@pytest.fixture
def put(kafka_settings):
    """Writes headlines, each an article of its own, one after the other."""
    sink = Sink(kafka_settings, 60)

    def write(name, *headlines):
        for one in headlines:
            value = None if one is None else json.dumps({"item": {"headlines": [{"value": one}]}}).encode()
            sink.write([Row(kafka_settings.topic(name), f"{one}".encode(), value)])

    yield write
    sink.close()


@pytest.fixture
def show(kafka_settings):
    """Starts showing; what is shown ends with the test."""
    stop, threads = threading.Event(), []

    def start(screen, say=None, settings=kafka_settings):
        arguments = (settings, stop, say or screen.say, screen.complain, False)
        threads.append(threading.Thread(target=show_events, args=arguments))
        threads[-1].start()
        return threads[-1]

    yield start
    stop.set()
    for one in threads:
        one.join(30)


def headlines(records):
    return [json.loads(one.value)["item"]["headlines"][0]["value"] for one in records]


def test_the_newest_are_those_written_last_oldest_first(kafka_settings, put):
    put("latest", *(f"Ban {number}" for number in range(9)), None)
    assert [f"Ban {number}" for number in range(6, 9)] == headlines(newest(kafka_settings, 3))


def test_of_nothing_there_is_no_newest(kafka_settings):
    assert [] == newest(kafka_settings, 3)


def test_a_restart_shows_the_newest_articles_and_says_where_all_of_them_are(put, show):
    put("latest", *(f"Ban {number}" for number in range(9)))
    screen = Screen()
    show(screen)
    screen.until(lambda it: len(it.lines) == NEWEST)
    assert [f"event  Ban {number}" for number in range(4, 9)] == [one.partition("  ")[2] for one in screen.lines]
    assert ["the newest 5 articles of earlier runs; `beatwire tail --from-start` shows all:"] == screen.complaints


def test_what_is_published_from_now_on_is_shown_as_it_comes(put, show):
    put("latest", "Old")
    screen = Screen()
    show(screen)
    screen.until(lambda it: it.lines)
    while len(screen.lines) == 1:  # until the end of `articles` is settled
        put("articles", "New")
    screen.until(lambda it: len(it.lines) > 1)
    assert screen.lines[1].endswith("New")


def test_whatever_ends_the_lines_is_told(put, show):
    def broken(text):
        raise ZeroDivisionError("no such screen")

    put("latest", "Ban")
    screen = Screen()
    show(screen, broken).join(30)
    (_, said) = screen.complaints
    assert said.startswith("events are not shown here any more (ZeroDivisionError: no such screen)")


def test_a_kafka_that_is_not_there_is_told(show):
    screen = Screen()
    nowhere = KafkaSettings(bootstrap="127.0.0.1:1")
    show(screen, settings=nowhere).join(60)
    (said,) = screen.complaints
    assert said.startswith("events are not shown here any more (")
