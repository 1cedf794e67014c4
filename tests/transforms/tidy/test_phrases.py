"""The files of phrases: what they may hold, and what they match."""

import pytest

from transforms.errors import ConfigError
from transforms.tidy.lines import is_date, is_markup, is_prose
from transforms.tidy.phrases import books, is_age, parse, phrase_of

FILE = """
language = "xx"
ages = "ages ago"
[words]
noun = "(?:moon|sun)"
[[line]]
reason = "share"
pattern = "share the <noun>"
examples = ["Share the moon"]
"""


def test_every_example_is_found_for_its_reason_or_that_of_a_phrase_before():
    for book in books():
        for phrase in book.phrases:
            assert all(phrase_of(example, edges=True) for example in phrase.examples), phrase.examples


def test_a_word_of_the_file_stands_in_its_patterns():
    assert ("share the (?:moon|sun)",) == tuple(one.pattern for one in parse(FILE, "xx.toml").phrases)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<noun>", "<verb>", "a pattern uses <verb>"),
        ("Share the moon", "Sell the moon", "share: does not match its own example 'Sell the moon'"),
        ("share the", "share (the", "missing )"),
        ("reason", "raison", "raison"),
    ],
)
def test_a_broken_file_is_told_with_its_place(old, new, says):
    with pytest.raises(ConfigError, match=r"xx\.toml") as told:
        parse(FILE.replace(old, new), "xx.toml")
    assert says in str(told.value)


def test_bullets_and_arrows_around_a_line_do_not_count():
    assert "links" == phrase_of("» Latest stories «").reason


def test_a_long_line_is_no_furniture():
    assert phrase_of("Share this " + "and that " * 40) is None


def test_ages_stand_beside_links():
    assert [True, True, True, True, False] == [
        is_age(one) for one in ("3 hours ago", "2 hours -", "5小时前", "2 ore fa", "Three hours")
    ]


def test_a_date_is_a_line_that_says_nothing_else():
    dates = [
        "3 March 2021, 14:02",
        "Published: March 9, 2022 at 7:14 am GMT",
        "2022年3月9日 14:02",
        "9 marzo 2022, ore 14:02",
    ]
    assert [True] * 4 == [is_date(one) for one in dates]
    assert not any(map(is_date, ["In March", "March of the penguins 2", "911", "2021 was a good year"]))


def test_prose_ends_as_sentences_do_or_is_long():
    assert is_prose("The court let the app stay in the stores.")
    assert is_prose("法院周二作出裁定，暂停执行下架聊天应用信鸽的命令。")
    assert not is_prose("Court lets app stay in the stores")
    assert not is_prose("相关阅读")


def test_markup_is_what_is_left_of_links_and_placeholders():
    left = [
        "](https://paper.example/a)",
        "![x](y.png)",
        "{{ message }}",
        "[[a.b=C]]",
        "https://paper.example/a",
        "</div>",
    ]
    assert [True] * 6 == [is_markup(one) for one in left]
    assert not is_markup("[The editor] wrote: see https://paper.example/a for more.")
