"""One request for one page: the page, or what went wrong, never an exception."""

import asyncio

import pytest
from rude_server import LOCAL, Handler, answer, moved, routes, says, serving

from connectors.web.client import WebClient, WebSettings
from connectors.web.fetch import fetch_page
from transforms.errors import FetchFailed, ForbiddenAddress, ItemError, RobotsDenied, TooLarge
from transforms.records import Page


def fetch(handler: Handler, path: str = "/", max_bytes: int = 1000) -> Page | ItemError:
    async def ask() -> Page | ItemError:
        client = WebClient(WebSettings(policy=LOCAL, max_bytes=max_bytes))
        try:
            async with serving(handler) as base:
                return await fetch_page(client, base + path, now_fn=lambda: 0.0)
        finally:
            await client.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("field", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        ("Text/HTML; Charset=UTF-8", "text/html", "utf-8"),
        ('text/html;charset="gb2312"', "text/html", "gb2312"),
        ("text/html; charset='x'; a=b", "text/html", "x"),
        ("application/pdf", "application/pdf", None),
        ("", "", None),
        (";", "", None),
    ],
)
def test_a_page_comes_with_its_media_type_and_charset(field: str, media_type: str, charset: str | None) -> None:
    page = fetch(says(answer(b"x", Content_Type=field)))

    assert isinstance(page, Page)
    assert (media_type, charset, b"x") == (page.content_type, page.charset, page.body)


def test_a_page_says_where_it_was_asked_for_where_it_was_and_when() -> None:
    page = fetch(routes({"/": moved("/b"), "/b": answer(b"x", X_Robots_Tag="noindex")}))

    assert isinstance(page, Page)
    assert page.requested.endswith("/")
    assert page.url.endswith("/b")
    assert ("noindex", "1970-01-01T00:00:00.000Z", 200) == (page.robots, page.fetched, page.status)


def test_a_failure_is_returned() -> None:
    error = fetch(says(answer(status="404 Gone")))

    assert isinstance(error, FetchFailed)
    assert 404 == error.status


def test_a_page_too_large_is_returned_as_such() -> None:
    assert isinstance(fetch(says(answer(b"x" * 1001))), TooLarge)


def test_an_entry_without_a_link_fails_for_good() -> None:
    error = asyncio.run(fetch_page(WebClient(WebSettings()), ""))

    assert isinstance(error, FetchFailed)
    assert not error.may_heal


def test_what_nobody_foresaw_becomes_a_failure_too() -> None:
    class Broken(WebClient):
        async def get(self, *args: object, **kwargs: object) -> None:
            raise RuntimeError("boom")

    error = asyncio.run(fetch_page(Broken(WebSettings()), "https://a.example/"))

    assert isinstance(error, FetchFailed)
    assert "unexpected RuntimeError: boom" == error.reason


REFRESH = '<meta http-equiv="refresh" content="0; url={}">'


def test_a_page_that_only_leads_on_is_followed() -> None:
    page = fetch(routes({"/": answer(REFRESH.format("/ban").encode()), "/ban": answer(b"x")}))
    assert isinstance(page, Page)
    assert (b"x", "/", "/ban") == (page.body, page.requested[-1:], page.url[-4:])


def test_pages_that_lead_on_for_ever_are_followed_three_times() -> None:
    table = {f"/{n or ''}": answer(REFRESH.format(f"/{n + 1}").encode()) for n in range(9)}
    page = fetch(routes(table))
    assert isinstance(page, Page)
    assert page.url.endswith("/3")


def test_where_a_page_leads_is_checked_like_any_address() -> None:
    error = fetch(says(answer(REFRESH.format("http://10.0.0.1/").encode())))
    assert isinstance(error, ForbiddenAddress)


def test_where_a_page_leads_robots_txt_has_its_say() -> None:
    async def denied(url: str) -> None:
        raise RobotsDenied(url, "robots.txt")

    async def ask() -> Page | ItemError:
        client = WebClient(WebSettings(policy=LOCAL))
        try:
            async with serving(says(answer(REFRESH.format("/ban").encode()))) as base:
                return await fetch_page(client, base + "/", now_fn=lambda: 0.0, gate=denied)
        finally:
            await client.close()

    assert isinstance(asyncio.run(ask()), RobotsDenied)
