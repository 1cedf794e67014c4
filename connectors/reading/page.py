"""One page: fetched, and read in a reader."""

import time
from collections.abc import Callable

from msgspec.structs import replace

from connectors.reading.pool import Readers, Unreadable
from connectors.web.client import WebClient
from connectors.web.fetch import fetch_page
from transforms.errors import ItemError
from transforms.extract import article_or_ending
from transforms.records import Article, Ending, Fetched, Find
from transforms.urls import registered_domain


async def fetch_article(
    client: WebClient, readers: Readers, find: Find, now_fn: Callable[[], float] = time.time
) -> Fetched | ItemError:
    """Fetches the page of a find and reads the article on it.

    Args:
      client: The web client.
      readers: Where it is read.
      find: Names the page; its entry fills in for what the page lacks.
      now_fn: The clock.

    Returns:
      The page without its body, and its article or the ending for want of one; or why the page could not be had.
      Nothing is raised.
    """
    page = await fetch_page(client, find.entry.link, now_fn)
    if isinstance(page, ItemError):
        return page
    try:
        got: Article | Ending = await readers.page(registered_domain(page.url), article_or_ending, page, find.entry)
    except Unreadable as error:
        got = Ending(outcome="no-text", step="extract", reason=error.reason)
    fetched = Fetched(find=find, page=replace(page, body=b""))
    return replace(fetched, article=got) if isinstance(got, Article) else replace(fetched, ending=got)
