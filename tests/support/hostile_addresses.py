"""Every way from a public page to a forbidden address, walked in a process of its own; what came of each, as JSON.

    python tests/support/hostile_addresses.py namespace|loopback

In a network where all addresses lead here (`namespace`), whoever is asked but the public host is an escape that a
listener heard. Where there is none, loopback plays the public web and only the audit hook tells who was asked.
"""

import asyncio
import dataclasses
import json
import socket
import sys

from hand_worker import HandReaders

from bench.rude import bodies, namespace
from bench.rude.answers import good, missing, moved, serve, whole
from bench.rude.cases import ADDRESSES
from bench.rude.witness import Witness, resolve_by
from connectors.feeds.poll import poll
from connectors.web.client import WebClient, WebSettings
from connectors.web.fetch import fetch_page
from connectors.web.guard import Policy
from connectors.web.robots import RobotsCache
from transforms import instants
from transforms.cursor import Cursor
from transforms.errors import ItemError
from transforms.records import FeedSource

PORTS = (80, 443, 22, 6379, 8443)  # where nothing may be asked; 8080 is the public host's
PUBLIC = {"": "127.66.0.1", "namespace": "93.184.215.14"}
LOOPBACK = {"loopback": "http://127.0.0.1/", "loopback-6": "http://[::1]:8080/", "loopback-hex": "http://0x7f.1/"}
# By name: what it resolves to, look-up by look-up; * is the public host.
NAMES = {
    "private.example": [["10.0.0.1"]],
    "mixed.example": [["10.0.0.1", "*", "fd00::1"]],
    "rebinding.example": [["*"], ["10.0.0.1"]],
    "mapped.example": [["::ffff:10.0.0.1"]],
    "nat64.example": [["64:ff9b::a00:1"]],
    "6to4.example": [["2002:a00:1::1"]],
    "unique-local.example": [["fd00::1"]],
    "metadata.example": [["169.254.169.254"]],
    "user.example": [["*"]],
}
HEARD = (
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "127.0.0.1",
    "fd00::1",
    "::1",
) + ("::ffff:10.0.0.1", "::10.0.0.1", "2002:a00:1::1", "64:ff9b::a00:1", "2001:0:a00:1::1")


class Arena:
    """The public host and the listeners.

    Attributes:
      heard: Addresses and ports at which somebody knocked who should not.
    """

    def __init__(self, public, links):
        self.public, self.heard = public, []
        self.links = links

    def choose(self, host, path):
        """What the public host says: ``WAY--NAME.example`` leads to the address of that name, in one of the ways."""
        way, _, name = host.removesuffix(".example").partition("--")
        if path == "/robots.txt":
            return moved(self.links[name]) if way == "robots" else missing
        if way in ("page", "feed") or (way == "twice" and path == "/twice"):
            return moved(self.links[name])
        if way == "twice":
            return moved("/twice")
        if way in ("index", "listed"):
            own = f"http://{host}:8080/news.xml"
            listed = whole(bodies.index(own if way == "index" else self.links[name]), "application/xml")
            return listed if path == "/feed" else moved(self.links[name])
        return good

    async def knocked(self, reader, writer):
        """Serves who asks the public host; notes everyone else."""
        address, port = writer.get_extra_info("sockname")[:2]
        address = address.removeprefix("::ffff:")
        if (address, port) == (self.public, 8080):
            await serve(reader, writer, self.choose, "http")
            return
        self.heard.append([address, port])
        writer.close()

    async def listen(self, inside):
        """Listens: in a namespace at all addresses and ports, else at the public one."""
        if not inside:
            return [await asyncio.start_server(self.knocked, self.public, 8080)]
        sockets = [_everywhere(port) for port in (8080, *PORTS)]
        return [await asyncio.start_server(self.knocked, sock=one) for one in sockets]


def _everywhere(port):
    if socket.has_dualstack_ipv6():
        return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("0.0.0.0", port))


async def walk(client, links):
    """Each way to each of these links: ``way/name`` to the outcome, or the error of a poll."""
    robots, readers, got = RobotsCache(client), HandReaders(), {}

    async def page(key, url):
        await robots.site(url)
        came = await fetch_page(client, url, gate=robots.check)
        got[key] = came.outcome if isinstance(came, ItemError) else "page"

    async def feed(key, url):
        source = FeedSource(id="feed", url=url, publisher="feed")
        came = await poll(client, readers, source, Cursor(feed_id="feed", url=url, next_poll=instants.to_text(0.0)))
        got[key] = came.error.outcome if came.error else "feed"

    for name, link in links.items():
        await page(f"direct/{name}", link)
        await feed(f"polled/{name}", link)
        for way in ("page", "twice", "robots"):
            await page(f"{way}/{name}", f"http://{way}--{name}.example:8080/page")
        for way in ("feed", "index", "listed"):
            await feed(f"{way}/{name}", f"http://{way}--{name}.example:8080/feed")
    return got


async def knock(addresses):
    """Connects to each address without any guard: whether a listener would hear it."""
    for address in addresses:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as one:
            one.setblocking(False)
            try:
                await asyncio.wait_for(asyncio.get_running_loop().sock_connect(one, (address, 8080)), 5)
            except OSError:
                continue
    await asyncio.sleep(0.1)


async def main():
    why = namespace.enter() if sys.argv[1] == "namespace" else "none was wanted"
    public = PUBLIC["" if why else "namespace"]
    named = {name: [[public if one == "*" else one for one in each] for each in said] for name, said in NAMES.items()}
    links = ADDRESSES | ({} if why else LOOPBACK)
    links |= {f"name-{name}": f"http://{name}:8080/" for name, said in NAMES.items() if "*" not in str(said)}
    links["credentials"] = "http://user:word@user.example:8080/"
    hosts = {
        f"{way}--{name}.example": [[public]]
        for way in ("page", "twice", "robots", "feed", "index", "listed")
        for name in links
    }
    arena = Arena(public, links)
    settings = WebSettings(policy=Policy(allow_loopback=bool(why)), total=5.0, read=3.0, connect=3.0)
    witness = Witness()
    servers = await arena.listen(not why)
    await knock(HEARD if not why else [])
    control, arena.heard = arena.heard, []
    known = list(witness.asked)
    witness.asked.clear()
    resolve_by(named | hosts)
    client = WebClient(settings)
    got = await walk(client, arena.links)
    for url in ("http://mixed.example:8080/", "http://rebinding.example:8080/"):
        page = await fetch_page(client, url)
        got[f"first/{url}"] = page.outcome if isinstance(page, ItemError) else "page"
    await client.close()
    again = WebClient(dataclasses.replace(settings))  # another client has no names kept
    page = await fetch_page(again, "http://rebinding.example:8080/")
    got["again/rebinding"] = page.outcome if isinstance(page, ItemError) else "page"
    await again.close()
    for server in servers:
        server.close()
    json.dump(
        {
            "why": why,
            "control": sorted({address for address, _ in control}),
            "control_seen": sorted({address for address, _ in known}),
            "escapes": arena.heard,
            "beyond": sorted(set(witness.beyond(public))),
            "asked": len(witness.asked),
            "got": got,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
