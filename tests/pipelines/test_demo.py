"""The whole way on the real parts: demo site, Kafka, runner; live with a restart, and the bounded form."""

import collections
import dataclasses
import json
import time

import jsonschema
from beam_by_hand import Clock
from msgspec.structs import replace
from rounds import rounds
from topic_reading import read_all

from connectors.demo import differences, shipped
from connectors.demo.settings import local_run
from connectors.demo.site import DemoSite
from pipelines.live import Job, local_options
from pipelines.once import run_once
from transforms import schemas

DEADLINE = 90.0  # seconds; a round takes some 3


def settings_for(site, kafka_settings):
    return dataclasses.replace(
        local_run(kafka_settings, tuple(replace(feed, interval=1.0) for feed in site.feeds()), "demo", "test"),
        shards=2,
        heartbeat=5.0,
        tries=2,
        retry_first=2.0,
        gone_after=0.5,
        provisional_after=0.2,
    )


def values(kafka_settings, name):
    return [json.loads(record.value) for record in read_all(kafka_settings, name) if record.value]


def sightings(kafka_settings, name):
    return {(one["findId"], one["poll"]) for one in values(kafka_settings, name)}


def outcomes(kafka_settings):
    latest = {one["findId"]: one for one in values(kafka_settings, "outcomes")}
    newest = sorted(latest.values(), key=lambda one: one["found"])
    return {(one["feedId"], one["link"]): one["outcome"] for one in newest}


def until_all_ended(kafka_settings, finds, job):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        found, ended = sightings(kafka_settings, "finds"), sightings(kafka_settings, "outcomes")
        if len(found) >= finds and found <= ended:
            return
        assert not job.wait(0.3), job.error
    raise AssertionError(f"{len(found)} of {finds} finds, without outcome: {sorted(found - ended)}")


def newest(kafka_settings):
    return {record.key.decode(): json.loads(record.value) for record in read_all(kafka_settings, "latest")}


def assert_latest_is_final(kafka_settings, programme, now):
    told = {
        key: (event["version"]["type"], event["version"]["pubStatus"] == "canceled")
        for key, event in newest(kafka_settings).items()
    }
    assert {key: (final.event, final.canceled) for key, final in programme.finals(now).items()} == told
    titles = {key: final.title for key, final in programme.finals(now).items() if not final.canceled}
    assert titles == {key: newest(kafka_settings)[key]["item"]["headlines"][0]["value"] for key in titles}


def assert_tags_are_right(kafka_settings, programme):
    wanted = {item.link: item.forms[-1].expected for item in programme.items if item.forms[-1].expected.topics}
    events = {event["source"]["link"]: event for event in newest(kafka_settings).values() if event["tags"]["topics"]}
    assert set(wanted) <= set(events)
    for link, want in wanted.items():
        tags = events[link]["tags"]
        assert set(want.topics) == set(tags["topics"])
        assert (want.stage, want.basis) == (tags["stage"], tags["basis"])
        assert want.access in (None, events[link]["source"]["rights"]["access"])
        assert set(want.apps) <= set(tags["apps"])


def assert_versions_follow_each_other(kafka_settings):
    """By article, what a crash repeats left out: revisions without a gap, each naming the one before it."""
    validator = jsonschema.Draft202012Validator(schemas.load("article-event.v1.json"))
    versions = collections.defaultdict(dict)
    for record in read_all(kafka_settings, "articles"):
        event = json.loads(record.value)
        validator.validate(event)
        versions[record.key].setdefault(event["version"]["event"], event)
    for events in versions.values():
        told = list(events.values())
        assert list(range(1, len(told) + 1)) == [event["version"]["revision"] for event in told]
        assert [None, *events][:-1] == [event["change"] and event["change"]["previous"] for event in told]


def test_every_find_of_the_demo_ends_as_the_site_expects_over_edits_and_a_restart(kafka_settings, runner, capfd):
    epoch = float(int(time.time()))
    clock = Clock(epoch)
    with DemoSite(epoch=epoch, now_fn=clock) as site:
        programme, settings = site.programme, settings_for(site, kafka_settings)
        first = Job(settings, local_options(runner.endpoint))
        first.start()
        while not read_all(kafka_settings, "articles"):
            assert not first.wait(0.2), first.error
        first.stop()  # abrupt: what was in flight has no outcome, and bundles under way raise
        job = Job(settings, local_options(runner.endpoint))
        job.start()
        try:
            for now in rounds(programme):
                clock.now = now
                until_all_ended(kafka_settings, programme.finds(now), job)
                expected = programme.expected(now)
                assert [] == differences(expected, outcomes(kafka_settings))
                assert_latest_is_final(kafka_settings, programme, now)
        finally:
            job.stop()
        assert programme.finds(now) == len(sightings(kafka_settings, "finds"))
        assert_tags_are_right(kafka_settings, programme)
        assert_versions_follow_each_other(kafka_settings)
    assert "RunOver" not in capfd.readouterr().err


def test_the_bounded_form_ends_every_find_and_a_second_round_finds_nothing_new(kafka_settings):
    whole = shipped()
    frozen = replace(whole, stories=tuple(replace(story, edits=()) for story in whole.stories))
    with DemoSite(speed=1000.0, edition=frozen) as site:
        settings = dataclasses.replace(settings_for(site, kafka_settings), tries=1, gone_after=0.0)
        run_once(settings)
        assert [] == differences(site.expected(), outcomes(kafka_settings))
        before = len(read_all(kafka_settings, "articles"))
        assert {} == run_once(settings)
        assert before == len(read_all(kafka_settings, "articles"))
