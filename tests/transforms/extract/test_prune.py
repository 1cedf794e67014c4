"""What of a page is none of its article: each rule, with a neighbour that stays."""

import lxml.html
import pytest
from growth import growth

from transforms.extract.article import read_markup
from transforms.extract.prose import Prose
from transforms.extract.prune import prune

URL = "https://wire.example/2026/ban"
HEADLINE = "Court halts ban on the app"
DESCRIPTION = "Judges in the capital say that the ministry had no power to close the shop."
SENTENCES = [
    f"In ruling number {n} the court in the capital halted the ban on the app, and lawyers said that more would follow"
    " before the end of the year, whatever the ministry decides."
    for n in range(5)
]
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
HEAD = f"<title>{HEADLINE} - Wire</title><meta property='og:title' content='{HEADLINE}'>" + (
    f"<meta name='description' content='{DESCRIPTION}'>"
)


def text_of(body, head=HEAD):
    return read_markup(f"<html lang='en'><head>{head}</head><body>{body}</body></html>", URL).text


def within(before="", between="", behind=""):
    """The text of an article with something before, between or behind its paragraphs."""
    middle = f"{BODY[: BODY.index('<p>In ruling number 2')]}{between}{BODY[BODY.index('<p>In ruling number 2') :]}"
    return text_of(f"<article><h1>{HEADLINE}</h1>{before}<div class='text'>{middle}</div>{behind}</article>")


def test_the_text_is_the_sentences_of_the_article():
    assert "\n".join(SENTENCES) == within()


TEASER = "Ministry wants more time for its answer, officials say"


@pytest.mark.parametrize(
    "between",
    [
        f"<ul><li>Live: <a href='/a'>{TEASER}</a></li><li><a href='/b'>Shops open again, traders glad</a></li></ul>",
        f"<a href='/a'><div><h3>{TEASER}</h3><p>They have asked for it twice, and twice they were heard.</p></div></a>",
        f"<p>Also: <a href='/a'>{TEASER}</a></p>",
        f"<a href='https://wire.example/a'>{TEASER}</a>",
        f"<article><h3>{TEASER}</h3><p>{TEASER}, and nobody knows until when, they add.</p></article>",
        f"<div class='x'><img src='a.jpg'><div>{TEASER}</div><small>Photo: J. Doe</small></div>",
        "<p>Read more: how it began</p>",
        "<p>Sign up for our newsletter and never miss a ruling.</p>",
        "<h3>Related stories</h3>",
    ],
)
def test_what_stands_between_the_paragraphs_and_leads_elsewhere_is_left_out(between):
    assert "\n".join(SENTENCES) == within(between=between)


@pytest.mark.parametrize(
    "between",
    [
        "<p>The judge cited <a href='/a'>an earlier ruling on the very same matter</a> and sent the file back.</p>",
        "<ul><li>The shop stays open.</li><li>The fine is lifted.</li></ul>",
        "<blockquote><p>We are glad, and we said so from the very first day of this case.</p></blockquote>",
        "<p>Sign-ups doubled after the ruling, the company said on Friday in a short note.</p>",
        "<p>Subscribers of the paper had read of it the day before, in a long report from the court.</p>",
    ],
)
def test_what_belongs_to_the_article_stays(between):
    words = lxml.html.fromstring(f"<div>{between}</div>").text_content()
    text = within(between=between)
    assert all(sentence in text for sentence in SENTENCES)
    assert "".join(words.split())[:30] in "".join(text.replace("- ", "").split())


@pytest.mark.parametrize(
    "before",
    [
        f"<p class='kicker standfirst'>{DESCRIPTION}</p>",
        f"<div>{DESCRIPTION}</div>",
        "<h2>Judges side with the traders, and the ministry has thirty days to answer them</h2>",
        f"<h2>{HEADLINE}</h2>",
    ],
)
def test_headline_and_standfirst_have_fields_of_their_own(before):
    assert "\n".join(SENTENCES) == within(before=before)


def test_a_first_paragraph_that_the_description_repeats_stays():
    head = f"<meta name='description' content='{SENTENCES[0]}'>"
    assert text_of(f"<article><h1>{HEADLINE}</h1><div>{BODY}</div></article>", head).startswith(SENTENCES[0])


@pytest.mark.parametrize(
    "behind",
    [
        "<div><h2>Your account is in use</h2><p>Somebody reads with it on another device.</p></div>",
        "<section><p>About the paper: it comes daily.</p></section>",
    ],
)
def test_boxes_behind_the_text_are_none_of_it(behind):
    assert "\n".join(SENTENCES) == within(behind=behind)


def test_a_second_part_behind_an_advertisement_is_text():
    more = "".join(f"<p>{sentence.replace('ruling', 'order')}</p>" for sentence in SENTENCES)
    assert "order number 4" in within(behind=f"<div>An advertisement</div><div class='text'>{more}</div>")


def test_of_two_stories_on_a_page_the_first_is_the_pages():
    other = "".join(f"<p>{sentence.replace('ruling', 'match')}</p>" for sentence in SENTENCES + SENTENCES[:2])
    text = text_of(
        f"<main><article><h1>{HEADLINE}</h1><div>{BODY}</div></article><article><div>{other}</div></article></main>"
    )
    assert "\n".join(SENTENCES) == text


def test_a_wrapper_called_hidden_that_holds_the_text_is_the_article():
    body = f"<div id='text-hidden' class='sidebar'>{BODY}</div>"
    assert "\n".join(SENTENCES) == text_of(f"<div><h1>{HEADLINE}</h1>{body}</div>")


def test_posts_of_a_live_blog_stay():
    posts = "".join(f"<article><p>{sentence}</p></article>" for sentence in SENTENCES)
    live = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "x"}</script>'
    text = text_of(f"<article><h1>{HEADLINE}</h1><div>{BODY}{posts.replace('ruling', 'post')}</div></article>", live)
    assert "post number 3" in text


def test_readings_of_a_word_stay_on_its_line():
    word = "<ruby><rb>尹</rb><rp>（</rp><rt>ユン</rt><rp>）</rp></ruby>"
    assert "尹（ユン）大統領" in within(
        between=f"<p>{word}大統領は、この決定について何も語らなかったと政府が発表した。</p>"
    )


def test_a_page_of_divisions_and_line_breaks_has_a_home():
    lines = "<br><br>".join(SENTENCES)
    tree = lxml.html.document_fromstring(f"<body><div>Menu</div><div id='x'>{lines}</div></body>")
    assert "x" == Prose(tree).home.get("id")


@pytest.mark.parametrize("url", ["", "https://[", URL])
@pytest.mark.parametrize("href", ["https://[", "", "javascript:void(0)", "//x"])
def test_addresses_that_are_none_harm_nobody(url, href):
    tree = lxml.html.document_fromstring(f"<body><div>{BODY}<p><a href='{href}'>{TEASER}</a></p></div></body>")
    assert prune(tree, [HEADLINE], DESCRIPTION, url, live=False) > 0


def test_the_same_page_gives_the_same_text_each_time():
    markup = f"<article><h1>{HEADLINE}</h1><div>{BODY}</div></article>"
    assert 1 == len({text_of(markup) for _ in range(3)})


PIECES = [
    "<img src='a'>",
    "<div><img src='a'></div>",
    "<ul><li><a href='/a'>b</a></li></ul>",
    "<ul><li>",
    "<div>",
    "<a href='/a'><div>b</div></a>",
    "<h1>a</h1>",
    "<article>",
    "<ruby>a<rt>b</rt></ruby>",
    "<p><b>a</b>",
    "<br>a",
    "<img src='a'>b",
    "<a href='/a'><div>b</div></a>c",
    "<ul><li><a href='/a'>b</a></li></ul>c",
    "<article>a</article>b",
    "<p>" + "a b " * 20,
    "<p class='x'>" + "a b " * 20,
    "<div class='x'><p>" + "a b " * 20 + "</p></div>",
    "<section>" + "a b " * 20,
    "<section>" + "a b " * 20 + "</section>",
    "<div>Topic <a href='/a'>A headline of another story</a> and its words</div>",
    "<a href='/a'>A headline of another story</a> ",
    "<p>" + "a b " * 20 + "<span><img src='a'><a href='/a'>Name</a></span>",
    "<span><img src='a'><a href='/a'>Name</a>",
    "<span class='icon'></span>b",
]


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
@pytest.mark.parametrize("around", ["<div>{}{}</div>", "<article><div>{}</div>{}</article>", "<article>{}</article>{}"])
def test_time_grows_with_the_page(piece, around):
    def pruned(size):
        body = around.format(BODY, piece * (size // len(piece)))
        tree = lxml.html.document_fromstring(f"<body>{body}</body>")
        prune(tree, [HEADLINE], DESCRIPTION, URL, live=False)

    assert 3.2 > growth(pruned, 100_000)
