"""One spelling for each address, and the domain that answers for it."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import urls
from transforms.urls import MAX_LENGTH, absolute, first_spelling, host_of, is_web, normalise, registered_domain


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("HTTPS://A.Example/b", "https://a.example/b"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example:443/b", "https://a.example/b"),
        ("http://a.example:80/b", "http://a.example/b"),
        ("http://a.example:443/b", "http://a.example:443/b"),
        ("https://a.example:8443/b", "https://a.example:8443/b"),
        ("https://a.example/b#part", "https://a.example/b"),
        ("https://a.example/b?z=1&a=2", "https://a.example/b?a=2&z=1"),
        ("https://a.example/b?utm_source=x&utm_medium=y", "https://a.example/b"),
        ("https://a.example/b?UTM_Source=x&id=7", "https://a.example/b?id=7"),
        ("https://a.example/b?fbclid=x&id=7&gclid=y", "https://a.example/b?id=7"),
        ("https://a.example/?p=12", "https://a.example/?p=12"),
        ("  https://a.example/b\n", "https://a.example/b"),
        ("https://a.example/\u00e9t\u00e9", "https://a.example/%C3%A9t%C3%A9"),
        ("https://a.example/%c3%a9", "https://a.example/%C3%A9"),
        ("http://[2001:DB8::1]:8080/b", "http://[2001:db8::1]:8080/b"),
        ("https://user:secret@a.example/b", "https://a.example/b"),
        ("https://b\u00fccher.example/b", "https://xn--bcher-kva.example/b"),
        ("https://stra\u00dfe.example/", "https://xn--strae-oqa.example/"),
        ("https://\uff21.example/", "https://a.example/"),
        ("https://a\u3002example/", "https://a.example/"),
        ("https://a.example/#!/story/7", "https://a.example/#!/story/7"),
        ("https://a.example/b#/story/7", "https://a.example/b#/story/7"),
        ("https://a.example/b#ref=rss", "https://a.example/b"),
    ],
)
def test_an_address_has_one_spelling(url: str, expected: str) -> None:
    assert expected == normalise(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/b", "https://a.example/b"),
        ("https://a.example/b", "https://www.a.example/b"),
        ("https://a.example/b", "https://a.example/B"),
        ("https://a.example/b", "https://a.example/b/"),
        ("https://a.example/b?id=1", "https://a.example/b?id=2"),
        ("https://a.example/b?page=1", "https://a.example/b"),
        ("https://a.example/#!/story/7", "https://a.example/#!/story/8"),
        ("https://stra\u00dfe.example/", "https://strasse.example/"),
    ],
)
def test_addresses_that_may_be_different_articles_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    "url",
    ["", "plain", "mailto:a@b.example", "http://", "http://[::1", "http://a.example:x/", "http://A.%65xample/B"],
)
def test_what_is_no_address_stays_what_it_is(url: str) -> None:
    assert url == normalise(url)


SCHEMES = st.sampled_from(["http://", "https://", "HTTP://", "http:/", "http:", "http:\\\\", "//", "ftp://", ""])
HOSTS = st.one_of(
    st.sampled_from(
        [
            "a.example",
            "A.Example",
            "xn--bcher-kva.example",
            "b\u00fccher.example",
            "stra\u00dfe.example",
            "a.example:8080",
        ]
        + ["[2001:DB8::1]", "[::127.0.0.1]", "[::1%25eth0]", "1.2.3.4", "0x7f.1", "\uff21.example", "a\u3002example"]
        + [
            "a.%65xample",
            "u:p@a.example",
            "a@b@a.example",
            "a.example\\b",
            "a..b",
            "a.example.",
            "a:x",
            "a:0",
            ":80",
            "",
        ]
        + ["www.wsj.com", "bbc.com"]
    ),
    st.text(max_size=8),
)
PIECES = st.sampled_from(
    ["%", "%2", "%25", "%C3%A9", "%5F", "%3D", "%26", "%23", "%2F", "%3F", "amp;", "&", "=", "?", "#", "#!/", "/", "//"]
    + ["..", ";", ":", "@", "[", "\\", " ", "+", "\t", "~", "a", "B", "|", "\u00e9", "\u5fae", "\u200b", "\ud800", "\0"]
    + ["utm_source", "utm%5Fsource", "fbclid", "source=rss", "mod", "at_x"]
)
URLS = st.one_of(
    st.text(max_size=60),
    st.builds("{}{}/{}".format, SCHEMES, HOSTS, st.lists(PIECES, max_size=12).map("".join)),
    st.builds("{}{}{}".format, SCHEMES, HOSTS, st.lists(PIECES, max_size=12).map("".join)),
)


@given(URLS)
@settings(max_examples=400)
def test_normalising_twice_changes_nothing_more(url: str) -> None:
    once = normalise(url)

    assert once == normalise(once)
    assert first_spelling(url) == first_spelling(first_spelling(url))


@given(URLS)
@settings(max_examples=400)
def test_normalising_never_changes_the_host(url: str) -> None:
    assert host_of(url.strip()) == host_of(normalise(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/b?fbclid=x&id=7#part",
        "https://A.example:443/b?z=1&utm_source=x&a=2",
        "https://a.example/%c3%a9?utm_x=1",
        "https://a.example/",
    ],
)
def test_a_first_spelling_is_that_of_today_where_no_newer_rule_speaks(url: str) -> None:
    assert normalise(url) == first_spelling(url)


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("https://a.example/b?source=rss&id=7", "https://a.example/b?id=7&source=rss"),
        ("https://www.dw.com/b?maca=en-rss&utm_source=x", "https://www.dw.com/b?maca=en-rss"),
        ("https://a.example/#!/story/7", "https://a.example/"),
        ("https://a.example/b?xtor=RSS-1&_ga=1", "https://a.example/b?xtor=RSS-1"),
    ],
)
def test_a_first_spelling_knows_no_newer_rule(url: str, first: str) -> None:
    assert first == first_spelling(url)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a", "https://a.example/a"),
        ("b", "https://a.example/x/b"),
        ("../b", "https://a.example/b"),
        ("?q=1", "https://a.example/x/y?q=1"),
        ("//b.example/c", "https://b.example/c"),
        (" http://b.example/ ", "http://b.example/"),
        ("", "https://a.example/x/y"),
        ("javascript:void(0)", None),
        ("mailto:a@b.example", None),
        ("data:text/plain,x", None),
        ("ftp://b.example/", None),
        ("http://[", None),
        ("/" + "a" * MAX_LENGTH, None),
    ],
)
def test_a_link_is_read_from_where_it_stands(link: str, expected: str | None) -> None:
    assert expected == absolute("https://a.example/x/y", link)


@pytest.mark.parametrize("url", ["http://a.example", "https://a.example/b?c#d", "https://1.2.3.4/"])
def test_a_web_address_is_known(url: str) -> None:
    assert is_web(url)


@pytest.mark.parametrize(
    "url",
    ["", "a.example", "//a.example", "ftp://a.example", "http://", "https:///b", "http://[", "https://a/" + "b" * 2048]
    + ["http://a.%65xample/", "http://[fe80::1%25eth0]/", "http://a.example\\@b.example/", "http://a|b.example/"]
    + [
        "http://a.example:x/",
        "http://a.example:99999/",
        "http://a b.example/",
        "http://xn--a\u00e9/",
        "http://\u00ad/",
    ],
)
def test_other_addresses_are_not_of_the_web(url: str) -> None:
    assert not is_web(url)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.a.example.com/b", "example.com"),
        ("https://example.co.uk/", "example.co.uk"),
        ("https://news.example.co.uk/", "example.co.uk"),
        ("https://example.com.au/", "example.com.au"),
        ("https://one.github.io/", "one.github.io"),
        ("https://a.one.github.io/", "one.github.io"),
        ("https://github.io/", "github.io"),
        ("https://diary.blogspot.com/2026/01/ban.html", "diary.blogspot.com"),
        ("https://press.wordpress.com/", "press.wordpress.com"),
        ("https://one.substack.com/p/ban", "one.substack.com"),
        ("https://substack.com/", "substack.com"),
        ("https://a.b.example.wordpress.com.br/", "wordpress.com.br"),
        ("https://bucket.s3.amazonaws.com/page.html", "bucket.s3.amazonaws.com"),
        ("https://1.2.3.4/", "1.2.3.4"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("http://intranet/", "intranet"),
        ("http://news.localhost:8080/", "news.localhost"),
        ("", ""),
        ("http://[", ""),
        ("https://www.b\u00fccher.co.uk/", "xn--bcher-kva.co.uk"),
    ],
)
def test_the_domain_that_answers_for_an_address(url: str, domain: str) -> None:
    assert domain == registered_domain(url)


@settings(max_examples=300)
@given(st.from_regex(urls._PLAIN, fullmatch=True))
def test_a_plain_address_is_read_as_any_other(url: str) -> None:
    known = urls._plain(url)
    if known is not None:  # a port beyond all, or a name that is none of ASCII alone
        assert urls._plain_spellings(known) == urls._any_spellings(url)
        assert known[2] == urls._named(url, urlsplit(url))


@pytest.mark.parametrize(
    "url",
    [
        *("https://A.example/b", "https://a.example/b/../c", "https://a.example/.b", "https://a.example//b"),
        *("https://xn--bcher-kva.example/", "https://1.2.3.4/", "https://a.0x7f/", "https://a_b.example/"),
        *("https://a.example:65536/", "https://a.example:080/", "https://u@a.example/", "https://a.example/b#c"),
        *("https://a.example/?b", "https://a.example/?b=%20", "https://a.example/b;c", "https://a.example/\u00e9"),
    ],
)
def test_an_address_that_could_be_spelled_otherwise_is_not_plain(url: str) -> None:
    assert urls._plain(url) is None
