"""The client on its way through redirects, with the guard at every hop."""

import asyncio
import socket

import pytest
from rude_server import LOCAL, answer, failure, get, moved, routes, says, serving

from connectors.web import guard
from connectors.web.client import Response, WebClient, WebSettings
from transforms.errors import ForbiddenAddress, RobotsDenied


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(status: int) -> None:
    got = get(routes({"/": moved("/there?a=b", status), "/there?a=b": answer(b"x")}))

    assert b"x" == got.body
    assert got.url.endswith("/there?a=b")


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [((301,), True), ((308, 301), True), ((301, 302), False), ((302, 301), False), ((307,), False)],
)
def test_an_address_has_moved_for_good_only_if_every_hop_says_so(statuses: tuple[int, ...], permanent: bool) -> None:
    hops = {f"/{number}": moved(f"/{number + 1}", status) for number, status in enumerate(statuses)}

    assert permanent == get(routes(hops | {f"/{len(statuses)}": answer()}), "/0").permanent


def test_an_address_has_moved_also_when_the_new_one_has_not_changed() -> None:
    hops = {"/": moved("/new"), "/new": answer(status="304 Not Modified")}

    assert get(routes(hops), etag='"1"').permanent


def test_a_circle_of_redirects_is_seen() -> None:
    error = failure(routes({"/": moved("/b"), "/b": moved("/c"), "/c": moved("/b")}))

    assert ("redirects in a circle", False) == (error.reason, error.may_heal)


def test_a_redirect_to_itself_is_a_circle() -> None:
    assert "redirects in a circle" == failure(routes({"/": moved("/#top")})).reason


def test_redirects_have_an_end() -> None:
    seen: list[str] = []

    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        seen.append(head.split(" ")[1])
        writer.write(moved(f"/{len(seen)}"))

    error = failure(handler, settings=WebSettings(policy=LOCAL, max_redirects=3))

    assert ("more than 3 redirects", 4) == (error.reason, len(seen))


@pytest.mark.parametrize("location", ["ftp://example.com/", "javascript:alert(1)", "http://[", "mailto:a@b"])
def test_a_redirect_off_the_web_fails(location: str) -> None:
    assert "redirects to no web address" == failure(says(moved(location))).reason


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "//192.168.0.1/",
        "http://0xA9FEA9FE/",
        "http://[::ffff:10.0.0.1]/",
        "http://①⓪.⓪.⓪.①/",
        "http://a:b@example.com/",
        "http://example.com:22/",
    ],
)
def test_every_hop_is_guarded_like_the_first(location: str) -> None:
    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())

    error = failure(handler)

    assert isinstance(error, ForbiddenAddress)
    assert error.url.startswith("http://127.0.0.1:")


def test_a_redirect_in_another_encoding_than_utf_8_is_asked_for_byte_by_byte() -> None:
    seen: list[str] = []
    hops = {"/": moved("/caf\xe9"), "/caf%E9": answer(b"x")}

    assert b"x" == get(routes(hops, seen)).body
    assert ["/", "/caf%E9"] == seen


def test_loopback_is_forbidden_by_default() -> None:
    error = failure(says(answer()), settings=WebSettings())

    assert isinstance(error, ForbiddenAddress)


def test_a_name_that_turns_private_after_it_was_judged_is_refused_at_the_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Gullible(guard.GuardedResolver):
        async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list:
            return [guard._answer(host, "127.0.0.1", port, socket.AF_INET)]

    monkeypatch.setattr("connectors.web.client.GuardedResolver", Gullible)

    async def ask() -> None:
        client = WebClient(WebSettings())
        try:
            await client.get("http://rebinding.example:8080/")
        finally:
            await client.close()

    with pytest.raises(ForbiddenAddress) as caught:
        asyncio.run(ask())

    assert "http://rebinding.example:8080/" == caught.value.url


def test_names_under_localhost_reach_this_machine_where_allowed() -> None:
    async def ask() -> Response:
        client = WebClient(WebSettings(policy=LOCAL))
        try:
            async with serving(says(answer(b"x"))) as base:
                return await client.get(base.replace("127.0.0.1", "daily.localhost"))
        finally:
            await client.close()

    assert b"x" == asyncio.run(ask()).body


def test_a_gate_is_asked_before_each_hop_and_not_before_the_address_itself() -> None:
    asked: list[str] = []
    hops = {"/": moved("/1"), "/1": moved("/2"), "/2": answer(b"x")}

    async def gate(url: str) -> None:
        asked.append(url.rpartition("/")[2])

    assert b"x" == get(routes(hops), gate=gate).body
    assert ["1", "2"] == asked


def test_a_hop_that_the_gate_keeps_shut_is_not_asked_for() -> None:
    seen: list[str] = []

    async def gate(url: str) -> None:
        raise RobotsDenied(url, "not for us")

    error = failure(routes({"/": moved("/private")}, seen), gate=gate)
    assert (RobotsDenied, "not for us", ["/"]) == (type(error), error.reason, seen)


def test_an_error_status_is_told_of_the_address_that_answered() -> None:
    error = failure(routes({"/": moved("/there"), "/there": answer(status="503 Busy")}))
    assert error.url.endswith("/there")
