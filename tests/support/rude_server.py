"""A server that says whatever a test likes, and a client that asks it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from connectors.web.client import Response, WebClient, WebSettings
from connectors.web.guard import Policy
from transforms.errors import ItemError

Handler = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
LOCAL = Policy(allow_loopback=True)


@contextlib.asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server that reads one request a connection and lets ``handler(request head, writer)`` say whatever it likes."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            await handler(head, writer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def says(answer: bytes) -> Handler:
    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return handler


def answer(body: bytes = b"", status: str = "200 OK", **fields: str) -> bytes:
    given = {"Content-Length": str(len(body)), "Connection": "close"} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


def get(handler: Handler, path: str = "/", settings: WebSettings | None = None, **options: object) -> Response:
    async def ask() -> Response:
        client = WebClient(settings or WebSettings(policy=LOCAL, total=20.0))
        try:
            async with serving(handler) as base:
                return await client.get(base + path, **options)
        finally:
            await client.close()

    return asyncio.run(ask())


def failure(handler: Handler, path: str = "/", settings: WebSettings | None = None, **options: object) -> ItemError:
    with pytest.raises(ItemError) as caught:
        get(handler, path, settings, **options)
    return caught.value


def routes(answers: dict[str, bytes], seen: list[str] | None = None) -> Handler:
    async def handler(head: str, writer: asyncio.StreamWriter) -> None:
        path = head.split(" ")[1]
        if seen is not None:
            seen.append(path)
        writer.write(answers[path])

    return handler


def moved(location: str, status: int = 301) -> bytes:
    return answer(status=f"{status} Moved", Location=location)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, settings: WebSettings | None = None) -> ItemError:
    async def go() -> None:
        client = WebClient(settings or WebSettings(policy=LOCAL))
        try:
            await client.get(url)
        finally:
            await client.close()

    with pytest.raises(ItemError) as caught:
        asyncio.run(go())
    return caught.value
