"""The feeds to poll: what is left out is derived, in a way that stays the same from run to run."""

import hashlib
import re
from collections.abc import Iterable
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipelines.config.base import Name, Section
from pipelines.config.quantities import seconds
from transforms.records import LONGEST, SHORTEST, FeedSource
from transforms.urls import first_spelling, is_web, registered_domain
from transforms.vocabulary import RobotsScope, SourceKind

SLUG_LENGTH = 48
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def derive_id(url: str) -> str:
    """The id of a feed that was given none: host and path as a readable slug, and 8 hex digits of the URL's hash.

    The hash is over the URL's first spelling, so that two ways to write one address are one feed, and two feeds of one
    host differ however their paths are cut. The id is the key of `feeds`: this function may not change within ``v1``.
    """
    url = first_spelling(url)
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    slug = _NOT_WORD.sub("-", f"{host}{parts.path}".lower()).strip("-")[:SLUG_LENGTH].strip("-")
    return f"{slug}-{hashlib.sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


Bound = Annotated[float, BeforeValidator(seconds), Field(ge=60, le=7 * 86400)]
"""A span between two polls: a minute to a week."""


def require_order(shortest: float | None, longest: float | None) -> None:
    """Refuses bounds that no wait keeps.

    Raises:
      ValueError: If the first is the longer one.
    """
    if shortest is not None and longest is not None and shortest > longest:
        raise ValueError(f"shortest ({shortest:g} s) is longer than longest ({longest:g} s): swap or widen them")


def _web(url: str) -> str:
    if not is_web(url.strip()):
        raise ValueError(f'"{url}" is no web address: write the whole of it, with https://')
    return url.strip()


def _folder(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


class Feed(Section):
    """One feed.

    Attributes:
      url: Its address.
      id: Stable name; derived from the address when left out.
      publisher: Who publishes it, for people; the registered domain when left out.
      site: The page that it belongs to, for people; empty when unknown.
      folder: Where feed readers show it: names, from the outside in. For people, too.
      kind: How near to the event it is.
      interval: Seconds between two polls, always; what its arrivals call for when left out.
      shortest: Seconds between two polls at least, where its arrivals decide; `polling.shortest` when left out.
      longest: Seconds between two polls at most, while all is well; `polling.longest` when left out.
      heed: Whether what the feed itself says of when to ask (ttl, skipHours, Cache-Control) makes it wait longer.
      robots: Which rules of robots.txt it obeys: of groups that name us, for everybody as well, or none.
    """

    url: Annotated[str, AfterValidator(_web)]
    id: Name = ""
    publisher: Annotated[str, Field(min_length=1, max_length=200)] = ""
    site: Annotated[str, AfterValidator(lambda url: url and _web(url))] = ""
    folder: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_folder)] = ()
    kind: SourceKind = "press"
    interval: Annotated[float, BeforeValidator(seconds), Field(ge=1, le=7 * 86400)] | None = None
    shortest: Bound | None = None
    longest: Bound | None = None
    heed: bool = True
    robots: RobotsScope = "named"

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, given: Any) -> Any:
        """Fills in what follows from the address; a faulty address is left to be reported as such."""
        if not isinstance(given, dict) or not isinstance(given.get("url"), str) or not is_web(given["url"].strip()):
            return given
        url = given["url"].strip()
        return {"id": derive_id(url), "publisher": registered_domain(url)} | given

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.interval is not None and (self.shortest is not None or self.longest is not None):
            raise ValueError("interval is kept always: leave it out where shortest and longest are to bound the waits")
        require_order(self.shortest, self.longest)
        return self

    def source(self, shortest: float = SHORTEST, longest: float = LONGEST) -> FeedSource:
        """The feed as the pipeline carries it.

        Args:
          shortest: Of feeds that say nothing of it, in seconds.
          longest: Likewise.
        """
        # Where only one bound is the feed's own, it goes before the other.
        least = self.shortest if self.shortest is not None else min(shortest, self.longest or shortest)
        most = self.longest if self.longest is not None else max(longest, least)
        return FeedSource(
            id=self.id,
            url=self.url,
            publisher=self.publisher,
            kind=self.kind,
            interval=self.interval or 0.0,
            shortest=least,
            longest=most,
            heed=self.heed,
            robots=self.robots,
        )


def repeated(feeds: Iterable[Feed]) -> list[tuple[int, str, str, int]]:
    """Feeds that say again what an earlier one said.

    Returns:
      For each: its index, the key (``id`` or ``url``) that is the same, its value, and the index of the earlier feed.
    """
    met: dict[tuple[str, str], int] = {}
    again = []
    for index, feed in enumerate(feeds):
        for key, value, same in (("url", feed.url, first_spelling(feed.url)), ("id", feed.id, feed.id)):
            first = met.setdefault((key, same), index)
            if first != index:
                again.append((index, key, value, first))
                break
    return again
