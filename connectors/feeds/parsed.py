"""What a feed is read into, whatever its format; the caps of its texts."""

import itertools
import re
from collections.abc import Iterable
from typing import Any, cast

import msgspec

from connectors.feeds.dates import claimed
from transforms.extract.plain import plain, single_line
from transforms.hints import Hints
from transforms.records import Entry
from transforms.urls import absolute, registered_domain
from transforms.vocabulary import Doubt
from transforms.wrappers import unwrapped

MAX_ENTRIES = 500
MAX_TITLE, MAX_SUMMARY, MAX_CONTENT, MAX_TERM = 500, 2_000, 20_000, 200  # code points
MAX_TERMS = 20

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class ParsedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says: of itself, and its entries in the order in which it shows them.

    Attributes:
      title: Plain text.
      home: Address of the site that it belongs to, or empty.
      language: BCP 47 tag.
      entries: At most `MAX_ENTRIES`; of more, the newest.
      left_out: Entries that the feed shows beyond these.
      hints: What it says of when to ask again.
    """

    title: str = ""
    home: str = ""
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    hints: Hints = Hints()


class Child(msgspec.Struct, frozen=True):
    """One sitemap of an index.

    Attributes:
      url: Its address.
      changed: Unix time of its ``lastmod``, or None.
    """

    url: str
    changed: float | None = None


class ParsedIndex(msgspec.Struct, frozen=True, kw_only=True):
    """A sitemap index: its sitemaps in the order in which it lists them.

    Attributes:
      url: Its own address.
      children: Its sitemaps, on whatever domain.
    """

    url: str
    children: tuple[Child, ...] = ()


def language(tag: Any) -> str | None:
    """A language tag as BCP 47 writes it, if it can be one."""
    if not tag:
        return None
    text = str(tag).strip().replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) else None


def distinct(values: Iterable[Any]) -> tuple[str, ...]:
    """Names or terms: plain, short, few, each once. No more than ten times as many are looked at."""
    found: dict[str, None] = {}
    for value in itertools.islice((value for value in values if value), 10 * MAX_TERMS):
        if term := plain(str(value)[: 10 * MAX_TERM], MAX_TERM):
            found[term] = None
        if len(found) == MAX_TERMS:
            break
    return tuple(found)


def address(base: str, link: str) -> str:
    """A link as an absolute web address, or nothing."""
    return (absolute(base, link) or "") if link else ""


def entry_link(base: str, link: str) -> str:
    """The address of an entry's page, also where the link leads there through another site; or nothing."""
    return unwrapped(address(base, link))


def guid(value: Any) -> str:
    """The feed's own id of an entry."""
    return single_line(str(value or ""), MAX_TITLE)


def same_owner(one: str, other: str) -> bool:
    """Whether two addresses lie on one registered domain."""
    return registered_domain(one) == registered_domain(other)


def dates(published: str, updated: str, now: float | None) -> tuple[str | None, str | None, tuple[Doubt, ...]]:
    """The two dates of an entry, and what is to be doubted of them; neither stands in for the other."""
    (appeared, one), (changed, other) = claimed(published, now), claimed(updated, now)
    doubts = [f"published-{one}"] if one else []
    doubts += [f"updated-{other}"] if other and other != "missing" else []
    return appeared, changed, cast(tuple[Doubt, ...], tuple(doubts))
