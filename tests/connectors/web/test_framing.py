"""What a server sends beside its body is counted, and has an end."""

import asyncio
import time

import pytest
from rude_server import LOCAL, answer, failure, get, says

from connectors.web import framing
from connectors.web.client import WebClient, WebSettings

PATIENT = WebSettings(policy=LOCAL, total=60.0, read=20.0)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "interim answers": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 500),
    "an extension of a chunk": (CHUNKED + b"1;", b"x" * 65_536),
    "chunks of a byte": (CHUNKED, b"1\r\nx\r\n" * 10_000),
}


@pytest.mark.parametrize(("start", "more"), ENDLESS.values(), ids=ENDLESS)
def test_framing_without_end_is_given_up_long_before_the_time_is_over(start, more):
    async def handler(head, writer):
        writer.write(start)
        while True:
            writer.write(more)
            await writer.drain()

    began = time.monotonic()
    error = failure(handler, settings=PATIENT)
    assert (f"the body broke off: more than {framing.MOST} bytes around it", True) == (error.reason, error.may_heal)
    assert time.monotonic() - began < PATIENT.total / 2


@pytest.mark.parametrize("size", [1, 16, 4096])
def test_a_body_in_small_chunks_is_read(size):
    body = bytes(range(256)) * 600
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    assert body == get(says(CHUNKED + chunks + b"0\r\n\r\n")).body


def test_a_large_body_is_no_framing():
    assert 5_000_000 == len(get(says(answer(bytes(5_000_000)))).body)


def test_an_interim_answer_is_passed_over():
    assert b"x" == get(says(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(b"x"))).body


def test_each_answer_on_a_connection_is_counted_by_itself():
    head = b"HTTP/1.1 200 OK\r\nX-Long: %s\r\nContent-Length: 1\r\n\r\nx" % (b"x" * 30_000)

    async def connected(reader, writer):
        connections.append(writer)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(head)
        except asyncio.IncompleteReadError:
            writer.close()

    async def ask():
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        client = WebClient(WebSettings(policy=LOCAL))
        try:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            return [(await client.get(url)).body for _ in range(framing.MOST // len(head) + 5)]
        finally:
            await client.close()
            server.close()

    connections = []
    assert {b"x"} == set(asyncio.run(ask()))
    assert 1 == len(connections)
