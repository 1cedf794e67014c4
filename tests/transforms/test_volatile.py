"""What changes by itself is cut, and never a fact with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.identity import content_hash
from transforms.volatile import cut, is_volatile

VOLATILE = [
    "5 min ago",
    "an hour ago",
    "About 3 hours ago",
    "just now",
    "Updated 10:32",
    "Updated: 10:32 a.m. EST",
    "Last updated 3 hours ago",
    "Last updated on Nov. 24, 2026 at 8:38 a.m. EST",
    "Updated 24 November 2026, 13:38 GMT",
    "Published 2026-11-24",
    "3 min read",
    "4-minute read",
    "Reading time: 3 minutes",
    "12 comments",
    "1.3K views",
    "View 12 comments",
    "Comments (12)",
    "214 shares",
    "1,204 people reading this",
]

SAYS_SOMETHING = [
    "The ban took effect 3 days ago",
    "Nepal lifted its ban 5 minutes ago, the minister said.",
    "12 comments were sent to the regulator",
    "The video had 1.3M views before it was removed",
    "Effective Nov. 24, 2026",
    "10:32",
    "Shares of ByteDance fell 12 percent",
    "Published by order of the court",
    "Updated rules take effect on Nov. 24, 2026",
    "A 3 minute read of the ruling shows why",
]


@pytest.mark.parametrize("line", VOLATILE)
def test_a_line_that_changes_by_itself_is_cut(line):
    assert is_volatile(line)
    assert "Ban\n\nEnd" == cut(f"Ban\n{line}\nEnd")


@pytest.mark.parametrize("line", SAYS_SOMETHING)
def test_a_line_that_says_something_stays(line):
    assert line == cut(line)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("By Jane Doe | Updated 10:32", "By Jane Doe"),
        ("By Jane Doe \u00b7 5 min read \u00b7 12 comments", "By Jane Doe"),
        ("By Jane Doe (updated 5 minutes ago)", "By Jane Doe"),
        ("KATHMANDU \u2014 The ban (3 days old) stays", "KATHMANDU \u2014 The ban (3 days old) stays"),
    ],
)
def test_a_part_between_marks_is_cut_and_the_rest_of_its_line_stays(line, left):
    assert left == cut(line).strip()


SPOKEN = ["the", "court", "halted", "ban", "on", "app", "after", "3", "days", "and", "ago", "said"]
WORDS = st.lists(st.sampled_from(SPOKEN), min_size=6)


@given(WORDS, st.sampled_from(VOLATILE), st.sampled_from(VOLATILE))
def test_volatile_lines_never_make_a_new_version(words, before, after):
    text = " ".join(words) + "."
    assert content_hash("t", "s", f"{before}\n{text}") == content_hash("t", "s", f"{text}\n{after}")


@given(WORDS, st.data())
def test_another_word_or_number_in_a_sentence_is_always_a_new_version(words, data):
    at = data.draw(st.integers(0, len(words) - 1))
    other = [*words[:at], "7" if words[at].isdigit() else "never", *words[at + 1 :]]
    sentence = "The ministry of trade said that {}."
    one, two = (sentence.format(" ".join(each)) for each in (words, other))
    assert content_hash("t", "s", one) != content_hash("t", "s", two)


@given(st.text(alphabet="0123456789.,:|()\u00b7 updatedgomincKMv\n", max_size=3000))
def test_whatever_stands_on_a_page_it_is_cut_in_no_time_and_for_good(text):
    assert cut(cut(text)).split() == cut(text).split()
