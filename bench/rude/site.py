"""The rude web as a process: one port for http, one for https, all hosts below ``localhost``.

In a process of its own, so that neither its bombs nor the time that it takes count as those of who asks.
"""

import asyncio
import contextlib
import functools
import math
import multiprocessing
import ssl
import time
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from bench.rude import certificates
from bench.rude.answers import Answer, missing, serve, whole
from bench.rude.bodies import item, rss
from bench.rude.cases import Case, pages
from bench.rude.feeds import feeds

STARTING = 60.0  # seconds
LISTS = ("hostile", "neighbours")  # the feeds that list pages: of `pages` those that are hostile, and the others
_CERTIFICATES = {
    "self-signed": ("self-signed.localhost", 30, False),
    "expired": ("expired.localhost", 2, True),
    "mismatched": ("another.localhost", 30, True),
    "trusted": ("trusted.localhost", 30, True),
}


class Rude(NamedTuple):
    """A running rude web.

    Attributes:
      port: For http.
      secure: For https.
      authority: The certificate by which its good certificates are trusted; for ``SSL_CERT_FILE``.
    """

    port: int
    secure: int
    authority: Path

    def feed(self, name: str) -> str:
        """The address of a feed: one of `LISTS`, or of `bench.rude.feeds`."""
        return f"http://{name}.localhost:{self.port}/feed"

    def links(self) -> dict[str, str]:
        """The pages that the lists show, by their names."""
        return {name: _link(name, case, (self.port, self.secure)) for name, case in pages().items()}


@contextlib.contextmanager
def rude_web(folder: Path, every: float | None = None) -> Iterator[Rude]:
    """Runs it in a process.

    Args:
      folder: For its certificates.
      every: Seconds after which a list shows a page anew, under another address (``?round=1``); they come one by one.
        None shows all of them at once, and once.
    """
    context = multiprocessing.get_context("spawn")
    mine, other = context.Pipe()
    process = context.Process(target=_main, args=(folder, other, every), daemon=True)
    process.start()
    other.close()
    try:
        if not mine.poll(STARTING):
            raise TimeoutError(f"no rude web within {STARTING:.0f} s")
        port, secure = mine.recv()
        yield Rude(port, secure, folder / certificates.AUTHORITY)
    finally:
        process.kill()
        process.join()


def _main(folder: Path, pipe: Connection, every: float | None) -> None:
    asyncio.run(_serve(folder, pipe, every))


async def _serve(folder: Path, pipe: Connection, every: float | None) -> None:
    hosts, polled, ports, born = pages(), feeds(), list[int](), time.monotonic()

    def choose(host: str, path: str) -> Answer:
        name = host.removesuffix(".localhost")
        if name in LISTS:
            rounds = (time.monotonic() - born) / every if every else None
            return _list(name, hosts, (ports[0], ports[1]), rounds) if path == "/feed" else missing
        case = polled.get(name) or hosts.get(name)
        if case is None:
            return missing
        return case.robots if path == "/robots.txt" else case.answer

    plain = await asyncio.start_server(functools.partial(serve, choose=choose, scheme="http"), "127.0.0.1", 0)
    secure = await asyncio.start_server(
        functools.partial(serve, choose=choose, scheme="https"), "127.0.0.1", 0, ssl=_by_name(folder)
    )
    ports += [one.sockets[0].getsockname()[1] for one in (plain, secure)]
    pipe.send(tuple(ports))
    await asyncio.Event().wait()


def _by_name(folder: Path) -> ssl.SSLContext:
    """A context that shows each host's own certificate."""
    contexts = certificates.make(folder, _CERTIFICATES)
    first = contexts["trusted"]

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = contexts.get((name or "").removesuffix(".localhost"), first)

    first.sni_callback = choose
    return first


def _list(name: str, hosts: Mapping[str, Case], ports: tuple[int, int], rounds: float | None) -> Answer:
    chosen = {one: case for one, case in hosts.items() if one.startswith("neighbour-") == (name == "neighbours")}
    entries = []
    for place, (one, case) in enumerate(chosen.items()):
        number = math.floor(rounds - place / len(chosen)) if rounds is not None else 0
        if number >= 0:
            query = f"?round={number}" if number else ""
            entries.append(item(_link(one, case, ports) + query, f"page {one}"))
    return whole(rss(*entries), "application/rss+xml")


def _link(name: str, case: Case, ports: tuple[int, int]) -> str:
    if case.link:
        return case.link.replace("{port}", str(ports[0]))
    return f"https://{name}.localhost:{ports[1]}/page" if case.secure else f"http://{name}.localhost:{ports[0]}/page"
