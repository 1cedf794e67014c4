"""The web client against servers that misbehave, and the guard against addresses that are none of ours to ask."""

import asyncio
import gzip
import threading

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from connectors.web.client import WebClient, WebSettings
from connectors.web.failures import seconds_to_wait
from connectors.web.fetch import fetch_page
from connectors.web.guard import Policy, check_url, is_public
from transforms.errors import FetchFailed, ForbiddenAddress, ItemError, TooLarge
from transforms.records import Page

OPEN, CLOSED = Policy(allow_loopback=True), Policy()


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "1.1.1.1"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.5.5", "192.168.1.1", "127.0.0.1", "0.0.0.0", "169.254.169.254", "100.64.0.1", "224.0.0.1"]
    + ["255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"]
    + ["::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "fe80::1%eth0"]
    + ["::ffff:10.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::a00:1", "::7f00:1"]
    + ["", "example.org", "1.2.3"],
)
def test_all_others_are_not(address):
    assert not is_public(address)


@given(st.text(max_size=50))
def test_judging_an_address_never_raises(text):
    assert is_public(text) in (True, False)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::1]/"]
    + ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/"]
    + ["http://user:secret@example.org/", "http://example.org:22/", "http://example.org:6379/"],
)
def test_forbidden_addresses_are_refused_before_anything_is_sent(url):
    with pytest.raises(ForbiddenAddress):
        check_url(url, CLOSED)


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "http://", "x"])
def test_what_is_no_web_address_fails(url):
    with pytest.raises(FetchFailed):
        check_url(url, CLOSED)


@pytest.mark.parametrize("url", ["https://example.org/", "http://example.org:8080/a?b=c", "https://1.1.1.1/"])
def test_web_addresses_pass(url):
    check_url(url, CLOSED)


def test_loopback_passes_only_by_explicit_policy():
    check_url("http://demo.localhost:8765/feed", OPEN)
    with pytest.raises(ItemError):
        check_url("http://demo.localhost:8765/feed", CLOSED)


async def _answers(request):
    path = request.path
    if path == "/loop":
        raise web.HTTPFound("/loop")
    if path.startswith("/hop"):
        raise web.HTTPFound(f"/hop{int(path[4:]) + 1}")
    if path == "/private":
        raise web.HTTPFound("http://10.0.0.1/")
    if path == "/moved":
        raise web.HTTPMovedPermanently("/page")
    if path == "/status":
        return web.Response(status=int(request.query["code"]), headers={"Retry-After": "7"})
    if path == "/conditional" and request.headers.get("If-None-Match") == '"1"':
        return web.Response(status=304)
    if path == "/bomb":
        return web.Response(body=gzip.compress(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    if path == "/large":
        return web.Response(body=b"0" * 300_000)
    if path == "/strange":
        return web.Response(body=b"0", headers={"Content-Encoding": "rot13"})
    if path == "/slow":
        await asyncio.sleep(60)
    if path == "/agent":
        return web.Response(text=f"{request.headers['User-Agent']}|{request.headers.get('Cookie', 'no cookie')}")
    answer = web.Response(text="<p>page", content_type="text/html", headers={"ETag": '"1"'})
    answer.set_cookie("id", "1")
    return answer


@pytest.fixture(scope="module")
def server():
    """A server on loopback with its own loop; gives its address."""
    loop, ready, port = asyncio.new_event_loop(), threading.Event(), []

    async def serve():
        app = web.Application()
        app.router.add_get("/{path:.*}", _answers)
        runner = web.AppRunner(app, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=0.1)
        await site.start()
        port.append(site._server.sockets[0].getsockname()[1])
        ready.set()

    thread = threading.Thread(target=lambda: (loop.run_until_complete(serve()), loop.run_forever()), daemon=True)
    thread.start()
    assert ready.wait(30)
    yield f"http://site.localhost:{port[0]}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)


def get(url, policy=OPEN, total=20.0, **more):
    async def run():
        client = WebClient(WebSettings(user_agent="beatwire/test (+a@b.example)", total=total, policy=policy))
        try:
            return await client.get(url, **more)
        finally:
            await client.close()

    return asyncio.run(run())


def test_a_page_comes_with_its_headers_in_lower_case(server):
    answer = get(server + "/page")
    assert (200, b"<p>page", '"1"') == (answer.status, answer.body, answer.headers["etag"])


def test_redirects_are_followed_and_permanent_ones_are_told(server):
    answer = get(server + "/moved")
    assert (server + "/page", True) == (answer.url, answer.permanent)


@pytest.mark.parametrize("path", ["/loop", "/hop0"])
def test_redirects_without_end_end(server, path):
    with pytest.raises(FetchFailed, match="redirects"):
        get(server + path)


def test_a_redirect_to_a_private_address_is_forbidden(server):
    with pytest.raises(ForbiddenAddress):
        get(server + "/private")


def test_without_the_policy_loopback_is_forbidden_by_name_and_by_number(server):
    for url in (server, server.replace("site.localhost", "127.0.0.1")):
        with pytest.raises(ForbiddenAddress):
            get(url, policy=CLOSED)


@pytest.mark.parametrize(
    ("code", "heals"), [(404, False), (410, False), (403, False), (429, True), (500, True), (503, True)]
)
def test_a_status_says_whether_a_retry_may_heal_it_and_when(server, code, heals):
    with pytest.raises(FetchFailed) as caught:
        get(f"{server}/status?code={code}")
    assert (code, heals, 7.0) == (caught.value.status, caught.value.may_heal, caught.value.retry_after)


def test_validators_are_sent_and_a_304_has_no_body(server):
    answer = get(server + "/conditional", etag='"1"')
    assert (True, b"") == (answer.not_modified, answer.body)


@pytest.mark.parametrize("path", ["/bomb", "/large"])
def test_what_is_larger_than_its_cap_stops_at_it(server, path):
    with pytest.raises(TooLarge):
        get(server + path, max_bytes=100_000)


def test_an_unknown_content_coding_is_an_error_that_does_not_heal(server):
    with pytest.raises(FetchFailed) as caught:
        get(server + "/strange")
    assert not caught.value.may_heal


def test_an_answer_that_never_comes_ends_in_time(server):
    with pytest.raises(FetchFailed) as caught:
        get(server + "/slow", total=0.3)
    assert caught.value.may_heal


def test_we_say_who_we_are_and_keep_no_cookies(server):
    async def run():
        client = WebClient(WebSettings(user_agent="beatwire/test", policy=OPEN))
        await client.get(server + "/page")
        answer = await client.get(server + "/agent")
        await client.close()
        return answer.body

    assert b"beatwire/test|no cookie" == asyncio.run(run())


def test_nobody_listening_is_a_failure_that_may_heal():
    with pytest.raises(FetchFailed) as caught:
        get("http://site.localhost:1/")
    assert caught.value.may_heal


@pytest.mark.parametrize(
    ("value", "expected"),
    [("120", 120.0), ("Fri, 15 Jan 2027 08:00:10 GMT", 10.0), ("Fri, 15 Jan 2016 08:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_in_seconds_or_as_a_date(value, expected):
    assert expected == seconds_to_wait(value, 1_800_000_000.0)


def test_fetching_a_page_returns_a_page_or_an_error_and_never_raises(server):
    async def run(url):
        client = WebClient(WebSettings(policy=OPEN))
        try:
            return await fetch_page(client, url)
        finally:
            await client.close()

    page = asyncio.run(run(server + "/page"))
    assert isinstance(page, Page)
    assert ("text/html", "utf-8", 200) == (page.content_type, page.charset, page.status)
    for url in ("", server + "/private", "nonsense", server + "/status?code=404"):
        assert isinstance(asyncio.run(run(url)), ItemError)
