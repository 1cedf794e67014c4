"""Java property files, and what a broker is told."""

from pathlib import Path

import pytest

from connectors.embedded.properties import broker_properties, render, value_of


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        (7, "7"),
        ("with = and : and #", "with = and : and #"),
        ("two words", "two words"),
        (" leading", "\\ leading"),
        ("C:\\folder", "C:\\\\folder"),
        ("a\nb\tc", "a\\u000ab\\u0009c"),
        ("Übersicht", "\\u00dcbersicht"),
        ("中文", "\\u4e2d\\u6587"),
        ("😀", "\\ud83d\\ude00"),
    ],
)
def test_a_value_is_escaped_as_java_reads_it(value, written):
    assert f"key={written}\n" == render({"key": value})


def test_a_property_file_is_ascii_whatever_the_folder_is_called():
    text = render(broker_properties(Path("/home/łukasz/数据"), 19092, 19093))
    assert text.isascii()


def test_a_value_is_found_by_its_whole_key():
    text = "#a comment\nnode.id=1\ncluster.id=abc-DEF_1\nversion=1\n"
    assert "abc-DEF_1" == value_of("cluster.id", text)
    assert value_of("id", text) is None
    assert value_of("cluster.i", text) is None


def test_the_broker_listens_on_loopback_only():
    properties = broker_properties(Path("/data"), 19092, 19093)
    for key in ("listeners", "advertised.listeners"):
        assert "PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093" == properties[key]


def test_topics_are_never_made_by_accident():
    assert "false" == broker_properties(Path("/data"), 19092, 19093)["auto.create.topics.enable"]
