"""The client against real servers: what it asks, what it takes for an answer, what a failure is called."""

import asyncio
import pickle

import pytest
from rude_server import LOCAL, Handler, answer, failure, free_port, get, moved, says, serving

from connectors.web.client import WebClient, WebSettings
from transforms.errors import ItemError


def test_an_answer_comes_with_its_body_and_fields() -> None:
    got = get(says(answer(b"hello", Content_Type="text/html; charset=x", ETag='"1"')))

    assert (200, b"hello", '"1"', "text/html; charset=x") == (
        got.status,
        got.body,
        got.headers["etag"],
        got.headers["content-type"],
    )
    assert (got.requested, False, False) == (got.url, got.permanent, got.not_modified)


def test_the_request_says_who_asks_and_what_is_wanted() -> None:
    heads: list[str] = []

    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(answer())

    settings = WebSettings(user_agent="beatwire/1 (x)", policy=LOCAL)
    get(handler, settings=settings, accept="text/html", etag='W/"7"', last_modified="Tue, 01 Jan 2030 00:00:00 GMT")

    for line in (
        "GET / HTTP/1.1",
        "User-Agent: beatwire/1 (x)",
        "Accept: text/html",
        "Accept-Encoding: gzip, deflate",
        'If-None-Match: W/"7"',
        "If-Modified-Since: Tue, 01 Jan 2030 00:00:00 GMT",
    ):
        assert line in heads[0].split("\r\n")


def test_not_modified_is_an_answer_where_validators_were_sent() -> None:
    got = get(says(answer(status="304 Not Modified", ETag='"2"')), etag='"1"')

    assert (304, True, b"", '"2"') == (got.status, got.not_modified, got.body, got.headers["etag"])


def test_not_modified_is_a_failure_where_nothing_was_asked_conditionally() -> None:
    assert "HTTP 304" == failure(says(answer(status="304 Not Modified"))).reason


def test_cookies_are_neither_kept_nor_shown() -> None:
    heads: list[str] = []

    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(moved("/b").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n") if len(heads) == 1 else answer())

    got = get(handler)

    assert "set-cookie" not in got.headers
    assert not any("cookie" in head.lower() for head in heads)


def test_repeated_robots_fields_are_one_list_and_of_others_the_first_counts() -> None:
    body = answer(X_Robots_Tag="noindex", Content_Type="text/html").replace(
        b"\r\n\r\n", b"\r\nX-Robots-Tag: nosnippet\r\nContent-Type: text/plain\r\n\r\n"
    )
    got = get(says(body))

    assert ("noindex, nosnippet", "text/html") == (got.headers["x-robots-tag"], got.headers["content-type"])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 414, 451, 501])
def test_a_lasting_status_is_not_tried_again(status: int) -> None:
    error = failure(says(answer(status=f"{status} X")))

    assert (f"HTTP {status}", status, False) == (error.reason, error.status, error.may_heal)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 599])
def test_a_passing_status_is_tried_again(status: int) -> None:
    error = failure(says(answer(status=f"{status} X")))

    assert (f"HTTP {status}", status, True) == (error.reason, error.status, error.may_heal)


@pytest.mark.parametrize("status", [300, 305, 306, 301, 600, 999])
def test_a_status_without_a_meaning_for_us_is_a_lasting_failure(status: int) -> None:
    error = failure(says(answer(status=f"{status} X")))

    assert (status, False) == (error.status, error.may_heal)


def test_the_server_says_when_to_come_back() -> None:
    assert 120.0 == failure(says(answer(status="429 Slow down", Retry_After="120"))).retry_after


def test_a_server_without_tls_is_told_as_such() -> None:
    error = failure_over_tls(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"))

    assert error.reason.startswith("TLS: ")


def failure_over_tls(handler: Handler) -> ItemError:
    async def go() -> None:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            await handler("", writer)
            writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        client = WebClient(WebSettings(policy=LOCAL))
        try:
            await client.get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        finally:
            await client.close()
            server.close()

    with pytest.raises(ItemError) as caught:
        asyncio.run(go())
    return caught.value


def test_two_fetches_overlap() -> None:
    async def go() -> list[bytes]:
        both = asyncio.Barrier(2)

        async def handler(head: str, writer: asyncio.StreamWriter) -> None:
            await both.wait()
            writer.write(answer(b"x"))

        client = WebClient(WebSettings(policy=LOCAL, total=20.0))
        async with serving(handler) as base:
            try:
                got = await asyncio.gather(client.get(base + "/a"), client.get(base + "/b"))
            finally:
                await client.close()
        return [one.body for one in got]

    assert [b"x", b"x"] == asyncio.run(go())


def test_a_client_serves_one_event_loop_after_another() -> None:
    client = WebClient(WebSettings(policy=LOCAL))

    async def go() -> bytes:
        try:
            async with serving(says(answer(b"x"))) as base:
                return (await client.get(base)).body
        finally:
            await client.close()

    assert [b"x", b"x"] == [asyncio.run(go()) for _ in range(2)]


def test_closing_a_client_that_never_asked_is_fine() -> None:
    asyncio.run(WebClient(WebSettings()).close())


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

    assert b"x" == get(says(answer(b"x"))).body


def test_settings_travel_to_workers() -> None:
    settings = WebSettings(user_agent="a", policy=LOCAL)

    assert settings == pickle.loads(pickle.dumps(settings))
