"""What a run over a site of this machine is told."""

import dataclasses

from connectors.demo.settings import at_demo_pace, local_run
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from connectors.web.client import WebSettings
from connectors.web.guard import Policy
from transforms.records import FeedSource

KAFKA = KafkaSettings(bootstrap="127.0.0.1:9092")
FEEDS = tuple(FeedSource(id=one, url=f"http://{one}.localhost:1/", publisher=one) for one in "ab")


def test_a_local_run_may_ask_this_machine_and_is_as_any_other_but_for_the_pause_between_pages():
    asked = WebSettings(policy=Policy(allow_loopback=True))
    usual = RunSettings(run_id="", name="n", version="1", kafka=KAFKA, web=asked, feeds=FEEDS)
    assert dataclasses.replace(usual, shards=2, spacing=0.0) == local_run(KAFKA, FEEDS, "n", "1")


def test_the_demo_keeps_what_is_configured_of_kafka_web_and_reading():
    configured = RunSettings(run_id="", name="n", version="1", kafka=KAFKA, web=WebSettings(total=7.0), feeds=())
    told = at_demo_pace(configured, FEEDS)
    assert (7.0, True) == (told.web.total, told.web.policy.allow_loopback)
    assert (FEEDS, 2, KAFKA, configured.reading) == (told.feeds, told.shards, told.kafka, told.reading)
    assert told.gone_after + told.provisional_after + told.retry_first < 10  # the programme lasts less than a minute
