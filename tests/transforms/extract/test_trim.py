"""Blocks of a text that are none of its article."""

import pytest
from growth import growth

from transforms.extract.agree import agreed
from transforms.extract.trim import Block, trim

PROSE = [
    Block(f"Sentence {n} of the report says what the court has decided, and why it did so, in ruling number {n}. " * 3)
    for n in range(6)
]


@pytest.mark.parametrize(
    "words",
    [
        "Read more:",
        "Lesen Sie auch: Was der Richter sagte",
        "À lire aussi : ce que dit la cour",
        "関連記事",
        "اقرأ أيضا: ماذا قالت المحكمة",
        "Читайте также: что сказал суд",
        "Subscribe to our newsletter.",
        "Follow us on Facebook",
        "Suscríbete para seguir leyendo",
    ],
)
def test_what_speaks_to_the_reader_is_left_out_wherever_it_stands(words):
    assert PROSE == trim([*PROSE[:2], Block(words), *PROSE[2:]], [])


@pytest.mark.parametrize(
    "words",
    [
        "Read more books, the minister told pupils of the school that he visited on Monday.",
        "Subscribers left the company in their thousands.",
        "Followers of the party met in the capital.",
        "Readers of the paper knew it.",
        "Getting the newsletter out took a day.",
    ],
)
def test_a_sentence_of_a_report_stays(words):
    assert Block(words) in trim([*PROSE[:2], Block(words), *PROSE[2:]], [])


@pytest.mark.parametrize(
    "block",
    [
        Block("© 2026 The Wire"),
        Block("(dpa)"),
        Block("Jane Doe"),
        Block("More of this", heading=3),
        Block("Tags: court, app"),
    ],
)
def test_what_follows_the_last_sentence_is_left_out(block):
    assert PROSE == trim([*PROSE, block], ["Jane Doe"])


def test_names_in_front_of_the_first_sentence_are_left_out_and_within_the_text_stay():
    name = Block("Jane Doe")
    assert [*PROSE[:1], name, *PROSE[1:]] == trim([name, *PROSE[:1], name, *PROSE[1:]], ["Jane Doe"])


def test_a_report_reads_on_without_its_crossheads():
    assert PROSE == trim([*PROSE[:3], Block("What comes next", heading=2), *PROSE[3:]], [])


def test_headings_of_a_guide_stay():
    guide = [block for n, one in enumerate(PROSE) for block in (Block(f"Step {n}", heading=2), one)]
    assert guide == trim(guide, [])


def test_a_heading_with_nothing_under_it_is_left_out():
    guide = [block for n, one in enumerate(PROSE) for block in (Block(f"Step {n}", heading=2), one)]
    assert guide == trim([*guide[:4], Block("Our offers", heading=2), *guide[4:]], [])


@pytest.mark.parametrize("blocks", [[], [Block("Read more:")], [Block("a", heading=2)], [Block("***")]])
def test_little_is_no_error(blocks):
    assert [one for one in blocks if one.text == "***"] == trim(blocks, [""])


@pytest.mark.parametrize("block", [Block("a", heading=2), Block("Jane Doe"), Block("(dpa)"), Block("a")])
def test_time_grows_with_the_number_of_blocks(block):
    assert 3.2 > growth(lambda size: trim([*PROSE, *[block] * size], ["Jane Doe"]), 50_000)


TEXTS = [block.text for block in PROSE]


def test_the_stated_body_says_which_pieces_are_the_article():
    assert [*[True] * 5, False, True] == agreed([*TEXTS[:5], "Buy our calendar today.", TEXTS[5]], " ".join(TEXTS))


@pytest.mark.parametrize(
    ("texts", "body"),
    [
        (TEXTS, "Short."),
        (TEXTS, "Something else altogether is what this body says of it. " * 20),
        (TEXTS, " ".join(TEXTS[:3])),
        ([], " ".join(TEXTS)),
    ],
    ids=["an abstract", "another text", "cut short", "no text"],
)
def test_a_body_that_does_not_agree_judges_nothing(texts, body):
    assert agreed(texts, body) is None


def test_a_body_in_html_agrees_as_well():
    body = "".join(f"<p>{text}</p>" for text in TEXTS)
    assert [True] * 6 == agreed(TEXTS, body)
