"""What is read on a page: text, headline, dates, rights; and what is no article."""

import json
from typing import Any

import pytest

from transforms.errors import ItemError, NotAnArticle, NoText, TooLarge
from transforms.extract import EXTRACTOR, extract_article
from transforms.records import Article, Entry, Page

URL = "https://daily.example/news/1"
PARAGRAPHS = (
    "A federal court halted the order against the messaging app Chatter on Sunday, hours before it would have begun.",
    "Judge Ada Example wrote that the government had shown little evidence that a ban of the app would be of help.",
    "The company said that it was pleased with the decision and would go on talking with the government about it.",
    "A spokesman of the Commerce Department declined to say whether it would appeal against the ruling this week.",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
FURNITURE = (
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/world'>World</a></li></ul></nav>",
    "<footer><p>Copyright The Daily Example. All rights reserved.</p></footer>",
)


def html(head: str = "", body: str = BODY, lang: str = ' lang="en"') -> str:
    return (
        f"<!DOCTYPE html><html{lang}><head>{head}</head><body>{FURNITURE[0]}"
        f"<main><article><h1>Court halts ban</h1>{body}</article></main>{FURNITURE[1]}</body></html>"
    )


def page(markup: str | bytes, **fields: Any) -> Page:
    body = markup.encode() if isinstance(markup, str) else markup
    given = {"requested": URL, "url": URL, "status": 200, "content_type": "text/html", "charset": "utf-8"}
    return Page(**given | {"body": body, "fetched": "2026-03-12T10:00:00.000Z"} | fields)


def read(markup: str | bytes, entry: Entry | None = None, **fields: Any) -> Article:
    return extract_article(page(markup, **fields), entry)


def ld(**said: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | said)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_the_text_is_the_article_paragraph_by_paragraph() -> None:
    lines = read(html()).text.split("\n")

    assert PARAGRAPHS == tuple(line for line in lines if line != "Court halts ban")


def test_an_article_says_who_read_it() -> None:
    article = read(html())

    assert (EXTRACTOR, URL) == (article.extractor, article.url)
    assert EXTRACTOR.startswith("trafilatura 2.")


def test_reading_the_same_page_again_gives_the_same() -> None:
    doubled = html(body=BODY + BODY)

    assert 1 == len({read(doubled) for _ in range(4)})


COMMENTS = (
    "<section id='comments' class='comments'><p>"
    + "I think that this is all wrong, said a reader. " * 5
    + "</p></section>"
)


def test_comments_are_not_the_article() -> None:
    assert "said a reader" not in read(html().replace("</main>", f"</main>{COMMENTS}")).text


@pytest.mark.parametrize("content_type", ["text/html", "application/xhtml+xml"])
def test_html_is_read(content_type: str) -> None:
    assert read(html(), content_type=content_type).text


@pytest.mark.parametrize(
    "content_type", ["application/pdf", "image/png", "application/json", "text/plain", "video/mp4"]
)
def test_another_media_type_is_no_article(content_type: str) -> None:
    with pytest.raises(NotAnArticle) as caught:
        read(html(), content_type=content_type)

    assert (URL, f"media type {content_type}") == (caught.value.url, caught.value.reason)


def test_without_a_media_type_the_bytes_decide() -> None:
    assert read(html(), content_type="").text
    with pytest.raises(NotAnArticle, match="media type unknown"):
        read(b"%PDF-1.7\n" + bytes(2_000) + html().encode(), content_type="")


@pytest.mark.parametrize("url", ["https://daily.example/", "https://daily.example", "https://daily.example/#top"])
def test_a_redirect_to_the_front_page_brings_no_article(url: str) -> None:
    with pytest.raises(NotAnArticle, match="front page"):
        read(html(), url=url)


@pytest.mark.parametrize("url", ["https://daily.example/?p=12", "https://daily.example/en", "https://other.example/a"])
def test_a_redirect_to_another_page_does(url: str) -> None:
    assert read(html(), url=url).text


def test_a_front_page_that_was_asked_for_is_read() -> None:
    assert read(html(), url="https://daily.example/", requested="https://daily.example/").text


@pytest.mark.parametrize(
    "markup", ["", " ", "<html></html>", "<html><body></body></html>", "<script>x</script>", "\x00\x00", "<!-- x -->"]
)
def test_a_page_without_text_says_so(markup: str) -> None:
    with pytest.raises(NoText):
        read(markup)


@pytest.mark.parametrize(
    ("codec", "fields", "head"),
    [
        ("utf-8", {"charset": "utf-8"}, ""),
        ("utf-8", {"charset": None}, ""),
        ("utf-8", {"charset": "iso-8859-1"}, '<meta charset="iso-8859-1">'),
        ("utf-8-sig", {"charset": None}, ""),
        ("cp1252", {"charset": "windows-1252"}, ""),
        ("cp1252", {"charset": "iso-8859-1"}, ""),
        ("cp1252", {"charset": None}, '<meta charset="windows-1252">'),
        ("iso-8859-1", {"charset": None}, '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'),
        ("utf-16", {"charset": None}, ""),
        ("utf-8", {"charset": "nonsense"}, ""),
    ],
)
def test_umlauts_survive_what_servers_and_pages_say_of_them(codec: str, fields: dict[str, Any], head: str) -> None:
    sentence = (
        "F\u00fcr die \u00c4mter galt das Verbot seit M\u00e4rz, sagte die Beh\u00f6rde \u00fcber den Fall am Montag."
    )
    text = read(html(head, BODY + f"<p>{sentence}</p>").encode(codec), **fields).text

    assert sentence in text


@pytest.mark.parametrize(
    ("codec", "sentence"),
    [
        (
            "gb18030",
            "\u7f8e\u56fd\u6cd5\u9662\u661f\u671f\u65e5\u6682\u505c\u4e86\u5bf9\u5fae\u4fe1\u7684\u7981\u4ee4\uff0c\u516c\u53f8\u8868\u793a\u6b22\u8fce\u3002",
        ),
        (
            "shift_jis",
            "\u88c1\u5224\u6240\u306f\u65e5\u66dc\u65e5\u3001\u30a2\u30d7\u30ea\u306e\u7981\u6b62\u3092\u6b62\u3081\u305f\u3002",
        ),
        ("euc-kr", "\ubc95\uc6d0\uc740 \uc77c\uc694\uc77c \uc571 \uae08\uc9c0\ub97c \uc911\ub2e8\ud588\ub2e4."),
        (
            "windows-1251",
            "\u0421\u0443\u0434 \u043e\u0441\u0442\u0430\u043d\u043e\u0432\u0438\u043b \u0437\u0430\u043f\u0440\u0435\u0442.",
        ),
    ],
)
def test_other_scripts_are_read_in_their_declared_encodings(codec: str, sentence: str) -> None:
    body = f"<p>{sentence * 8}</p>" * 3

    assert sentence in read(html("", body).encode(codec), charset=codec).text


def test_no_text_holds_what_breaks_json() -> None:
    article = read(html("<title>a\x00b</title>", BODY.replace("Sunday", "Sun\x00day\x1b\x85&#xD800;&#0;")))

    for text in (article.title, article.text):
        text.encode("utf-8")
        assert not [letter for letter in text if ord(letter) < 32 and letter != "\n"]


def test_a_text_is_capped() -> None:
    assert 400_000 >= len(read(html(body="<p>" + "A sentence of some words. " * 40_000 + "</p>")).text) > 300_000


@pytest.mark.parametrize("body", ["x" * 10_000_001, "<br>" * 60_001], ids=["characters", "elements"])
def test_a_page_beyond_its_bounds_is_too_large(body: str) -> None:
    with pytest.raises(TooLarge):
        read(html(body=body))


@pytest.mark.parametrize("piece", ["<div>", "<p ", "<!--", "<a href=", "<table><tr><td>", "&amp;", "</p>", "<script>"])
def test_traps_are_read_or_refused(piece: str) -> None:
    try:
        article = read(html(body=piece * 20_000 + BODY))
    except ItemError as error:
        assert error.reason  # noqa: PT017
    else:
        assert article.text


def test_the_feed_fills_in_what_the_page_lacks() -> None:
    entry = Entry(title="From the feed", summary="Short.", authors=("Ann",), published="2026-03-10T08:30:00.000Z")
    article = read(f"<html><body>{BODY}</body></html>", entry)

    assert ("From the feed", "Short.", ("Ann",)) == (article.title, article.summary, article.authors)
    assert "2026-03-10T08:30:00.000Z" == article.published


def test_the_page_goes_before_the_feed_but_for_the_summary() -> None:
    head = ld(headline="From the page", author={"@type": "Person", "name": "Eva Page"}, datePublished="2026-03-09")
    entry = Entry(title="From the feed", summary="Short.", authors=("Ann",), published="2026-03-10T08:30:00.000Z")
    article = read(html(head + meta("og:description", "Long.")), entry)

    assert ("From the page", "Short.") == (article.title, article.summary)
    assert (("Eva Page",), "2026-03-09") == (article.authors, article.published)
