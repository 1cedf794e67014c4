"""The decider behind Publish where there is no page, and where something is taken back."""

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from transforms import identity, schemas
from transforms.records import Article, Ending, Entry, FeedSource, Find, Read, Tagged
from transforms.revision import article_id, asks_for_owned, decide
from transforms.tags import Action, Tags
from transforms.versions import Imprint, latest_of

NOW = "2026-01-31T10:00:00.000Z"
LINK = "https://example.org/ban"
PAGE = "https://example.org/2026/ban"
ITEM, PAGE_ID = identity.url_id(LINK), identity.url_id(PAGE)
FIND = Find(
    find_id="a" * 32,
    item_id=ITEM,
    entry_hash="e",
    source=FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire", kind="wire"),
    entry=Entry(link=LINK, title="Ban", guid="g1"),
    polled=NOW,
    found="2026-01-31T09:59:01.000Z",
)
LATER = replace(FIND, find_id="b" * 32, found="2026-01-31T11:00:00.000Z")
LAST = replace(FIND, find_id="c" * 32, found="2026-01-31T12:00:00.000Z")
OTHER = replace(FIND, find_id="d" * 32, item_id="2" * 32)
TAGS = Tags(
    topics=("app-ban",),
    actions=(Action(main=True, apps=("TikTok",), jurisdictions=("US",), measures=("ban",), stage="halted"),),
    rules_version="1",
)
OFF = Tags(rules_version="1")
WORDS = Article(url=LINK, title="Ban halted", summary="Short.", extractor="feed")
AT_LINK = Article(url=LINK, title="Ban halted", text="A judge halted the ban.", summary="Short.")
ELSEWHERE = replace(AT_LINK, canonical=PAGE)
AWAY = Ending(outcome="fetch-failed", step="fetch", reason="HTTP 503")
GONE = replace(AWAY, reason="HTTP 404", gone=True)
NOTICE = Ending(outcome="not-an-article", step="extract", reason="notice: withdrawn.", notice=True)


def page(find=FIND, article=AT_LINK, tags=TAGS, promised=False):
    return Tagged(read=Read(find=find, article=article, fetched=NOW, promised=promised), tags=tags, tagged=NOW)


def words(find=FIND, tags=TAGS, provisional=False, article=WORDS):
    read = Read(find=find, article=article, ending=AWAY, attempts=5, provisional=provisional)
    return Tagged(read=read, tags=replace(tags, basis="feed"), tagged=NOW)


def ahead(find=FIND, tags=TAGS):
    return words(find, tags, provisional=True)


def without(ending, find=LATER):
    return Tagged(read=Read(find=find, ending=ending, attempts=2))


class Desk:
    """What is on `latest`, as decisions change it; what an item owns is looked up as Publish does."""

    def __init__(self, *told):
        self.latest, self.events = {}, []
        for one in told:
            self.tell(one)

    def tell(self, one, ended=False):
        mine = [key for key, last in self.latest.items() if last.item == one.read.find.item_id]
        owned = min(mine, key=lambda key: not self.latest[key].usable, default=None)
        decision = decide(one, dict(self.latest), Imprint(NOW, "n", "0"), owned=owned, ended=ended)
        for key, event in decision.events:
            self.events.append(event)
            self.latest[key] = latest_of(event)
        return decision

    def usable(self):
        return {key for key, last in self.latest.items() if last.usable}


def name(decision):
    return decision.outcome.outcome if decision.outcome else None


def types(decision):
    return [(key, event.version.type) for key, event in decision.events]


def test_a_provisional_copy_publishes_the_feeds_words_and_ends_nothing():
    decision = Desk().tell(ahead())
    event = decision.events[0][1]
    assert (None, [(ITEM, "article.published")]) == (decision.outcome, types(decision))
    assert ("feed", "HTTP 503", ITEM) == (event.tags.basis, event.source.fetch_error, event.source.item)


@pytest.mark.parametrize(
    ("one", "ended"),
    [(ahead(tags=OFF), False), (ahead(), True)],
    ids=["off the beat", "its find has ended meanwhile"],
)
def test_a_provisional_copy_that_is_no_news_leaves_nothing(one, ended):
    decision = Desk().tell(one, ended)
    assert (None, ()) == (decision.outcome, decision.events)


@pytest.mark.parametrize(
    "before", [page(), page(LATER), ahead(), words()], ids=["page", "later page", "itself", "its end"]
)
def test_a_provisional_copy_says_nothing_where_as_much_was_said(before):
    assert () == Desk(before).tell(ahead()).events


def test_an_article_published_by_feed_names_its_item_also_without_a_link():
    find = replace(FIND, entry=replace(FIND.entry, link=""))
    decision = Desk().tell(words(find, article=replace(WORDS, url="")))
    assert ("published", ITEM) == (name(decision), decision.outcome.article_id)
    assert ["item", "guid"] == [one.role for one in decision.events[0][1].item.alt_ids]


def test_the_feeds_words_on_the_beat_end_as_published_with_the_fault_as_reason():
    decision = Desk().tell(words())
    event = decision.events[0][1]
    assert ("published", "HTTP 503", event.version.event) == (
        name(decision),
        decision.outcome.reason,
        decision.outcome.event_id,
    )


def test_what_went_ahead_is_not_said_twice():
    desk = Desk(ahead())
    decision = desk.tell(words())
    assert ("published", (), desk.events[0].version.event) == (
        name(decision),
        decision.events,
        decision.outcome.event_id,
    )
    assert "unchanged" == name(desk.tell(words(LATER)))


def test_the_feeds_words_off_the_beat_end_as_the_fault():
    assert ("fetch-failed", ()) == ((one := Desk().tell(words(tags=OFF))).outcome.outcome, one.events)


def test_the_page_replaces_the_feeds_words():
    decision = Desk(ahead()).tell(page(promised=True))
    assert ("published", [(ITEM, "article.revised")]) == (name(decision), types(decision))
    assert "page" == decision.events[0][1].tags.basis


def test_a_page_of_an_older_find_replaces_the_feeds_words_of_a_later_one():
    assert [(ITEM, "article.revised")] == types(Desk(ahead(LATER)).tell(page()))


def test_the_feeds_words_never_replace_the_page():
    decision = Desk(page()).tell(words(LATER))
    assert ("unchanged", "HTTP 503; the page itself was read before") == (name(decision), decision.outcome.reason)


def test_the_feeds_words_never_replace_the_page_of_another_address():
    desk = Desk(page(article=ELSEWHERE))
    assert "unchanged" == name(desk.tell(words(LATER)))
    assert () == desk.tell(ahead(LAST)).events
    assert {PAGE_ID} == desk.usable()


@pytest.mark.parametrize("retract", [without(GONE), without(NOTICE), page(LATER, tags=OFF)])
def test_the_feeds_words_never_bring_back_what_a_page_took_back(retract):
    desk = Desk(page(), retract)
    assert ("fetch-failed", ()) == ((one := desk.tell(words(LAST))).outcome.outcome, one.events)
    assert () == desk.tell(ahead(LAST)).events


def test_newer_words_of_the_feed_take_back_and_bring_back_what_only_the_feed_said():
    desk = Desk(words())
    assert ("retracted", [(ITEM, "article.retracted")]) == (name(one := desk.tell(words(LATER, OFF))), types(one))
    assert [(ITEM, "article.revised")] == types(desk.tell(words(LAST)))


def test_the_feeds_words_off_the_beat_do_not_take_back_a_page():
    assert ("fetch-failed", ()) == ((one := Desk(page()).tell(words(LATER, OFF))).outcome.outcome, one.events)


@pytest.mark.parametrize(("ending", "reason"), [(GONE, "gone"), (NOTICE, "notice")])
@pytest.mark.parametrize("before", [page(), page(article=ELSEWHERE), ahead(), words()])
def test_what_is_gone_or_withdrawn_is_taken_back_wherever_it_was_published(before, ending, reason):
    desk = Desk(before)
    decision = desk.tell(without(ending))
    ((key, event),) = decision.events
    assert ("retracted", ending.reason, set()) == (name(decision), decision.outcome.reason, desk.usable())
    assert (reason, ("pubStatus",), desk.events[0].version.event) == (
        event.change.reason,
        event.change.fields,
        event.change.previous,
    )
    assert (article_id(before), key, 2) == (key, decision.outcome.article_id, event.version.revision)
    assert ((), (), desk.events[0].source.url) == (event.item.headlines, event.tags.topics, event.source.url)
    assert None is event.change.superseded_by


@pytest.mark.parametrize("ending", [GONE, NOTICE])
def test_where_nothing_was_published_it_ends_as_what_it_is(ending):
    decision = Desk().tell(without(ending))
    assert (ending.outcome, (), None) == (name(decision), decision.events, decision.outcome.article_id)


@pytest.mark.parametrize("ending", [GONE, NOTICE])
def test_nobody_takes_back_the_article_of_another_item(ending):
    assert ending.outcome == name(Desk(page()).tell(without(ending, OTHER)))


def test_a_page_that_was_read_for_a_later_find_is_not_gone():
    assert ("unchanged", ()) == ((one := Desk(page(LATER)).tell(without(GONE, FIND))).outcome.outcome, one.events)


@pytest.mark.parametrize("retract", [without(GONE), without(NOTICE), page(LATER, tags=OFF), words(LATER, OFF)])
def test_a_retraction_decided_again_says_the_same_under_the_same_id(retract):
    desk = Desk(ahead() if retract.tags and retract.tags.basis == "feed" else page())
    first, again = desk.tell(retract), desk.tell(retract)
    assert ("retracted", first.outcome.event_id, ()) == (name(again), again.outcome.event_id, again.events)


def test_what_was_gone_and_comes_back_is_revised():
    event = Desk(page(), without(GONE)).tell(page(LAST)).events[0][1]
    assert ("article.revised", 3, "published again: it was gone") == (
        event.version.type,
        event.version.revision,
        event.change.reason,
    )


def test_after_its_owner_took_it_back_another_item_may_own_an_article():
    desk = Desk(page(), without(GONE))
    decision = desk.tell(page(OTHER))
    assert ("published", "2" * 32) == (name(decision), desk.latest[ITEM].item)
    assert "duplicate" == name(desk.tell(page(LAST)))


def test_a_page_that_names_another_address_supersedes_what_the_feed_said():
    desk = Desk(ahead())
    decision = desk.tell(page(article=ELSEWHERE, promised=True))
    assert [(PAGE_ID, "article.published"), (ITEM, "article.retracted")] == types(decision)
    change = decision.events[1][1].change
    assert ("published", "superseded", PAGE_ID) == (name(decision), change.reason, change.superseded_by)
    assert ({PAGE_ID}, LINK) == (desk.usable(), decision.events[1][1].source.url)


def test_superseding_decided_again_says_nothing_more():
    desk = Desk(ahead(), page(article=ELSEWHERE))
    assert ("published", ()) == ((one := desk.tell(page(article=ELSEWHERE))).outcome.outcome, one.events)


def test_superseding_that_broke_off_in_the_middle_is_made_whole():
    desk = Desk(ahead())
    before = desk.latest[ITEM]
    desk.tell(page(article=ELSEWHERE))
    desk.latest[ITEM] = before
    assert [(ITEM, "article.retracted")] == types(desk.tell(page(article=ELSEWHERE)))


def test_a_page_of_another_items_article_is_a_duplicate_and_still_supersedes():
    desk = Desk(page(OTHER, ELSEWHERE), ahead())
    decision = desk.tell(page(article=ELSEWHERE))
    assert ("duplicate", [(ITEM, "article.retracted")], {PAGE_ID}) == (name(decision), types(decision), desk.usable())
    assert PAGE_ID == decision.events[0][1].change.superseded_by


def test_what_the_feed_said_is_taken_back_when_the_page_is_off_the_beat_under_another_address():
    desk = Desk(ahead())
    decision = desk.tell(page(article=ELSEWHERE, tags=OFF))
    event = decision.events[0][1]
    assert ("retracted", "no longer on the beat", None, event.version.event) == (
        name(decision),
        event.change.reason,
        event.change.superseded_by,
        decision.outcome.event_id,
    )
    again = desk.tell(page(article=ELSEWHERE, tags=OFF))
    assert ("retracted", (), event.version.event) == (name(again), again.events, again.outcome.event_id)


def test_an_article_of_another_item_under_the_links_id_is_not_superseded():
    desk = Desk(page(OTHER))
    assert [(PAGE_ID, "article.published")] == types(desk.tell(page(article=ELSEWHERE)))


@pytest.mark.parametrize(
    ("one", "asks"),
    [(page(), False), (words(), True), (words(tags=OFF), False), (without(GONE), True), (without(AWAY), False)],
)
def test_only_some_finds_without_a_page_ask_what_their_item_owns(one, asks):
    assert asks is asks_for_owned(one)


@pytest.mark.parametrize(
    "told", [[ahead()], [page(), without(GONE)], [ahead(), page(article=ELSEWHERE)], [page(), page(LATER, tags=OFF)]]
)
def test_every_event_validates_against_its_schema(told):
    validator = jsonschema.Draft202012Validator(schemas.load("article-event.v1.json"))
    for event in Desk(*told).events:
        validator.validate(msgspec.json.decode(msgspec.json.encode(event)))
