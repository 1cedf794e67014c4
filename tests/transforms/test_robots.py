"""robots.txt: what binds us, and what a file may cost."""

import codecs
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from transforms import robots

SITE = "https://paper.example"


def allowed(body, path="/news/1", agent=robots.PRODUCT):
    return robots.parse(body.encode() if isinstance(body, str) else body, agent).allows(SITE + path)


def test_what_is_denied_to_all_is_denied_to_us():
    body = "User-agent: *\nDisallow: /private/\nAllow: /private/open\n"
    assert [True, False, True] == [allowed(body, path) for path in ("/", "/private/x", "/private/open/x")]


def test_a_group_that_names_us_stands_in_for_that_of_all():
    body = "User-agent: *\nDisallow: /\n\nUser-agent: Beatwire\nDisallow: /drafts\n"
    rules = robots.parse(body.encode())
    assert (True, True, False) == (rules.named, rules.allows(SITE + "/news"), rules.allows(SITE + "/drafts/1"))


def test_groups_that_name_us_twice_are_one():
    body = (
        "User-agent: beatwire\nDisallow: /a\n\nUser-agent: other\nDisallow: /\n\nUser-agent: beatwire\nDisallow: /b\n"
    )
    assert [False, False, True] == [allowed(body, path) for path in ("/a", "/b", "/c")]


def test_a_group_of_several_agents_binds_each_and_no_rule_of_others_leaks_into_it():
    body = "User-agent: other\nUser-agent: beatwire\nDisallow: /both\n\nUser-agent: other\nDisallow: /theirs\n"
    assert [False, True] == [allowed(body, path) for path in ("/both", "/theirs")]


def test_only_a_group_that_names_us_is_one_that_names_us():
    assert not robots.parse(b"User-agent: *\nDisallow: /\n").named
    assert not robots.parse(b"User-agent: mybeatwire\nDisallow: /\n").named
    assert not robots.parse(b"").named


@pytest.mark.parametrize(
    ("value", "delay"), [("10", 10.0), ("0.5", 0.5), ("nan", 0.0), ("-3", 0.0), ("soon", 0.0), ("1e308", 1e308)]
)
def test_a_crawl_delay_is_a_number_of_seconds_or_none(value, delay):
    assert delay == robots.parse(f"User-agent: *\nCrawl-delay: {value}\nDisallow: /x\n".encode()).delay


def test_the_crawl_delay_of_others_is_not_ours():
    assert 0.0 == robots.parse(b"User-agent: *\nDisallow:\n\nUser-agent: other\nCrawl-delay: 30\n").delay


@pytest.mark.parametrize(
    "body",
    [b"", b"<!doctype html><html><body>Not found</body></html>", bytes(range(256)) * 50, b"\x00" * 1000]
    + [b"\xff\xfe", b"Disallow: /\n", b"User-agent\n", b":" * 5000, b"\x1f\x8b\x08" + b"x" * 100],
)
def test_what_is_no_robots_txt_forbids_nothing(body):
    rules = robots.parse(body)
    assert (True, False, 0.0) == (rules.allows(SITE + "/"), rules.named, rules.delay)


@pytest.mark.parametrize(
    ("mark", "coding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_a_byte_order_mark_hides_no_rule(mark, coding):
    assert not allowed(mark + "User-agent: *\nDisallow: /é\n".encode(coding), "/%C3%A9t")


@pytest.mark.parametrize("url", ["http://[", "https://x.example:port/", "", "\ud800", "https://x.example/\ud800"])
def test_an_address_that_cannot_be_read_raises_nothing(url):
    assert robots.parse(b"User-agent: *\nDisallow: /zzz\n").allows(url)


def test_at_least_500_kib_are_read():
    filler = "# " + "x" * 97 + "\n"
    ahead = "User-agent: *\n" + filler * (500 * 1024 // len(filler))
    assert not allowed(ahead + "Disallow: /late\n", "/late")


def test_of_a_line_that_the_cap_cuts_nothing_is_kept():
    head = b"User-agent: *\nDisallow: /a\n"
    line = b"Disallow: /open-to-all"
    body = head + b"#" * (robots.MAX_BYTES - len(head) - 11) + b"\n" + line
    assert [False, True] == [allowed(body, path) for path in ("/a", "/news")]


def test_a_line_of_a_megabyte_forbids_nothing_and_costs_nothing():
    began = time.process_time()
    assert allowed(b"User-agent: *\nDisallow: /" + b"a" * 1_000_000, "/" + "a" * 2000)
    assert time.process_time() - began < 1


def rows(head, row):
    made, size = [head], len(head)
    for number in range(10**6):
        made.append(row(number))
        size += len(made[-1])
        if size >= robots.MAX_BYTES - 100:
            return "".join(made).encode()
    raise AssertionError("a row is longer than that")


HOSTILE = {
    "many agents, many rules": "".join(f"User-agent: a{n}\n" for n in range(15_000)).encode()
    + "".join(f"Disallow: /{n}\n" for n in range(20_000)).encode(),
    "all beginnings of our name": rows(
        "".join(f"User-agent: {robots.PRODUCT[:n]}\n" for n in range(1, 9)), lambda n: f"Disallow: /{n}\n"
    ),
    "our name with ever more asterisks": rows("", lambda n: f"User-agent:b{'*' * (n % 50)}\nDisallow:/{n}\n"),
    "wildcards": rows("User-agent: *\n", lambda n: "Disallow:*aa*a*aab\n"),
    "more wildcards": rows("User-agent: *\n", lambda n: "Disallow:/*" + "a*" * 50 + f"b{n}\n"),
    "dollars": rows("User-agent: *\n", lambda n: f"Disallow:/$${n}$\n"),
    "escapes": rows("User-agent: *\n", lambda n: "Disallow:/" + "%e4" * 300 + f"{n}\n"),
    "stars": b"User-agent: *\nDisallow: /" + b"*a" * 250_000,
    "names": b"User-agent: " + b"beatwire " * 55_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_costs_no_more_than_seconds_and_little_memory(body):
    began = time.process_time()
    rules = robots.parse(body)
    rules.allows(SITE + "/" + "a" * 2000)
    assert time.process_time() - began < 8  # 0.2 to 0.8 s on a quiet machine; minutes without the fence


def test_memory_is_bounded_by_the_characters_that_are_kept():
    tracemalloc.start()
    try:
        rules = robots.parse(HOSTILE["dollars"])
        rules.allows(SITE + "/x")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 70 * rules.size


def test_rules_for_others_take_no_room():
    body = "User-agent: other\n" + "Disallow: /x\n" * 10_000
    assert 0 == robots.parse(body.encode()).size


AGENTS = ("beatwire", "b", "beat", "other", "beatwire-news", "*", "**", "b*", "beat*wire", "", "mybeatwire", "foo")
NAMING = ("User-agent: {}", "user-agent:{}", "useragent {}", "User agent {}", "user  agent: {}", "User-agent {} # c")
RULES = ("Disallow: {}", "Allow: {}", "disalow {}", "Disallow:", "Crawl-delay: 7", "Sitemap: /s", "Noindex: /x")
PATHS = ("/", "/a", "/a/b", "/*b", "/a$", "/index.html", "")
OTHERS = ("", "# nothing", "some words", "foo: bar", "foo:bar", "user-agent foo: bar", "user-agent", "Host: x", "\x0b")
LINES = st.one_of(
    st.builds(str.format, st.sampled_from(NAMING), st.sampled_from(AGENTS)),
    st.builds(str.format, st.sampled_from(RULES), st.sampled_from(PATHS)),
    st.sampled_from(OTHERS),
    st.text(max_size=20),
)


@given(st.lists(LINES, max_size=25), st.sampled_from(["beatwire", "Beatwire/1.0 (news; foo)", "foo bar/2", "other"]))
def test_the_fence_changes_no_answer_of_protego(lines, agent):
    body = "\n".join(lines).lstrip("\ufeff")
    whole, ours = Protego.parse(body), robots.parse(body.encode(), agent)
    asked = ("/", "/a", "/a/b", "/b", "/index.html", "/x?y=b")
    assert [whole.can_fetch(SITE + path, agent) for path in asked] == [ours.allows(SITE + path) for path in asked]
    assert (whole.crawl_delay(agent) or 0.0) == ours.delay
