"""The decider behind Publish, pure: what is news, under which id."""

import jsonschema
import msgspec
import pytest
import records
from msgspec.structs import replace

from transforms import identity, schemas
from transforms.events import Event
from transforms.records import Article, Ending, Entry, FeedSource, Find, Read, Tagged
from transforms.revision import article_id, decide
from transforms.tags import Date, Tags
from transforms.versions import Imprint, latest_of, remember

NOW = "2026-01-31T10:00:00.000Z"
URL = "https://example.org/ban"
FIND = Find(
    find_id="a" * 32,
    item_id="1" * 32,
    entry_hash="e",
    source=FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire", kind="wire"),
    entry=Entry(link=URL, title="Ban", guid="g1"),
    polled="2026-01-31T09:59:00.000Z",
    found="2026-01-31T09:59:01.000Z",
)
LATER = replace(FIND, find_id="b" * 32, found="2026-01-31T11:00:00.000Z")
ARTICLE = Article(url=URL, title="Ban halted", text="A judge halted the ban.", summary="Short.", language="en")
TAGS = replace(records.TAGS, text_hash=identity.text_hash(ARTICLE.text))
OFF = Tags(rules_version="1")
IMPRINT = Imprint(NOW, "beatwire", "0.1")


def tagged(find=FIND, article=ARTICLE, tags=TAGS, ending=None):
    return Tagged(read=Read(find=find, article=article, ending=ending, attempts=1, fetched=NOW), tags=tags, tagged=NOW)


def said(one, previous=None):
    return decide(one, {article_id(one): previous} if previous else {}, IMPRINT)


def event_of(decision):
    return decision.events[0][1] if decision.events else None


def after(*ones):
    previous = None
    for one in ones:
        decision = said(one, previous)
        previous = latest_of(event_of(decision)) if decision.events else previous
    return previous


def test_a_first_article_on_the_beat_is_published_as_revision_one():
    decision = said(tagged())
    assert (
        decision.outcome.outcome,
        event_of(decision).version.type,
        event_of(decision).version.revision,
        event_of(decision).change,
    ) == ("published", "article.published", 1, None)
    assert event_of(decision).version.event == decision.outcome.event_id


def test_the_same_find_again_says_the_same_under_the_same_id():
    first = said(tagged())
    again = said(tagged(), latest_of(event_of(first)))
    assert ("published", first.outcome.event_id, None) == (
        again.outcome.outcome,
        again.outcome.event_id,
        event_of(again),
    )


def test_a_re_read_without_a_change_is_unchanged():
    assert said(tagged(LATER), after(tagged())).outcome.outcome == "unchanged"


def test_a_replay_without_memory_gives_the_same_event_id():
    assert event_of(said(tagged())).version == event_of(said(tagged())).version


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": "Ban upheld"}, ("headline",)),
        ({"summary": "Longer."}, ("summary",)),
    ],
)
def test_changed_content_is_revised_and_says_which_field(change, fields):
    event = event_of(said(tagged(LATER, replace(ARTICLE, **change)), after(tagged())))
    assert ("article.revised", 2, fields) == (event.version.type, event.version.revision, event.change.fields)


def test_changed_tags_alone_are_retagged():
    tags = replace(TAGS, stage="upheld", actions=(replace(TAGS.actions[0], stage="upheld"),))
    event = event_of(said(tagged(LATER, tags=tags), after(tagged())))
    assert (event.version.type, event.version.revision) == ("article.retagged", 2)
    assert {"stage", "actions"} == set(event.change.fields)


def test_other_rules_or_offsets_alone_publish_nothing():
    date = Date(
        date="2026-01", precision="month", role="effective", part="text", start=0, end=5, quote="A jud", rule="x"
    )
    first = replace(TAGS, actions=(replace(TAGS.actions[0], dates=(date,)),))
    second = replace(first, rules_version="2", actions=(replace(TAGS.actions[0], dates=(replace(date, rule="y"),)),))
    decision = said(tagged(LATER, tags=second), after(tagged(tags=first)))
    assert (decision.outcome.outcome, event_of(decision)) == ("unchanged", None)


def test_volatile_words_alone_publish_nothing():
    article = replace(ARTICLE, text="A judge halted the ban.\n5 minutes ago")
    assert said(tagged(LATER, article), after(tagged())).outcome.outcome == "unchanged"


def test_a_text_that_returns_to_an_earlier_form_is_a_new_event():
    one, two = tagged(), tagged(LATER, replace(ARTICLE, title="Other"))
    third = tagged(replace(LATER, find_id="c" * 32, found="2026-01-31T12:00:00.000Z"))
    event = event_of(said(third, after(one, two)))
    assert event.version.revision == 3
    assert event.version.event not in {event_of(said(one)).version.event, event_of(said(two, after(one))).version.event}


def test_off_the_beat_is_not_published():
    assert (said(tagged(tags=OFF)).outcome.outcome, event_of(said(tagged(tags=OFF)))) == ("off-beat", None)


def test_an_article_that_leaves_the_beat_is_retracted_without_a_body():
    decision = said(tagged(LATER, tags=OFF), after(tagged()))
    event = event_of(decision)
    assert (
        decision.outcome.outcome,
        event.version.type,
        event.item.pub_status,
    ) == ("retracted", "article.retracted", "canceled")
    assert (event.item.headlines, event.tags.topics, event.version.revision) == ((), (), 2)


def test_after_a_retraction_it_returns_as_revised():
    gone = after(tagged(), tagged(LATER, tags=OFF))
    third = tagged(replace(LATER, find_id="c" * 32, found="2026-01-31T12:00:00.000Z"))
    event = event_of(said(third, gone))
    assert (
        event.version.type,
        event.version.revision,
        event.change.reason,
    ) == ("article.revised", 3, "back on the beat")


def test_another_item_of_a_published_article_is_a_duplicate():
    other = replace(FIND, item_id="2" * 32, find_id="d" * 32)
    assert said(tagged(other), after(tagged())).outcome.outcome == "duplicate"


def test_an_older_find_does_not_undo_a_later_one():
    decision = said(tagged(FIND, replace(ARTICLE, title="Old")), after(tagged(LATER)))
    assert (decision.outcome.outcome, event_of(decision)) == ("unchanged", None)


def test_a_find_without_article_ends_as_its_ending_says():
    ending = Ending(outcome="fetch-failed", step="fetch", reason="HTTP 500")
    outcome = said(Tagged(read=Read(find=FIND, ending=ending, attempts=5))).outcome
    assert (
        outcome.outcome,
        outcome.step,
        outcome.reason,
        outcome.attempts,
        outcome.article_id,
    ) == ("fetch-failed", "fetch", "HTTP 500", 5, None)


def test_a_find_with_neither_article_nor_ending_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="neither article nor ending"):
        said(Tagged(read=Read(find=FIND)))


@pytest.mark.parametrize(
    ("canonical", "expected", "syndicated"),
    [
        (None, URL, None),
        ("https://www.example.org/ban-2", "https://www.example.org/ban-2", None),
        ("https://other.example/ban", URL, "https://other.example/ban"),
        ("http://localhost:3000/ban", URL, None),
        ("http://127.0.0.1/ban", URL, None),
        ("http://[::1]/ban", URL, None),
        ("http://web01/ban", URL, None),
        ("http://cms.internal/ban", URL, None),
    ],
)
def test_a_canonical_address_counts_only_within_its_own_domain(canonical, expected, syndicated):
    one = tagged(article=replace(ARTICLE, canonical=canonical))
    assert identity.url_id(expected) == article_id(one)
    assert syndicated == event_of(said(one)).source.syndicated_from


@pytest.mark.parametrize(
    "one", [tagged(), tagged(article=replace(ARTICLE, published="2026-01-31", authors=("A", "B")))]
)
def test_an_event_validates_against_its_schema_and_is_remembered_from_its_bytes(one):
    event = event_of(said(one))
    encoded = msgspec.json.encode(event)
    jsonschema.Draft202012Validator(schemas.load("article-event.v1.json")).validate(msgspec.json.decode(encoded))
    assert event == msgspec.json.decode(encoded, type=Event)
    assert latest_of(event) == remember(encoded)


def test_a_bare_date_is_no_instant_of_the_item():
    event = event_of(said(tagged(article=replace(ARTICLE, published="2026-01-31"))))
    assert (event.item.content_created, event.item.version_created) == (None, None)


def test_an_item_that_keeps_its_first_id_keeps_its_article_without_a_canonical_address():
    link = "https://example.org/ban?source=rss"
    first = identity.first_item_id(link, identity.url_id(link))
    known = replace(FIND, item_id=first, entry=replace(FIND.entry, link=link))
    new = replace(known, item_id=identity.url_id(link))
    page = replace(ARTICLE, url=link)
    assert first == article_id(tagged(known, page))
    assert identity.url_id(link) == article_id(tagged(new, page))
    assert identity.url_id(URL) == article_id(tagged(known, replace(page, canonical=URL)))
