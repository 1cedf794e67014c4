"""What both benches of FetchPages' state have: finds that wait, pages that are there, and what a run comes to."""

import dataclasses
import random
from collections.abc import Sequence
from typing import Any

from connectors.web.client import Response
from transforms import identity, instants
from transforms.coders import RecordCoder
from transforms.errors import FetchFailed
from transforms.records import Article, Entry, FeedSource, Find

LATENCY = 0.5  # seconds until a page is there
DOMAIN, START = "paper.example", 1_800_000_000.0


@dataclasses.dataclass
class Traffic:
    """Bytes of state read and written, requests for it, and seconds of CPU in the step and its coders."""

    read: int = 0
    written: int = 0
    requests: int = 0
    cpu: float = 0.0


@dataclasses.dataclass(frozen=True)
class State:
    """What a run came to.

    Attributes:
      name: What was run.
      finds: How many came in.
      left: How many left, but for copies ahead.
      length: Bytes of all finds as stored.
      traffic: The state's.
    """

    name: str
    finds: int
    left: int
    length: int
    traffic: Traffic


def finds(count: int, length: int) -> list[Find]:
    """Finds of one domain whose entries carry so many characters each."""
    return finds_of([f"https://{DOMAIN}/{number}" for number in range(count)], START, length)


def finds_of(links: Sequence[str], found: float, length: int = 0) -> list[Find]:
    """Finds of one feed.

    Args:
      links: Of their entries.
      found: Unix time of all of them.
      length: Characters that each entry carries.
    """
    source = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire")
    words, at, made = random.Random(1), instants.to_text(found), list[Find]()
    for number, link in enumerate(links):
        content = "".join(words.choices("abcdefghij     ", k=length))
        entry = Entry(link=link, title=f"Number {number}", content=content)
        item = identity.item_id(entry.link, source.id, "", entry.title)
        told = identity.entry_hash(entry)
        made.append(
            Find(
                find_id=identity.find_id(item, source.id, told),
                item_id=item,
                entry_hash=told,
                source=source,
                entry=entry,
                polled=at,
                found=at,
                poll=7,
                ordinal=number + 1,
            )
        )
    return made


class Web:
    """Pages that are there at once; of every ``failing`` one is there at the second request only."""

    def __init__(self, failing: int) -> None:
        self._failing, self._asked = failing, set[str]()

    async def get(self, url: str, **_: Any) -> Response:
        if url.endswith("/robots.txt"):
            raise FetchFailed(url, "HTTP 404", status=404, retriable=False)
        first = url not in self._asked
        self._asked.add(url)
        if first and self._failing and int(url.rpartition("/")[2]) % self._failing == 0:
            raise FetchFailed(url, "HTTP 500", status=500)
        return Response(requested=url, url=url, status=200, headers={"content-type": "text/html"}, body=b"<p>")

    async def close(self) -> None:
        """There is no session to end."""


class Readers:
    """Readers that find an article without looking."""

    async def page(self, *_: Any) -> Article:
        return Article(url="")

    def close(self) -> None:
        """There is no process to end."""


def size(of: Sequence[Find]) -> int:
    """Bytes of finds as stored."""
    return sum(len(RecordCoder(Find).encode(one)) for one in of)
