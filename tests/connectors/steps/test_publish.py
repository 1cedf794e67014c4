"""Publish and WriteOutcomes by hand: what is acknowledged before what, and what Kafka refuses."""

import pytest
from apache_beam.transforms.window import GlobalWindow
from beam_by_hand import START, ByHand
from msgspec.structs import replace
from records import find, outcome, source, tagged

from connectors.kafka.partition import partition_of
from connectors.steps.publish import _Publish, _WriteOutcomes, keyed
from transforms.events import Event
from transforms.records import Ending, Outcome, Read, Tagged
from transforms.revision import article_id
from transforms.tags import Tags


def step(hand):
    return ByHand.of(_Publish, hand.settings)


def bundle(hand, *ones, **more):
    return step(hand).bundle(*(keyed(one, hand.settings.kafka.partitions) for one in ones), **more)


def named(out):
    return [one.value.outcome for one in out]


def test_the_key_is_the_articles_partition_of_latest():
    assert (partition_of(article_id(tagged()), 4), tagged()) == keyed(tagged(), 4)


def test_articles_then_latest_then_outcomes(hand):
    assert ["published"] * 2 == named(bundle(hand, tagged(1), tagged(2)))
    assert ["articles"] * 2 + ["latest"] * 2 + ["outcomes"] * 2 == hand.kafka.written


def test_the_same_event_stands_on_both_topics_and_its_id_in_the_outcome(hand):
    (out,) = bundle(hand, tagged())
    (event,) = hand.kafka.values("articles", Event)
    assert [event] == hand.kafka.values("latest", Event)
    assert (event.version.event, article_id(tagged())) == (out.value.event_id, out.value.article_id)


def test_both_topics_have_the_article_in_the_partition_of_its_key(hand):
    bundle(hand, one := tagged())
    expected = (article_id(one).encode(), partition_of(article_id(one), 4))
    assert [expected] * 2 == [
        (record.key, record.partition) for name in ("articles", "latest") for record in hand.kafka.read(name)
    ]


def test_off_the_beat_is_an_outcome_alone(hand):
    assert ["off-beat"] == named(bundle(hand, tagged(tags=Tags(rules_version="1"))))
    assert ["outcomes"] == hand.kafka.written


def test_a_find_without_article_ends_as_it_says(hand):
    ending = Ending(outcome="fetch-failed", step="fetch", reason="HTTP 404")
    (out,) = bundle(hand, Tagged(read=Read(find=find(), ending=ending, attempts=1)))
    assert ("fetch-failed", "HTTP 404") == (out.value.outcome, out.value.reason)


def test_what_was_said_in_an_earlier_bundle_is_not_said_again(hand):
    bundle(hand, tagged())
    again = tagged(at=START + 60)
    later = replace(again, read=replace(again.read, find=replace(again.read.find, find_id="f" * 32)))
    assert ["unchanged"] == named(bundle(hand, later))
    assert 1 == len(hand.kafka.read("articles"))


def test_of_two_finds_of_one_article_in_a_bundle_the_second_knows_of_the_first(hand):
    changed = tagged(title="Ban lifted", at=START + 60)
    other = replace(changed, read=replace(changed.read, find=replace(changed.read.find, find_id="f" * 32)))
    assert ["published", "published"] == named(bundle(hand, tagged(), other))
    assert [1, 2] == [event.version.revision for event in hand.kafka.values("articles", Event)]


def test_after_a_restart_the_memory_comes_from_latest(hand):
    bundle(hand, tagged())
    hand.forget()
    bundle(hand, tagged())
    assert 1 == len(hand.kafka.read("articles"))


def test_what_articles_refuses_never_reaches_latest_and_ends_as_dead_letter(hand):
    refused, sound = tagged(1), tagged(2)
    hand.kafka.refused.add(("articles", article_id(refused).encode()))
    out = bundle(hand, refused, sound)
    assert {"dead-letter": refused.read.find.find_id, "published": sound.read.find.find_id} == {
        one.value.outcome: one.value.find_id for one in out
    }
    assert [article_id(sound).encode()] == [record.key for record in hand.kafka.read("latest")]
    assert [article_id(refused).encode()] == [record.key for record in hand.kafka.read("dead-letters")]


def test_what_latest_refuses_ends_as_dead_letter_with_the_reason(hand):
    hand.kafka.refused.add(("latest", article_id(tagged()).encode()))
    (out,) = bundle(hand, tagged())
    assert ("dead-letter", True) == (out.value.outcome, "latest does not take it" in out.value.reason)
    assert ["articles", "dead-letters", "outcomes"] == hand.kafka.written


def test_while_kafka_is_away_no_find_ends(hand):
    publishing = step(hand)
    hand.kafka.away = True
    with pytest.raises(Exception, match="Kafka is away"):
        publishing.bundle(keyed(tagged(), 4))
    hand.kafka.away = False
    assert [] == hand.kafka.read("outcomes")


def test_an_outcome_has_the_time_of_its_find(hand):
    (out,) = bundle(hand, tagged(), timestamp=START - 100)
    assert (START - 100, [GlobalWindow()]) == (float(out.timestamp), list(out.windows))


def test_an_empty_bundle_writes_nothing(hand):
    assert ([], []) == (bundle(hand), hand.kafka.written)


def test_a_bundle_begins_without_the_finds_of_the_one_before(hand):
    publishing = step(hand)
    publishing.bundle(keyed(tagged(1), 4))
    assert [tagged(2).read.find.find_id] == [one.value.find_id for one in publishing.bundle(keyed(tagged(2), 4))]


def ended(number):
    return outcome(find(f"https://paper.example/{number}", of=source("desk")), "seen", "deduplicate")


def write(hand, *outcomes):
    """WriteOutcomes has no key: its elements are no pairs."""
    writing = _WriteOutcomes(hand.settings)
    writing.start_bundle()
    for one in outcomes:
        assert None is writing.process(one, START, GlobalWindow())
    return writing.finish_bundle()


def test_outcomes_of_finds_that_ended_early_are_written_by_find_and_passed_on(hand):
    ones = [ended(1), ended(2)]
    assert ones == [out.value for out in write(hand, *ones)]
    assert ones == hand.kafka.values("outcomes", Outcome)
    assert [one.find_id.encode() for one in ones] == [record.key for record in hand.kafka.read("outcomes")]


def test_an_outcome_is_passed_on_only_once_it_is_written(hand):
    hand.kafka.away = True
    with pytest.raises(Exception, match="Kafka is away"):
        list(write(hand, ended(1)))
