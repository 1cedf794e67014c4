"""Publish on real topics: what finds without a page, and pages of other addresses, do to other partitions."""

import json
import threading
import uuid

import pytest
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from msgspec.structs import replace
from topic_reading import read_all

from connectors import worker
from connectors.histories import Histories
from connectors.kafka.partition import partition_of
from connectors.run import RunSettings
from connectors.steps.publish import _Publish, keyed
from connectors.web.client import WebSettings
from transforms import identity, instants
from transforms.records import Article, Ending, Entry, FeedSource, Find, Read, Tagged
from transforms.tags import Action, Tags

NOW = 1_800_000_000.0
DAY = 86400.0
TAGS = Tags(topics=("app-ban",), actions=(Action(main=True, apps=("TikTok",), measures=("ban",)),), rules_version="1")
AWAY = Ending(outcome="fetch-failed", step="fetch", reason="HTTP 503")
GONE = Ending(outcome="fetch-failed", step="fetch", reason="HTTP 404", gone=True)
SOURCE = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire")


class Handled:
    """Stands in for the counter, which nobody reads."""

    def add(self, _):
        pass


def link_on(partition, word):
    """An address whose id falls on a partition of three."""
    numbered = (f"https://wire.example/{word}/{number}" for number in range(1000))
    return next(url for url in numbered if partition_of(identity.url_id(url), 3) == partition)


LINK, PAGE = link_on(0, "link"), link_on(2, "page")
ITEM, PAGE_ID = identity.url_id(LINK), identity.url_id(PAGE)


def find(number=1, link=LINK, **more):
    found = instants.to_text(NOW + number)
    return Find(
        find_id=f"{number:032x}",
        item_id=identity.url_id(link),
        entry_hash="e",
        source=SOURCE,
        entry=Entry(link=link, title="Ban"),
        polled=found,
        found=found,
        poll=number,
        **more,
    )


def page(one, canonical=PAGE, title="Ban", tags=TAGS, promised=False):
    article = Article(url=one.entry.link, canonical=canonical, title=title, text="A ban.")
    return Tagged(read=Read(find=one, article=article, promised=promised), tags=tags)


def words(one, provisional=False):
    article = Article(url=one.entry.link, title="Ban", extractor="feed")
    read = Read(find=one, article=article, ending=AWAY, provisional=provisional)
    return Tagged(read=read, tags=replace(TAGS, basis="feed"))


def without(one, ending=GONE):
    return Tagged(read=Read(find=one, ending=ending))


@pytest.fixture
def settings(kafka_settings):
    made = RunSettings(
        run_id=uuid.uuid4().hex, name="test", version="0", kafka=kafka_settings, web=WebSettings(), feeds=()
    )
    yield made
    worker.drop(made.run_id)


def publish(settings, *bundle, now=NOW):
    """One bundle of Publish; outcomes by find id."""
    step = _Publish(settings, lambda: now)
    step.start_bundle()
    for tagged in bundle:
        step.process(keyed(tagged, 3), Handled(), Timestamp.of(0), GlobalWindow())
    return {one.value.find_id: one.value.outcome for one in step.finish_bundle()}


def told(settings, topic="articles"):
    rows = [
        (record.key.decode(), record.value and json.loads(record.value)) for record in read_all(settings.kafka, topic)
    ]
    return {key: value and value["version"]["type"] for key, value in rows}


def test_a_provisional_find_publishes_without_an_outcome_and_ends_once(settings):
    one = find()
    assert {} == publish(settings, words(one, provisional=True))
    assert ({ITEM: "article.published"}, []) == (told(settings), read_all(settings.kafka, "outcomes"))
    assert {one.find_id: "published"} == publish(settings, words(one))
    assert 1 == len(read_all(settings.kafka, "articles"))
    assert 1 == len(read_all(settings.kafka, "outcomes"))


@pytest.mark.parametrize("swept", [False, True], ids=["promised", "back after a crash"])
def test_a_page_of_another_address_supersedes_across_partitions(settings, swept):
    publish(settings, words(find(), provisional=True))
    ended = publish(settings, page(find(swept=swept), promised=not swept))
    assert ["published"] == list(ended.values())
    assert {ITEM: "article.retracted", PAGE_ID: "article.published"} == told(settings) == told(settings, "latest")


def test_a_re_read_supersedes_what_an_earlier_find_of_the_item_said_by_feed(settings):
    publish(settings, words(find(1)))
    publish(settings, page(find(2)))
    assert "article.retracted" == told(settings)[ITEM]


def test_a_provisional_find_that_is_late_says_nothing_once_its_find_has_ended(settings):
    publish(settings, page(find(), tags=Tags(rules_version="1")))
    publish(settings, words(find(), provisional=True))
    assert {} == told(settings)


def test_in_one_bundle_too_a_late_provisional_find_says_nothing(settings):
    publish(settings, without(find(), AWAY), words(find(), provisional=True))
    assert {} == told(settings)


def test_a_page_that_is_gone_takes_back_the_article_in_whichever_partition(settings):
    publish(settings, page(find(1)))
    assert {find(2).find_id: "retracted"} == publish(settings, without(find(2)))
    assert {PAGE_ID: "article.retracted"} == told(settings, "latest")


def test_the_feeds_words_find_the_page_that_was_read_in_whichever_partition(settings):
    publish(settings, page(find(1)))
    assert {find(2).find_id: "unchanged"} == publish(settings, words(find(2)))
    assert {PAGE_ID: "article.published"} == told(settings)


def test_after_a_restart_all_this_is_known_from_the_topics(settings):
    publish(settings, page(find(1)))
    worker.drop(settings.run_id)
    again = RunSettings(**{**vars(settings), "run_id": uuid.uuid4().hex})
    assert {find(2).find_id: "retracted"} == publish(again, without(find(2)))
    worker.drop(again.run_id)


def test_two_items_of_one_article_in_one_bundle_publish_it_once(settings):
    one, two = find(1, link_on(0, "one")), find(2, link_on(1, "two"))
    assert {one.find_id: "published", two.find_id: "duplicate"} == publish(settings, page(one), page(two))
    assert 1 == len(read_all(settings.kafka, "articles"))


def test_two_items_of_one_article_at_once_publish_it_once(settings):
    items = [find(n, link_on(n % 3, f"at-once-{n}")) for n in range(1, 7)]
    ended = {}
    threads = [threading.Thread(target=lambda one=one: ended.update(publish(settings, page(one)))) for one in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert ["duplicate"] * 5 + ["published"] == sorted(ended.values())
    assert 1 == len(read_all(settings.kafka, "articles"))


def test_a_form_that_returns_is_said_again_under_a_new_id(settings):
    for number, title in enumerate(("Ban", "Ban halted", "Ban"), start=1):
        publish(settings, page(find(number), title=title))
    events = [json.loads(record.value)["version"] for record in read_all(settings.kafka, "articles")]
    assert [1, 2, 3] == [version["revision"] for version in events]
    assert events[0]["contentHash"] == events[2]["contentHash"]
    assert 3 == len({version["event"] for version in events})


def test_who_holds_a_partition_beside_its_own_lets_no_other_bundle_decide_by_it(settings):
    publish(settings, words(find(), provisional=True))
    seen, shared = [], worker.of(settings)
    histories = Histories(shared, [page(find(), promised=True)], {2})
    other = threading.Thread(target=lambda: seen.append(publish(settings, words(find(2)))))
    with histories.held() as latest:
        other.start()
        other.join(0.3)
        assert ({ITEM}, [], True) == (set(latest), seen, other.is_alive())
    other.join(30)
    assert [{find(2).find_id: "unchanged"}] == seen


def test_a_find_whose_page_has_its_links_address_holds_its_own_partition_only(settings):
    shared = worker.of(settings)
    with Histories(shared, [page(find(), canonical=None)], {0}).held():
        assert [True, False, False] == [shared.latest(number).deciding.locked() for number in range(3)]


def test_bundles_that_need_each_others_partitions_do_not_wait_for_each_other(settings):
    finds = [find(n, link_on(n % 3, f"l{n}")) for n in range(1, 13)]
    bundles = [[page(one, link_on((one.poll + 1) % 3, f"p{one.poll}"), promised=True)] for one in finds]
    threads = [threading.Thread(target=publish, args=(settings, *bundle)) for bundle in bundles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert 12 == len(read_all(settings.kafka, "outcomes"))


def test_what_was_retracted_long_ago_is_taken_off_latest_also_by_another_run(settings):
    publish(settings, page(find(1)))
    publish(settings, without(find(2)))
    other = page(find(3, link_on(0, "x")), canonical=link_on(2, "y"))
    publish(settings, other, now=NOW + 29 * DAY)
    assert "article.retracted" == told(settings, "latest")[PAGE_ID]
    worker.drop(settings.run_id)
    again = RunSettings(**{**vars(settings), "run_id": uuid.uuid4().hex})
    publish(again, other, now=NOW + 31 * DAY)
    assert None is told(settings, "latest")[PAGE_ID]
    assert PAGE_ID not in worker.of(again).latest(2).read()
    worker.drop(again.run_id)
