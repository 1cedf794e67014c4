"""Which element holds a story: boxes within boxes, pieces, and what is of another make."""

import pytest

from transforms.extract.article import read_markup

URL = "https://wire.example/2026/ban"
HEADLINE = "Court halts ban on the app"
SENTENCES = [
    f"In ruling number {n} the court in the capital halted the ban on the app, and lawyers said that more would follow"
    " before the end of the year, whatever the ministry decides."
    for n in range(8)
]
OTHER = "Ferry operators in the south ask for a longer season, and harbours along the coast agree with them at last."
TEASER = "Ferries want a longer season, harbours agree"


def text_of(body, head=""):
    head = f"<title>{HEADLINE} - Wire</title><meta property='og:title' content='{HEADLINE}'>{head}"
    return read_markup(f"<html lang='en'><head>{head}</head><body>{body}</body></html>", URL).text


def paragraphs(start=0, end=None, opening="<p>", closing="</p>"):
    return "".join(f"{opening}{sentence}{closing}" for sentence in SENTENCES[start:end])


def test_a_story_that_boxes_cut_in_pieces_is_read_whole():
    card = f"<div class='card'><a href='/b'><b>Topic</b></a><a href='/b'>{TEASER}</a><p class='lead'>{OTHER}</p></div>"
    pieces = "".join(
        f"<div class='row'><div class='article__content'>{paragraphs(at, at + 2)}</div></div>{card}"
        for at in range(0, 8, 2)
    )
    assert "\n".join(SENTENCES) == text_of(f"<main><article><h1>{HEADLINE}</h1>{pieces}</article></main>")


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_paragraphs_in_boxes_of_their_own_have_a_home(depth):
    boxed = paragraphs(opening="<div>" * depth + "<p>", closing="</p>" + "</div>" * depth)
    behind = f"<div><div><a href='/b'>{TEASER}</a></div></div>"
    page = f"<article><h1>{HEADLINE}</h1><div class='text'>{boxed}</div>{behind}</article>"
    assert "\n".join(SENTENCES) == text_of(page)


def test_the_next_story_of_an_endless_page_is_another_though_it_looks_the_same():
    story = "<article><h1>{}</h1><div class='text'>{}</div></article>"
    other = "".join(f"<p>{OTHER} It is their demand number {n}.</p>" for n in range(9))
    page = story.format(HEADLINE, paragraphs()) + story.format(TEASER, other)
    assert "\n".join(SENTENCES) == text_of(f"<div class='feed'>{page}</div>")


def test_a_notice_of_another_make_behind_the_last_paragraph_is_the_sites():
    story = paragraphs(opening="<p class='body'>")
    notice = f"<div class='note'><p>{OTHER}</p></div>"
    assert "\n".join(SENTENCES) == text_of(f"<article><h1>{HEADLINE}</h1><div>{story}{notice}</div></article>")


def test_the_same_words_in_a_paragraph_like_the_others_stay():
    story = paragraphs(opening="<p class='body'>")
    last = f"<p class='body'>{OTHER}</p>"
    assert text_of(f"<article><h1>{HEADLINE}</h1><div>{story}{last}</div></article>").endswith(OTHER)


def test_a_paragraph_full_of_links_is_no_list_of_links():
    names = "<a href='/c'>The court</a> and <a href='/m'>the ministry</a> met on <a href='/d'>Monday</a>"
    linked = f"<p>{names} <i></i>and talked of it for hours, <a href='/o'>officials</a> said.</p>"
    text = text_of(f"<article><h1>{HEADLINE}</h1><div>{linked}{paragraphs()}</div></article>")
    assert text.startswith("The court and the ministry met on Monday and talked of it for hours, officials said.")


def test_a_box_that_opens_over_a_name_is_no_part_of_its_sentence():
    inside = "<img src='a.jpg'><a href='/p'>Jo Doe</a><a href='/x'>Doe asks for more</a>"
    named = f"<a href='/p'>Jo Doe</a><span class='person'><span>{inside}</span></span>"
    sentence = f"<p>The minister {named} said in the capital that the ban would be back soon, and for good.</p>"
    text = text_of(f"<article><h1>{HEADLINE}</h1><div>{sentence}{paragraphs()}</div></article>")
    assert text.startswith("The minister Jo Doe said in the capital that the ban would be back soon, and for good.")


def test_words_in_a_section_without_paragraphs_are_text():
    lines = "".join(f"<h2>Part {n}</h2>{sentence}<br>" for n, sentence in enumerate(SENTENCES[1:]))
    page = f"<main><h1>{HEADLINE}</h1><section class='page'>{SENTENCES[0]}{lines}</section></main>"
    assert text_of(page).startswith(SENTENCES[0])


def test_a_link_to_another_host_of_the_site_between_paragraphs_is_a_pointer():
    pointer = f"<p><strong><a href='https://video.wire.co.uk/b'>{TEASER}</a></strong></p>"
    page = f"<article><h1>{HEADLINE}</h1><div>{paragraphs(0, 4)}{pointer}{paragraphs(4)}</div></article>"
    assert "\n".join(SENTENCES) == read_markup(page, "https://www.wire.co.uk/a").text
    assert TEASER in read_markup(page, "https://www.wires.co.uk/a").text


def test_of_articles_with_a_paragraph_each_the_one_with_the_headline_is_the_pages():
    others = f"<article><p>{OTHER}</p></article><article><p>{OTHER.replace('south', 'north')}</p></article>"
    assert SENTENCES[0] == text_of(f"<article><h1>{HEADLINE}</h1><p>{SENTENCES[0]}</p></article><div>{others}</div>")


def test_lines_that_put_the_same_words_before_a_link_each_time_are_pointers():
    line = "<p>Funda futhi | <a href='/b'>{}</a></p>"
    body = f"{paragraphs(0, 3)}{line.format(TEASER)}{paragraphs(3, 6)}{line.format(TEASER[::-1])}{paragraphs(6)}"
    assert "\n".join(SENTENCES) == text_of(f"<article><h1>{HEADLINE}</h1><div>{body}</div></article>")


def test_one_such_line_may_be_a_sentence():
    body = f"{paragraphs(0, 3)}<p>The judge read from the <a href='/b'>{TEASER}</a></p>{paragraphs(3)}"
    assert TEASER in text_of(f"<article><h1>{HEADLINE}</h1><div>{body}</div></article>")


def test_headlines_that_link_within_the_site_behind_the_last_sentence_are_of_other_stories():
    behind = (
        f"<h4>More</h4><ul><li>New</li><li><a href='/b'>{TEASER}</a></li></ul><p><a href='/c'>{TEASER[::-1]}</a></p>"
    )
    text = text_of(f"<article><h1>{HEADLINE}</h1><div>{paragraphs()}{behind}</div></article>")
    assert TEASER not in text
    assert TEASER[::-1] not in text


def test_a_last_line_of_linked_names_is_the_storys():
    behind = "<p>Also in <a href='/lyon'>Lyon</a>, <a href='/metz'>Metz</a>, <a href='/pau'>Pau</a></p>"
    text = text_of(f"<article><h1>{HEADLINE}</h1><div>{paragraphs()}{behind}</div></article>")
    assert text.endswith("Also in Lyon, Metz, Pau")
