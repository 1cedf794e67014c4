"""A real broker for the whole test run, and topics of its own for each test."""

import dataclasses
import time
import uuid

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from connectors.embedded.broker import EmbeddedKafka
from connectors.kafka import topics
from connectors.kafka.access import admin
from connectors.kafka.settings import KafkaSettings


@pytest.fixture(scope="session")
def kafka(tmp_path_factory):
    """One embedded Kafka for the run; only tests that ask for it pay its start (some 4 s)."""
    with EmbeddedKafka(tmp_path_factory.mktemp("kafka") / "data", ephemeral=True) as broker:
        yield broker


@pytest.fixture
def topic_prefix():
    """A prefix that no other test uses."""
    return f"t{uuid.uuid4().hex[:8]}"


@pytest.fixture
def kafka_settings(kafka, topic_prefix):
    """Settings of the broker with topics of the test's own, created; three partitions, to be quick."""
    settings = KafkaSettings(bootstrap=kafka.bootstrap, prefix=topic_prefix, partitions=3)
    topics.create(settings)
    return settings


@pytest.fixture
def quick_lookup(kafka_settings):
    """The same settings for tests in which a topic is gone: it is missed after 2 s, not after 15."""
    return dataclasses.replace(kafka_settings, lookup=2.0)


@pytest.fixture
def alter(kafka_settings):
    """Changes settings of one of the test's topics; returns when the broker goes by them."""

    def change(name, **configs):
        resource = ConfigResource(ConfigResourceType.TOPIC, kafka_settings.topic(name), configs=configs)
        asked = ConfigResource(ConfigResourceType.TOPIC, kafka_settings.topic(name))
        with admin(kafka_settings) as client:
            client.alter_configs([resource])
            end = time.monotonic() + 30
            while time.monotonic() < end:
                told = client.describe_configs([asked])["topic"][kafka_settings.topic(name)]
                if all(told.get(key, {}).get("value") == value for key, value in configs.items()):
                    return
        raise TimeoutError(f"the broker does not take {configs}")

    return change
