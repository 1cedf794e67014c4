"""Whole feeds of each format, and all that is read of them."""

from pathlib import Path

import msgspec
import pytest

from connectors.feeds.parse import parse
from connectors.feeds.parsed import ParsedFeed, ParsedIndex

GOLDEN = Path(__file__).parent / "golden"
URL = "https://wire.example/feeds/all"
NOW = 1_769_851_800.0  # 2026-01-31T09:30Z
FEEDS = sorted(path for path in GOLDEN.iterdir() if not path.name.endswith(".expected.json"))


def expected_of(path):
    kind = ParsedIndex if "index" in path.name else ParsedFeed
    return msgspec.json.decode((GOLDEN / f"{path.name}.expected.json").read_bytes(), type=kind)


@pytest.mark.parametrize("path", FEEDS, ids=lambda one: one.stem)
def test_a_feed_is_read_as_it_is_written(path):
    assert expected_of(path) == parse(path.read_bytes(), URL, None, NOW)


@pytest.mark.parametrize("path", FEEDS, ids=lambda one: one.stem)
def test_the_media_type_of_a_feed_changes_nothing(path):
    kinds = ("text/html", "application/octet-stream", "application/json", "text/xml")
    assert [expected_of(path)] * 4 == [parse(path.read_bytes(), URL, kind, NOW) for kind in kinds]


def test_every_format_has_a_golden_feed():
    assert 9 == len(FEEDS) == len(list(GOLDEN.glob("*.expected.json")))
