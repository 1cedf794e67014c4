"""One page: asked for as its site's robots.txt lets us, and read in a reader."""

import time
from collections.abc import Callable

from msgspec.structs import replace

from connectors.reading.pool import Readers, Unreadable
from connectors.web.client import WebClient
from connectors.web.fetch import fetch_page
from connectors.web.robots import DENIED, RobotsCache
from transforms.errors import Blocked, ItemError, RobotsDenied
from transforms.extract import article_or_failure
from transforms.politeness import Learned
from transforms.records import Article, Ending, Fetched, Find
from transforms.urls import registered_domain


async def ask_for_article(
    client: WebClient,
    readers: Readers,
    robots: RobotsCache,
    find: Find,
    delay: float,
    longest_delay: float,
    now_fn: Callable[[], float] = time.time,
) -> Fetched | ItemError | Learned:
    """Fetches the page of a find and reads the article on it, if robots.txt lets us and the pace is the one it wants.

    Args:
      client: The web client.
      readers: Where it is read.
      robots: The worker's copies of robots.txt; the sites of redirects have their say, too.
      find: Names the page; its entry fills in for what the page lacks.
      delay: Seconds between two starts at its host that the caller keeps to.
      longest_delay: Seconds of a crawl-delay that are honoured at most.
      now_fn: The clock.

    Returns:
      As `fetch_article`; or what was learned of the host, which must be kept to before the page is asked for: its
      robots.txt was asked for just now, or wants another delay.
    """
    link = find.entry.link
    site = await robots.site(link)
    if site.error is not None:
        return site.error
    if site.rules is None or not await robots.allows(site.rules, link):
        return RobotsDenied(link, DENIED)
    wanted = min(site.rules.delay, longest_delay)
    if site.asked or wanted != delay:
        return Learned(wanted, site.asked)
    return await fetch_article(client, readers, find, now_fn, robots)


async def fetch_article(
    client: WebClient,
    readers: Readers,
    find: Find,
    now_fn: Callable[[], float] = time.time,
    robots: RobotsCache | None = None,
) -> Fetched | ItemError:
    """Fetches the page of a find and reads the article on it.

    Args:
      client: The web client.
      readers: Where it is read.
      find: Names the page; its entry fills in for what the page lacks.
      now_fn: The clock.
      robots: Says which redirects may be followed.

    Returns:
      The page without its body, and its article or the ending for want of one; or why the page could not be had, which
      is so, too, where something else stands in its place. Nothing is raised.
    """
    page = await fetch_page(client, find.entry.link, now_fn, robots.check if robots else None)
    if isinstance(page, ItemError):
        return page
    try:
        read = await readers.page(registered_domain(page.url), article_or_failure, page, find.entry)
    except Unreadable as error:
        read = Ending(outcome="no-text", step="extract", reason=error.reason)
    if isinstance(read, Blocked):
        return read
    got: Article | Ending = read
    fetched = Fetched(find=find, page=replace(page, body=b""))
    return replace(fetched, article=got) if isinstance(got, Article) else replace(fetched, ending=got)
