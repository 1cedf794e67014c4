"""How a hostile server answers: each is a coroutine that gets a `Visit` and says whatever it likes."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bench.rude.bodies import MIB, article


class Visit(NamedTuple):
    """One request.

    Attributes:
      host: The name and port asked for.
      path: The path asked for.
      root: Scheme and host: what an address of the same site begins with.
      writer: The answer.
    """

    host: str
    path: str
    root: str
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        """Sends data, when there is room for it."""
        self.writer.write(data)
        await self.writer.drain()


Answer = Callable[[Visit], Awaitable[None]]
HTML = "text/html; charset=utf-8"


def head(status: str = "200 OK", kind: str = HTML, more: str = "") -> bytes:
    """The head of an answer without a length; ``more`` are lines with their ends."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n{more}\r\n".encode()


def whole(body: bytes, kind: str = HTML, more: str = "", status: str = "200 OK") -> Answer:
    """An answer as it should be, around a body that may not be."""

    async def answer(visit: Visit) -> None:
        await visit.say(head(status, kind, f"Content-Length: {len(body)}\r\n{more}") + body)

    return answer


def raw(data: bytes) -> Answer:
    """These bytes, and the end."""

    async def answer(visit: Visit) -> None:
        await visit.say(data)

    return answer


def moved(location: str, status: str = "302 Found") -> Answer:
    """A redirect; ``{port}`` in the address is that of the visit."""

    async def answer(visit: Visit) -> None:
        here = location.replace("{port}", visit.host.partition(":")[2])
        await whole(b"", more=f"Location: {here}\r\n", status=status)(visit)

    return answer


async def moving(visit: Visit) -> None:
    """Redirects from each page to the next."""
    number = int(visit.path.rpartition("-")[2]) if "-" in visit.path else 0
    await moved(f"/page-{number + 1}")(visit)


async def circling(visit: Visit) -> None:
    """Redirects between two pages."""
    await moved("/page" if visit.path == "/other" else "/other")(visit)


async def silent(_: Visit) -> None:
    """Takes the request and never answers."""
    await asyncio.sleep(3600)


def endless(start: bytes, more: bytes, pause: float = 0.0) -> Answer:
    """A beginning, then the same again for ever."""

    async def answer(visit: Visit) -> None:
        await visit.say(start)
        while True:
            await visit.say(more)
            if pause:
                await asyncio.sleep(pause)

    return answer


def of_length(said: int, body: bytes) -> Answer:
    """A body whose length is another than the one said."""
    return raw(head(more=f"Content-Length: {said}\r\n") + body)


def chunked(chunks: bytes, more: str = "") -> Answer:
    """A body in chunks, as they are given."""
    return raw(head(more=f"Transfer-Encoding: chunked\r\n{more}") + chunks)


def chunk(data: bytes) -> bytes:
    """One chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def crumbs(data: bytes) -> bytes:
    """Chunks of a byte each."""
    return b"".join(b"1\r\n%c\r\n" % byte for byte in data)


async def huge(visit: Visit) -> None:
    """200 MB that say how long they are."""
    await endless(head(more=f"Content-Length: {200 * MIB}\r\n"), b" " * MIB)(visit)


async def good(visit: Visit) -> None:
    """A page as it should be."""
    await whole(article())(visit)


async def missing(visit: Visit) -> None:
    """404."""
    await whole(b"", status="404 Not Found")(visit)


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, choose: Callable[[str, str], Answer], scheme: str
) -> None:
    """Reads one request and has it answered.

    Args:
      reader: The request.
      writer: The answer.
      choose: Gives the answer for a host and a path.
      scheme: Of the server.
    """
    with contextlib.suppress(OSError, EOFError, asyncio.LimitOverrunError):  # whoever asks may have enough of it
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1].partition("?")[0]
        host = next(line[5:].strip() for line in lines if line.lower().startswith("host:"))
        await choose(host.partition(":")[0], path)(Visit(host, path, f"{scheme}://{host}", writer))
    writer.close()
