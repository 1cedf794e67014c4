"""`check`: each thing that may be wrong, its true cause, and what to do."""

import json

import pytest
from click.testing import CliRunner

from connectors.kafka import topics
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.topics import Drift
from pipelines.cli import beatwire
from pipelines.cli.checking import Finding, fix_of, machine


@pytest.mark.parametrize(
    ("drift", "expected"),
    [
        (Drift("t", "topic", "there", None), "run `beatwire topics create`"),
        (Drift("t", "number of partitions", "12", "3"), "set kafka.partitions to 3, or use another kafka.prefix"),
        (Drift("t", "retention.ms", "1", "2"), "set retention.ms=1 on the topic by Kafka's own tools"),
    ],
)
def test_each_difference_of_a_topic_has_its_fix(drift, expected):
    assert expected == fix_of(drift)


def test_what_lacks_on_the_machine_is_said_with_the_way_to_get_it():
    found = list(machine(find_java=lambda: None, find_runner=lambda: "/bin/prism"))
    assert [Finding("runner", "ok", "/bin/prism"), "failed"] == [found[0], found[1].state]
    assert "`beatwire up`" in found[1].fix


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Runs `check` on a text of ``beatwire.toml``, on a machine that lacks nothing."""
    monkeypatch.setattr("connectors.embedded.java.find_java", lambda: "/bin/java")
    monkeypatch.setattr("connectors.embedded.prism.find_prism", lambda: "/bin/prism")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def run_check(text: str) -> tuple[int, list[dict[str, str]]]:
        path = tmp_path / "beatwire.toml"
        path.write_text(text)
        result = CliRunner().invoke(beatwire, ["check", "--json", "--config", str(path)], catch_exceptions=False)
        return result.exit_code, [json.loads(one) for one in result.stdout.splitlines()]

    return run_check


def _states(findings: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(one["what"], one["state"]) for one in findings]


MACHINE = [("runner", "ok"), ("Java", "ok")]


def test_every_fault_of_the_configuration_is_a_line_and_the_machine_is_looked_at_all_the_same(check):
    code, findings = check("[limits]\ntries = 0\n[zzz]\n")
    assert (1, [("configuration", "failed")] * 2 + [("topics", "skipped"), *MACHINE]) == (code, _states(findings))


def test_without_a_kafka_it_says_what_to_do(check):
    code, findings = check("")
    expected = [("configuration", "ok"), ("Kafka", "failed"), ("topics", "skipped"), *MACHINE]
    assert (1, expected) == (code, _states(findings))
    assert "run `beatwire up`" in findings[1]["said"]


@pytest.mark.parametrize(
    ("bootstrap", "cause"),
    [
        ("localhost:1", "no connection to Kafka at localhost:1: [Errno 111] Connection refused"),
        ("nowhere.invalid:9092", "the name nowhere.invalid of the Kafka server cannot be resolved"),
    ],
)
def test_a_kafka_that_is_not_there_is_said_with_the_true_cause(check, bootstrap, cause):
    code, findings = check(f'[kafka]\nbootstrap = "{bootstrap}"')
    assert (1, "Kafka", "failed") == (code, findings[1]["what"], findings[1]["state"])
    assert findings[1]["said"].startswith(cause)


def test_when_all_is_right_every_line_is_ok(check, kafka, topic_prefix):
    topics.create(KafkaSettings(bootstrap=kafka.bootstrap, prefix=topic_prefix, partitions=3))
    text = f'[kafka]\nbootstrap = "localhost:1,{kafka.bootstrap}"\nprefix = "{topic_prefix}"\npartitions = 3\n'
    code, findings = check(text + '[[feeds]]\nurl = "https://example.org/rss"')
    expected = [("configuration", "ok"), ("Kafka", "ok"), ("topics", "ok"), *MACHINE]
    assert (0, expected) == (code, _states(findings))


def test_topics_that_lack_are_a_line_each(check, kafka, topic_prefix):
    code, findings = check(f'[kafka]\nbootstrap = "{kafka.bootstrap}"\nprefix = "{topic_prefix}"')
    lacking = [one for one in findings if one["what"] == "topics"]
    assert (1, 8, {"run `beatwire topics create`"}) == (code, len(lacking), {one["fix"] for one in lacking})


def test_elsewhere_than_on_a_terminal_a_line_is_state_what_was_found_and_the_fix(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("connectors.embedded.java.find_java", lambda: None)
    result = CliRunner().invoke(beatwire, ["check", "--bootstrap", "localhost:1"])
    (java,) = [text for text in result.stdout.splitlines() if "\tJava\t" in text]
    assert ["failed", "Java"] == java.split("\t")[:2]
    assert len(java.split("\t")) == 4
