"""`topics create | list | check` against a real broker."""

import json

import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient

from connectors.kafka.topics import wanted
from pipelines.cli import beatwire

NEEDED = tuple(topic.name for topic in wanted())


@pytest.fixture
def run(kafka, topic_prefix, tmp_path):
    """Runs `beatwire topics` for a prefix of the test's own, with three partitions to be quick."""
    path = tmp_path / "beatwire.toml"
    path.write_text(f'[kafka]\nbootstrap = "{kafka.bootstrap}"\nprefix = "{topic_prefix}"\npartitions = 3\n')

    def run_topics(*arguments: str):
        return CliRunner().invoke(beatwire, ["topics", *arguments, "--config", str(path)], catch_exceptions=False)

    return run_topics


def test_topics_are_created_once_and_are_then_as_they_should_be(run, topic_prefix):
    names = [f"{topic_prefix}.{name}.v1" for name in NEEDED]
    assert [f"created {name}" for name in names] == run("create").stdout.splitlines()
    assert "nothing to create: all topics are there\n" == run("create").stdout
    assert (0, "all topics are as they should be\n") == (run("check").exit_code, run("check").stdout)


def test_what_is_missing_is_reported_with_exit_code_1(run, topic_prefix):
    result = run("check", "--json")
    assert result.exit_code == 1
    drifts = json.loads(result.stdout)
    assert {f"{topic_prefix}.{name}.v1" for name in NEEDED} == {drift["topic"] for drift in drifts}
    assert {None} == {drift["actual"] for drift in drifts}


def test_a_topic_that_somebody_made_otherwise_is_left_as_it_is_and_reported(run, kafka, topic_prefix):
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    try:
        admin.create_topics({f"{topic_prefix}.feeds.v1": {"num_partitions": 5, "replication_factor": 1}})
    finally:
        admin.close()
    created = run("create")
    assert f"{topic_prefix}.feeds.v1" not in created.stdout
    assert f"{topic_prefix}.feeds.v1: number of partitions is 5, expected 3" in created.stderr
    checked = run("check")
    assert checked.exit_code == 1
    assert f"{topic_prefix}.feeds.v1\tnumber of partitions\t3\t5\n" in checked.stdout
    assert f"{topic_prefix}.feeds.v1\tcleanup.policy\tcompact\t" in checked.stdout


def test_the_list_says_the_state_of_each(run, topic_prefix):
    before = [json.loads(text) for text in run("list", "--json").stdout.splitlines()]
    assert ["missing"] * len(NEEDED) + ["off by default"] == [row["state"] for row in before]
    run("create")
    after = run("list").stdout.splitlines()
    assert after[0] == "topic\tstate\tkey\tholds"
    assert after[1].startswith(f"{topic_prefix}.articles.v1\tok\tarticle id\t")


def test_the_asyncapi_document_has_the_configured_names_and_asks_no_kafka(tmp_path):
    path = tmp_path / "beatwire.toml"
    path.write_text('[kafka]\nprefix = "desk"\npartitions = 3\n')
    result = CliRunner().invoke(beatwire, ["topics", "asyncapi", "--config", str(path)], catch_exceptions=False)
    channel = json.loads(result.stdout)["channels"]["latest"]
    assert ("desk.latest.v1", 3) == (channel["address"], channel["bindings"]["kafka"]["partitions"])
