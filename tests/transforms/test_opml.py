"""OPML: what readers export, what is broken about it, and what is hostile."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from transforms import opml
from transforms.errors import ConfigError
from transforms.opml import Outline, read, write


def outlines(inside, head=""):
    return read(f"{head}<opml version='2.0'><body>{inside}</body></opml>".encode(), "x.opml").outlines


def urls(inside):
    return [one.url for one in outlines(inside)]


def test_a_reader_s_export_is_read_with_its_folders():
    found = outlines(
        '<outline text="News"><outline text="Asia &amp; Pacific" title="Asia &amp; Pacific">'
        '<outline type="rss" text="One" title="The One" xmlUrl="https://one.example/rss" htmlUrl="https://one.example/"/>'
        '</outline><outline text="Two" xmlUrl="https://two.example/"/></outline>'
        '<outline text="Three" xmlUrl="https://three.example/"/>'
    )
    expected = (
        Outline("https://one.example/rss", "The One", "https://one.example/", ("News", "Asia & Pacific")),
        Outline("https://two.example/", "Two", "", ("News",)),
        Outline("https://three.example/", "Three"),
    )
    assert expected == found


def test_what_has_no_address_is_no_feed():
    assert [] == urls('<outline text="note"/><outline type="link" text="a page" url="https://a.example/"/>')


def test_spellings_that_readers_have_are_understood():
    assert ["https://a.example/", "https://b.example/"] == urls(
        '<outline xmlurl="https://a.example/"/><outline type="rss" URL="https://b.example/"/>'
    )


def test_a_feed_may_hold_others():
    found = outlines('<outline text="A" xmlUrl="https://a.example/"><outline xmlUrl="https://b.example/"/></outline>')
    assert [(), ("A",)] == [one.folder for one in found]


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ('<outline xmlUrl="https://a.example/?b=1&c=2&copy=3&amp;d=4"/>', "https://a.example/?b=1&c=2&copy=3&d=4"),
        ('<outline text="caf&eacute;&nbsp;AT&T &bogus;" xmlUrl="https://a.example/"/>', "https://a.example/"),
        ('<outline text="&#0;&#xD800;\x01" xmlUrl="https://a.example/"/>', "https://a.example/"),
        ('<outline text="a <b> c" xmlUrl="https://a.example/"/>', "https://a.example/"),
        ('<outline text="the "one" and only" xmlUrl="https://a.example/" type="rss" />', "https://a.example/"),
        ('<outline text=""quoted"" xmlUrl="https://a.example/"/>', "https://a.example/"),
        ("<outline text='it's' xmlUrl='https://a.example/'/>", "https://a.example/"),
        ('<outline text="<a href="x" rel="y">z</a>." xmlUrl="https://a.example/"/>', "https://a.example/"),
        ('<outline text="a" text="b" xmlUrl="https://a.example/"/>', "https://a.example/"),
        ('<outline text="never closed"><outline xmlUrl="https://a.example/"/>', "https://a.example/"),
    ],
)
def test_an_address_in_a_broken_outline_is_kept_as_it_was_meant(broken, expected):
    after = '<outline xmlUrl="https://after.example/"/>'
    assert [expected, "https://after.example/"] == urls(broken + after)


def test_a_broken_file_says_where_it_is_broken_and_is_used():
    got = read(b'<?xml version="1.0"?>\n<opml>\n<body>\n<outline text="a"b" xmlUrl="https://a.example/"/>', "x.opml")
    assert ("https://a.example/", 4) == (got.outlines[0].url, got.outlines[0].line)
    assert got.fault.startswith("line 4: ")


def test_half_an_address_is_none():
    got = read(b'<opml><body><outline xmlUrl="https://a.example/"/><outline xmlUrl="https://b.exam', "x.opml")
    assert ["https://a.example/"] == [one.url for one in got.outlines]
    assert got.fault


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="Газета" xmlUrl="http://a/"/></body></opml>'.encode(
            "cp1251"
        ),
        "\ufeff<opml><body><outline text='Газета' xmlUrl='http://a/'/></body></opml>".encode("utf-16-le"),
        "\ufeff<opml><body><outline text='Газета' xmlUrl='http://a/'/></body></opml>".encode(),
        '<?xml version="1.0" encoding="ascii"?><opml><body><outline text="Газета" xmlUrl="http://a/"/></body></opml>'.encode(),
        b'<opml><body><outline text="&#1043;&#x430;&#1079;&#1077;&#1090;&#1072;" xmlUrl="http://a/"/></body></opml>',
    ],
)
def test_a_title_is_read_in_its_encoding(data):
    assert "Газета" == read(data, "x.opml").outlines[0].title


def test_entities_of_a_document_type_are_not_expanded():
    head = '<!DOCTYPE opml [<!ENTITY a "boom"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    assert ["&a;&b;"] == [one.title for one in outlines('<outline text="&a;&b;" xmlUrl="http://a/"/>', head)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "there is no <opml> in it"),
        (b"<rss><channel/></rss>", "it is a feed, no list of feeds: `beatwire feeds add` takes its address"),
        (b"x" * (opml.MAX_BYTES + 1), "is larger than 5 MiB"),
    ],
)
def test_what_is_no_opml_is_refused_with_a_reason(data, said):
    with pytest.raises(ConfigError, match="x.opml: .*" + said):
        read(data, "x.opml")


def test_more_feeds_than_the_cap_are_counted_not_kept():
    got = read(b"<opml>" + b'<outline xmlUrl="http://a/"/>' * (opml.MAX_FEEDS + 3), "x.opml")
    assert (opml.MAX_FEEDS, 3) == (len(got.outlines), got.left_out)


@pytest.mark.parametrize(
    "data",
    [
        '<outline text="x">' * 200_000,
        '<outline a="' * 300_000,
        "<outline" + " a='1'" * 500_000 + ">",
        "&" * 4_000_000,
        " " * 4_000_000,
        "<outline a=\"'" * 200_000,
    ],
)
def test_hostile_files_are_read_in_seconds(data):
    began = time.process_time()
    assert () == read(f"<opml>{data}".encode(), "x.opml").outlines
    assert time.process_time() - began < 60


TEXT = st.text(st.characters(codec="utf-8"), max_size=30).map(lambda text: " ".join(opml._clean(text).split()))
WRITTEN = st.builds(
    Outline,
    url=st.integers(0, 99).map("https://a.example/?a=1&b={}".format),
    title=TEXT.filter(bool),
    site=st.sampled_from(["", "https://a.example/ü"]),
    folder=st.lists(TEXT.filter(bool), max_size=3).map(tuple),
    settings=st.dictionaries(st.sampled_from(["id", "kind", "interval"]), TEXT.filter(bool)),
)


@given(st.lists(WRITTEN, max_size=8))
def test_what_is_written_is_read_back_the_same(outlines):
    got = read(write(outlines, "A list", 0.0), "x.opml")
    assert "" == got.fault
    order = {folder: None for one in outlines for folder in [one.folder]}
    assert sorted(outlines, key=repr) == sorted(got.outlines, key=repr)
    assert [[one for one in outlines if one.folder == folder] for folder in order] == [
        [one for one in got.outlines if one.folder == folder] for folder in order
    ]


@example(b"<:")
@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_there_is_an_answer(data):
    assert isinstance(read(b"<opml>" + data, "x.opml").outlines, tuple)


def test_a_written_list_has_what_readers_ask_for():
    text = write([Outline("https://a.example/rss", 'A "b" <c>', "https://a.example/", ("F",))], "Feeds", 86400.0)
    root = etree.fromstring(text)
    feed = root.find("body/outline/outline")
    assert ("2.0", "Feeds", "Fri, 02 Jan 1970 00:00:00 GMT") == (
        root.get("version"),
        root.findtext("head/title"),
        root.findtext("head/dateCreated"),
    )
    assert {
        "text": 'A "b" <c>',
        "title": 'A "b" <c>',
        "type": "rss",
        "xmlUrl": "https://a.example/rss",
        "htmlUrl": "https://a.example/",
    } == dict(feed.attrib)
    assert "F" == root.find("body/outline").get("text")
