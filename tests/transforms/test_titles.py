"""The headline without the name of its site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.titles import fold, headline

URL = "https://www.wire.example.org/2026/ban"
LONG = "Court halts ban on the app"


def chosen(stated=(), title="", headings=(), sites=(), url=URL):
    return headline(stated, title, headings, sites, url)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"stated": (LONG, "Other words for search"), "title": "Title", "headings": ("Heading",)}, LONG),
        ({"stated": ("", " \n ", "Second stated"), "title": "Title"}, "Second stated"),
        ({"title": f"{LONG} and more", "headings": ("Latest", LONG)}, LONG),
        ({"title": "The title", "headings": ("Something else",)}, "The title"),
        ({"headings": ("Only a heading",)}, "Only a heading"),
        ({}, ""),
        ({"stated": ("",), "title": "  ", "headings": ("",)}, ""),
        ({"stated": ("Two\n  lines\tof it",)}, "Two lines of it"),
    ],
)
def test_the_first_of_what_is_stated_wins_then_a_heading_then_the_title(said, expected):
    assert expected == chosen(**said)


@pytest.mark.parametrize("separator", [" - ", " | ", "|", " – ", " — ", " · ", " » ", "»", " :: ", " / ", " -- "])
def test_a_known_site_is_cut_behind_any_separator(separator):
    assert LONG == chosen(title=f"{LONG}{separator}The Wire", sites=("The Wire",))


@pytest.mark.parametrize(
    ("title", "sites", "expected"),
    [
        # --- the host names the site, too: whole, and by its longest label
        (f"{LONG} - wire.example.org", (), LONG),
        (f"{LONG} - Example", (), LONG),
        # --- case, spaces and punctuation do not matter
        (f"{LONG} - THE-WIRE!", ("The Wire",), LONG),
        # --- behind a bar the name may go on
        (f"{LONG} | The Wire News", ("The Wire",), LONG),
        (f"{LONG} - The Wire News", ("The Wire",), f"{LONG} - The Wire News"),
        # --- several at the end
        (f"{LONG} | The Wire | Example", ("The Wire",), LONG),
        # --- at the beginning
        (f"The Wire: {LONG}", ("The Wire",), f"The Wire: {LONG}"),
        (f"The Wire | {LONG}", ("The Wire",), LONG),
        (f"The Wire - {LONG}", ("The Wire",), LONG),
        # --- not a site's name
        (f"{LONG} - what comes next", ("The Wire",), f"{LONG} - what comes next"),
        ("Ban-halting court: a well-known case", ("The Wire",), "Ban-halting court: a well-known case"),
        # --- nothing would be left
        ("The Wire", ("The Wire",), "The Wire"),
        ("- The Wire", ("The Wire",), "- The Wire"),
    ],
)
def test_only_the_name_of_the_site_is_cut(title, sites, expected):
    assert expected == chosen(title=title, sites=sites)


def test_what_a_heading_confirms_is_cut_from_an_unknown_tail():
    assert LONG == chosen(stated=(f"{LONG} - Somebody's pages",), headings=(LONG,))


def test_a_short_section_is_no_headline_though_it_is_a_heading():
    title = "Politics - Court halts ban"
    assert title == chosen(stated=(title,), headings=("Politics",))


def test_a_short_headline_in_another_script_is_long_enough():
    assert "法院叫停禁令" == chosen(stated=("法院叫停禁令 - 某某网",), headings=("法院叫停禁令",))


@pytest.mark.parametrize("url", ["", "not an address", "https://user@/x", "https://例え.example/x"])
def test_an_address_without_a_host_names_no_site(url):
    assert LONG == chosen(title=LONG, url=url)


def test_a_title_of_many_separators_is_bounded():
    assert 1_000 >= len(chosen(title=" - ".join("abc" for _ in range(100_000))))


@pytest.mark.parametrize(
    ("one", "other"), [("The Wire", "the-wire"), ("STRASSE", "straße"), ("“Ban” halted!", "ban halted"), ("", " _-|")]
)
def test_spellings_of_one_text_fold_alike(one, other):
    assert fold(one) == fold(other)


def test_an_accent_is_a_difference():
    assert fold("cafe") != fold("café")


@given(
    st.lists(st.text(max_size=40), max_size=3),
    st.text(max_size=60),
    st.lists(st.text(max_size=40), max_size=3),
    st.text(),
)
def test_a_headline_is_one_line_of_something_that_was_said(stated, title, headings, site):
    got = chosen(stated, title, headings, (site,))
    said = [" ".join(text.split()) for text in (*stated, title, *headings)]
    assert any(got in text for text in said) or got == ""
    assert got == " ".join(got.split())
    assert got or not any(said)
