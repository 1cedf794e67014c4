"""Many hosts of feeds in a process of their own: what they answer, and a line for every request that came.

Each host is a registered domain of its own (``h0001.localhost``); all are at one port. A feed shows `ENTRIES` entries
with dates of their own and answers 304 to its newest ETag, but for a share of its polls, before which it gets one more.
"""

import asyncio
import contextlib
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, TextIO

from transforms import instants

ENTRIES = 30  # that a feed shows
NEW = 0.02  # share of the conditional requests that find one more
HANG, DRIP = 30.0, 1.0  # seconds until an answer, and between two bytes of one
LATE, SLOW = 0.2, 20.0  # seconds until a page is there, of most and of a few
WORDS = "Nepal has lifted its ban on TikTok, ministers said after a long debate in parliament on Thursday. " * 5
PAGE = f"<html><body><article><p>{WORDS}</p></article></body></html>".encode()
POLLS = ("feed", "hang", "drip")
WAITS = {"hang": HANG, "late": LATE, "slow": SLOW}


class Request(NamedTuple):
    """One request: when it came and was answered (Unix time), and how many polls of its domain were then under way."""

    began: float
    ended: float
    host: str
    kind: str
    path: str
    status: int
    under_way: int


class Site(NamedTuple):
    """A running site: its port, its process, the file of its requests, and when it began (Unix time)."""

    port: int
    pid: int
    log: Path
    born: float

    def url(self, host: int, path: str) -> str:
        """An address of the site."""
        return f"http://{name(host)}:{self.port}{path}"

    def requests(self) -> list[Request]:
        """What was answered so far, in the order in which it came."""
        found = []
        for line in self.log.read_text().splitlines():
            began, ended, host, kind, path, status, under_way = line.split()
            found.append(Request(float(began), float(ended), host, kind, path, int(status), int(under_way)))
        return sorted(found)


def name(host: int) -> str:
    """The name of a host, which is a registered domain (RFC 6761: ``localhost`` is loopback, whoever resolves it)."""
    return f"h{host:04}.localhost"


def etag(version: int) -> str:
    """The ETag of a feed that has got so many entries since it began."""
    return f'"v{version}"'


def body(root: str, feed: str, version: int, born: float) -> bytes:
    """What a feed shows.

    Args:
      root: Of its host.
      feed: Its number.
      version: Entries that it got since the site began; they are dated then, and those before 30 days earlier.
      born: When the site began.
    """
    items = "".join(
        f"<item><title>Entry {number} of {feed}</title><link>{root}/page/{feed}/{number}</link>"
        f"<pubDate>{instants.to_text(born if number >= ENTRIES else born - 30 * 86_400)}</pubDate></item>"
        for number in range(version + ENTRIES - 1, version - 1, -1)
    )
    return f'<rss version="2.0"><channel><title>Wire</title><link>{root}</link>{items}</channel></rss>'.encode()


@contextlib.contextmanager
def serving(log: Path, shelf: Sequence[bytes] = ()) -> Iterator[Site]:
    """A site for the time being.

    Args:
      log: Where each request becomes a line.
      shelf: Pages that it has beside its own, at ``/shelf/NUMBER``.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    born = float(int(time.time()))
    process = context.Process(target=_serve, args=(theirs, str(log), born, shelf), daemon=True)
    process.start()
    try:
        yield Site(ours.recv(), process.pid or 0, log, born)
    finally:
        process.kill()
        process.join()


def _serve(pipe: Connection, log: str, born: float, shelf: Sequence[bytes]) -> None:
    async def run() -> None:
        with Path(log).open("w", buffering=1) as lines:
            desk = _Desk(lines, born, shelf)
            loop = asyncio.get_running_loop()
            server = await loop.create_server(lambda: _Talk(desk), "127.0.0.1", 0, backlog=4096)
            pipe.send(server.sockets[0].getsockname()[1])
            await server.serve_forever()

    asyncio.run(run())


class _Desk:
    """What all connections share: the versions of the feeds, polls under way by host, the log, and the shelf."""

    def __init__(self, lines: TextIO, born: float, shelf: Sequence[bytes]) -> None:
        self.lines, self.born, self.shelf, self.chance = lines, born, shelf, random.Random(1)
        self.versions, self.under_way = Counter[str](), Counter[str]()

    def feed(self, root: str, number: str, known: str) -> tuple[int, str, bytes]:
        """Status, ETag and body of an answer."""
        if known and self.chance.random() < NEW:
            self.versions[number] += 1
        version = self.versions[number]
        if known == etag(version):
            return 304, known, b""
        return 200, etag(version), body(root, number, version, self.born)


class _Talk(asyncio.Protocol):
    """One connection: a request at a time."""

    def __init__(self, desk: _Desk) -> None:
        self._desk, self._read = desk, b""
        self._transport: asyncio.Transport | None = None
        self._open = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
        self._close()

    def data_received(self, data: bytes) -> None:
        self._read += data
        if b"\r\n\r\n" not in self._read:
            return
        lines, self._read = self._read.decode("latin-1").split("\r\n"), b""
        path = lines[0].split(" ")[1]
        fields = {field.lower(): said.strip() for field, _, said in (line.partition(":") for line in lines[1:])}
        self._answer(fields["host"], path, fields.get("if-none-match", ""), time.time())

    def _answer(self, netloc: str, path: str, known: str, began: float) -> None:
        host, kind = netloc.partition(":")[0], path.split("/")[1]
        if kind in POLLS:
            self._open = host
            self._desk.under_way[host] += 1
        under_way = self._desk.under_way[host]
        status, tag, said = 200, "", PAGE
        if kind == "robots.txt":
            status, said = 404, b""
        elif kind == "shelf":
            said = self._desk.shelf[int(path.rpartition("/")[2])]
        elif kind in POLLS:
            status, tag, said = self._desk.feed(f"http://{netloc}", path.rpartition("/")[2], known)
        type_ = "application/rss+xml" if kind in POLLS else "text/html"
        length = "" if status == 304 else f"Content-Length: {len(said)}\r\nContent-Type: {type_}\r\n"
        head = f"HTTP/1.1 {status} -\r\nETag: {tag}\r\n{length}\r\n" if tag else f"HTTP/1.1 {status} -\r\n{length}\r\n"
        done = lambda: self._done(began, host, kind, path, status, under_way)  # noqa: E731
        loop = asyncio.get_running_loop()
        if kind == "drip":
            self._drip(head.encode() + said, 0, done)
        elif kind in WAITS:
            loop.call_later(WAITS[kind], self._send, head.encode() + said, done)
        else:
            self._send(head.encode() + said, done)

    def _send(self, data: bytes, done: Callable[[], None]) -> None:
        if self._transport is not None:
            self._transport.write(data)
        done()

    def _drip(self, data: bytes, sent: int, done: Callable[[], None]) -> None:
        if self._transport is None or sent == len(data):
            done()
            return
        self._transport.write(data[sent : sent + 1])
        asyncio.get_running_loop().call_later(DRIP, self._drip, data, sent + 1, done)

    def _done(self, began: float, host: str, kind: str, path: str, status: int, under_way: int) -> None:
        self._close()
        self._desk.lines.write(f"{began:.6f} {time.time():.6f} {host} {kind} {path} {status} {under_way}\n")

    def _close(self) -> None:
        """A poll is over once it is answered, or its connection is."""
        if self._open:
            self._desk.under_way[self._open] -= 1
            self._open = ""
