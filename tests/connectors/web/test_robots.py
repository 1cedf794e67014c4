"""robots.txt over real HTTP on loopback: what each answer means, how often it is asked, and what is kept."""

import asyncio
import gzip
from urllib.parse import urlsplit

import pytest
from beam_by_hand import Clock
from rude_server import LOCAL, answer, moved, routes, serving

from connectors.web import robots as copies
from connectors.web.client import WebClient, WebSettings
from connectors.web.guard import Policy
from connectors.web.robots import RobotsCache
from transforms import robots
from transforms.errors import RobotsDenied, RobotsUnreachable

DENIES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 3\n"


def running(handler, work, clock=None, **settings):
    """What ``work(cache, base URL)`` comes to, against a server."""

    async def go():
        client = WebClient(WebSettings(policy=LOCAL, **{"total": 20.0} | settings))
        try:
            async with serving(handler) as base:
                return await work(RobotsCache(client, clock or Clock(0.0)), base)
        finally:
            await client.close()

    return asyncio.run(go())


def verdict(handler, path="/private/x", **settings):
    """``allowed``, ``denied``, or the reason for which nobody knows."""

    async def work(cache, base):
        try:
            await cache.check(base + path)
        except RobotsUnreachable as error:
            return error.reason
        except RobotsDenied:
            return "denied"
        return "allowed"

    return running(handler, work, **settings)


def one(told):
    return routes({"/robots.txt": told})


def test_what_it_denies_is_denied_and_the_rest_is_not():
    assert "denied" == verdict(one(answer(DENIES)))
    assert "allowed" == verdict(one(answer(DENIES)), "/news")


def test_it_is_asked_for_honestly():
    heads = []

    async def handler(head, writer):
        heads.append(head)
        writer.write(answer(DENIES))

    verdict(handler, user_agent="beatwire/1 (news monitor; desk@paper.example)")
    (head,) = heads
    assert head.startswith("GET /robots.txt HTTP/1.1\r\n")
    assert "User-Agent: beatwire/1 (news monitor; desk@paper.example)\r\n" in head


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 410, 425, 451])
def test_where_there_is_none_all_is_allowed(status):
    assert "allowed" == verdict(one(answer(DENIES, status=f"{status} No")))


@pytest.mark.parametrize("status", [429, 500, 501, 502, 503, 504, 505])
def test_where_it_cannot_be_had_nothing_is_allowed(status):
    assert f"robots.txt cannot be had: HTTP {status}" == verdict(one(answer(DENIES, status=f"{status} No")))


def test_where_nobody_answers_in_time_nothing_is_allowed():
    async def handler(head, writer):
        await asyncio.sleep(5)

    assert "robots.txt cannot be had: no whole answer within 0.3 s" == verdict(handler, total=0.3)


def test_where_nobody_listens_nothing_is_allowed_and_it_is_the_host_that_fails():
    async def work(cache, base):
        return (await cache.site("http://127.0.0.1:9/x")).error

    error = running(one(b""), work)
    assert ("fetch-failed", True) == (error.outcome, error.may_heal)
    assert error.reason.startswith("robots.txt cannot be had: ")


def test_five_redirects_are_followed():
    hops = {"/robots.txt": moved("/1"), **{f"/{n}": moved(f"/{n + 1}", 302) for n in range(1, 5)}}
    assert "denied" == verdict(routes(hops | {"/5": answer(DENIES)}))


def test_more_redirects_or_a_circle_or_one_to_nowhere_are_as_if_there_were_none():
    hops = {"/robots.txt": moved("/1"), **{f"/{n}": moved(f"/{n + 1}") for n in range(1, 6)}}
    assert "allowed" == verdict(routes(hops | {"/6": answer(DENIES)}))
    assert "allowed" == verdict(one(moved("/robots.txt")))
    assert "allowed" == verdict(one(moved("javascript:x")))


def test_one_that_sends_us_to_a_private_address_forbids_nothing():
    assert "allowed" == verdict(one(moved("http://10.0.0.1/robots.txt")))


def test_what_the_guard_forbids_is_left_to_the_guard():
    async def work():
        client = WebClient(WebSettings(policy=Policy()))
        try:
            await RobotsCache(client).check("http://127.0.0.1:1/x")
        finally:
            await client.close()

    asyncio.run(work())


@pytest.mark.parametrize(
    "body",
    [b"", bytes(range(256)) * 1000, b"<html>Not found</html>", b"User-agent: *\nDisallow: /" + b"p" * 1_000_000],
    ids=["empty", "binary", "a page", "a line of a megabyte"],
)
def test_what_is_no_robots_txt_forbids_nothing(body):
    assert "allowed" == verdict(one(answer(body)))


def test_a_byte_order_mark_hides_nothing():
    assert "denied" == verdict(one(answer(b"\xef\xbb\xbf" + DENIES)))


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_of_a_huge_one_the_beginning_counts_and_no_more_is_read(coding):
    body = DENIES + b"# and so on\n" * 2_000_000  # 24 MB
    sent = gzip.compress(body, 1) if coding == "gzip" else body

    async def work(cache, base):
        return (await cache.site(base + "/")).rules

    rules = running(one(answer(sent, Content_Encoding=coding)), work)
    assert not rules.allows("http://paper.example/private")
    assert rules.size <= robots.MAX_BYTES


def test_one_that_never_ends_counts_as_far_as_the_cap():
    async def handler(head, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + DENIES)
        while True:
            writer.write(b"# and so on\n" * 5000)
            await writer.drain()

    assert "denied" == verdict(handler)


def counting(answers, seen):
    """Answers one after the other, the last one for ever, each after a moment."""

    async def handler(head, writer):
        seen.append(head.split(" ")[1])
        told = answers.pop(0) if len(answers) > 1 else answers[0]
        await asyncio.sleep(0.05)
        writer.write(told)

    return handler


def asks(answers, *steps):
    """What a cache says at moments of its clock, and how often it asked by then."""
    seen, said = [], []
    clock = Clock(0.0)

    async def work(cache, base):
        for at in steps:
            clock.now = at
            site = await cache.site(base + "/private")
            if site.error is None:
                word = "allowed" if site.rules.allows(base + "/private") else "denied"
                said.append((word, site.asked, len(seen)))
            else:
                said.append((site.error.status, site.error.retry_after, len(seen)))

    running(counting(answers, seen), work, clock)
    return said


DAY = 86_400.0


def test_it_is_asked_for_once_a_day():
    said = asks([answer(DENIES), answer(b"")], 0.0, DAY - 1, DAY, 2 * DAY - 1)
    assert [("denied", True, 1), ("denied", False, 1), ("allowed", True, 2), ("allowed", False, 2)] == said


def test_one_that_cannot_be_had_is_asked_for_again_a_minute_later_and_ever_more_rarely():
    said = asks([answer(status="500 No")] * 2 + [answer(DENIES)], 0.0, 59.0, 60.0, 179.0, 180.0)
    assert [(500, 60.0, 1), (None, 1.0, 1), (500, 120.0, 2), (None, 1.0, 2), ("denied", True, 3)] == said


def test_its_retry_after_is_kept_to():
    said = asks([answer(status="503 No", Retry_After="600"), answer(DENIES)], 0.0, 599.0, 600.0)
    assert [(503, 600.0, 1), (None, 1.0, 1), ("denied", True, 2)] == said


def test_what_was_said_before_holds_while_it_cannot_be_had():
    said = asks([answer(DENIES), answer(status="503 No"), answer(b"")], 0.0, DAY, DAY + 59, DAY + 60)
    assert [("denied", True, 1), ("denied", True, 2), ("denied", False, 2), ("allowed", True, 3)] == said


def test_all_that_come_at_once_share_one_request_and_know_that_it_was_made():
    seen = []

    async def work(cache, base):
        return await asyncio.gather(*(cache.site(f"{base}/{number}") for number in range(20)))

    sites = running(counting([answer(DENIES)], seen), work)
    assert (["/robots.txt"], {True}) == (seen, {site.asked for site in sites})


def test_one_who_stops_waiting_ends_it_for_no_other():
    async def work(cache, base):
        first = asyncio.ensure_future(cache.site(base + "/"))
        second = asyncio.ensure_future(cache.site(base + "/"))
        await asyncio.sleep(0.01)
        first.cancel()
        return await second

    assert running(counting([answer(DENIES)], []), work).asked


def test_the_sites_of_one_host_are_asked_one_at_a_time():
    at_once, most = 0, 0

    async def handler(head, writer):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.05)
        at_once -= 1
        writer.write(answer(DENIES))

    async def work(cache, base):
        async with serving(handler) as other:
            await asyncio.gather(cache.site(base + "/"), cache.site(other + "/"))
            assert urlsplit(base).port != urlsplit(other).port

    running(handler, work)
    assert 1 == most


def test_schemes_hosts_and_ports_have_copies_of_their_own():
    urls = ["http://a.example/x", "https://a.example/x", "http://A.example:80/y", "http://a.example:8080/", "ftp://a"]
    assert 3 == len({copies._key(url) for url in urls[:4]})
    assert None is copies._key(urls[4])


def test_what_is_kept_is_bounded_by_number_and_by_size(monkeypatch):
    monkeypatch.setattr(copies, "_SITES", 3)
    monkeypatch.setattr(copies, "_KEPT", 100)

    async def work(cache, base):
        for number in range(6):
            await cache.site(base.replace("127.0.0.1", f"h{number}.localhost") + "/")
        return len(cache._copies), cache._kept

    sites, kept = running(one(answer(DENIES)), work)
    assert (2, 2 * len(DENIES.decode().strip())) == (sites, kept)


def test_the_largest_copy_is_kept_until_those_who_had_it_asked_for_have_come_back(monkeypatch):
    """Otherwise it would be asked for at each of their turns, and what they want never."""
    monkeypatch.setattr(copies, "_KEPT", 200)
    clock = Clock(0.0)

    async def handler(head, writer):
        writer.write(answer(DENIES * 3 if "Host: large" in head else DENIES))

    async def work(cache, base):
        async def asked(name):
            return (await cache.site(base.replace("127.0.0.1", f"{name}.localhost") + "/")).asked

        said = [await asked(name) for name in ("a", "b")]
        clock.now = 100.0
        said += [await asked(name) for name in ("large", "large", "c", "large")]
        clock.now = 200.0
        return [*said, await asked("d"), await asked("large")]

    assert [True, True, True, False, True, False, True, True] == running(handler, work, clock)


@pytest.mark.parametrize(("spacing", "delay"), [(0.0, 60), (240.0, 0), (0.0, 3600)])
def test_a_copy_lives_longer_than_the_pace_that_it_or_the_domain_asks_for(spacing, delay):
    """One that cannot be renewed, too: who was told to wait would find it old at each turn, and have it asked for."""
    clock = Clock(0.0)

    async def work(cache, base):
        cache._spacing = spacing
        said = []
        for now in (0.0, DAY, DAY + max(spacing, delay) + 1.0):
            clock.now = now
            said.append((await cache.site(base + "/")).asked)
        return said

    said = f"User-agent: *\nCrawl-delay: {delay}\n".encode()
    seen = []
    assert [True, True, False] == running(counting([answer(said), answer(status="503 No")], seen), work, clock)


@pytest.mark.parametrize("url", ["", "ftp://a.example/x", "http://", "http://[", "http://a.example:port/"])
def test_what_is_no_web_address_is_allowed_and_asks_for_nothing(url):
    async def work(cache, base):
        return await cache.site(url)

    site = running(one(b""), work)
    assert (True, False) == (site.rules.allows(url), site.asked)
