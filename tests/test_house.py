"""The rules of the house that no linter knows."""

import ast
import importlib.metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED = {
    "transforms": {"transforms"},
    "connectors": {"connectors", "transforms"},
    "pipelines": {"pipelines", "connectors", "transforms"},
}
FILES = [path for package in ALLOWED for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda one: str(one.relative_to(ROOT)))
def test_no_arrow_points_back(path):
    package = path.relative_to(ROOT).parts[0]
    assert set() == (set(imported(path)) & set(ALLOWED)) - ALLOWED[package]


PURE = {"socket", "asyncio", "aiohttp", "kafka", "requests", "urllib3", "subprocess", "os"}


@pytest.mark.parametrize("path", [p for p in FILES if p.is_relative_to(ROOT / "transforms")], ids=lambda one: one.stem)
def test_transforms_need_no_world(path):
    assert set() == set(imported(path)) & PURE


def test_no_file_is_longer_than_400_lines_and_the_median_is_at_most_200():
    every = [*FILES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in every)
    assert lengths[-1] <= 400
    assert lengths[len(lengths) // 2] <= 200


def test_no_test_folder_is_a_package():
    assert [] == list((ROOT / "tests").rglob("__init__.py"))


def test_the_bare_packages_belong_to_beatwire_alone():
    owners = importlib.metadata.packages_distributions()
    assert {"beatwire"} == {name for package in ALLOWED for name in owners.get(package, [])}
