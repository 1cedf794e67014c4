"""Who is who: the ids of items, articles, finds and events, and the hashes that tell a change.

An id is the first 32 hex digits (128 bits) of SHA-256 over the JSON array of its parts, so that no two lists of parts
run together. The same input gives the same id on every machine and after every restart; nothing here may change within
``v1``.
"""

import hashlib
import re
import unicodedata

import msgspec

from transforms import volatile
from transforms.canonical import believable
from transforms.records import Article, Entry
from transforms.tags import Tags
from transforms.urls import first_spelling, is_local, normalise, registered_domain

DIGITS = 32

_SPACE = re.compile(r"\s+")


def digest(*parts: object) -> str:
    """First 32 hex digits of SHA-256 over the JSON array of the parts."""
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:DIGITS]


def item_id(link: str, feed_id: str, guid: str, title: str = "") -> str:
    """Id of an item before fetching: over its normalised link; without one, over feed and guid (or title)."""
    return url_id(link) if link else digest("item", feed_id, guid or title)


def first_item_id(link: str, item: str) -> str:
    """The id that an item had before decision 0030, where its link was spelled otherwise then.

    Args:
      link: Its link; may be empty.
      item: Its id of today.
    """
    if not link or (first := first_spelling(link)) == normalise(link):
        return item
    return _id_of(first)


def url_id(url: str) -> str:
    """Id of an address: first 32 hex digits of SHA-256 over the normalised URL."""
    return _id_of(normalise(url))


def _id_of(spelled: str) -> str:
    return hashlib.sha256(spelled.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def entry_hash(entry: Entry) -> str:
    """What the feed says of an item: its words, link and the time it claims to have changed them."""
    return digest(entry.link, entry.guid, entry.title, entry.summary, entry.content, entry.updated)


def find_id(item: str, feed_id: str, entry: str) -> str:
    """Id of a find: the same whenever the same entry of the same feed is found again.

    Args:
      item: Item id.
      feed_id: Feed id.
      entry: Entry hash.
    """
    return digest(item, feed_id, entry)


def article_url(article: Article) -> tuple[str, str | None]:
    """The address that identifies an article, and where it was syndicated from.

    A canonical address is believed only within the registrable domain of the page that names it: a page could otherwise
    overwrite another publisher's article. One that names a listing (`transforms.canonical`) counts as none.

    Returns:
      ``(url, syndicated_from)``; the second is the page's canonical address when that lies on another domain of
      the internet (the demo's pages, which are local themselves, may name a local one).
    """
    if not article.canonical or not believable(article.url, article.canonical):
        return article.url, None
    if registered_domain(article.canonical) == registered_domain(article.url):
        return article.canonical, None
    nowhere = is_local(article.canonical) and not is_local(article.url)
    return article.url, None if nowhere else article.canonical


def article_id(article: Article, item: str) -> str:
    """Id of an article: that of its address.

    Args:
      article: The article.
      item: The item that it was read for. One that keeps its first id (`first_item_id`) keeps that of its article.
    """
    url = article_url(article)[0]
    today = url_id(url)
    return item if first_item_id(url, today) == item else today


def plain(text: str) -> str:
    """A text as it counts for hashing: NFC, single spaces, without what changes by itself (`transforms.volatile`)."""
    return _SPACE.sub(" ", volatile.cut(unicodedata.normalize("NFC", text))).strip()


def content_hash(title: str, summary: str, text: str) -> str:
    """Tells a change of what an article says."""
    return digest(plain(title), plain(summary), plain(text))


def tags_hash(tags: Tags) -> str:
    """Tells a change of what is said of an article: values, stages, statuses and dates; no rules, offsets, versions."""
    actions = [
        (
            action.main,
            sorted(action.apps),
            sorted(action.companies),
            (action.actor.name, action.actor.kind) if action.actor else None,
            sorted(action.jurisdictions),
            sorted(action.measures),
            action.stage,
            action.status,
            sorted(action.instruments),
            (action.case.caption, action.case.docket) if action.case else None,
            sorted((date.date, date.precision, date.role) for date in action.dates),
        )
        for action in tags.actions
    ]
    return digest(sorted(tags.topics), actions)


def text_hash(text: str) -> str:
    """Names the exact text that offsets count in."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def event_id(article: str, revision: int, content: str, tags: str, pub_status: str) -> str:
    """Id of an event: the same after any replay, new after a real change, also when a text returns to an old form."""
    return digest(article, revision, content, tags, pub_status)


def shard(key: str, count: int) -> int:
    """Which of ``count`` shards a key belongs to, evenly and for ever the same."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % count
