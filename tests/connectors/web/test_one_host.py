"""One host, whoever reads the address: the guard that lets it be asked, and those who judge, space and name it."""

import pytest
import yarl
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.web.guard import Policy, check_url
from transforms.errors import FetchFailed, ForbiddenAddress
from transforms.urls import absolute, host_of, is_web, normalise

# Spellings at which readers of URLs are known to part: who is the user, where the host ends, which letters are letters.
PARTING = (
    ("http://good.example@evil.example/", "http://good.example:80@evil.example/", "http://a@good.example@evil.example/")
    + (
        "http://evil.example\\@good.example/",
        "http://good.example\\.evil.example/",
        "http://evil.example\\/good.example",
    )
    + ("http:\\\\evil.example\\good.example", "http:///good.example/", "http:good.example", "http:/good.example")
    + ("http://good.example#@evil.example/", "http://good.example?@evil.example/", "http://good.example;@evil.example/")
    + ("http://go\tod.example/", "http://good.example\n/", "http://good.example\0/", "http://good.example\u200b/")
    + ("http://g%6Fod.example/", "http://good.example%2F@evil.example/", "http://good%00.evil.example/", "http://%/")
    + ("http://stra\u00dfe.example/", "http://\uff27ood.example/", "http://good\u3002example/", "http://\u00ad/")
    + ("http://xn--good-\u00e9.example/", "http://xn--a/", "http://b\u00fccher.example/", "http://\u2100.example/")
    + ("http://good.example\uff0fevil.example/", "http://good.example\uff1aevil.example/", "http://good.example\uff1f/")
    + (
        "http://[::1]good.example/",
        "http://[::1]@good.example/",
        "http://[::1/",
        "http://::1]/",
        "http://[good.example]/",
        "http://[]@/",
    )
    + ("http://[::ffff:127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://[v1.good]/", "http://0x7f.1/", "http://1.2.3/")
    + ("http://good.example:80:81/", "http://good.example:/", "http://good.example:x/", "http://good.example:-1/")
    + ("http://good|evil.example/", "http://good evil.example/", "http://good^.example/", "http://good<.example/")
    + ("http://good..example/", "http://good.example./", "http://.good.example/", "http://-good.example/", "//x", "")
)


def asked(url: str) -> str | None:
    """The host that would be asked, in ASCII; None where nothing would."""
    try:
        return check_url(url, Policy(allow_loopback=True)).raw_host
    except (FetchFailed, ForbiddenAddress):
        return None


def agree(url: str) -> None:
    """Fails where the guard lets an address pass whose host is another one for who normalises it."""
    host = asked(url)
    if not is_web(url):
        return
    assert host in (None, host_of(url))
    assert yarl.URL(normalise(url)).raw_host == host_of(url) == host_of(normalise(url))


@pytest.mark.parametrize("url", PARTING)
def test_where_readers_part_the_guard_and_the_rest_see_one_host_or_no_web_address(url: str) -> None:
    agree(url)
    agree(absolute("http://base.example/x", url) or "")


@pytest.mark.parametrize(
    "url",
    ["http://evil.example\\@good.example/", "http://g%6Fod.example/", "http://\u00ad/", "http://good|evil.example/"],
)
def test_an_address_of_no_certain_host_is_no_web_address(url: str) -> None:
    assert not is_web(url)
    assert "" == host_of(url)


@given(
    st.lists(st.sampled_from(["http://", "good.example", "evil.example", *"/\\@:?#[]%. ", "\u00df", "\uff0f", "6c"]))
)
@settings(max_examples=500)
def test_no_mixture_of_their_parts_has_two_hosts(pieces: list[str]) -> None:
    agree("http://" + "".join(pieces))
