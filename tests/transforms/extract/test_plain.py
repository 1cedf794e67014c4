"""Plain text of the markup that feeds carry."""

import time

import pytest

from transforms.extract.plain import plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("safe<object classid='x'> words", "safe words"),
        ("<object><param name='a'><p>Instead</p></object> of it", "Instead of it"),
        ("a<iframe src='x'/> b", "a b"),
        ("a<iframe src='x'>c</iframe> b", "a b"),
        ("a<script>c()</script> b", "a b"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("t<b>w</b>o", "two"),
    ],
)
def test_what_is_shown_is_text_and_what_is_not_is_none(markup, text):
    assert text == plain(markup, 100)


@pytest.mark.parametrize("separator", [" ", "\n"])
def test_the_limit_cuts_where_the_whole_text_would_be_cut(separator):
    markup = "".join(f"<p>  word{number} <i>and</i>\n more </p>" for number in range(300))
    whole = plain(markup, 100_000, separator)
    assert [whole[:limit].rstrip() for limit in range(1, 200)] == [
        plain(markup, limit, separator) for limit in range(1, 200)
    ]


def test_what_is_beyond_the_limit_takes_no_time():
    """Half a second; 5 s if all of it were read."""
    markup = "<p>word" * 50_000
    began = time.process_time()
    for _ in range(10):
        plain(markup, 500)
    assert time.process_time() - began < 3.0
