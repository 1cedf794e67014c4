"""The same with a real broker: histories written by the product's sink, compacted by the broker's own cleaner."""

import random
import time

import pytest
from histories import History, random_bundles, reading
from kafka.admin import ConfigResource, ConfigResourceType
from recipes import readers
from topic_reading import read_all

from connectors.kafka.access import admin
from connectors.kafka.sink import Sink


@pytest.fixture
def history(kafka_settings):
    return History(kafka_settings)


@pytest.fixture
def write(kafka_settings):
    """Writes rows by the product's sink."""
    sink = Sink(kafka_settings, 60.0)
    yield sink.write
    sink.close()


def picture(records, dashboard=None):
    dashboard = dashboard or readers.Dashboard()
    for record in records:
        dashboard.apply(record.key.decode(), record.value)
    return dashboard


def identities(dashboard):
    return {article: event["version"]["event"] for article, event in dashboard.shown().items()}


def usable(history):
    known = history.memory().items()
    return {article: one.version.event for article, one in known if one.version.pub_status == "usable"}


def compact(settings, last, limit=90):
    """Waits until the broker's cleaner has left one record for each key; ``last`` writes what begins new segments."""
    name = settings.topic("latest")
    eager = {"segment.ms": "100", "min.cleanable.dirty.ratio": "0.001", "max.compaction.lag.ms": "100"}
    with admin(settings) as client:
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=eager)])
    end = time.monotonic() + limit
    while time.monotonic() < end:
        last()
        records = read_all(settings, "latest")
        newest = {}
        for record in records:
            newest.setdefault(record.key, []).append(record)
        # The active segment is never compacted: of the newest keys a few records may stay.
        if len(records) - len(newest) <= 2 * settings.partitions:
            return records
        time.sleep(0.5)
    raise TimeoutError(f"the broker compacted nothing within {limit} s")


def test_a_late_dashboard_shows_the_same_after_the_broker_compacted(kafka_settings, history, write):
    chance = random.Random(4)
    for bundle, fault in random_bundles(chance, 150):
        history.publish(*bundle, fault=fault)
        if chance.random() < 0.1:
            history.bury()
    assert () == write(history.articles + history.latest)
    before = read_all(kafka_settings, "latest")
    early = picture(before)
    sent = [len(history.latest)]

    def one_more():
        for number in range(3):
            history.publish(reading(100 + 3 * len(sent) + number))
        write(history.latest[sent[-1] :])
        sent.append(len(history.latest))

    after = compact(kafka_settings, one_more)
    everything = {(record.partition, record.offset) for record in before}
    assert len({(one.partition, one.offset) for one in after} & everything) < len(everything) / 2
    live = [one for one in after if (one.partition, one.offset) not in everything]
    assert identities(picture(live, early)) == identities(picture(after)) == usable(history)


def test_a_bot_acts_once_on_each_version_that_the_sink_wrote(kafka_settings, history, write):
    for bundle, fault in random_bundles(random.Random(5), 100):
        history.publish(*bundle, fault=fault)
    assert () == write(history.articles)
    records, bot = read_all(kafka_settings, "articles"), readers.Bot()
    envelopes = [readers.attributes(record.headers) for record in records]
    acted = [envelope["ce_id"] for envelope in envelopes if bot.act(envelope)]
    assert len(records) > len(acted)
    assert sorted({envelope["ce_id"] for envelope in envelopes}) == sorted(acted)


def test_versions_of_an_article_are_in_order_within_one_partition(kafka_settings, history, write):
    for bundle, _ in random_bundles(random.Random(6), 60):
        history.publish(*bundle)
    assert () == write(history.articles)
    order, partitions = {}, {}
    for record in read_all(kafka_settings, "articles"):
        order.setdefault(record.key, []).append(int(dict(record.headers)["ce_bwrevision"]))
        partitions.setdefault(record.key, set()).add(record.partition)
    assert {1} == {len(one) for one in partitions.values()}
    assert all(list(range(1, len(revisions) + 1)) == revisions for revisions in order.values())
