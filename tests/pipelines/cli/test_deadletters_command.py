"""`dead-letters list | show | replay` against a real broker."""

import json
import os

import msgspec
import pytest
from click.testing import CliRunner
from topic_reading import read_all

from connectors.kafka.deadletters import dead_letter
from connectors.kafka.partition import partition_of
from connectors.kafka.rows import Reject, Row
from connectors.kafka.sink import Sink
from connectors.kafka.spill import Spill
from pipelines.cli import beatwire

HEADERS = (("ce_id", b"e1"), ("ce_subject", b"k"))


@pytest.fixture
def run(kafka_settings, tmp_path):
    path = tmp_path / "beatwire.toml"
    path.write_text(
        f'[kafka]\nbootstrap = "{kafka_settings.bootstrap}"\nprefix = "{kafka_settings.prefix}"\n'
        f'partitions = 3\nspill_folder = "spill"\n'
    )

    def invoke(*arguments):
        return CliRunner().invoke(
            beatwire, ["dead-letters", *arguments, "--config", str(path)], standalone_mode=False, catch_exceptions=True
        )

    return invoke


@pytest.fixture
def sink(kafka_settings):
    sink = Sink(kafka_settings, 30)
    yield sink
    sink.close()


def event(revision=1, name="e1", **more):
    return msgspec.json.encode({"version": {"event": name, "revision": revision}, **more})


def article(settings, value, topic="articles", key=b"k"):
    return Row(settings.topic(topic), key, value, HEADERS)


def refuse(settings, row):
    return dead_letter(settings, Reject(row, ValueError("too much")), "publish")


def ids(run):
    return [json.loads(line)["id"] for line in run("list", "--json").stdout.splitlines()]


def events(settings, topic):
    return [(one.key, one.value, tuple(one.headers)) for one in read_all(settings, topic)]


def test_without_dead_letters_all_is_said_to_be_well(run):
    result = run("list")
    assert (0, "no dead letters\n") == (result.return_value or 0, result.stdout)


def test_the_newest_is_last_and_a_limit_says_what_it_leaves_out(run, sink, kafka_settings, tmp_path):
    for number in range(3):
        sink.write([refuse(kafka_settings, article(kafka_settings, event(name=f"e{number}"), key=b"%d" % number))])
    Spill(tmp_path / "spill").keep([refuse(kafka_settings, article(kafka_settings, event(), key=b"3"))], "no room")
    listed = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert ["0", "1", "2", "3"] == [one["key"] for one in listed]
    assert listed[3]["id"].startswith("spill:")
    short = run("list", "--limit", "2")
    assert 3 == len(short.stdout.splitlines())
    assert "2 older ones are not shown" in short.stderr


def test_a_letter_is_shown_with_its_reason_headers_and_value(run, sink, kafka_settings):
    sink.write([refuse(kafka_settings, article(kafka_settings, event(word="Straße")))])
    (name,) = ids(run)
    shown = run("show", name).stdout
    for words in (name, "ValueError: too much", "ce_id: e1", '  "word": "Straße"', kafka_settings.topic("articles")):
        assert words in shown
    assert "k" == json.loads(run("show", name, "--json").stdout)["key"]


def test_a_dry_run_sends_nothing_and_says_what_it_would(run, sink, kafka_settings):
    sink.write([refuse(kafka_settings, article(kafka_settings, event()))])
    (name,) = ids(run)
    result = run("replay", name)
    assert f"{name}: would be sent to {kafka_settings.topic('articles')} and" in result.stdout
    assert "nothing was sent: --yes sends" in result.stderr
    assert [] == events(kafka_settings, "articles")


def test_what_is_sent_is_what_was_refused_and_a_second_time_is_refused(run, sink, kafka_settings):
    value = event()
    sink.write([refuse(kafka_settings, article(kafka_settings, value))])
    (name,) = ids(run)
    assert 0 == exit_code(run("replay", name, "--yes"))
    assert [(b"k", value, HEADERS)] == events(kafka_settings, "articles") == events(kafka_settings, "latest")
    assert {partition_of(b"k", 3)} == {record.partition for record in read_all(kafka_settings, "latest")}
    again = run("replay", name, "--yes")
    assert (1, True) == (exit_code(again), "it was replayed already, at 20" in again.stderr)
    assert 1 == len(events(kafka_settings, "articles"))
    assert [name] == ids(run)
    assert "replayed" in run("list").stdout


def test_all_sends_each_once_also_from_a_spill_file(run, sink, kafka_settings, tmp_path):
    sink.write([refuse(kafka_settings, article(kafka_settings, event(), key=b"a"))])
    Spill(tmp_path / "spill").keep([refuse(kafka_settings, article(kafka_settings, event(), key=b"b"))], "no room")
    assert 0 == exit_code(run("replay", "--all", "--yes"))
    assert 0 == exit_code(run("replay", "--all", "--yes"))
    assert [b"a", b"b"] == sorted(key for key, *_ in events(kafka_settings, "latest"))


def test_a_newer_version_on_latest_stays_unless_forced(run, sink, kafka_settings):
    old, new = event(1, "e1"), event(2, "e2")
    sink.write([refuse(kafka_settings, article(kafka_settings, old, "latest")), article(kafka_settings, new, "latest")])
    (name,) = ids(run)
    result = run("replay", name, "--yes")
    assert (1, True) == (exit_code(result), "has revision 2 of the article, this is revision 1" in result.stderr)
    assert [new] == [value for _, value, _ in events(kafka_settings, "latest")]
    assert 0 == exit_code(run("replay", name, "--yes", "--force"))
    assert [new, old] == [value for _, value, _ in events(kafka_settings, "latest")]


def test_what_is_too_large_still_is_said_in_the_dry_run_and_goes_through_once_the_topic_takes_it(
    run, sink, kafka_settings, alter
):
    giant = article(kafka_settings, os.urandom(1_200_000), "finds")
    (reject,) = sink.write([giant])
    sink.write([dead_letter(kafka_settings, reject, "poll")])
    (name,) = ids(run)
    dry = run("replay", name)
    assert (1, True) == (exit_code(dry), "would be refused again" in dry.stderr)
    alter("finds", **{"max.message.bytes": "2000000"})
    assert 0 == exit_code(run("replay", name, "--yes"))
    assert [giant.value] == [value for _, value, _ in events(kafka_settings, "finds")]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "nonsense"), 2, '"nonsense" is no ID'),
        (("show", "0/99"), 1, "there is no dead letter 0/99"),
        (("replay",), 2, "or say --all"),
        (("replay", "0/1", "--all"), 2, "or say --all"),
    ],
)
def test_what_cannot_be_found_or_meant_is_said(run, arguments, code, words):
    error = run(*arguments).exception
    assert (code, True) == (error.exit_code, words in error.message)


def exit_code(result):
    if result.exception is not None:
        raise result.exception
    return result.return_value or 0
