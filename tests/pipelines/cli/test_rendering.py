"""Records as lines for people."""

import json

import click
import pytest

from pipelines.cli.rendering import line, main_quote

HEADERS = [
    ("ce_id", b"e1"),
    ("ce_type", b"org.beatwire.article.published"),
    ("ce_subject", b"a1"),
    ("ce_time", b"2026-01-31T09:30:00.000Z"),
]
EVENT = {
    "item": {"headlines": [{"value": "Judge halts WeChat ban"}]},
    "tags": {
        "topics": ["app-ban", "us-china-tech"],
        "apps": ["WeChat"],
        "companies": ["Tencent"],
        "jurisdictions": ["US"],
        "stage": "halted",
        "status": "halted",
        "evidence": [
            {"supports": "topics:app-ban", "action": None, "quote": "WeChat ban"},
            {"supports": "stage:announced", "action": 1, "quote": "of another action"},
            {"supports": "stage:halted", "action": 0, "quote": "blocked the order"},
        ],
    },
    "source": {"link": "https://example.org/a", "url": "https://example.org/canonical"},
    "change": None,
    "version": {"type": "article.published", "revision": 1},
}


def _line(value: object, **keywords: object) -> str:
    return line(HEADERS, json.dumps(value).encode(), **keywords)


def _with(**parts: object) -> dict[str, object]:
    return EVENT | parts


def test_an_event_is_two_lines_with_all_that_matters():
    expected = (
        "2026-01-31 09:30:00Z  published  app-ban, us-china-tech  WeChat  US  halted -> halted  Judge halts WeChat ban"
        "\n    “blocked the order”  https://example.org/a"
    )
    assert expected == _line(EVENT)


def test_a_later_version_says_which():
    assert "  revised  r3  " in _line(_with(version={"type": "article.revised", "revision": 3}))


def test_a_retraction_says_why_and_of_what():
    retracted = {
        "item": {},
        "tags": {"topics": [], "stage": "unclear", "status": "unclear", "evidence": []},
        "source": EVENT["source"],
        "change": {"reason": "no longer on the beat"},
        "version": {"type": "article.retracted", "revision": 2},
    }
    expected = "2026-01-31 09:30:00Z  retracted  r2  no longer on the beat  https://example.org/a"
    assert expected == _line(retracted)


def test_companies_stand_where_there_is_no_app():
    assert "  Tencent  US  " in _line(_with(tags=EVENT["tags"] | {"apps": []}))


def test_a_long_list_is_cut():
    assert "a, b, c, d +2  US" in _line(_with(tags=EVENT["tags"] | {"apps": list("abcdef")}))


def test_without_a_header_the_type_and_time_come_from_the_event():
    times = {"times": {"published": "2026-01-31T09:31:00.000Z"}}
    assert line([], json.dumps(_with(pipeline=times)).encode()).startswith("2026-01-31 09:31:00Z  published")


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (EVENT["tags"]["evidence"], "blocked the order"),
        (EVENT["tags"]["evidence"][:2], "WeChat ban"),
        ([{"supports": "apps:WeChat", "quote": "WeChat"}], "WeChat"),
        ([{"supports": "stage:halted", "action": 0}], ""),
        ([], ""),
        (None, ""),
    ],
)
def test_the_main_quote_is_that_of_the_main_actions_stage(evidence, expected):
    assert expected == main_quote({"evidence": evidence})


@pytest.mark.parametrize(
    ("topic", "value", "expected"),
    [
        (
            "outcomes",
            {"ended": "2026-01-31T09:30:00.000Z", "outcome": "off-beat", "step": "tag", "feedId": "f", "link": "u:/l"},
            "2026-01-31 09:30:00Z  off-beat  tag  f  u:/l",
        ),
        (
            "finds",
            {"found": "2026-01-31T09:30:00.000Z", "source": {"id": "f"}, "entry": {"title": "T", "link": "u:/l"}},
            "2026-01-31 09:30:00Z  f  T  u:/l",
        ),
        (
            "feeds",
            {"polled": "2026-01-31T09:30:00.000Z", "feedId": "f", "found": 3, "nextPoll": "2026-01-31T09:45:00.000Z"},
            "2026-01-31 09:30:00Z  ok  f  3 found  next 2026-01-31 09:45:00Z",
        ),
        (
            "feeds",
            {"polled": None, "feedId": "f", "failures": 2, "error": "HTTP 500", "nextPoll": "x"},
            "-  failed  f  2 in a row: HTTP 500  next x",
        ),
        (
            "sources",
            {"id": "f", "url": "u:/f", "publisher": "The Wire", "kind": "wire", "interval": 900.0},
            "f  wire  The Wire  u:/f",
        ),
    ],
)
def test_the_other_topics_are_one_line_a_record(topic, value, expected):
    assert expected == line([], json.dumps(value).encode(), topic)


def test_a_dead_letter_shows_its_error_headers_and_not_its_bytes():
    expected = "dead-letter  3 bytes  bw_error=too large"
    assert expected == line([("bw_error", b"too large"), ("other", b"x")], b"\xff\x00\x1b", "dead-letters")


def test_a_tombstone_says_what_was_removed():
    assert "removed  a1" == line(HEADERS, None, "latest")
    assert "removed  wire" == line([], None, "sources", key=b"wire")


def test_a_value_that_is_no_json_is_said_to_be_unreadable():
    assert "unreadable  4 bytes that are no JSON" == line([], b"\xff\xfe{}")


@pytest.mark.parametrize("topic", ["articles", "latest", "outcomes", "finds", "feeds"])
@pytest.mark.parametrize("value", [{}, [], 1, None, "x", {"tags": 3, "item": [], "version": {"revision": "x"}}])
def test_no_value_makes_it_raise(topic, value):
    assert line([("ce_time", b"\xff")], json.dumps(value).encode(), topic)


def test_what_comes_from_the_web_cannot_command_the_terminal():
    hostile = "\x1b]0;owned\x07\r\n\u202e"
    event = _with(
        item={"headlines": [{"value": hostile}]},
        tags={
            "topics": [hostile],
            "apps": [hostile],
            "jurisdictions": [hostile],
            "stage": hostile,
            "status": hostile,
            "evidence": [{"supports": "stage:x", "action": 0, "quote": hostile}],
        },
        source={"link": hostile},
        version={"type": hostile, "revision": 1},
    )
    shown = line([("ce_time", hostile.encode())], json.dumps(event).encode())
    assert 1 == shown.count("\n")
    assert not set("\x1b\x07\r\u202e") & set(shown)


def test_colours_change_no_word():
    assert _line(EVENT) == click.unstyle(_line(EVENT, colour=True))
    assert _line(EVENT) != _line(EVENT, colour=True)
