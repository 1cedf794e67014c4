"""Which canonical addresses can be those of a page's article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.canonical import believable
from transforms.identity import article_url
from transforms.records import Article

SITE = "https://paper.example"


@pytest.mark.parametrize(
    ("page", "canonical"),
    [
        ("/2026/01/31/court-halts-ban", "/"),
        ("/2026/01/31/court-halts-ban", ""),
        ("/tiktok", "/"),
        ("/story?id=482", "/"),
        ("/?p=482", "/"),
        ("/2026/01/31/court-halts-ban", "/index.html"),
        ("/2026/01/31/court-halts-ban", "/home"),
        ("/2026/01/31/court-halts-ban", "/en/"),
        ("/en-gb/2026/01/31/court-halts-ban", "/en-gb"),
        ("/fr/ca/2026/01/31/court-halts-ban", "/fr/ca/index.php"),
        ("/2026/01/31/court-halts-ban", "/?lang=en-gb"),
        ("/2026/01/31/court-halts-ban", "/index.php?lang=en"),
    ],
)
def test_a_front_page_stands_for_no_article(page, canonical):
    assert not believable(SITE + page, SITE + canonical)


@pytest.mark.parametrize(
    ("page", "canonical"),
    [
        ("/news/court-halts-ban", "/news"),
        ("/news/court-halts-ban", "/news/"),
        ("/news/ban", "/news"),
        ("/us-news/court-halts-ban", "/us-news"),
        ("/world/asia-pacific/court-halts-ban", "/world/asia-pacific"),
        ("/2026/01/court-halts-ban", "/2026/01/"),
        ("/2026/01/31/court-halts-ban", "/2026/01/31"),
        ("/news/2026-01-31/court-halts-ban", "/news/2026-01-31"),
        ("/news/20260131/court-halts-ban", "/news/20260131"),
        ("/2026/01/court-halts-ban", "/news"),
        ("/2026/01/court-halts-ban", "/Politics/US"),
        ("/story.php?id=482", "/story.php"),
        ("/story?id=482", "/news"),
        ("/news/482", "/news"),
        ("/news/482/court-halts-ban", "/news"),
        ("/news/%E7%A6%81%E4%BB%A4", "/news"),
        ("/view.do?newsId=482", "/view.do"),
        ("/news/articleView.html?idxno=482", "/news/articleView.html"),
        ("/news/read_story?no=482", "/news/read_story"),
        ("/2026/01/court-halts-ban", "/search?q="),
        ("/2026/01/court-halts-ban", "/новости"),
        ("/2026/01/court-halts-ban", "/404"),
        ("/2026/01/court-halts-ban", "/{{article.url}}"),
    ],
)
def test_a_section_stands_for_no_article(page, canonical):
    assert not believable(SITE + page, SITE + canonical)


@pytest.mark.parametrize(
    ("page", "canonical"),
    [
        ("/court-halts-ban-on-app/amp", "/court-halts-ban-on-app"),
        ("/tech/ban/amp/", "/tech/ban"),
        ("/tech/ban.amp.html", "/tech/ban"),
        ("/tech/ban.amp", "/tech/ban.html"),
        ("/amp/tech/court-halts-ban", "/tech/court-halts-ban"),
        ("/print/482", "/tech/court-halts-ban"),
        ("/tech/ban/print", "/tech/ban"),
        ("/tech/ban/page/2", "/tech/ban"),
        ("/tech/ban/2", "/tech/ban"),
        ("/news/48213/court-halts-ban", "/news/48213"),
        ("/news/482/court-halts-ban", "/news/482"),
        ("/news/7/court-halts-ban", "/news/7"),
        ("/court-halts-ban", "/news/7"),
        ("/a/c4gzk9e1lyjo/comments", "/a/c4gzk9e1lyjo"),
        ("/story?id=482", "/story/court-halts-ban"),
        ("/story?id=482", "/story?id=482&full=1"),
        ("/?p=482", "/2026/01/court-halts-ban"),
        ("/2026/01/court-halts-ban", "/?p=482"),
        ("/court-halts-ban?source=rss", "/court-halts-ban"),
        ("/ban?source=rss", "/ban"),
        ("/?source=rss", "/"),
        ("/", "/"),
        ("/en", "/"),
        ("/tech/ban", "/ban"),
        ("/court-halts-ban-on-app", "/news/court-halts-ban-on-app"),
        ("/news/%E7%A6%81%E4%BB%A4/amp", "/news/%E7%A6%81%E4%BB%A4"),
        ("/m/482", "/news/%E7%A6%81%E4%BB%A4"),
    ],
)
def test_another_address_of_the_same_article_is_believed(page, canonical):
    assert believable(SITE + page, SITE + canonical)


@given(st.text("abz-/019.?=&%", max_size=30))
def test_a_page_may_always_name_itself(path):
    assert believable(f"{SITE}/{path}", f"{SITE}/{path}#top")


def article(url, canonical):
    return Article(url=url, canonical=canonical, title="T", text="x")


@pytest.mark.parametrize(
    ("url", "canonical", "expected"),
    [
        ("https://paper.example/a-b", None, ("https://paper.example/a-b", None)),
        ("https://m.example.org/a-b", "https://www.example.org/a-b", ("https://www.example.org/a-b", None)),
        (
            "https://paper.example/a-b",
            "https://wire.example/a-b",
            ("https://paper.example/a-b", "https://wire.example/a-b"),
        ),
        ("https://paper.example/a-b", "https://paper.example/", ("https://paper.example/a-b", None)),
        ("https://paper.example/a-b", "https://wire.example/", ("https://paper.example/a-b", None)),
        (
            "https://evil.github.io/a-b",
            "https://honest.github.io/c-d",
            ("https://evil.github.io/a-b", "https://honest.github.io/c-d"),
        ),
    ],
)
def test_the_address_of_an_article_is_its_page_s_own_or_a_believed_one_of_its_site(url, canonical, expected):
    assert expected == article_url(article(url, canonical))


def test_articles_of_a_site_that_names_its_front_page_everywhere_are_told_apart():
    pages = [f"{SITE}/2026/01/{slug}" for slug in ("court-halts-ban", "ban-upheld")]
    assert pages == [article_url(article(page, SITE))[0] for page in pages]
