"""Which events a reader asked for."""

import pytest

from pipelines.cli.filters import Filter, Shown

EVENT = {"tags": {"topics": ["app-ban"], "apps": ["TikTok", "WeChat"], "jurisdictions": ["US-MT"], "status": "halted"}}
RETRACTED = {"tags": {"topics": [], "apps": [], "jurisdictions": [], "status": "unclear"}}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), True),
        (Filter(apps=("tiktok",)), True),
        (Filter(apps=("Signal", "WeChat")), True),
        (Filter(apps=("Tik",)), False),
        (Filter(jurisdictions=("US",)), True),
        (Filter(jurisdictions=("us-mt",)), True),
        (Filter(jurisdictions=("IN",)), False),
        (Filter(statuses=("halted",)), True),
        (Filter(statuses=("pending",)), False),
        (Filter(topics=("app-ban",)), True),
        (Filter(topics=("us-china-tech",)), False),
        (Filter(apps=("TikTok",), statuses=("pending",)), False),
        (Filter(apps=("TikTok",), statuses=("halted",), jurisdictions=("US",), topics=("app-ban",)), True),
    ],
)
def test_an_event_must_have_a_wanted_word_in_each_field_that_has_any(wanted, expected):
    assert expected == wanted.takes(EVENT)


@pytest.mark.parametrize("event", [None, {}, [], {"tags": None}, {"tags": {"apps": 3}}, {"tags": {"apps": [3, None]}}])
def test_an_event_that_says_nothing_is_not_wanted_and_does_no_harm(event):
    assert not Filter(apps=("TikTok",)).takes(event)


def test_a_retraction_follows_the_event_that_was_shown():
    shown = Shown(Filter(apps=("TikTok",)))
    assert [False, True, True, False] == [
        shown.takes(b"a", RETRACTED),
        shown.takes(b"a", EVENT),
        shown.takes(b"a", RETRACTED),
        shown.takes(b"b", RETRACTED),
    ]


def test_a_record_without_a_key_follows_none():
    shown = Shown(Filter(apps=("TikTok",)))
    assert [True, False] == [shown.takes(None, EVENT), shown.takes(None, RETRACTED)]
