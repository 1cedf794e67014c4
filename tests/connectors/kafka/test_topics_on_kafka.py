"""Topics on a real broker: made, compared, required."""

import dataclasses
import threading

import pytest

from connectors.kafka import topics
from connectors.kafka.access import admin, ailment_of
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured, KafkaUnavailable


@pytest.fixture
def fresh(kafka, topic_prefix):
    """Settings of topics that nobody has made yet."""
    return KafkaSettings(bootstrap=kafka.bootstrap, prefix=topic_prefix, partitions=3)


def test_creating_makes_all_and_creating_again_none(fresh):
    assert tuple(fresh.topic(topic.name) for topic in topics.wanted()) == topics.create(fresh)
    assert () == topics.create(fresh)


def test_what_was_created_differs_in_nothing(kafka_settings):
    assert () == topics.compare(kafka_settings)
    topics.require(kafka_settings)


def test_what_is_missing_is_created_beside_what_is_there(fresh):
    with admin(fresh) as client:
        client.create_topics({fresh.topic("feeds"): {"num_partitions": 3, "replication_factor": 1}})
    assert fresh.topic("feeds") not in topics.create(fresh)
    topics.require(fresh)


def test_two_that_create_at_once_both_succeed(fresh):
    errors, created, gate = [], [], threading.Barrier(2)

    def create():
        gate.wait()
        try:
            created.extend(topics.create(fresh))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == errors
    assert sorted(fresh.topic(topic.name) for topic in topics.wanted()) == sorted(created)
    assert () == topics.compare(fresh)


def test_missing_topics_are_all_named_with_the_command_that_makes_them(fresh):
    with pytest.raises(KafkaMisconfigured, match="run `beatwire topics create`") as raised:
        topics.require(fresh)
    assert all(fresh.topic(topic.name) in str(raised.value) for topic in topics.wanted())


def test_missing_topics_are_drifts_and_optional_ones_are_not(fresh):
    expected = [topics.Drift(fresh.topic(topic.name), "topic", "there", None) for topic in topics.wanted()]
    assert expected == list(topics.compare(fresh))


def test_a_changed_partition_count_is_refused(kafka_settings):
    with pytest.raises(KafkaMisconfigured, match=r"number of partitions is 3, expected 12.*set kafka.partitions to 3"):
        topics.require(dataclasses.replace(kafka_settings, partitions=12))


def test_a_changed_setting_is_a_drift_and_no_reason_not_to_start(kafka_settings, alter):
    alter("latest", **{"cleanup.policy": "delete", "retention.ms": "1000"})
    name = kafka_settings.topic("latest")
    assert {
        topics.Drift(name, "cleanup.policy", "compact,delete", "delete"),
        topics.Drift(name, "retention.ms", "15552000000", "1000"),
    } <= set(topics.compare(kafka_settings))
    topics.require(kafka_settings)


def test_an_impossible_replication_is_a_misconfiguration(fresh):
    with pytest.raises(KafkaMisconfigured, match="InvalidReplicationFactor"):
        topics.create(dataclasses.replace(fresh, replication=3))


@pytest.mark.parametrize("ask", [topics.create, topics.compare, topics.require])
def test_an_unreachable_kafka_is_said_with_its_cause(ask):
    with pytest.raises(KafkaUnavailable, match="no connection to Kafka at 127"):
        ask(KafkaSettings(bootstrap="127.0.0.1:1"))


def test_a_second_bootstrap_server_is_enough(kafka_settings):
    topics.require(dataclasses.replace(kafka_settings, bootstrap=f"127.0.0.1:1,{kafka_settings.bootstrap}"))


def test_nothing_ails_what_is_there(kafka_settings):
    assert "" == ailment_of(kafka_settings, {kafka_settings.topic("finds")})


def test_a_topic_that_went_away_is_told_from_a_kafka_that_did(kafka_settings):
    with pytest.raises(KafkaMisconfigured, match="topic nowhere is missing"):
        ailment_of(kafka_settings, {"nowhere", kafka_settings.topic("finds")})
    unreachable = dataclasses.replace(kafka_settings, bootstrap="127.0.0.1:1")
    assert "no connection to Kafka" in ailment_of(unreachable, {"nowhere"})
