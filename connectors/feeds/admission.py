"""One poll of one feed, if robots.txt lets us: a feed obeys groups that name us, all rules, or none, as it is told."""

import asyncio

from msgspec.structs import replace

from connectors.feeds.poll import poll
from connectors.reading.pool import Readers
from connectors.web.client import WebClient
from connectors.web.robots import DENIED, RobotsCache
from transforms.cursor import Cursor
from transforms.errors import ItemError, RobotsDenied
from transforms.politeness import Learned, Manners
from transforms.polling import Polled
from transforms.records import FeedSource


async def ask_for_feed(
    client: WebClient,
    readers: Readers,
    robots: RobotsCache,
    source: FeedSource,
    cursor: Cursor,
    delay: float,
    manners: Manners,
    began: float,
) -> Polled | Learned:
    """Asks a feed what it shows, as `poll` does, unless robots.txt has a word to say before.

    Args:
      client: The web client.
      readers: Where its answer is parsed.
      robots: The worker's copies of robots.txt.
      source: The feed.
      cursor: Its cursor.
      delay: Seconds between two starts at its host that the caller keeps to.
      manners: How many requests when.
      began: Unix time.
    """
    told = await admitted(robots, source, address(cursor), delay, manners.longest_delay)
    if isinstance(told, Learned):
        return told
    if told is not None:
        return Polled(began=began, error=told)
    again = False

    async def turn(url: str) -> None:
        nonlocal again
        again = True
        await _turn(robots, source, url, manners)

    polled = await poll(client, readers, source, cursor, turn=turn)
    return replace(polled, again=True) if again else polled


def address(cursor: Cursor) -> str:
    """Where a feed is asked for: where it has moved to, or else as configured."""
    return cursor.address or cursor.url


async def _turn(robots: RobotsCache, source: FeedSource, url: str, manners: Manners) -> None:
    """Waits until a further request of a poll may be made: what keeps its distance is also robots.txt before it."""
    await asyncio.sleep(manners.spacing)
    told = await admitted(robots, source, url, 0.0, manners.longest_delay)
    if isinstance(told, ItemError):
        raise told
    if told is not None:
        await asyncio.sleep(max(told.delay, manners.spacing) if told.asked else told.delay - manners.spacing)


async def admitted(
    robots: RobotsCache, source: FeedSource, url: str, delay: float, longest_delay: float
) -> Learned | ItemError | None:
    """Whether a feed may be asked for now.

    Args:
      robots: The copies.
      source: The feed, and which rules it obeys.
      url: Where it is asked for.
      delay: Seconds between two starts that the caller keeps to.
      longest_delay: Seconds of a crawl-delay that are honoured at most.

    Returns:
      None when it may; what was learned of its host, which must be kept to first; or why it may not.
    """
    if source.robots == "ignore":
        return None if delay == 0.0 else Learned(0.0, asked=False)
    site = await robots.site(url)
    if site.error is not None and source.robots == "all":
        return site.error
    rules = site.rules
    binding = rules is not None and (rules.named or source.robots == "all")
    if binding and rules is not None and not await robots.allows(rules, url):
        return RobotsDenied(url, DENIED)
    wanted = min(rules.delay, longest_delay) if binding and rules is not None else 0.0
    return Learned(wanted, site.asked) if site.asked or wanted != delay else None
