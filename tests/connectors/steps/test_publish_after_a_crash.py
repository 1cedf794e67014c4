"""Publish after its writer died between `articles` and `latest`: what was said there once is said here, too."""

import pytest
from beam_by_hand import START, ByHand
from hand_worker import employed
from msgspec.structs import replace
from records import TAGS, find, tagged

from connectors.kafka import spill
from connectors.kafka.rows import Row
from connectors.steps.publish import _Publish, keyed
from transforms import identity
from transforms.errors import KafkaUnavailable
from transforms.events import Event
from transforms.records import Article, Ending, Read, Tagged
from transforms.revision import article_id


def bundle(hand, *ones):
    step = ByHand.of(_Publish, hand.settings)
    return step.bundle(*(keyed(one, hand.settings.kafka.partitions) for one in ones))


def crash_before_latest(hand, one):
    """What one bundle said on `articles`, and nothing else of it."""
    bundle(hand, one)
    for name in ("latest", "outcomes"):
        hand.kafka.lose(name, 1)
    hand.forget()


def said(hand, name):
    return [(event.version.revision, event.version.event) for event in hand.kafka.values(name, Event)]


def test_a_page_that_changed_meanwhile_is_the_next_revision_of_what_was_said(hand):
    crash_before_latest(hand, tagged(title="Ban halted"))
    ((_, first),) = said(hand, "articles")
    (out,) = bundle(hand, replace_swept(tagged(title="Ban lifted")))
    (one, two) = hand.kafka.values("articles", Event)
    assert ("published", 2, first) == (out.value.outcome, two.version.revision, two.change.previous)
    assert [one, two] == hand.kafka.values("latest", Event)


def test_a_page_that_is_as_it_was_is_not_said_again(hand):
    crash_before_latest(hand, one := tagged())
    ((_, first),) = said(hand, "articles")
    (out,) = bundle(hand, replace_swept(one))
    assert ("published", first) == (out.value.outcome, out.value.event_id)
    assert said(hand, "articles") == said(hand, "latest") == [(1, first)]


def test_it_is_looked_for_once_and_what_latest_has_is_left_alone(hand):
    bundle(hand, tagged(1), tagged(2))
    hand.forget()
    bundle(hand, tagged(3))
    bundle(hand, tagged(4))
    assert 4 == len(said(hand, "latest"))


def test_what_has_its_tombstone_is_not_brought_back(hand):
    bundle(hand, one := tagged(1))
    hand.kafka.write([tombstone(hand, one)])
    hand.forget()
    bundle(hand, tagged(1, at=START + 60, title="Another"))
    assert [1, 1] == [revision for revision, _ in said(hand, "articles")]


def replace_swept(one):
    return replace(one, read=replace(one.read, find=replace(one.read.find, swept=True)))


def tombstone(hand, one):
    shard, _ = keyed(one, hand.settings.kafka.partitions)
    return Row(hand.settings.kafka.topic("latest"), article_id(one).encode(), None, (), shard)


def failing_once(hand, name):
    """Kafka is away for longer than the patience at the next write to a topic."""
    real, left = hand.kafka.write, [1]

    def write(rows):
        if left and rows and rows[0].topic == hand.settings.kafka.topic(name):
            left.clear()
            raise KafkaUnavailable("away")
        return real(rows)

    hand.kafka.write = write


def titles(hand, name):
    return [(one.version.revision, one.item.headlines[0].value) for one in hand.kafka.values(name, Event)]


def test_a_bundle_that_failed_in_a_process_that_lives_on_is_caught_up_with_too(hand):
    bundle(hand, tagged(title="Ban"))
    failing_once(hand, "latest")
    with pytest.raises(KafkaUnavailable):
        bundle(hand, tagged(title="Ban halted", at=START + 60))
    bundle(hand, replace_swept(tagged(title="Ban lifted", at=START + 60)))
    expected = [(1, "Ban"), (2, "Ban halted"), (3, "Ban lifted")]
    assert expected == titles(hand, "articles") == titles(hand, "latest")


def test_a_roll_forward_that_fails_is_tried_again(hand):
    crash_before_latest(hand, tagged(title="Ban halted"))
    failing_once(hand, "latest")
    lifted = replace_swept(tagged(title="Ban lifted"))
    with pytest.raises(KafkaUnavailable):
        bundle(hand, lifted)
    bundle(hand, lifted)
    assert [(1, "Ban halted"), (2, "Ban lifted")] == titles(hand, "articles") == titles(hand, "latest")


def beside(hand, one):
    """An article of the same partition that is no other test's."""
    shard, _ = keyed(one, hand.settings.kafka.partitions)
    return next(
        other for other in map(tagged, range(100, 999)) if keyed(other, hand.settings.kafka.partitions)[0] == shard
    )


def test_what_latest_refuses_for_good_has_one_dead_letter_however_often_it_is_started(hand):
    one = tagged(title="Ban halted")
    hand.kafka.refused.add(("latest", article_id(one).encode()))
    (out,) = bundle(hand, one)
    assert "dead-letter" == out.value.outcome
    for number in range(3):
        hand.forget()
        bundle(hand, beside(hand, one))
        assert 1 == len(hand.kafka.read("dead-letters")), f"start {number}"


def test_so_has_what_it_refuses_when_a_dead_writers_words_are_said(hand):
    crash_before_latest(hand, one := tagged(title="Ban halted"))
    hand.kafka.refused.add(("latest", article_id(one).encode()))
    for _ in range(3):
        bundle(hand, beside(hand, one))
        hand.forget()
    assert 1 == len(hand.kafka.read("dead-letters"))


def test_another_version_of_what_was_refused_once_is_said(hand):
    key = article_id(one := tagged(title="Ban")).encode()
    hand.kafka.refused.add(("latest", key))
    bundle(hand, one)
    hand.kafka.refused.clear()
    hand.forget()
    crash_before_latest(hand, tagged(title="Ban halted", at=START + 60))
    bundle(hand, beside(hand, one))
    assert ["Ban halted"] == [title for _, title in titles(hand, "latest")][:1]


def test_what_was_refused_and_spilled_is_known_too(tmp_path):
    with employed(spill=tmp_path) as hand:
        one = tagged(title="Ban halted")
        key = article_id(one).encode()
        hand.kafka.refused |= {("latest", key), ("dead-letters", key)}
        bundle(hand, one)
        hand.forget()
        bundle(hand, beside(hand, one))
        assert 1 == len(list(spill.read(tmp_path)))


def test_what_would_be_superseded_stays_when_kafka_refuses_its_successor(hand):
    link = "https://paper.example/feed-link"
    canonical = "https://paper.example/the-article"
    words = Article(url=link, title="Ban", text="A ban.")
    read = Read(find=find(link), article=words, ending=Ending(outcome="fetch-failed", step="fetch"), provisional=True)
    bundle(hand, Tagged(read=read, tags=replace(TAGS, basis="feed")))
    hand.kafka.refused.add(("articles", identity.url_id(canonical).encode()))
    page = replace(read, article=replace(words, canonical=canonical), ending=None, provisional=False, promised=True)
    (out,) = bundle(hand, Tagged(read=page, tags=TAGS))
    assert ("dead-letter", 1) == (out.value.outcome, len(said(hand, "articles")))
