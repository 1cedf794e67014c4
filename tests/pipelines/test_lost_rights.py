"""A right that is taken away while the pipeline runs, on real parts."""

import time

import pytest
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType
from topic_reading import read_all

from connectors.demo.settings import local_run
from connectors.demo.site import DemoSite
from connectors.embedded.broker import EmbeddedKafka
from connectors.kafka import topics
from connectors.kafka.access import admin
from connectors.kafka.settings import KafkaSettings
from pipelines.live import Job, local_options

# Everybody may do everything, but for what a rule on a topic says.
RIGHTS = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
}
WITHIN = 60.0  # seconds


@pytest.fixture
def guarded_settings(tmp_path):
    with EmbeddedKafka(tmp_path / "kafka", ephemeral=True, properties=RIGHTS) as broker:
        settings = KafkaSettings(bootstrap=broker.bootstrap, partitions=3)
        topics.create(settings)
        yield settings


def take_away(settings, name):
    pattern = ResourcePattern(ResourceType.TOPIC, settings.topic(name))
    rules = [(ACLOperation.ALL, ACLPermissionType.ALLOW), (ACLOperation.WRITE, ACLPermissionType.DENY)]
    with admin(settings) as client:
        client.create_acls([ACL("User:ANONYMOUS", "*", *rule, pattern) for rule in rules])


def test_a_right_that_is_lost_in_the_middle_ends_the_job_with_the_cause_and_leaves_no_dead_letters(
    guarded_settings, runner
):
    kafka = guarded_settings
    with DemoSite(speed=2.0) as site:
        job = Job(local_run(kafka, site.feeds(), "test", "0"), local_options(runner.endpoint))
        try:
            job.start()
            end = time.monotonic() + WITHIN
            while not read_all(kafka, "articles"):
                assert not job.wait(0.1)
                assert time.monotonic() < end
            take_away(kafka, "outcomes")
            assert job.wait(WITHIN)
            error = job.error
        finally:
            job.stop()
    assert "Kafka refuses us: TopicAuthorizationFailedError" in error
    assert kafka.topic("outcomes") in error
    assert [] == read_all(kafka, "dead-letters")
