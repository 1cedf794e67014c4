"""The whole way on the real parts: demo site, Kafka, runner; live with a restart, and the bounded form."""

import collections
import dataclasses
import json
import time

import jsonschema
import pytest
from msgspec.structs import replace
from topic_reading import read_all

from connectors.demo.site import DemoSite
from connectors.embedded.prism import provide_prism
from connectors.embedded.runner import LocalRunner
from connectors.run import RunSettings
from connectors.web.client import WebSettings
from connectors.web.guard import Policy
from pipelines.live import Job, local_options
from pipelines.once import run_once
from transforms import schemas

DEADLINE = 90.0  # seconds; a run takes some 15


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    with LocalRunner(provide_prism(print), tmp_path_factory.mktemp("runner") / "runner.log") as running:
        yield running


def settings_for(site, kafka_settings):
    return RunSettings(
        run_id="",
        name="demo",
        version="test",
        kafka=kafka_settings,
        web=WebSettings(policy=Policy(allow_loopback=True)),
        feeds=tuple(quick(feed) for feed in site.feeds()),
        shards=2,
        heartbeat=5.0,
        spacing=0.0,
        tries=2,
        retry_first=0.3,
        gone_after=0.5,
        provisional_after=0.2,
    )


def quick(feed):
    return replace(feed, interval=1.0)


def outcomes(kafka_settings):
    latest = {record.key: json.loads(record.value) for record in read_all(kafka_settings, "outcomes")}
    return {(one["feedId"], one["link"]): one for one in latest.values()}


def until_all_ended(kafka_settings, expected, job=None):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        ended = outcomes(kafka_settings)
        if set(expected) <= set(ended):
            return ended
        assert job is None or not job.wait(0.3), job.error
    raise AssertionError(f"without outcome: {sorted(set(expected) - set(ended))}")


def by_link(outcomes):
    """Outcomes of each link: which of two feeds is first with a shared story depends on their polls."""
    links = collections.defaultdict(list)
    for (_, link), outcome in outcomes.items():
        links[link].append(outcome)
    return {link: sorted(names) for link, names in links.items()}


def assert_as_expected(kafka_settings, expected, ended):
    assert by_link({key: one.outcome for key, one in expected.items()}) == by_link(
        {key: one["outcome"] for key, one in ended.items()}
    )
    events = [json.loads(record.value) for record in read_all(kafka_settings, "articles")]
    # At least once: what a crash repeats carries the same id.
    told = {(event["source"]["link"], event["version"]["event"]) for event in events}
    links = collections.Counter(link for link, _ in told)
    published = {link for (_, link), one in expected.items() if one.outcome == "published"}
    assert dict.fromkeys(published, 1) == dict(links)
    validator = jsonschema.Draft202012Validator(schemas.load("article-event.v1.json"))
    wanted = {link: one for (_, link), one in expected.items() if one.outcome == "published"}
    for event in events:
        validator.validate(event)
        want = wanted[event["source"]["link"]]
        assert set(want.topics) == set(event["tags"]["topics"])
        assert want.stage == event["tags"]["stage"]
        assert set(want.apps) <= set(event["tags"]["apps"])
    latest = {record.key for record in read_all(kafka_settings, "latest")}
    assert {record.key for record in read_all(kafka_settings, "articles")} == latest


def test_every_find_of_the_demo_ends_as_the_site_expects_also_over_a_restart(kafka_settings, runner):
    with DemoSite(speed=10.0) as site:
        settings = settings_for(site, kafka_settings)
        first = Job(settings, local_options(runner.endpoint))
        first.start()
        while not read_all(kafka_settings, "articles"):
            assert not first.wait(0.2), first.error
        first.stop()  # abrupt: what was in flight has no outcome
        job = Job(settings, local_options(runner.endpoint))
        job.start()
        try:
            ended = until_all_ended(kafka_settings, site.expected(), job)
        finally:
            job.stop()
        assert_as_expected(kafka_settings, site.expected(), ended)
        finds = {json.loads(record.value)["findId"] for record in read_all(kafka_settings, "finds")}
        assert finds == {record.key.decode() for record in read_all(kafka_settings, "outcomes")}


def test_the_bounded_form_ends_every_find_and_a_second_round_finds_nothing_new(kafka_settings):
    with DemoSite(speed=1000.0) as site:
        settings = dataclasses.replace(settings_for(site, kafka_settings), tries=1, gone_after=0.0)
        run_once(settings)
        expected = site.expected()
        ended = outcomes(kafka_settings)
        assert by_link({key: one.outcome for key, one in expected.items()}) == by_link(
            {key: one["outcome"] for key, one in ended.items()}
        )
        before = len(read_all(kafka_settings, "articles"))
        assert {} == run_once(settings)
        assert before == len(read_all(kafka_settings, "articles"))
