"""The demo news site: a real HTTP server on loopback, in a thread with an event loop of its own.

All publishers share one port and are told apart by the Host header.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType

from aiohttp import web

from connectors.demo import pages, syndication
from connectors.demo.answers import answer
from connectors.demo.generate import LOAD_WINDOW
from connectors.demo.items import Final, Item
from connectors.demo.material import Edition, Expected, Publisher, Story, shipped
from connectors.demo.programme import Programme
from connectors.demo.requests import RequestLog
from transforms.errors import SetupError
from transforms.records import FeedSource

HOST = "127.0.0.1"
_COOKIE = "consent"

_log = logging.getLogger(__name__)


class DemoSite:
    """A running edition.

    ```
    with DemoSite() as site:
        feeds = site.feeds()
    ```

    Args:
      port: On loopback; 0 takes a free one.
      epoch: Unix time at which the programme began; None: when the site starts.
      speed: How many of the stories' seconds pass in one second.
      edition: What is published: an edition, stories for the shipped publishers (their feeds then show more entries),
        or None for the shipped edition.
      now_fn: The clock, in Unix time.

    Attributes:
      requests: Counts of what was asked.
    """

    def __init__(
        self,
        port: int = 0,
        epoch: float | None = None,
        speed: float = 1.0,
        edition: Edition | Sequence[Story] | None = None,
        now_fn: Callable[[], float] = time.time,
    ) -> None:
        self._wanted = (port, epoch, speed)
        self._edition = edition
        self._now = now_fn
        self._programme: Programme | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event | None = None
        self.requests = RequestLog()

    def start(self) -> "DemoSite":
        """Binds the port and serves; returns when it does.

        Raises:
          SetupError: If the port is taken, or the site runs already.
        """
        if self._thread is not None:
            raise SetupError("the demo site runs already")
        self._read()  # what is wrong with the material shows here, not in the thread
        ready = threading.Event()
        failure: list[Exception] = []
        self._thread = threading.Thread(target=self._run, args=(ready, failure), name="demo-site", daemon=True)
        self._thread.start()
        ready.wait()
        if failure:
            self._thread.join()
            self._thread = None
            raise SetupError(
                f"the demo site cannot listen on {HOST}:{self._wanted[0]} ({failure[0]}): give it another port"
            ) from failure[0]
        return self

    def stop(self) -> None:
        """Stops serving; harmless when it does not run. What the site knows of its programme stays."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    def __enter__(self) -> "DemoSite":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def programme(self) -> Programme:
        """What is published when and where.

        Raises:
          RuntimeError: Before the first start, since links carry the port.
        """
        if self._programme is None:
            raise RuntimeError("links carry the port: start the demo site first")
        return self._programme

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.programme.port

    @property
    def epoch(self) -> float:
        """Unix time at which the programme began."""
        return self.programme.epoch

    @property
    def duration(self) -> float:
        """Seconds from the epoch until everything is published; known before the start."""
        _, epoch, speed = self._wanted
        return Programme(self._read(), 0, epoch or 0.0, speed).duration

    def feeds(self) -> tuple[FeedSource, ...]:
        """The feeds, as a configuration would name them."""
        return self.programme.feeds()

    def expected(self) -> dict[tuple[str, str], Expected]:
        """What each item must come to, by feed id and link."""
        return self.programme.expected()

    def final(self, link: str) -> Final | None:
        """What `latest` must say in the end of the article behind a feed's link; see ``Programme.final``."""
        return self.programme.final(link)

    def appears(self) -> dict[tuple[str, str], float]:
        """Unix time from which each item is shown, by feed id and link."""
        return {(item.feed, item.link): item.appears for item in self.programme.items}

    def _read(self) -> Edition:
        if self._edition is None:
            self._edition = shipped()
        elif not isinstance(self._edition, Edition):
            self._edition = Edition(publishers=shipped().publishers, stories=tuple(self._edition), window=LOAD_WINDOW)
        return self._edition

    def _run(self, ready: threading.Event, failure: list[Exception]) -> None:
        try:
            asyncio.run(self._serve(ready))
        except (OSError, OverflowError) as error:  # taken, forbidden, or no port number
            failure.append(error)
        finally:
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        port, epoch, speed = self._wanted
        app = web.Application()
        app.router.add_get("/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, HOST, port, reuse_address=True)
            await site.start()
            bound = int(runner.addresses[0][1])
            self._programme = Programme(self._read(), bound, self._now() if epoch is None else epoch, speed)
            _log.info("demo site on port %d, programme %s", bound, self._programme.name)
            ready.set()
            await self._stop.wait()
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        host = request.host.partition(":")[0].lower()
        response, delay = self._respond(request, host)
        if delay:
            await asyncio.sleep(delay)
        self.requests.add(host, request.path, response.status)
        return response

    def _respond(self, request: web.Request, host: str) -> tuple[web.Response, float]:
        """The answer, and after how many seconds it is given."""
        programme, now = self.programme, self._now()
        publisher = programme.publishers.get(host.removesuffix(".localhost"))
        if request.path == "/robots.txt":
            return web.Response(text=pages.robots(programme.barred(publisher) if publisher else ())), 0.0
        if publisher is None:
            if request.path == "/" and host in ("localhost", HOST):
                return _html(pages.overview(programme, now)), 0.0
            return _failure(404, "Not found"), 0.0
        base = programme.base(publisher)
        if request.path == publisher.feed:
            return self._feed(request, publisher, base, now), 0.0
        if request.path == "/":
            return _html(pages.front(publisher, programme.shown(publisher.id, now))), 0.0
        if request.path == pages.CONSENT:
            return _agreed(request.query.get("to", "/")), 0.0
        item = programme.page(base + request.path, now)
        return self._page(request, item, base, now), item.story.delay if item else 0.0

    def _page(self, request: web.Request, item: Item | None, base: str, now: float) -> web.Response:
        status = 404 if item is None else self._status(item)
        if item is None or status in (404, 410):
            return _failure(status, "This page does not exist")
        if status != 200:
            return _failure(status, "Something went wrong on our side")
        if item.story.consent and request.cookies.get(_COOKIE) is None:
            return _html(pages.consent(item, request.path))
        return answer(request, "text/html", pages.article(item, base).encode(), item.changed, now)

    def _status(self, item: Item) -> int:
        """As its story says; the first requests for a page may be answered otherwise."""
        first = item.story.first_answers
        asked = self.requests.count(item.address) if first else 0
        return first[asked] if asked < len(first) else item.answers

    def _feed(self, request: web.Request, publisher: Publisher, base: str, now: float) -> web.Response:
        programme = self.programme
        shown = programme.shown(publisher.id, now)
        began = datetime.fromtimestamp(int(programme.epoch), UTC)
        media_type, body = syndication.feed(publisher, base, shown, began)
        changed = max((item.changed for item in shown), default=programme.epoch)
        return answer(request, media_type, body, changed, now)


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


def _agreed(to: str) -> web.Response:
    """Back to the page, with the cookie; to no other site."""
    response = web.Response(status=302, headers={"Location": "/" + to.lstrip("/\\")})
    response.set_cookie(_COOKIE, "given", max_age=3600)
    return response


def _failure(status: int, words: str) -> web.Response:
    return web.Response(status=status, text=pages.failure(status, words), content_type="text/html")
