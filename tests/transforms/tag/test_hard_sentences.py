"""Hard sentences in all languages: `hard_sentences.toml` names the trap of each."""

import tomllib
from pathlib import Path

import pytest

from transforms.tag import tag
from transforms.tag.rules.data import shipped
from transforms.tags import Document

ROWS: list[list[str]] = tomllib.loads((Path(__file__).parent / "hard_sentences.toml").read_text("utf-8"))["sentences"]


def named(text: str) -> set[str]:
    return set(filter(None, text.split(", ")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[1]}: {row[2]}")
def test_a_hard_sentence_comes_to_what_a_reader_makes_of_it(row: list[str]) -> None:
    _, _, headline, names, jurisdictions, stage = row
    tags = tag(Document(title=headline))

    assert (stage or None) == (tags.stage if tags.topics else None)
    assert named(names) == {*tags.apps, *tags.companies}
    assert named(jurisdictions) == set(tags.jurisdictions)


@pytest.mark.parametrize("language", sorted(shipped().languages))
def test_each_language_has_forty_hard_sentences_on_and_off_the_beat(language: str) -> None:
    mine = [row for row in ROWS if row[0] == language]

    assert len(mine) >= 40
    assert any(row[5] for row in mine)
    assert any(not row[5] for row in mine)


def test_each_language_is_told_by_the_sentence_alone() -> None:
    for language, _, headline, _, _, stage in ROWS:
        if stage:
            assert {language} == {span.language for span in tag(Document(title=headline)).evidence}, headline
