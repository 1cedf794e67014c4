"""Parameters that say where a reader came from."""

import pytest

from transforms.errors import ConfigError
from transforms.tracking import FILE, parse
from transforms.urls import normalise, registered_domain

PAGE = "https://a.example/story?id=7"


@pytest.mark.parametrize(
    "parameter",
    [
        "utm_source=x",
        "utm_anything=x",
        "UTM_Source=x",
        "utm%5Fsource=x",
        "amp;utm_source=x",
        "amp%3Butm_source=x",
        "%3Futm_source=x",
        "amp;amp;fbclid=x",
        "fbclid=x",
        "fbclid",
        "wt_mc=rss.a",
        "xtor=RSS-1",
        "ns_mchannel=rss",
        "source=rss",
        "source=RSS",
        "rss=1",
        "gaa_sig=x",
        "amp_js_v=0.1",
        "usqp=mq331AQ",
    ],
)
def test_what_tracks_anywhere_is_cut_anywhere(parameter: str) -> None:
    assert PAGE == normalise(f"{PAGE}&{parameter}")


@pytest.mark.parametrize(
    "parameter",
    [
        "source=mayor",
        "source",
        "rss=2",
        "mc=04",
        "ref=main",
        "referrer=x",
        "from=1999",
        "page=2",
        "amp;id=8",
        "xutm_source=x",
        "s=20",
        "st=1",
        "t=1",
        "lang=en",
    ],
)
def test_what_may_name_the_article_stays(parameter: str) -> None:
    assert PAGE != normalise(f"{PAGE}&{parameter}")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.wsj.com/a?siteid=yhoof2&amp%3Byptr=yahoo", "https://www.wsj.com/a"),
        ("https://www.dw.com/en/a-1?maca=en-rss", "https://www.dw.com/en/a-1"),
        ("https://news.google.com/rss/articles/x?oc=5", "https://news.google.com/rss/articles/x"),
        ("https://www.youtube.com/watch?v=x&feature=share&si=y", "https://www.youtube.com/watch?v=x"),
        ("https://x.com/a/status/1?s=20&t=y", "https://x.com/a/status/1"),
        ("https://www.bbc.co.uk/news/a?at_bbc_team=editorial", "https://www.bbc.co.uk/news/a"),
    ],
)
def test_what_tracks_on_one_site_is_cut_there(link: str, expected: str) -> None:
    assert expected == normalise(link)


@pytest.mark.parametrize("host", ["a.example", "wsj.com.example", "notwsj.com"])
def test_what_tracks_on_one_site_stays_on_others(host: str) -> None:
    link = f"https://{host}/a?mod=1"
    assert link == normalise(link)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name = ['a']", "unknown field"),
        ("names = 'a'", "Expected"),
        ("names = ['UTM']", "lower case"),
        ("names = ['']", "can never match"),
        ("names = ['amp;a']", "can never match"),
        ("prefixes = ['a']", "too many"),
        ("values = ['source']", "lacks its value"),
        ("[[site]]\nnames = ['a']", "domains"),
        ("[[site]]\ndomains = ['A.example']", "registered domain"),
        ("[[site]]\ndomains = ['a.example', 'a.example']", "twice"),
        ("names =", FILE),
    ],
)
def test_a_mistake_in_the_file_is_told(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse(text, FILE)


def test_the_sites_of_the_file_are_registered_domains_and_repeat_nothing_that_is_cut_anywhere() -> None:
    from importlib import resources

    rules = parse(resources.files("transforms").joinpath(FILE).read_text("utf-8"), FILE)
    domains = [domain for site in rules.site for domain in site.domains]
    assert domains == [registered_domain(f"https://www.{domain}/") for domain in domains]
    assert [] == [name for site in rules.site for name in site.names if rules.hold(name, "")]
