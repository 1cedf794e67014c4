"""What readers may rely on, over histories that nobody thought of: pure, on the records as Publish makes them."""

import itertools
import json

import pytest
from histories import FAULTS, History, compacted, histories, reading
from hypothesis import given
from hypothesis import strategies as st
from recipes import readers


def picture(rows):
    dashboard = readers.Dashboard()
    for row in rows:
        dashboard.apply(row.key.decode(), row.value)
    return dashboard.shown()


def envelopes(rows):
    return [readers.attributes(row.headers) for row in rows]


def identities(shown):
    return {article: event["version"]["event"] for article, event in shown.items()}


@given(histories(), st.data())
def test_a_dashboard_that_starts_late_shows_what_one_shows_that_saw_all(history, data):
    upto = data.draw(st.integers(0, len(history.latest)))
    late = compacted(history.latest, upto, bury=data.draw(st.booleans()))
    assert picture(history.latest) == picture(late)


@given(histories())
def test_a_dashboard_shows_what_publish_remembers(history):
    usable = {
        article: known.version.event
        for article, known in history.memory().items()
        if known.version.pub_status == "usable"
    }
    assert usable == identities(picture(history.latest))


@given(histories())
def test_a_forgotten_article_takes_no_room(history):
    dashboard = readers.Dashboard()
    for row in history.latest:
        dashboard.apply(row.key.decode(), row.value)
    assert set(history.memory()) == set(dashboard.articles)


@given(histories(), st.data())
def test_records_that_come_again_change_no_picture(history, data):
    cut = data.draw(st.integers(0, len(history.latest)))
    again = history.latest[:cut] * 2 + history.latest[cut:]
    assert picture(history.latest) == picture(again)


@given(histories())
def test_a_bot_acts_once_on_each_version(history):
    bot = readers.Bot()
    acts = [(bot.act(envelope), envelope["ce_id"]) for envelope in envelopes(history.articles)]
    acted = [event for act, event in acts if act]
    assert sorted(set(acted)) == sorted(acted)
    assert {envelope["ce_id"] for envelope in envelopes(history.articles)} == set(acted)


@given(histories(), st.data())
def test_a_bot_that_is_shown_the_log_again_does_nothing(history, data):
    cut = data.draw(st.integers(0, len(history.articles)))
    bot = readers.Bot()
    for envelope in envelopes(history.articles):
        bot.act(envelope)
    restarted = readers.Bot(bot.done, bot.alerts)
    assert set() == {restarted.act(envelope) for envelope in envelopes(history.articles[cut:])} - {None}


@given(histories())
def test_a_bot_alerts_once_for_each_article(history):
    bot = readers.Bot()
    acts = [(envelope["ce_subject"], bot.act(envelope)) for envelope in envelopes(history.articles)]
    alerted = [article for article, act in acts if act and act[0] == "alert"]
    assert sorted(set(alerted)) == sorted(alerted)
    assert {envelope["ce_subject"] for envelope in envelopes(history.articles)} == set(alerted)


@given(histories(buried=False))
def test_the_log_by_article_and_first_occurrence_is_the_picture_of_latest(history):
    seen, newest = set(), {}
    for row in history.articles:
        event = json.loads(row.value)
        if event["version"]["event"] not in seen:
            seen.add(event["version"]["event"])
            newest[row.key.decode()] = row.value
    folded = readers.Dashboard()
    for article, value in newest.items():
        folded.apply(article, value)
    assert identities(picture(history.latest)) == identities(folded.shown())


@given(histories(buried=False))
def test_what_no_event_names_as_its_previous_is_what_latest_holds(history):
    events = {event["version"]["event"]: event for event in (json.loads(row.value) for row in history.articles)}
    replaced = {event["change"]["previous"] for event in events.values() if event["change"]}
    heads = {event["item"]["uri"].rpartition("/")[2]: name for name, event in events.items() if name not in replaced}
    assert {article: known.version.event for article, known in history.memory().items()} == heads
    assert len(events) - len(replaced) == len(heads)


@given(histories())
def test_what_an_event_replaces_was_on_articles_before(history):
    before = set()
    for row in history.articles:
        event = json.loads(row.value)
        if event["change"]:
            assert event["change"]["previous"] in before
        before.add(event["version"]["event"])


@given(histories())
def test_what_is_on_latest_was_on_articles(history):
    said = {row.value for row in history.articles}
    assert set() == {row.value for row in history.latest if row.value is not None} - said


@pytest.mark.parametrize("fault", FAULTS)
def test_edit_retraction_and_return_are_an_alert_and_three_replies(fault):
    history, bot = History(), readers.Bot()
    for one in (reading(1), reading(1, title="Ban upheld"), reading(1, topics=()), reading(1, title="Ban upheld")):
        history.publish(one, fault=fault)
    acts = [act for act in map(bot.act, envelopes(history.articles)) if act]
    first = envelopes(history.articles)[0]["ce_id"]
    assert [("alert", first), ("correct", first), ("withdraw", first), ("correct", first)] == acts


def test_an_edit_while_publish_was_dead_replaces_what_never_reached_latest():
    history = History()
    history.publish(reading(1))
    lost = history.interrupted(reading(1, title="Ban upheld"))
    history.publish(reading(1, title="Ban postponed"))
    events = [json.loads(row.value) for row in history.articles]
    bot = readers.Bot()
    acts = [bot.act(envelope)[0] for envelope in envelopes(history.articles)]
    assert lost == [events[1]["version"]["event"]]
    assert events[1]["change"]["previous"] == events[2]["change"]["previous"] == events[0]["version"]["event"]
    assert ["alert", "correct", "correct"] == acts


def test_an_edit_while_publish_was_dead_makes_no_second_alert():
    history, bot = History(), readers.Bot()
    history.interrupted(reading(1))
    history.publish(reading(1, title="Ban postponed"))
    types = [envelope["ce_type"].rpartition(".")[2] for envelope in envelopes(history.articles)]
    assert ["published", "published"] == types
    assert ["alert", "correct"] == [bot.act(envelope)[0] for envelope in envelopes(history.articles)]


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_crashes_within_a_bundle_nothing_is_said_that_was_not_said_without_it(fault):
    forms = (reading(1, topics=()), reading(1, title="Ban upheld"), reading(1))
    for bundle in itertools.chain(*(itertools.product(forms, repeat=count) for count in (2, 3))):
        calm, struck = History(), History()
        for history, what in ((calm, "none"), (struck, fault)):
            history.publish(reading(1))
            history.publish(*bundle, fault=what)
        said = [{envelope["ce_id"] for envelope in envelopes(one.articles)} for one in (calm, struck)]
        assert said[0] == said[1], [(article.title, tags.topics) for article, tags in bundle]


def test_a_retraction_follows_its_article_through_a_route():
    history, route = History(), readers.Route(["TikTok"], ["US"])
    history.publish(reading(1), reading(2, apps=("WeChat",)))
    history.publish(reading(1, topics=()), reading(2, topics=()))
    taken = [route.takes(envelope) for envelope in envelopes(history.articles)]
    assert [True, False, True, False] == taken
