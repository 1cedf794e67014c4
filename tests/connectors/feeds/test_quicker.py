"""feedparser made quicker: what it reads stays the same."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest
from feedparser.util import FeedParserDict

from connectors.feeds import quicker

GOLDEN = Path(__file__).parent / "golden"
READ = """
import io, pathlib, sys
import feedparser
if sys.argv[1] == "quick":
    from connectors.feeds import quicker
    quicker.install()
for path in sorted(pathlib.Path(sys.argv[2]).glob("*.xml")):
    said = feedparser.parse(io.BytesIO(path.read_bytes()), sanitize_html=False, resolve_relative_uris=False)
    print(path.name, said.feed, said.entries)
"""


def _read(how: str) -> str:
    return subprocess.run([sys.executable, "-c", READ, how, GOLDEN], capture_output=True, text=True, check=True).stdout


def test_feeds_are_read_the_same_with_it_and_without() -> None:
    assert _read("quick") == _read("as it comes")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("guid", "1"), ("url", "u"), ("updated", "p"), ("category", "t"), ("title", "T"), ("nothing", None)],
)
def test_names_with_two_meanings_keep_both(name: str, expected: str | None) -> None:
    quicker.install()
    said = FeedParserDict(id="1", href="u", published="p", tags=[{"term": "t"}], title="T")

    assert said.get(name) == expected
    assert (name in said) == (expected is not None and name != "updated")


def test_a_copy_shares_nothing_that_may_change() -> None:
    quicker.install()
    said = FeedParserDict(type="text/html", links=[FeedParserDict(href="u")])

    made = copy.deepcopy(said)
    made["links"][0]["href"] = "v"

    assert said["links"][0]["href"] == "u"
    assert isinstance(copy.deepcopy(FeedParserDict(type="text/html")), FeedParserDict)


def test_a_date_of_any_length_or_type_is_read_as_before() -> None:
    long = "2026-01-31T09:30:00Z" + " " * 200

    assert quicker.date("2026-01-31T09:30:00Z")[:3] == (2026, 1, 31)
    assert quicker.date(long) == quicker._date(long)
    assert quicker.date(None) is None
