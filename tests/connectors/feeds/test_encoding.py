"""In which encoding a feed is, when what it says of that is wrong."""

import pytest
from feed_bytes import URL, one, rss
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.encoding import possible, utf8
from connectors.feeds.parse import parse


def feed(title, declared):
    return rss("<item><title>@</title></item>").replace(b'encoding="utf-8"', declared).replace(b"@", title)


@pytest.mark.parametrize(
    ("title", "declared", "read"),
    [
        ("Café".encode(), b"", "Café"),
        ("Café".encode("cp1252"), b'encoding="windows-1252"', "Café"),
        ("Café".encode("latin-1"), b"", "Café"),
        ("Запрет".encode("koi8-r"), b'encoding="koi8-r"', "Запрет"),
        ("禁令".encode("gb18030"), b'encoding="gb2312"', "禁令"),
        ("禁令".encode("big5"), b'encoding="big5"', "禁令"),
        ("禁止".encode("shift_jis"), b'encoding="Shift_JIS"', "禁止"),
        ("“quoted”".encode("cp1252"), b'encoding="iso-8859-1"', "“quoted”"),
    ],
)
def test_a_title_is_read_in_the_encoding_that_is_declared_or_fits(title, declared, read):
    assert read == one(feed(title, declared), None).title


def test_the_header_goes_before_the_declaration():
    assert "Запрет" == one(feed("Запрет".encode("koi8-r"), b""), "application/xml; charset=koi8-r").title


@pytest.mark.parametrize("declared", [b"", b'encoding="utf-8"', b'encoding="UTF-8"'])
def test_a_broken_character_does_not_turn_all_others_into_others(declared):
    title = "Verbot für Ämter ".encode() + b"\xff halt"
    assert "Verbot für Ämter \ufffd halt" == one(feed(title, declared), None).title


def test_a_feed_cut_within_a_character_keeps_its_entries():
    body = rss("<item><title>Verbot für Ämter</title></item>") + "ü".encode()[:1]
    assert "Verbot für Ämter" == one(body, None).title


def test_control_characters_vanish_and_their_neighbours_stay():
    said = "".join(f"{chr(code)}x" for code in (*range(9), 11, 12, *range(14, 32), 127))
    assert "x" * 30 == one(rss(f"<item><title>{said}</title></item>")).title


def test_the_entities_of_html_are_read_in_any_feed():
    assert "Café – “ban”" == one(rss("<item><title>Caf&eacute; &ndash; &ldquo;ban&rdquo;</title></item>")).title


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=80), st.sampled_from([None, "text/xml"])
)
def test_what_is_utf8_comes_out_as_it_was(text, kind):
    body = f"<rss>{text}é</rss>".encode()
    assert body == utf8(body, kind)


@given(st.binary(max_size=200), st.sampled_from([None, "text/xml", "text/html; charset=utf-16", "a/b; charset=rot13"]))
def test_whatever_comes_in_utf8_comes_out(body, kind):
    assert possible(utf8(body, kind)).decode("utf-8", "strict") is not None


def test_a_bare_word_for_an_encoding_that_is_none_costs_nothing():
    kinds = [
        "text/xml; charset=rot13",
        "text/xml; charset=base64",
        "text/xml; charset=\udcff",
        "text/xml; charset=idna",
    ]
    body = rss("<item><title>Ban</title></item>")
    assert ["Ban"] * 4 == [parse(body, URL, kind).entries[0].title for kind in kinds]
