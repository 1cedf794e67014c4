"""Whether an article is free to read, as its page says or shows."""

import json

import pytest

from transforms.errors import Blocked, ConfigError
from transforms.extract import extract_article
from transforms.extract.article import read_markup
from transforms.extract.paywall import parse
from transforms.records import Page

URL = "https://wire.example/2026/ban"
TEASER = (
    "<p>A court in the capital halted the ban on the app, and the ministry said on Friday that it would appeal.</p>"
)
WHOLE = "".join(
    f"<p>Ruling number {n} of the court in the capital halts the ban on the app, and lawyers said that more would"
    " follow before the end of the year, whatever the ministry decides.</p>"
    for n in range(12)
)


def read(head="", body=WHOLE):
    data = (
        f"<html lang=en><head><title>Court halts ban</title>{head}</head><body><article><h1>Court halts ban</h1>{body}"
    )
    data += "</article></body></html>"
    page = Page(requested=URL, url=URL, status=200, content_type="text/html", body=data.encode(), fetched="")
    return extract_article(page, None)


def ld(**said):
    return (
        f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "x", **said})}</script>'
    )


def meta(name, content):
    return f'<meta name="{name}" content="{content}">'


@pytest.mark.parametrize("said", [False, "False", "false", "http://schema.org/False", "No"])
def test_what_a_page_calls_not_free_is_paywalled(said):
    article = read(ld(isAccessibleForFree=said))
    assert ("paywalled", True) == (article.access, article.paywalled)


@pytest.mark.parametrize("said", [True, "True", "true", "https://schema.org/True", "Yes"])
def test_what_a_page_calls_free_is_free(said):
    article = read(ld(isAccessibleForFree=said))
    assert ("free", False) == (article.access, article.paywalled)


@pytest.mark.parametrize("said", [None, "", 3, [], "perhaps"])
def test_what_says_nothing_is_unknown(said):
    assert "unknown" == read(ld(isAccessibleForFree=said)).access


@pytest.mark.parametrize(
    ("own", "part", "access"),
    [(None, False, "paywalled"), (True, False, "free"), (False, True, "paywalled"), (None, True, "unknown")],
)
def test_an_articles_own_word_goes_before_that_of_its_parts(own, part, access):
    parts = [{"@type": "WebPageElement", "isAccessibleForFree": part, "cssSelector": ".body"}]
    assert access == read(ld(isAccessibleForFree=own, hasPart=parts)).access


def test_the_page_speaks_for_an_article_that_says_nothing():
    page = '<script type="application/ld+json">{"@type": "WebPage", "isAccessibleForFree": false}</script>'
    video = '<script type="application/ld+json">{"@type": "VideoObject", "isAccessibleForFree": false}</script>'
    assert ("paywalled", "unknown") == (read(ld() + page).access, read(ld() + video).access)


@pytest.mark.parametrize(
    ("name", "content", "access"),
    [
        ("article:content_tier", "locked", "paywalled"),
        ("article:content_tier", "Metered", "paywalled"),
        ("article:content_tier", "free", "free"),
        ("article:content_tier", "gold", "unknown"),
        ("article.access", "paid", "paywalled"),
        ("cXenseParse:articleaccess", "premium", "paywalled"),
        ("isAccessibleForFree", "false", "paywalled"),
        ("og:title", "paid", "unknown"),
    ],
)
def test_meta_elements_of_publishers_systems_count(name, content, access):
    assert access == read(meta(name, content)).access


def test_of_two_words_that_differ_the_stricter_holds():
    assert "paywalled" == read(ld(isAccessibleForFree=True) + meta("article:content_tier", "locked")).access


ASKS = [
    "Subscribe to continue reading",
    "Already a subscriber? Log in",
    "This article is for subscribers only",
    "Weiterlesen mit Wire Plus",
    "Il vous reste 74 % de cet article à lire. La suite est réservée aux abonnés.",
    "Contenido exclusivo para suscriptores",
    "Contenuto riservato agli abbonati",
    "Conteúdo exclusivo para assinantes",
    "Pozostało 83% artykułu",
    "For at læse denne artikel skal du have et abonnement",
    "Оформите подписку, чтобы читать дальше",
    "この記事は有料会員限定です",
    "残り 1,204 文字",
    "本文仅限订阅用户阅读",
]


@pytest.mark.parametrize("ask", ASKS)
def test_a_teaser_that_ends_in_a_demand_shows_a_paywall(ask):
    assert "paywalled" == read(body=f"{TEASER}<div class=box><h2><b>{ask}</b></h2></div>").access


def test_words_that_fill_the_place_of_a_text_show_a_paywall():
    filler = (
        "<p>Dolor ipsam et est cumque. Laboriosam sed delectus rerum sint qui natus tenetur quia numquam. Quasi"
        " consectetur id non minima sed, minus assumenda sequi a libero consequatur. Unde voluptates quia ipsum sunt."
        " Quos dolorem aut voluptatum nihil eligendi. Nam et omnis autem perferendis quibusdam.</p>"
    )
    assert "paywalled" == read(body=filler).access


@pytest.mark.parametrize(
    "body",
    [
        WHOLE + "<div>Subscribe to continue reading</div>",
        f"{TEASER}<p>Critics of the app say that they subscribe to continue reading it.</p>",
        f'{TEASER}<div style="display: none"><p>Subscribe to continue reading</p></div>',
        f'{TEASER}<script src="https://cdn.tinypass.com/api/tinypass.js"></script><div class=paywall></div>',
    ],
    ids=["whole text", "prose", "hidden", "a vendor's script and an empty box"],
)
def test_what_others_show_too_is_no_paywall(body):
    assert "unknown" == read(body=body).access


@pytest.mark.parametrize(
    "hidden",
    ["<div hidden>{}</div>", '<div style="display:none">{}</div>', "<template>{}</template>"],
    ids=["attribute", "style", "template"],
)
def test_a_text_that_only_the_markup_holds_is_never_taken_from_behind_a_paywall(hidden):
    secret = "<p>The judge wrote in her opinion that the ministry had not shown why a ban was needed at all.</p>" * 4
    closed = ld(isAccessibleForFree=False, articleBody=secret)
    text = read(closed, TEASER * 3 + hidden.format(secret)).text
    assert (True, False) == ("halted the ban" in text, "her opinion" in text)


def test_a_page_that_shows_nothing_but_a_paywall_could_not_be_had():
    head = ld(isAccessibleForFree=False, articleBody=WHOLE)
    markup = f"<html><head>{head}</head><body><div hidden>{WHOLE}</div></body></html>"
    with pytest.raises(Blocked, match="all of it is behind a paywall") as caught:
        read_markup(markup, URL)
    assert not caught.value.may_heal


@pytest.mark.parametrize("text", ["[lines]\nen = ['(']\n[meta]", "[meta]\nx = { open = ['a'] }\n[lines]", "x"])
def test_a_mistake_in_the_data_is_told(text):
    with pytest.raises(ConfigError, match=r"paywall\.toml"):
        parse(text, "paywall.toml")


@pytest.mark.parametrize("line", ["Already a subscriber? Log in", "Sign in to read", "Subscribe to continue"])
def test_what_stands_above_every_page_counts_below_the_beginning_of_the_text_only(line):
    assert "unknown" == read(body=f"<p>{line}</p>{TEASER}").access
    assert "paywalled" == read(body=f"{TEASER}<p>{line}</p>").access


@pytest.mark.parametrize(
    "line", ["Log in to view comments", "Sign in to view your saved articles", "Register to read our free briefing"]
)
def test_a_log_in_for_something_else_is_no_paywall(line):
    assert "unknown" == read(body=f"{TEASER}<p>{line}</p>").access


@pytest.mark.parametrize(
    "line",
    [
        "You have 0 free articles left this month",
        "Unlock this article",
        "Jetzt abonnieren und weiterlesen",
        "Sie möchten weiterlesen?",
        "Lisez la suite en vous abonnant",
        "Sigue leyendo con tu suscripción",
        "Questo articolo è riservato agli abbonati",
        "Este conteúdo é exclusivo para assinantes",
        "此內容只供訂戶閱讀",
        "이 기사는 유료회원 전용입니다",
    ],
)
def test_more_ways_to_say_that_the_rest_is_to_be_paid_for(line):
    assert "paywalled" == read(body=f"{TEASER}<p>{line}</p>").access


def test_a_story_that_the_page_points_to_says_nothing_of_the_page():
    mine, other = {"url": URL, "isAccessibleForFree": True}, {"url": f"{URL}-2", "isAccessibleForFree": False}
    assert "free" == read(ld(**other) + ld(**mine)).access
    assert "paywalled" == read(ld(**other)).access


def test_a_truth_may_be_named_by_its_id():
    assert "paywalled" == read(ld(isAccessibleForFree={"@id": "http://schema.org/False"})).access


@pytest.mark.parametrize(("content", "access"), [("0", "free"), ("1", "paywalled")])
def test_a_truth_in_a_meta_element_may_be_a_number(content, access):
    assert access == read(meta("ispremium", content)).access
