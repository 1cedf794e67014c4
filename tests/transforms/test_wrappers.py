"""Links that lead through another site to be counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.urls import is_web
from transforms.wrappers import DEPTH, unwrapped

STORY = "https://a.example/story?id=7"
ESCAPED = "https%3A%2F%2Fa.example%2Fstory%3Fid%3D7"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/url?rct=j&sa=t&url={ESCAPED}&ct=ga&usg=x",
        f"https://www.google.com/url?q={ESCAPED}&sa=D",
        f"https://www.google.co.uk/url?q={ESCAPED}",
        f"https://www.google.de/url?url={ESCAPED}",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url={ESCAPED.lower()}&c=1&mkt=en-us",
        f"https://l.facebook.com/l.php?u={ESCAPED}&h=AT0",
        f"https://www.facebook.com/l.php?u={ESCAPED}",
        f"https://out.reddit.com/t3_x?url={ESCAPED}&token=y",
        f"https://www.youtube.com/redirect?event=video_description&q={ESCAPED}",
        f"https://vk.com/away.php?to={ESCAPED}",
        "https://www.google.com/amp/s/a.example/story?id=7",
        "https://a-example.cdn.ampproject.org/c/s/a.example/story?id=7",
    ],
)
def test_a_wrapper_that_holds_the_address_gives_it(link: str) -> None:
    assert STORY == unwrapped(link)


@pytest.mark.parametrize(
    "link",
    [
        STORY,
        "https://t.co/abc",
        "http://feedproxy.google.com/~r/feed/~3/abc/",
        "https://news.google.com/rss/articles/CBMiabc?oc=5",
        "https://www.google.com/search?q=https%3A%2F%2Fa.example%2F",
        "https://www.google.com/url?sa=t",
        "https://www.google.com/url?q=story",
        "https://www.google.com/url?q=javascript%3Aalert(1)",
        "https://www.google.com/url?q=file%3A%2F%2F%2Fetc%2Fpasswd",
        f"https://google.com.evil.example/url?q={ESCAPED}",
        f"https://evilgoogle.com/url?q={ESCAPED}",
        f"https://a.example/url?q={ESCAPED}",
        "https://www.facebook.com/story.php?u=https%3A%2F%2Fa.example%2F",
    ],
)
def test_any_other_link_stays_what_it_is(link: str) -> None:
    assert link == unwrapped(link)


def test_wrappers_in_wrappers_are_taken_off_and_an_endless_row_of_them_ends() -> None:
    alert = "https://www.google.com/url?q=https%3A%2F%2Fvk.com%2Faway.php%3Fto%3Dhttps%253A%252F%252Fa.example%252F"
    assert "https://a.example/" == unwrapped(alert)
    row = "https://www.google.com/amp/s/" + "www.google.com/amp/s/" * (DEPTH + 1) + "a.example/"
    assert is_web(unwrapped(row))
    assert row != unwrapped(row)
    assert "https://a.example/" != unwrapped(row)


@given(st.text(max_size=80))
def test_whatever_a_wrapper_holds_comes_out_as_a_web_address(text: str) -> None:
    link = f"https://www.google.com/url?q={text}"
    assert link == unwrapped(link) or is_web(unwrapped(link))
