"""What ends a job on the local runner is told apart: a broken set-up, a lost lease, anything else."""

import pytest
from slow_site import SlowSite

from connectors.demo.settings import local_run
from connectors.kafka.access import admin
from connectors.kafka.lease import LeaseKeeper, speaker
from pipelines.live import Job, local_options
from pipelines.supervisor import supervise
from transforms.errors import KafkaMisconfigured, LeaseHeld, LeaseLost

SOON = 60.0  # seconds


@pytest.fixture
def make(quick_lookup, runner):
    with SlowSite(1) as site:
        site.open.set()
        settings = local_run(quick_lookup, (site.feed,), "faults", "test")
        yield lambda: Job(settings, local_options(runner.endpoint))


def test_a_topic_that_is_gone_ends_the_whole_with_its_cause_although_a_step_met_it(make, kafka_settings):
    with admin(kafka_settings) as client:
        client.delete_topics([kafka_settings.topic("finds")])
    with pytest.raises(KafkaMisconfigured, match=rf"topic {kafka_settings.topic('finds')} is missing"):
        supervise(make, lambda _: False, lambda: 0.0, print)


def test_a_second_job_is_refused_while_the_first_goes_on(make):
    first = make()
    first.start()
    try:
        with pytest.raises(LeaseHeld, match='pipeline "faults"'):
            supervise(make, lambda _: False, lambda: 0.0, print)
        assert not first.wait(1.0)
    finally:
        first.stop()


def test_a_job_whose_lease_another_takes_ends_and_says_who(make, kafka_settings):
    job = make()
    job.start()
    other = LeaseKeeper(kafka_settings, speaker("other", "intruder", "1"), print)
    other._append("claim", supersedes=job.settings.run_id)
    try:
        assert job.wait(SOON)
        assert isinstance(job.fault, LeaseLost)
        assert 'pipeline "intruder"' in str(job.fault)
    finally:
        job.stop()
        other.close()
