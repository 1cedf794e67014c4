"""The client against servers that send too much, too slowly, too little, or something else."""

import asyncio
import gzip
import socket
import time
import tracemalloc
import zlib

import pytest
from rude_server import LOCAL, answer, ask, failure, free_port, get, says

from connectors.web import guard
from connectors.web.client import WebSettings, places
from transforms.errors import FetchFailed, TooLarge


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_a_compressed_body_is_unpacked(coding: str) -> None:
    assert b"x" * 1000 == get(says(answer(gzip.compress(b"x" * 1000), Content_Encoding=coding))).body


def test_a_gzip_bomb_stops_at_the_cap_in_bounded_memory() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packed.compress(bytes(1 << 20)) for _ in range(200)) + packed.flush()  # 200 MiB in 200 KB
    tracemalloc.start()
    try:
        error = failure(says(answer(bomb, Content_Encoding="gzip")), max_bytes=1 << 20)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(error, TooLarge)
    assert peak < 8 << 20


def test_a_body_larger_than_the_cap_is_refused_by_its_own_word() -> None:
    error = failure(says(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"), max_bytes=1000)

    assert isinstance(error, TooLarge)
    assert "99999999999 bytes announced, more than 1000" == error.reason


def test_a_body_without_length_is_cut_off_at_the_cap() -> None:
    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(bytes(1 << 16))
            await writer.drain()

    assert isinstance(failure(handler, max_bytes=1 << 20), TooLarge)


def test_a_body_of_exactly_the_cap_is_taken() -> None:
    assert 1000 == len(get(says(answer(b"x" * 1000)), max_bytes=1000).body)


def test_a_body_shorter_than_its_length_is_a_failure_that_may_heal() -> None:
    error = failure(says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort"))

    assert error.may_heal
    assert error.reason.startswith("the body broke off")


def test_a_compressed_body_that_breaks_off_does_not_pass_for_the_whole() -> None:
    packed = gzip.compress(bytes(range(256)) * 100)
    error = failure(says(answer(packed[:-20], Content_Encoding="gzip")))

    assert ("the compressed body breaks off", True) == (error.reason, error.may_heal)


def test_a_body_of_a_byte_now_and_then_ends_at_the_deadline() -> None:
    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    began = time.monotonic()
    error = failure(handler, settings=WebSettings(policy=LOCAL, total=0.5, read=5.0))

    assert ("no whole answer within 0.5 s", True) == (error.reason, error.may_heal)
    assert time.monotonic() - began < 5


def test_a_server_that_says_nothing_is_given_up() -> None:
    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    error = failure(handler, settings=WebSettings(policy=LOCAL, total=20.0, read=0.2))

    assert ("no answer within 0.2 s", True) == (error.reason, error.may_heal)


@pytest.mark.parametrize(
    "head",
    [
        b"X-Big: " + b"x" * 200_000,
        b"\r\n".join(b"X-%d: x" % number for number in range(5_000)),
    ],
    ids=["one huge", "very many"],
)
def test_header_fields_without_end_are_refused(head: bytes) -> None:
    error = failure(says(b"HTTP/1.1 200 OK\r\n" + head + b"\r\nContent-Length: 0\r\n\r\n"))

    assert error.reason.startswith("not HTTP that can be read")
    assert len(error.reason) <= 200


@pytest.mark.parametrize("noise", [b"\x00\x01\x02\r\n\r\n", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 abc OK\r\n\r\n"])
def test_what_is_not_http_is_a_failure(noise: bytes) -> None:
    assert isinstance(failure(says(noise)), FetchFailed)


def test_a_server_that_hangs_up_is_a_failure_that_may_heal() -> None:
    error = failure(says(b""))

    assert ("the server hung up", True) == (error.reason, error.may_heal)


def test_a_port_where_nobody_listens_refuses() -> None:
    error = ask(f"http://127.0.0.1:{free_port()}/")

    assert ("connection refused", True) == (error.reason, error.may_heal)


def test_a_name_that_nobody_has_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(guard.socket, "getaddrinfo", look_up)
    error = ask("https://nobody.invalid/")

    assert ("DNS: no such host", True) == (error.reason, error.may_heal)


@pytest.mark.parametrize(("files", "expected"), [(1024, 512), (256, 200), (1_048_576, 1_000), (-1, 1_000)])
def test_connections_take_half_of_the_files_that_may_be_open_within_bounds(files, expected):
    assert expected == places(files)
