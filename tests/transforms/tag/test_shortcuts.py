"""Short cuts of reading leave nothing out: what they say may not be there is not there."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.tag.engine import shipped_packs
from transforms.tag.words.text import sentences, words_in
from transforms.tag.words.tokens import KEPT, LONGEST, remember
from transforms.tags import Document

ROWS = tomllib.loads((Path(__file__).parent / "hard_sentences.toml").read_text("utf-8"))["sentences"]
LATIN = shipped_packs()["en"].language.grammar
NAMES = {"app", "company", "good", "place", "body", "target", "public"}


@given(st.text(st.sampled_from("aZ_9 .,-'\n\t\x1c’“é€İΣσſKŉ中あж①\ud800\u0307\u00a0\u2028")))
def test_latin_words_are_those_of_the_whole_text_in_lower_case(text: str) -> None:
    assert set(re.findall(r"\w+", text.lower())) == words_in([("text", text)], LATIN)


@pytest.mark.parametrize("code", sorted(shipped_packs()))
def test_what_a_sentence_holds_it_may_hold(code: str) -> None:
    pack = shipped_packs()[code]
    kinds = NAMES | {body.kind for body in pack.language.bodies}
    for _, _, text, *_ in (row for row in ROWS if row[0] == code):
        for sentence in sentences(Document(title=text), pack.language.grammar):
            found = pack.lexicon.find(sentence)

            assert not found.measures or pack.lexicon.begins_measure(sentence.low)
            assert all(pack.lexicon.begins_class(name, sentence.low) for name in found.classes.keys() - kinds)


def test_a_name_at_the_end_of_a_sentence_is_found_once() -> None:
    (sentence,) = sentences(Document(title="美国商务部"), shipped_packs()["zh"].language.grammar)

    assert ["us-commerce"] == [name.entry.id for name in shipped_packs()["zh"].lexicon.find(sentence).names]


def test_what_is_remembered_of_words_is_bounded() -> None:
    known: dict[str, int] = {}
    for number in range(KEPT + 5):
        remember(known, str(number), number)
    remember(known, "a" * (LONGEST + 1), 0)

    assert len(known) <= KEPT
    assert max(map(len, known)) <= LONGEST
