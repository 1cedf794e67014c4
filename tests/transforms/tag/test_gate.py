"""What is left unread changes no tag: read in full, an article is on no topic where its head promises none."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.tag.engine import judge, shipped_packs
from transforms.tag.gate import measures_needed
from transforms.tag.rules.data import shipped
from transforms.tag.words.reading import Reading
from transforms.tag.words.text import parts_of, words_in
from transforms.tags import Document

ROWS = tomllib.loads((Path(__file__).parent / "hard_sentences.toml").read_text("utf-8"))["sentences"]
SENTENCES = [row[2] for row in ROWS]
FILLERS = [
    "Shares rose on Monday.",
    "“No comment,” she said.",
    "图：资料图片",
    "La seduta è aperta.",
    "Он не ответил.",
    "",
]
LANGUAGES = sorted(shipped().languages)


def unread_by(document: Document, code: str) -> bool:
    """Is it left after its head by the rules of this language?"""
    pack = shipped_packs()[code]
    grammar = pack.language.grammar
    pieces = parts_of(document)
    reading = Reading(document, pieces, pack.lexicon, grammar, words_in(pieces, grammar))
    needed = measures_needed(reading, pack.blockers)
    return needed is None or (needed > 0 and reading.count_measures() < needed)


def topics_by(document: Document, code: str, full: bool) -> tuple[str, ...]:
    return judge(document, shipped(), {code: shipped_packs()[code]}, full).topics


sentences = st.sampled_from(SENTENCES + FILLERS)
lines = st.lists(st.tuples(sentences, st.sampled_from([" ", ". ", "\n", "\n\n"])), max_size=24)
documents = st.builds(
    lambda title, summary, text, times: Document(
        title=title,
        summary="".join(map("".join, summary[:5])),
        text="".join(map("".join, text)) * times,
        date="2025-01-15",
    ),
    st.one_of(st.just(""), sentences),
    lines,
    lines,
    st.sampled_from([1, 1, 1, 3]),
)


@given(documents, st.sampled_from(LANGUAGES))
def test_an_article_that_is_left_after_its_head_is_on_no_topic(document: Document, code: str) -> None:
    if unread_by(document, code):
        assert () == topics_by(document, code, full=True)


@given(documents, st.sampled_from(LANGUAGES))
def test_the_topics_are_those_of_the_whole_article(document: Document, code: str) -> None:
    assert topics_by(document, code, full=True) == topics_by(document, code, full=False)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[2]}")
def test_a_sentence_that_reports_a_measure_is_read_on_wherever_it_stands_in_the_head(row: list[str]) -> None:
    code, _, sentence, _, _, stage = row
    for document in (
        Document(title=sentence),
        Document(text=sentence),
        Document(title="Noon", text=f"By our staff\n{sentence}"),
        Document(title="Noon", summary=". ".join(["One"] * 20) + f"\n{sentence}"),
    ):
        assert topics_by(document, code, full=True) == topics_by(document, code, full=False)
    if stage:
        assert not unread_by(Document(title=sentence), code)


def test_a_long_piece_about_what_its_headline_names_is_read_though_its_lead_reports_nothing() -> None:
    title, measures = "The year of TikTok", "Then the US government banned TikTok.\n"
    lead = "It was a long year for many people.\n" * 6

    assert not unread_by(Document(title=title, text=lead + measures * 12), "en")
    assert unread_by(Document(title=title, text=lead + measures), "en")


def test_most_news_is_left_after_its_head() -> None:
    lead = "The council opens the new bridge on Monday, the mayor said.\n" * 5

    assert unread_by(Document(title="New bridge opens", text=lead + "India banned TikTok in 2020.\n" * 3), "en")


def test_explaining_reads_what_tagging_leaves() -> None:
    document = Document(title="New bridge opens", text="It took two years.\n" * 6 + "India banned TikTok in 2020.\n")

    judgement = judge(document, shipped(), shipped_packs(), full=True)

    assert unread_by(document, "en")
    assert ["TikTok"] == [t.entry.name for c in judgement.candidates for t in c.targets]  # type: ignore[attr-defined]
