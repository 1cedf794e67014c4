"""Feeds added to the file and taken out of it: comments, order and line ends stay."""

import os
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import Feed
from pipelines.config.editing import added, editable, removed, save
from transforms.errors import ConfigError

FEED = Feed(url="https://new.example/rss?a=1&b", publisher='The "New"', kind="wire", interval="90s", folder=["F", "G"])
BLOCK = """[[feeds]]
url = "https://new.example/rss?a=1&b"
publisher = "The \\"New\\""
folder = ["F", "G"]
kind = "wire"
interval = "90s"
"""
FILE = """# mine
[kafka]  # ours
prefix = "x"   # odd  spacing

# the first
[[feeds]]
url = "https://one.example/"   # inline
# its own

# the second
[[feeds]]
url = "https://two.example/"

# about politeness
[politeness]
concurrency = 2
"""


def test_feeds_are_added_behind_all_that_is_there():
    assert FILE + "\n" + BLOCK == added(FILE, [FEED], "x")


@pytest.mark.parametrize(("before", "after"), [("", BLOCK), ("a = 1", f"a = 1\n\n{BLOCK}"), ("\n", f"\n{BLOCK}")])
def test_a_file_without_feeds_gets_its_first(before, after):
    assert after == added(before, [FEED], "x")


def test_only_what_differs_from_the_derived_is_written():
    assert '[[feeds]]\nurl = "https://a.example/"\n' == added("", [Feed(url="https://a.example/")], "x")


def test_line_ends_are_those_of_the_file():
    changed = added(FILE.replace("\n", "\r\n"), [FEED], "x")
    assert changed.count("\n") == changed.count("\r\n")


def test_a_list_in_one_value_grows_where_it_is():
    text = 'feeds = [ # all\n  {url = "https://one.example/"}, # first\n]\n[kafka]\nprefix = "x"\n'
    changed = added(text, [Feed(url="https://two.example/")], "x")
    assert ["https://one.example/", "https://two.example/"] == [one["url"] for one in tomllib.loads(changed)["feeds"]]
    assert all(part in changed for part in ("# all", "# first", '[kafka]\nprefix = "x"\n'))
    assert ["https://two.example/"] == [one["url"] for one in tomllib.loads(removed(changed, 0, "x"))["feeds"]]


def test_a_removed_feed_takes_its_own_lines_along_and_no_others():
    first = FILE.replace('[[feeds]]\nurl = "https://one.example/"   # inline\n# its own\n\n', "")
    assert first == removed(FILE, 0, "x")
    second = FILE.replace('[[feeds]]\nurl = "https://two.example/"\n\n', "")
    assert second == removed(FILE, 1, "x")


def test_the_last_feed_of_a_file_leaves_no_blank_lines():
    assert FILE == removed(added(FILE, [FEED], "x"), 2, "x")


def test_text_that_looks_like_a_header_is_none():
    text = '[pipeline]\nname = """\n[[feeds]]\n"""\n'
    left = removed(text + '[[feeds]]\nurl = "https://one.example/"\n', 0, "x")
    assert text in left
    assert [] == tomllib.loads(left)["feeds"]


def test_what_cannot_be_changed_safely_is_left_to_the_user():
    dotted = 'feeds = [{url = "https://one.example/"}, {url = """\n[[feeds]]\n"""}]\n'
    with pytest.raises(ConfigError, match=r"x: .*change it by hand"):
        added(dotted, [FEED], "x")


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)


@given(st.lists(st.tuples(TEXT, st.lists(TEXT, max_size=2), st.floats(1, 86400)), min_size=1, max_size=4))
def test_whatever_is_added_is_read_back_and_removed_again(given):
    feeds = [
        Feed(url=f"https://a.example/{number}", publisher=publisher, folder=folder, interval=interval)
        for number, (publisher, folder, interval) in enumerate(given)
    ]
    changed = added(FILE, feeds, "x")
    assert feeds == [Feed.model_validate(one) for one in tomllib.loads(changed)["feeds"][2:]]
    for _ in feeds:
        changed = removed(changed, 2, "x")
    assert FILE == changed


def test_a_file_keeps_its_rights_and_a_link_to_it_stays_one(tmp_path):
    path, link = tmp_path / "real.toml", tmp_path / "beatwire.toml"
    path.write_text("a = 1\n")
    path.chmod(0o640)
    link.symlink_to(path)
    save(link, "a = 2\r\n")
    assert (b"a = 2\r\n", 0o640, True) == (path.read_bytes(), path.stat().st_mode & 0o777, link.is_symlink())
    assert {"real.toml", "beatwire.toml"} == set(os.listdir(tmp_path))


def test_a_feed_is_found_by_id_and_by_any_spelling_of_its_address(tmp_path):
    path = tmp_path / "beatwire.toml"
    path.write_text(FILE.replace('"https://two.example/"', '"https://two.example/"\nid = "two"'))
    opened = editable(path)
    assert opened.named("two") == opened.named("https://TWO.example:443/?utm_source=x")
    assert opened.named("three") is None


def test_a_clash_is_said_with_where_the_other_stands(tmp_path):
    path = tmp_path / "beatwire.toml"
    path.write_text('[[feeds]]\nurl = "https://one.example/"\nid = "one"\n')
    opened = editable(path)
    assert f"https://ONE.example is configured already: as one in {path}" == opened.clash(
        Feed(url="https://ONE.example")
    )
    assert f'"one" is the id of https://one.example/ in {path} already: give it another' == opened.clash(
        Feed(url="https://two.example/", id="one")
    )
    assert "" == opened.clash(Feed(url="https://two.example/"))
