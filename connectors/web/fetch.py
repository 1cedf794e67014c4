"""One request for one page, and for what it leads on to."""

import re
import time
from collections.abc import Callable

from connectors.web.client import Gate, WebClient
from transforms import instants
from transforms.errors import FetchFailed, ItemError
from transforms.extract.refresh import leads_to
from transforms.records import Page

ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
LEADS = 3  # pages that only lead on to another, one behind the other
NO_LINK = "the entry has no link"
_CHARSET = re.compile(r"""\bcharset\s*=\s*["']?([\w.:+-]+)""")


async def fetch_page(
    client: WebClient, url: str, now_fn: Callable[[], float] = time.time, gate: Gate | None = None
) -> Page | ItemError:
    """Fetches a page.

    Args:
      client: The web client; its settings cap bytes, time and redirects.
      url: The address; an empty one (an entry without a link) is an error that does not heal.
      now_fn: The clock.
      gate: Asked before each redirect is followed, by status or by the page itself (`transforms.extract.refresh`).

    Returns:
      The page, or what went wrong; nothing is raised.
    """
    if not url:
        return FetchFailed(url, NO_LINK, retriable=False)
    try:
        answer = await client.get(url, accept=ACCEPT, gate=gate)
        for _ in range(LEADS):
            lead = leads_to(answer.body, answer.url)
            if lead is None:
                break
            if gate is not None:
                await gate(lead)
            answer = await client.get(lead, accept=ACCEPT, gate=gate)
    except ItemError as error:
        return error
    except Exception as error:  # a page must never end the job that asks for it
        return FetchFailed(url, f"unexpected {type(error).__name__}: {error}", retriable=False)
    media_type, _, parameters = answer.headers.get("content-type", "").lower().partition(";")
    charset = _CHARSET.search(parameters)
    return Page(
        requested=url,
        url=answer.url,
        status=answer.status,
        content_type=media_type.strip(),
        charset=charset[1] if charset else None,
        robots=answer.headers.get("x-robots-tag"),
        body=answer.body,
        fetched=instants.to_text(now_fn()),
    )
