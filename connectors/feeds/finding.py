"""Finds the feeds of a site: `beatwire feeds add`.

    the address itself -> what its page links to -> usual places -> sitemaps of robots.txt

The first of them that gives a feed is the answer. At most `MAX_REQUESTS` requests, one after the other, a pause between
them; each by the guarded client.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import urljoin

import msgspec

from connectors.feeds import discovery
from connectors.feeds.following import follow
from connectors.feeds.parse import parse
from connectors.feeds.parsed import ParsedFeed, ParsedIndex
from connectors.feeds.poll import ACCEPT, MAX_BYTES
from connectors.feeds.sitemap import children
from connectors.reading.pool import Readers, Unreadable
from connectors.web.client import Response, WebClient
from transforms import instants
from transforms.errors import ItemError, NotAFeed
from transforms.urls import normalise, registered_domain

MAX_REQUESTS = 30
Way = Literal["address", "link", "usual place", "robots.txt"]


class FoundFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that answers and can be read.

    Attributes:
      url: Where to poll it.
      title: What it calls itself.
      site: The page that it belongs to, or empty.
      form: Its format, for people.
      language: BCP 47 tag, or None.
      entries: How many it shows.
      newest: When the newest of them appeared or was changed, as it claims; None when it does not, or all lie ahead.
      way: How it was found.
    """

    url: str
    title: str
    site: str
    form: str
    language: str | None
    entries: int
    newest: str | None
    way: Way


async def find_feeds(
    client: WebClient,
    readers: Readers,
    url: str,
    pause: float,
    say: Callable[[str], None] = lambda _: None,
    now_fn: Callable[[], float] = time.time,
) -> tuple[FoundFeed, ...]:
    """The feeds at an address, or of the site that it is a page of.

    Args:
      client: The web client.
      readers: Where answers are parsed.
      url: The address of a feed, or of a page.
      pause: Seconds between two requests.
      say: Gets each address that is asked.
      now_fn: The clock.

    Returns:
      The feeds, best first; none when there is none.

    Raises:
      ItemError: The address itself does not answer.
    """
    search = _Search(client, readers, pause, say, now_fn)
    answer = await search.get(url)
    feed = await search.read(answer, "address")
    if feed is not None:
        return (feed,)
    _, _, parameters = answer.headers.get("content-type", "").partition(";")
    charset = parameters.partition("charset=")[2].strip(" \"'") or None
    try:
        links = await readers.call(
            registered_domain(answer.url), discovery.page_links, answer.body, answer.url, charset
        )
    except Unreadable:
        links = ()
    found = await search.those_of(links, "link", answer.url)
    if not found:
        found = await search.those_of(discovery.usual_places(answer.url), "usual place", answer.url, enough=1)
    if not found:
        found = await search.those_of(await search.sitemaps(answer.url), "robots.txt", answer.url)
    return found


class _Search:
    def __init__(
        self,
        client: WebClient,
        readers: Readers,
        pause: float,
        say: Callable[[str], None],
        now_fn: Callable[[], float],
    ) -> None:
        self._client, self._readers, self._pause, self._say, self._now = client, readers, pause, say, now_fn
        self._asked: set[str] = set()

    async def get(self, url: str) -> Response:
        """Asks for an address.

        Raises:
          ItemError: There is no usable answer.
        """
        if self._asked:
            await asyncio.sleep(self._pause)
        self._asked.add(normalise(url))
        self._say(url)
        return await self._client.get(url, max_bytes=MAX_BYTES, accept=ACCEPT)

    async def _turn(self, _: str) -> None:
        await asyncio.sleep(self._pause)

    async def those_of(
        self, urls: Iterable[str], way: Way, page: str, enough: int = MAX_REQUESTS
    ) -> tuple[FoundFeed, ...]:
        """Those of some addresses that are feeds; what does not answer is none."""
        found: dict[str, FoundFeed] = {}
        for url in urls:
            if normalise(url) in self._asked or len(self._asked) >= MAX_REQUESTS or len(found) >= enough:
                continue
            try:
                feed = await self.read(await self.get(url), way, page)
            except ItemError:
                continue
            if feed is not None:
                found.setdefault(normalise(feed.url), feed)
        return tuple(found.values())

    async def sitemaps(self, page: str) -> tuple[str, ...]:
        """Those that the site's robots.txt names."""
        try:
            answer = await self.get(urljoin(page, "/robots.txt"))
        except ItemError:
            return ()
        return discovery.sitemaps(answer.body, answer.url)

    async def read(self, answer: Response, way: Way, page: str = "") -> FoundFeed | None:
        """What an answer says of itself, if it is a feed."""
        owner, kind = registered_domain(answer.url), answer.headers.get("content-type")
        try:
            read: ParsedFeed | ParsedIndex = await self._readers.call(owner, parse, answer.body, answer.url, kind)
            feed = await self._followed(read) if isinstance(read, ParsedIndex) else read
        except (ItemError, Unreadable):
            return None
        return FoundFeed(
            # A redirect that may pass is followed at each poll; one for good is taken at its word now.
            url=answer.url if answer.permanent else answer.requested,
            title=feed.title,
            site=page,
            form=discovery.form(answer.body),
            language=feed.language,
            entries=len(feed.entries),
            newest=_newest(feed, self._now()),
            way=way,
        )

    async def _followed(self, index: ParsedIndex) -> ParsedFeed:
        """What the sitemaps of an index show; they count as requests of their own.

        Raises:
          ItemError: They show no news, or there are no requests left for them.
        """
        listed = children(index)
        if len(self._asked) + len(listed) > MAX_REQUESTS:
            raise NotAFeed(index.url, "no requests are left for the sitemaps of an index")
        for url in listed:
            self._asked.add(normalise(url))
            self._say(url)
        return await follow(self._client, self._readers, index, self._now(), MAX_BYTES, ACCEPT, self._turn)


def _newest(feed: ParsedFeed, now: float) -> str | None:
    dates = (date for entry in feed.entries for date in (entry.published, entry.updated) if date)
    return max((date for date in dates if instants.from_text(date) <= now), default=None)
