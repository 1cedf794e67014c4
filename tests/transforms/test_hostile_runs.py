"""Long runs of one delimiter: what strangers write costs time in proportion to its length, never to its square.

What libraries do with markup is fenced by processes (`connectors.reading`); this is about our own code, and about the
steps behind the fence.
"""

import lxml.html
import pytest
from growth import growth

from transforms import identity
from transforms.extract import robots
from transforms.extract.article import calm
from transforms.extract.blocked import shown_by
from transforms.extract.charset import markup_of
from transforms.extract.metadata import read_metadata
from transforms.extract.paywall import drop_hidden, shown
from transforms.extract.plain import clean, plain, single_line
from transforms.extract.sniff import other_than_page
from transforms.tag import tag
from transforms.tags import Document
from transforms.titles import headline
from transforms.urls import absolute, normalise, registered_domain

SIZE = 100_000  # and twice as many
MOST = 3.2  # times as long for twice the size
URL = "https://paper.example/1"
RUNS = (
    [
        " ",
        "\t",
        "\n",
        "\u00a0",
        "<",
        ">",
        "&",
        "&amp;",
        "&#",
        ";",
        "/",
        "//",
        "\\",
        "-",
        " - ",
        "--",
        "|",
        ":",
        ".",
        ",",
    ]
    + ["1", "1,", "1.", "1 ", "a", "a ", "A.B.", "@", "(", ")", "[", "]", "{", '"', "'", "“", "=", "?", "%", "#", "*"]
    + ["<!--", "-->", "<![CDATA[", "]]>", "/*", "*/", "<b>", "</b>", '<a b="', "\u0301\u0323", "\u4e00", "\U0001f600"]
    + ["TikTok ", "ban on TikTok, ", "No. 1 ", "1:23-cv-4 ", "U.S. ", "an hour ago ", "1 views "]
)


def run(text, size):
    return (text * (size // len(text) + 1))[:size]


def page(linked_data, **metas):
    tree = lxml.html.document_fromstring("<html><head></head><body><p>x</p></body></html>")
    script = lxml.html.fragment_fromstring('<script type="application/ld+json"></script>')
    script.text = linked_data
    tree.find("head").append(script)
    for name, content in metas.items():
        tree.find("head").append(tree.makeelement("meta", {"property": name.replace("_", ":"), "content": content}))
    return tree


def metadata(text):
    tree = page(text, og_title=text, robots=text, og_locale=text, article_published_time=text)
    tree.find("head").append(tree.makeelement("link", {"rel": "canonical", "href": text}))
    return read_metadata(tree, URL)


def tagged(text):
    return tag(Document(title=f"TikTok ban {text}", summary=text, text=f"TikTok ban. {text}", date="2026-01-01"))


def placed(text):
    """All that is asked of a page that may stand in an article's place, or be behind a paywall."""
    title = text[:10_000].replace("<", "&lt;")
    tree = lxml.html.document_fromstring(f"<html><head><title>{title}</title></head><body><p>.{text}</p></body></html>")
    return shown_by(tree, text), shown(tree, text[:200]), drop_hidden(tree), other_than_page("", text.encode())


ENTRIES = {
    "metadata": lambda text: metadata(clean(text)),
    "single line": lambda text: single_line(text, 500),
    "markup in a feed": lambda text: plain(text, 20_000),
    "headline": lambda text: headline([text, text], text, [text], [text], URL),
    "robots": robots.directives,
    "what a page is": placed,
    "charset": lambda text: markup_of(text.encode() + b"\xff", None),
    "hashes": lambda text: identity.content_hash(text[:500], text[:2000], calm(clean(text))),
    "tags": tagged,
    "addresses": lambda text: [
        absolute(URL, text),
        normalise(absolute(URL, text) or ""),
        registered_domain(text[:2048]),
    ],
}


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("text", RUNS, ids=ascii)
def test_time_grows_with_the_length_of_a_run(entry, text):
    assert MOST > growth(lambda size: ENTRIES[entry](run(text, size)), SIZE)


@pytest.mark.parametrize(
    ("opening", "text"), [("<!--", " "), ("{", " "), ("", " "), ("//", "\n"), ("1", "\u0301\u0323")]
)
@pytest.mark.parametrize("entry", ENTRIES)
def test_time_grows_with_the_length_of_a_run_that_stands_between(entry, opening, text):
    assert MOST > growth(lambda size: ENTRIES[entry](f"{opening}{run(text, size)}x"), SIZE)


def test_real_marks_and_blanks_stay():
    text = "Tiếng Việt\n\n  שָׁלוֹם\tนี้ é"
    assert text == calm(text)


def test_of_a_run_of_marks_the_first_thirty_stay_and_what_follows_is_kept():
    assert "a" + "\u0301" * 30 + "b c\u0301" == calm("a" + "\u0301" * 500 + "b c\u0301")


@pytest.mark.parametrize(("run_of", "left"), [(" ", "a b"), (" \n ", "a\nb"), ("\u00a0", "a b")])
def test_a_long_run_of_blanks_becomes_one(run_of, left):
    assert left == calm(f"a{run_of * 40}b")


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", ""),
        ("<!--", "-->"),
        ("<![CDATA[", "]]>"),
        ("//<![CDATA[\n", "\n//]]>"),
        ("/* <![CDATA[ */", "/* ]]> */"),
        (" " * 1000, " " * 1000),
    ],
)
def test_linked_data_is_read_in_whatever_it_is_wrapped(before, behind):
    data = f'{before}{{"@type": "NewsArticle", "headline": "Ban"}}{behind}'
    assert "Ban" == read_metadata(page(data), URL).title
