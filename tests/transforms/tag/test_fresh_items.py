"""Headlines with the beginning of their article: `fresh_items.toml` and its like name what each reports."""

import tomllib
from pathlib import Path

import pytest

from transforms.tag import tag
from transforms.tags import Document

FILES = sorted(Path(__file__).parent.glob("fresh_items*.toml"))
ITEMS: list[list[str]] = [item for file in FILES for item in tomllib.loads(file.read_text("utf-8"))["items"]]


def named(text: str) -> set[str]:
    return set(filter(None, text.split(", ")))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item[0]}: {item[1]}: {item[2]}")
def test_a_headline_with_its_lead_comes_to_what_a_reader_makes_of_it(item: list[str]) -> None:
    _, _, headline, lead, names, jurisdictions, stage = item
    tags = tag(Document(title=headline, text=lead, date="2025-06-10"))

    assert (stage or None) == (tags.stage if tags.topics else None)
    assert named(names) <= {*tags.apps, *tags.companies}
    assert named(jurisdictions) == set(tags.jurisdictions)
