"""Feeds that stand elsewhere: OPML files, the list of the beat; each feed once, who comes first wins."""

import re

import pytest

from pipelines import config
from pipelines.config.defaults import default_feeds, guess_kind
from pipelines.config.feeds import repeated
from pipelines.config.lists import DEFAULT, from_opml, plain_address
from transforms.errors import ConfigError

ONE = '<outline text="One" xmlUrl="https://one.example/rss" htmlUrl="https://one.example/"/>'
TWO = '<outline text="Two" xmlUrl="https://two.example/rss"/>'
NAMED = 'xmlns:beatwire="tag:beatwire.org,2026:opml"'


@pytest.fixture
def load(tmp_path):
    def load_files(toml, **files):
        for name, inside in files.items():
            (tmp_path / f"{name}.opml").write_text(f"<opml {NAMED}><body>{inside}</body></opml>", encoding="utf-8")
        (tmp_path / "beatwire.toml").write_text(toml, encoding="utf-8")
        return config.load(None, folder=tmp_path, data_folder=tmp_path)

    return load_files


@pytest.fixture
def imported(tmp_path):
    def read(inside, **settings):
        path = tmp_path / "x.opml"
        path.write_text(f"<opml {NAMED}><body>\n{inside}</body></opml>", encoding="utf-8")
        return from_opml(path, **settings)

    return read


@pytest.mark.parametrize("opml", ['"a.opml"', '["a.opml"]'])
def test_feeds_of_an_opml_file_are_polled(load, opml):
    read = load(f"[feeds_from]\nopml = {opml}\n", a=ONE + TWO)
    assert ["https://one.example/rss", "https://two.example/rss"] == [feed.url for feed in read.feeds]
    assert ("One", "https://one.example/") == (read.feeds[0].publisher, read.feeds[0].site)


def test_the_path_counts_from_the_configuration_s_folder(load, tmp_path):
    read = load('[feeds_from]\nopml = "a.opml"\n', a=ONE)
    assert [str(tmp_path / "a.opml")] == [one.origin for one in read.listed]


def test_who_comes_first_wins_by_address_and_by_id(load):
    inline = '[[feeds]]\nurl = "https://ONE.example/rss?utm_source=x"\nkind = "wire"\n'
    inline += '[[feeds]]\nurl = "https://new.example/"\nid = "x"\n'
    moved = '<outline text="moved" xmlUrl="https://old.example/" beatwire:id="x"/>'
    read = load(f'[feeds_from]\nopml = ["a.opml", "b.opml"]\n{inline}', a=ONE + moved + TWO, b=TWO)
    assert [("wire", "beatwire.toml"), ("press", "beatwire.toml"), ("press", "a.opml")] == [
        (one.feed.kind, one.origin.rpartition("/")[2]) for one in read.listed
    ]


def test_the_list_of_the_beat_comes_last(load):
    own = default_feeds()[3]
    read = load(f'[feeds_from]\ndefault = true\n[[feeds]]\nurl = "{own.url}"\nid = "mine"\n')
    assert len(default_feeds()) == len(read.feeds)
    assert ("mine", "beatwire.toml") == (read.listed[0].feed.id, read.listed[0].origin)
    assert {DEFAULT} == {one.origin for one in read.listed[1:]}


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[feeds_from]\nopml = "none.opml"', r"feeds_from.opml\[0\]: .*none.opml: cannot be read \(No such file"),
        ('[feeds_from]\nopml = "beatwire.toml"', r"feeds_from.opml\[0\]: .*: is no OPML: there is no <opml> in it"),
        ("[feeds_from]\nopml = 3", "feeds_from.opml: 3 cannot be used"),
        ("[feeds_from]\ndefaults = true", 'feeds_from.defaults: unknown key; did you mean "default"?'),
    ],
)
def test_a_list_that_cannot_be_read_is_a_fault_of_the_configuration(load, toml, said):
    with pytest.raises(ConfigError, match=said):
        load(toml)


def test_what_cannot_be_polled_is_said_and_left_out(load, caplog):
    read = load('[feeds_from]\nopml = "a.opml"', a='<outline text="?" xmlUrl="gopher://old.example/"/>' + ONE)
    assert 1 == len(read.feeds)
    assert 'a.opml: line 1: url: "gopher://old.example/" is no web address' in caplog.text


def test_settings_of_ours_are_read_from_the_file_and_the_caller_goes_before_them(imported):
    outline = (
        '<outline text="A" xmlUrl="https://a.example/" beatwire:id="a" beatwire:kind="wire" beatwire:interval="5m" '
        'beatwire:of-a-later-version="x"/>'
    )
    (feed,) = imported(outline).feeds
    assert ("a", "wire", 300.0) == (feed.id, feed.kind, feed.interval)
    (feed,) = imported(outline, kind="primary", interval="1h").feeds
    assert ("a", "primary", 3600.0) == (feed.id, feed.kind, feed.interval)


def test_a_feed_in_two_folders_is_one_and_an_id_of_two_feeds_is_refused(imported):
    read = imported(
        f'<outline text="F">{ONE}</outline>\n<outline text="G">{ONE}</outline>\n'
        '<outline xmlUrl="https://a.example/" beatwire:id="x"/>\n<outline xmlUrl="https://b.example/" beatwire:id="x"/>'
    )
    assert [("F",), ()] == [feed.folder for feed in read.feeds]
    assert ('line 5: id "x" is that of line 4 already',) == read.refused


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
        ("https://a.example/feed:x", "https://a.example/feed:x"),
    ],
)
def test_the_scheme_feed_is_understood(written, expected):
    assert expected == plain_address(written)


def test_the_list_of_the_beat_is_sound():
    feeds = default_feeds()
    assert 60 <= len(feeds)
    assert [] == repeated(feeds)
    assert {"primary", "wire", "press", "aggregator"} == {feed.kind for feed in feeds}
    assert all(re.fullmatch(r"[a-z0-9-]+", feed.id) and feed.source_of_url for feed in feeds)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.bis.gov/rss", "primary"),
        ("https://pib.gov.in/rss", "primary"),
        ("https://ec.europa.eu/rss", "primary"),
        ("https://english.kyodonews.net/rss", "wire"),
        ("https://news.google.com/rss", "aggregator"),
        ("https://government-news.example.org/rss", "press"),
        ("nonsense", "press"),
    ],
)
def test_the_kind_is_guessed_by_the_host(url, kind):
    assert kind == guess_kind(url)
