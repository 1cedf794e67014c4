"""Plain text of pieces of HTML."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.plain import clean, plain, single_line


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        ("AT&T", "AT&T"),
        ("AT&amp;T", "AT&T"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("a <b>T</b>ikTok, b", "a TikTok, b"),
        ("<p>a</p><p>b</p>", "a b"),
        ("a<br>b<br/>c", "a b c"),
        ("<ul><li>a<li>b</ul>c", "a b c"),
        ("<td>a</td><td>b</td>", "a b"),
        ("a<!-- hidden -->b", "ab"),
        ("<script>hidden()</script>a<style>p{}</style>", "a"),
        ("<noscript><img src=x></noscript>a", "a"),
        ("a<iframe src='x'>hidden</iframe>b", "a b"),
        ("<a href='x>y'>a</a>", "a"),
        ("<p>open", "open"),
        ("</p>a</div>", "a"),
        ("a&nbsp;&nbsp;b", "a b"),
        ("It&#146;s &#8220;x&#8221;", "It\u2019s \u201cx\u201d"),
        ("<font>" * 300 + "deep", "deep"),
        ("\u5fae\u4fe1<b>\u7981\u4ee4</b>", "\u5fae\u4fe1\u7981\u4ee4"),
        ("\u05e9<i>\u05dc</i>\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ('<?xml version="1.0" encoding="latin-1"?><p>\u00e4</p>', "\u00e4"),
    ],
)
def test_markup_becomes_what_a_reader_would_see(markup: str, expected: str) -> None:
    assert expected == plain(markup, 100)


def test_paragraphs_can_be_kept_apart() -> None:
    assert "a\nb c\nd" == plain("<p>a</p>\n<div>b\n<b>c</b><p></p></div><p>d</p>", 100, "\n")


@pytest.mark.parametrize("markup", ["abcdef", "<p>abcdef</p>", "ab   cdef", "<b>abc</b>def"])
def test_a_text_is_cut_at_its_limit(markup: str) -> None:
    assert len(plain(markup, 4)) <= 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b", "ab"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\x7fb", "ab"),
        ("a\ud800b", "ab"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\tb", "a\tb"),
        ("\x93a\x94 \x85", "\u201ca\u201d \u2026"),
        ("a\x81b", "ab"),
        ("\U0001f4f1\u200d", "\U0001f4f1\u200d"),
    ],
)
def test_what_breaks_json_or_terminals_goes(text: str, expected: str) -> None:
    assert expected == clean(text)


@given(st.text(max_size=300))
def test_any_text_comes_out_fit_for_utf_8_and_one_line(text: str) -> None:
    for result in (plain(text, 50), single_line(text, 50), plain(f"<p>{text}", 50)):
        result.encode("utf-8")
        assert len(result) <= 50
        assert len(result.splitlines()) <= 1


@pytest.mark.parametrize("piece", ["<!--", "<a ", "<", "&", "<div>", "<p ", "<![CDATA[", "&lt;", "<b></i>", "<a b='"])
def test_traps_take_no_time(piece: str) -> None:
    began = time.process_time()
    plain(piece * 100_000 + "x", 1_000)

    assert time.process_time() - began < 5
