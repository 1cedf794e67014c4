"""Sentences, tokens, patterns and the lexicon."""

import pytest

from transforms.tag.engine import shipped_packs
from transforms.tag.rules.data import shipped
from transforms.tag.words.lexicon import Lexicon
from transforms.tag.words.patterns import View, compile_pattern, match
from transforms.tag.words.text import MAX_SENTENCE_TOKENS, MAX_SENTENCES, sentences
from transforms.tags import Document

GRAMMAR = shipped().languages["en"].grammar


def cut(text: str) -> list[str]:
    return [text[s.starts[0] : s.ends[-1]] for s in sentences(Document(text=text), GRAMMAR)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("The U.S. ban is off. Next.", ["The U.S. ban is off.", "Next."]),
        ("Mr. Smith left. He won.", ["Mr. Smith left.", "He won."]),
        ("It ends on Nov. 12. Then it goes.", ["It ends on Nov. 12.", "Then it goes."]),
        ("“Never!” She left.", ["“Never!”", "She left."]),
        ("First line\nsecond line", ["First line", "second line"]),
        ("Is it? Yes!", ["Is it?", "Yes!"]),
        ("Version 5.6 is out. Fine.", ["Version 5.6 is out.", "Fine."]),
        ("John v. Jane. Over.", ["John v. Jane.", "Over."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert expected == cut(text)


def test_the_headline_is_one_sentence_whatever_its_stops() -> None:
    found = sentences(Document(title="It is over. Or is it?", text="Yes."), GRAMMAR)

    assert ["title", "text"] == [sentence.part for sentence in found]
    assert [0, 1] == [sentence.index for sentence in found]


def test_the_number_and_length_of_sentences_are_capped() -> None:
    assert MAX_SENTENCES == len(sentences(Document(text="One.\n" * 5000), GRAMMAR))
    assert all(len(s) <= MAX_SENTENCE_TOKENS for s in sentences(Document(text="word " * 5000), GRAMMAR))


def names(text: str) -> list[str]:
    lexicon = shipped_packs()["en"].lexicon
    (sentence,) = sentences(Document(title=text), GRAMMAR)
    return [f"{name.kind}/{name.entry.id}" for name in lexicon.find(sentence).names]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TikTok", ["app/tiktok"]),
        ("Tiktok", ["app/tiktok"]),
        ("TIKTOK", ["app/tiktok"]),
        ("tiktok", []),
        ("DeepSeek", ["app/deepseek", "company/deepseek"]),
        ("China Telecom", ["company/china-telecom"]),
        ("China", ["place/cn"]),
        ("tell us", []),
        ("tell US", ["place/us"]),
        ("the U.S. Supreme Court", ["body/us-supreme-court"]),
        ("Federal Communications Commission", ["body/fcc"]),
        ("the commission", ["body/regulator"]),
        ("App Store", []),
        ("Signal-to-noise", ["app/signal"]),
    ],
)
def test_names_are_found_with_the_capitals_that_the_data_ask_for(text: str, expected: list[str]) -> None:
    assert expected == names(text)


@pytest.mark.parametrize(
    ("pattern", "text", "holds"),
    [
        ("{halt} .. {it}", "judge blocks the ban", True),
        ("{halt} {it}", "judge blocks the ban", False),
        ("{halt} the? {it}", "judge blocks the ban", True),
        ("{halt} .. {it}", "judge blocks it but the ban", False),
        ("{court} .. {halt} .. {it}", "a judge in Ohio blocks the ban", True),
        ("{court} .. {halt} .. {it}", "the judge a b c d e f g h blocks the ban", False),
        ("{court} ... {halt} .. {it}", "the judge a b c d e f g h blocks the ban", True),
        ("{it} .. in/into effect", "the ban goes into effect", True),
        ("{it} on", "ban", False),
        ("didn't {it}", "they didn't ban", True),
    ],
)
def test_a_pattern_holds_around_its_measure(pattern: str, text: str, holds: bool) -> None:
    (sentence,) = sentences(Document(title=text), GRAMMAR)
    view = View(sentence, shipped_packs()["en"].lexicon.find(sentence), GRAMMAR.barriers)
    at = sentence.low.index("ban")

    assert holds == (match(compile_pattern(pattern), view, at, at + 1) is not None)


def test_a_hundred_thousand_more_names_leave_the_lookup_of_others_alone() -> None:
    data = shipped()
    lexicon = shipped_packs()["en"].lexicon

    # Terms are looked up by first word: those of another first word are never touched.
    assert isinstance(lexicon, Lexicon)
    assert lexicon.may_target({"tiktok"})
    assert lexicon.may_target({"tik", "tok"})
    assert not lexicon.may_target({"tik"})
    assert len(data.apps) > 40
