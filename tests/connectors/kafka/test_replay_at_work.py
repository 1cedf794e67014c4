"""Replaying dead letters while a pipeline is at work: what it says meanwhile stays the last word."""

import contextlib
import dataclasses

import msgspec
import pytest
from topic_reading import read_all

from connectors.kafka import letters, replay
from connectors.kafka.deadletters import dead_letter
from connectors.kafka.replay import on_latest, plan_all, send_all
from connectors.kafka.rows import Reject, Row
from connectors.kafka.sink import Sink


@pytest.fixture
def sink(kafka_settings):
    sink = Sink(kafka_settings, 30)
    yield sink
    sink.close()


def event(revision, name):
    return msgspec.json.encode({"version": {"event": name, "revision": revision}})


def article(settings, key, revision, topic="articles"):
    return Row(settings.topic(topic), key, event(revision, f"{key.decode()}{revision}"), (("ce_id", b"e"),))


@pytest.fixture
def refused(kafka_settings, sink, tmp_path):
    """Dead letters of these versions, as a command reads them."""

    def make(*versions, topic="articles"):
        rows = [article(kafka_settings, key, revision, topic) for key, revision in versions]
        sink.write([dead_letter(kafka_settings, Reject(row, ValueError("too much")), "publish") for row in rows])
        found = letters.read(kafka_settings, tmp_path, lambda _: True)
        order = [(row.key, row.value) for row in rows]
        return sorted(found, key=lambda one: order.index((one.key, one.value)))

    return make


def versions(settings, topic):
    said = [(one.key, msgspec.json.decode(one.value)["version"]["revision"]) for one in read_all(settings, topic)]
    return sorted(said, key=lambda one: one[0])


@contextlib.contextmanager
def planned(settings, found):
    with contextlib.closing(on_latest(settings, found)) as latest:
        yield plan_all(settings, found, latest), latest


@pytest.mark.parametrize("topic", ["articles", "latest"])
def test_what_is_said_after_the_plan_is_not_overwritten(kafka_settings, sink, refused, tmp_path, topic):
    with planned(kafka_settings, refused((b"a", 1), (b"b", 1), topic=topic)) as (plans, latest):
        sink.write([article(kafka_settings, b"a", 2, "latest")])
        one, other = send_all(kafka_settings, tmp_path, plans, latest)
    assert "not sent: `latest` has revision 2 of the article, this is revision 1: it is older" in one[1]
    assert "" == other[1]
    assert [(b"a", 2), (b"b", 1)] == versions(kafka_settings, "latest")
    found = letters.read(kafka_settings, tmp_path, lambda _: True)
    assert {b"a": False, b"b": True} == {one.key: bool(one.replayed) for one in found}


def test_what_is_said_after_an_earlier_batch_is_not_overwritten(kafka_settings, sink, refused, tmp_path, monkeypatch):
    monkeypatch.setattr(replay, "BATCH", 2)
    with planned(kafka_settings, refused(*((b"%d" % number, 1) for number in range(5)))) as (plans, latest):
        sending = send_all(kafka_settings, tmp_path, plans, latest)
        done = [next(sending)]
        sink.write([article(kafka_settings, b"%d" % number, 7, "latest") for number in range(5)])
        done += sending
    assert ["", "", "not sent", "not sent", "not sent"] == [why.partition(":")[0] for _, why in done]
    assert [(b"0", 1), (b"1", 1)] == versions(kafka_settings, "articles")


def test_versions_of_one_article_go_in_order_and_an_older_one_behind_a_newer_is_left_out(
    kafka_settings, refused, tmp_path
):
    with planned(kafka_settings, refused((b"a", 1), (b"a", 3), (b"a", 2))) as (plans, latest):
        done = [why.partition(":")[0] for _, why in send_all(kafka_settings, tmp_path, plans, latest)]
    assert ["", "", "not sent"] == done
    assert [(b"a", 1), (b"a", 3)] == versions(kafka_settings, "latest")


def test_who_forces_it_is_not_asked_again(kafka_settings, sink, refused, tmp_path):
    with planned(kafka_settings, refused((b"a", 1))) as (plans, latest):
        sink.write([article(kafka_settings, b"a", 2, "latest")])
        assert [""] == [why for _, why in send_all(kafka_settings, tmp_path, plans, latest, force=True)]
    assert [(b"a", 2), (b"a", 1)] == versions(kafka_settings, "latest")


def test_what_is_refused_again_comes_to_no_second_topic_and_holds_up_no_neighbour(
    kafka_settings, refused, tmp_path, alter
):
    with planned(kafka_settings, refused((b"a", 1), (b"b", 1))) as (plans, latest):
        large = dataclasses.replace(plans[0].rows[0], value=plans[0].rows[0].value + b" " * 200_000)
        plans = [dataclasses.replace(plans[0], rows=(large, plans[0].rows[1])), plans[1]]
        alter("articles", **{"max.message.bytes": "100000"})
        done = [why.partition(":")[0] for _, why in send_all(kafka_settings, tmp_path, plans, latest)]
    assert ["refused again", ""] == done
    assert [(b"b", 1)] == versions(kafka_settings, "articles") == versions(kafka_settings, "latest")
