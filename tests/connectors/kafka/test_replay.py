"""What a replay decides, and how letters are taken apart."""

import dataclasses

import msgspec
import pytest

from connectors.kafka.deadletters import dead_letter
from connectors.kafka.letters import is_name, letter_of
from connectors.kafka.on_latest import Said, said_by
from connectors.kafka.replay import plan
from connectors.kafka.rows import Reject, Row
from connectors.kafka.settings import KafkaSettings

SETTINGS = KafkaSettings(bootstrap="127.0.0.1:1")
LIMITS = {SETTINGS.topic(name): 10_000 for name in ("articles", "latest", "finds", "outcomes", "feeds", "sources")}
AT = "2026-01-31T09:04:00.000Z"


def event(revision=1, name="e1"):
    return msgspec.json.encode({"version": {"event": name, "revision": revision, "type": "article.published"}})


def refused(row, error=None):
    """A row as it comes back from `dead-letters`."""
    kept = dead_letter(SETTINGS, Reject(row, error or ValueError("too much")), "publish")
    return letter_of("1/2", AT, kept.key, kept.value, kept.headers)


def article(value=None, topic="articles", headers=(("ce_id", b"e1"),)):
    return Row(SETTINGS.topic(topic), b"k", event() if value is None else value, headers)


def test_a_letter_is_the_refused_row_again_with_the_reason():
    letter = refused(article())
    assert (b"k", event(), (("ce_id", b"e1"),)) == (letter.key, letter.value, letter.headers)
    assert ("beatwire.articles.v1", "publish", "ValueError", "too much", len(event())) == (
        letter.topic,
        letter.step,
        letter.error_class,
        letter.error,
        letter.size,
    )


def test_original_headers_of_our_names_stay_original():
    row = article(headers=(("bw_topic", b"elsewhere"), ("bw_error", b"mine")))
    letter = refused(row)
    assert (row.headers, row.topic) == (letter.headers, letter.topic)


def test_a_record_of_others_on_the_topic_is_no_letter_that_could_be_sent():
    letter = letter_of("1/2", AT, None, b"hello", [("a", None)])
    assert "none of our topics" in plan(letter, SETTINGS, LIMITS, {}).refusal


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3/1207", True), ("spill:20260131T090400-host-7.jsonl:12", True), ("3", False), ("spill:../../etc:1", False)],
)
def test_names_of_letters(text, expected):
    assert expected == is_name(text)


def test_an_event_that_articles_refused_goes_to_latest_as_well_and_in_that_order():
    done = plan(refused(article()), SETTINGS, LIMITS, {})
    assert ("", [SETTINGS.topic("articles"), SETTINGS.topic("latest")]) == (done.refusal, [r.topic for r in done.rows])
    assert {(b"k", event(), (("ce_id", b"e1"),))} == {(row.key, row.value, row.headers) for row in done.rows}


@pytest.mark.parametrize("topic", ["latest", "finds", "outcomes"])
def test_all_others_go_where_they_were_meant_for(topic):
    done = plan(refused(article(topic=topic)), SETTINGS, LIMITS, {})
    assert ("", [SETTINGS.topic(topic)]) == (done.refusal, [row.topic for row in done.rows])


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        (dataclasses.replace(refused(article()), truncated=True, size=9_000_000), "of its 9000000 bytes were kept"),
        (dataclasses.replace(refused(article()), headers_kept=False), "headers were too large"),
        (refused(article(), TypeError("no bytes")), "refused for its type"),
        (refused(Row("elsewhere", b"k", b"v")), "meant for elsewhere, which is none of our topics"),
        (refused(Row(SETTINGS.topic("dead-letters"), b"k", b"v")), "none of our topics"),
        (refused(article(topic="texts")), "topic beatwire.texts.v1 is missing or hidden"),
        (refused(article(b"x" * 10_000)), "would be refused again: .* Raise max.message.bytes of beatwire.articles.v1"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_reason_that_no_force_overcomes(letter, words):
    done = plan(letter, SETTINGS, LIMITS, {})
    assert not done.forceable
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(done.refusal)


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        (dataclasses.replace(refused(article()), replayed=AT), f"replayed already, at {AT}"),
        (refused(article(topic="feeds")), "an old one would undo newer ones"),
        (refused(article(topic="sources")), "the list of feeds is the configuration's"),
    ],
)
def test_what_would_do_harm_is_refused_unless_forced(letter, words):
    done = plan(letter, SETTINGS, LIMITS, {})
    assert done.forceable
    assert words in done.refusal


@pytest.mark.parametrize("topic", ["articles", "latest"])
@pytest.mark.parametrize(
    ("on_latest", "words"),
    [
        (None, ""),
        (Said("e0", 1), ""),
        (Said("e2", 2), "has this very event already"),
        (Said("other", 2), "has revision 2 of the article, this is revision 2"),
        (Said("e3", 3), "has revision 3 of the article, this is revision 2: it is older"),
    ],
)
def test_a_newer_version_on_latest_is_never_overwritten(topic, on_latest, words):
    letter = refused(article(event(2, "e2"), topic))
    done = plan(letter, SETTINGS, LIMITS, {b"k": on_latest} if on_latest else {})
    assert (words in done.refusal, not words) == (True, not done.refusal)
    assert done.forceable


@pytest.mark.parametrize("value", [None, b"", b"no json", b"[]", b'{"version": {"event": "e"}}'])
def test_what_is_no_event_has_no_version(value):
    assert None is said_by(value)
