"""Mistakes in the rule files are named with file, entry and key."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from transforms.errors import ConfigError
from transforms.tag import RULES_VERSION
from transforms.tag.engine import compile_pack, tags_of
from transforms.tag.rules.data import load, shipped
from transforms.tags import Document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(str(files("transforms.tag") / "data"), tmp_path / "data"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


MISTAKES = [
    ("apps.toml", 'company = "bytedance"', 'company = "bitdance"', ["apps.toml", "tiktok", "bitdance"]),
    ("apps.toml", 'name = "TikTok"', 'nmae = "TikTok"', ["apps.toml", "tiktok", "name"]),
    ("apps.toml", 'id = "douyin"', 'id = "tiktok"', ["apps.toml", "tiktok", "twice"]),
    ("apps.toml", "app = [", "app = [[", ["apps.toml", "TOML"]),
    ("companies.toml", 'kind = "telecom"', 'kind = "telco"', ["companies.toml", "huawei", "kind"]),
    ("companies.toml", 'app = "tiktok"', 'app = "tictoc"', ["companies.toml", "bytedance", "tictoc"]),
    ("en/stages.toml", 'stage = "halted"', 'stage = "stopped"', ["stages.toml", "court-keeps-halt", "stage"]),
    ("en/stages.toml", "{halt}", "{hlat}", ["stages.toml", "{hlat}", "words.toml"]),
    ("en/stages.toml", '"loses .. {challenge} .. {it}"', '"loses"', ["stages.toml", "court-lets-stand", "{it}"]),
    ("en/followups.toml", 'stage = "in-force"', 'stage = "inforce"', ["followups.toml", "took-effect", "stage"]),
    ("en/followups.toml", "{took-effect}", "{take-affect}", ["followups.toml", "{take-affect}", "words.toml"]),
    ("en/words.toml", "stand-in = [", "standin = [", ["stand-in"]),
    ("zh/grammar.toml", 'fold-to = "', 'fold-to = "禁', ["grammar.toml", "fold-from", "fold-to"]),
    ("en/measures.toml", "ban/bans/banning/banned", "ban/bans", ["measures.toml", "ban", "base/third person"]),
    ("en/measures.toml", 'needs = "takeover"', 'needs = "takover"', ["measures.toml", "block-deal", "takover"]),
    ("en/measures.toml", 'class = "device"', 'class = "divice"', ["measures.toml", "ban", "divice"]),
    ("en/blockers.toml", 'unless = ["target"]', 'unless = ["tarket"]', ["blockers.toml", "other-object", "tarket"]),
    ("en/words.toml", "private = [", "priavte = [", ["private"]),
    ("en/bodies.toml", 'kind = "court"', 'kind = "judge"', ["bodies.toml", "court", "kind"]),
    ("en/grammar.toml", "barriers = [", "bariers = [", ["grammar.toml", "bariers"]),
]


@pytest.mark.parametrize(("file", "old", "new", "named"), MISTAKES)
def test_a_mistake_is_named(folder: Path, file: str, old: str, new: str, named: list[str]) -> None:
    change(folder / file, old, new)

    with pytest.raises(ConfigError) as caught:
        load(folder)

    assert [] == [word for word in named if word not in str(caught.value)]


def test_a_missing_file_of_a_language_is_named(folder: Path) -> None:
    (folder / "en" / "goods.toml").unlink()

    with pytest.raises(ConfigError, match=r"goods\.toml: missing"):
        load(folder)


def test_a_new_app_needs_only_a_line(folder: Path) -> None:
    change(folder / "apps.toml", "app = [", 'app = [\n  { id = "chirpy", name = "Chirpy", country = "US" },')
    data = load(folder)
    packs = {code: compile_pack(data, language) for code, language in data.languages.items()}

    assert ("Chirpy",) == tags_of(Document(title="Iran bans Chirpy", language="en"), "page", data, packs).apps


def test_any_change_of_the_rules_changes_their_version(folder: Path) -> None:
    change(folder / "en" / "words.toml", '"looming"', '"looming", "brewing"')

    assert shipped().version != load(folder).version


def test_an_unchanged_copy_has_the_same_version(folder: Path) -> None:
    assert RULES_VERSION == load(folder).version


def test_ids_of_apps_and_companies_are_lower_case_words() -> None:
    data = shipped()

    assert [] == [
        entry.id for entry in (*data.apps, *data.companies) if entry.id != entry.id.lower() or " " in entry.id
    ]


def test_jurisdictions_are_iso_codes() -> None:
    codes = [place.code for language in shipped().languages.values() for place in language.places]

    assert [] == [code for code in codes if not code[:2].isupper() or len(code.partition("-")[0]) != 2]
