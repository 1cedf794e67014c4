"""Reading the stories, and what they hold."""

import re
from collections import Counter
from datetime import date, datetime
from itertools import pairwise

import pytest

from connectors.demo import Edition, dates, material
from connectors.demo.material import Expected, Story, read, shipped

EDITION = shipped()
TODAY = date(2026, 11, 24)  # a Tuesday

PUBLISHER = """
[publisher]
id = "daily"
name = "Daily"
slogan = "Daily"
kind = "press"
language = "en"
format = "rss"
feed = "/feed"
path = "/{slug}"
"""
STORY = """
[[story]]
slug = "a"
at = 0
title = "A"
summary = "A"
author = "A"
section = "A"
body = "A"
expected = { outcome = "off-beat" }
"""


def test_there_are_six_publishers_in_three_languages_with_different_habits():
    assert {"rss": 4, "atom": 2} == Counter(p.format for p in EDITION.publishers)
    assert 6 == len({(p.format, p.permalinks, p.zoned, p.full) for p in EDITION.publishers})
    assert {"en": 4, "it": 1, "zh": 1} == Counter(p.language.partition("-")[0] for p in EDITION.publishers)


def test_each_language_has_stories_on_the_beat_and_near_it():
    languages = {p.id: p.language.partition("-")[0] for p in EDITION.publishers}
    ends = Counter((languages[story.publisher], story.expected.outcome) for story in EDITION.stories)
    assert [3, 2, 3, 2] == [ends[code, outcome] for code in ("zh", "it") for outcome in ("published", "off-beat")]


def test_there_are_forty_five_stories_twenty_eight_of_them_published():
    outcomes = Counter(story.expected.outcome for story in EDITION.stories)
    assert {"published": 28, "off-beat": 13, "fetch-failed": 2, "too-old": 1, "robots-denied": 1} == outcomes


def test_the_published_stories_are_in_eight_different_states():
    stages = {story.expected.stage for story in EDITION.stories if story.expected.outcome == "published"}
    assert {"halted", "proposed", "in-force", "announced", "delayed", "lifted", "threatened"} == stages


def test_the_first_five_stories_are_out_at_once_and_the_rest_at_most_two_seconds_apart():
    times = sorted(story.at for story in EDITION.stories)
    assert [0.0] * 5 == times[:5]
    assert {0.5, 1.0, 2.0} == {later - earlier for earlier, later in pairwise(times[4:])}
    assert times[-1] < 35


@pytest.mark.parametrize("story", EDITION.stories, ids=lambda story: story.slug)
def test_what_must_be_published_has_topics_and_a_stage_and_what_must_not_has_a_reason(story: Story):
    expected = story.expected
    if expected.outcome == "published":
        assert expected.topics
        assert expected.jurisdictions
        assert expected.measures
        assert "unclear" not in (expected.stage, expected.status)
        assert set(expected.apps) <= {"WeChat", *re.findall(r"[A-Za-z0-9]+", story.body)}
        assert all(company in story.body for company in expected.companies)
    else:
        assert Expected(outcome=expected.outcome, reason=expected.reason) == expected
        assert expected.reason


@pytest.mark.parametrize("story", [s for s in EDITION.stories if s.answers == 200], ids=lambda story: story.slug)
def test_a_story_with_a_page_has_four_to_nine_paragraphs(story: Story):
    assert 4 <= len(story.body.strip().split("\n\n")) <= 10


@pytest.mark.parametrize("story", EDITION.stories, ids=lambda story: story.slug)
def test_every_date_field_of_a_story_can_be_filled(story: Story):
    assert "{" not in "".join(dates.fill(text, TODAY) for text in (story.title, story.summary, story.body))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on {weekday}", "on Tuesday"),
        ("on {weekday-1}", "on Monday"),
        ("by {date+30}", "by Dec. 24"),
        ("by {fulldate+38}", "by January 1, 2027"),
        ("from {britdate+7}", "from 1 December"),
        ("in {month-60}", "in September"),
        ("{giorno}, entro il {data+38}", "martedì, entro il 1 gennaio"),
        ("{xingqi}，定于{riqi+28}", "周二，定于12月22日"),
        ("{year+38} and {year}", "2027 and 2026"),
        ("no field", "no field"),
    ],
)
def test_dates_are_counted_from_the_story_s_own_day(text: str, expected: str):
    assert expected == dates.fill(text, TODAY)


def test_an_unknown_date_form_is_named():
    with pytest.raises(ValueError, match=r"unknown field \{hour\}"):
        dates.fill("at {hour+1}", TODAY)


@pytest.mark.parametrize(
    ("hour", "expected"), [(0, "12:05 a.m."), (8, "8:05 a.m."), (12, "12:05 p.m."), (23, "11:05 p.m.")]
)
def test_american_clocks_have_twelve_hours(hour: int, expected: str):
    assert f"Nov. 24, 2026, {expected} EST" == dates.american(datetime(2026, 11, 24, hour, 5), "EST")


def test_other_languages_write_the_moment_in_their_own_way():
    moment = datetime(2026, 11, 24, 9, 5)
    assert "24 novembre 2026, 09:05" == dates.italian(moment, "CET")
    assert "2026年11月24日 09:05" == dates.chinese(moment, "CST")


def test_a_story_belongs_to_the_publisher_of_its_file():
    publisher, stories = read(PUBLISHER + STORY, "daily.toml")
    assert ["daily"] == [story.publisher for story in stories]
    assert "daily" == publisher.id


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (PUBLISHER + STORY + 'colour = "red"\n', "colour"),
        (PUBLISHER + STORY.replace("off-beat", "lost"), "lost"),
        (PUBLISHER + STORY.replace('title = "A"\n', ""), "title"),
        (PUBLISHER.replace('"rss"', '"json"') + STORY, "json"),
        ("[publisher\n", "daily.toml"),
    ],
)
def test_a_fault_in_a_story_file_names_the_file_and_the_place(text: str, place: str):
    with pytest.raises(ValueError, match=r"daily\.toml") as caught:
        read(text, "daily.toml")
    assert place in str(caught.value)


def test_a_story_of_an_unknown_publisher_is_refused():
    publisher, (story,) = read(
        PUBLISHER + STORY.replace('slug = "a"', 'slug = "a"\npublisher = "weekly"'), "daily.toml"
    )
    with pytest.raises(ValueError, match="weekly"):
        Edition(publishers=(publisher,), stories=(story,))


def test_two_stories_with_one_slug_are_refused():
    publisher, stories = read(PUBLISHER + STORY + STORY, "daily.toml")
    with pytest.raises(ValueError, match="2 stories with the slug 'a'"):
        Edition(publishers=(publisher,), stories=stories)


def test_the_load_material_is_part_of_the_package():
    assert {"kind", "miss", "place", "app"} <= material.load_material().keys()


@pytest.mark.parametrize("after", [0, 3, 9])
def test_edits_out_of_order_are_refused(after: int):
    edits = f"[[story.edits]]\nafter = 9\n[[story.edits]]\nafter = {after}\n"
    publisher, stories = read(PUBLISHER + STORY + edits, "daily.toml")
    with pytest.raises(ValueError, match="edits out of order"):
        Edition(publishers=(publisher,), stories=stories)
