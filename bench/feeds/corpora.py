"""Feeds of others, read as the product reads them: in its capped processes.

feedparser's cases    -> which expectations are kept
odd feeds, real feeds -> read, or a named error; never a crash, never a hang
JSON Feed pairs       -> the same titles, links, ids and dates as gofeed
"""

import asyncio
import dataclasses
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.feeds.comparing import kept, words
from bench.feeds.expectations import NOT_HELD, Case, cases, files
from bench.feeds.reasons import reason
from connectors.feeds.parse import parse
from connectors.feeds.parsed import ParsedFeed, ParsedIndex
from connectors.reading.pool import Readers, ReadLimits, Unreadable
from transforms.errors import ItemError
from transforms.instants import from_text

URL = "http://feeds.example/feed"
CORPORA = {
    "feedvalidator": "feedvalidator-cases.tar.gz",
    "gofeed": "gofeed-cases.tar.gz",
    "real feeds": "real-feeds.tar.gz",
}
_CRASH = "cannot be read as a feed: "  # what a parser's own error is made into
_EXPECTED = "_expected.json"


@dataclasses.dataclass
class Kept:
    """Expectations of feedparser's that it passes itself: kept and not.

    Attributes:
      cases: That feedparser passes, and those of them with a claim on a field of ours.
      each: By field: kept, all.
      not_held: Claims on parts of these fields that no record holds: addresses of authors, schemes of categories,
        media types, bases, links to other things than the page.
      without_words: Claims on a text that holds no words: markup only.
      lost: Case, field and reason of each that is not kept.
    """

    cases: tuple[int, int]
    each: dict[str, tuple[int, int]]
    not_held: int
    without_words: int
    lost: list[tuple[str, str, str]]


@dataclasses.dataclass
class Corpus:
    """What became of the files of one archive.

    Attributes:
      files: How many.
      read: Those that are feeds or indexes.
      entries: Of them together.
      refused: Those that are none, by reason.
      crashes: Those on which a parser raised, or took its process down.
      hangs: Those that took too long.
    """

    files: int = 0
    read: int = 0
    entries: int = 0
    refused: Counter[str] = dataclasses.field(default_factory=Counter)
    crashes: int = 0
    hangs: int = 0


@dataclasses.dataclass
class Pairs:
    """JSON feeds beside what gofeed reads of them.

    Attributes:
      pairs: How many.
      agree: Those that agree on all of title, link, id and date.
      differ: The files that do not, with the field.
    """

    pairs: int
    agree: int
    differ: list[str]


def expectations(folder: Path) -> Kept:
    """feedparser's cases, against our reading of them."""
    right, every, lost = Counter[str](), Counter[str](), list[tuple[str, str, str]]()
    passed = claiming = not_held = without_words = 0
    for case in cases(folder):
        claims = [claim for claim in case.claims if claim.field != NOT_HELD]
        not_held += len(case.claims) - len(claims)
        passed, claiming = passed + 1, claiming + bool(claims)
        feed = _ours(case)
        for claim in claims:
            field = claim.field if claim.entry is not None else f"{claim.field} of the feed"
            every[field] += 1
            if claim.field in ("title", "summary", "content") and not words(claim).strip():
                without_words += 1
            if feed is not None and kept(claim, feed, case.url):
                right[field] += 1
            else:
                lost.append((case.name.removeprefix("tests/"), field, reason(case.name)))
    each = {field: (right[field], count) for field, count in sorted(every.items())}
    return Kept((passed, claiming), each, not_held, without_words, lost)


def _ours(case: Case) -> ParsedFeed | None:
    headers = case.headers
    try:
        feed = parse(case.body, case.url, headers.get("content-type"), None, headers.get("content-language"))
    except ItemError:
        return None
    return feed if isinstance(feed, ParsedFeed) else None


def corpora(folder: Path) -> dict[str, Corpus]:
    """What becomes of all files of the other archives."""
    return asyncio.run(_corpora(folder))


async def _corpora(folder: Path) -> dict[str, Corpus]:
    readers = Readers(ReadLimits())
    try:
        await readers.call("nobody", len, "")  # starting a process is not reading
        return {name: await _corpus(readers, files(folder / archive)) for name, archive in CORPORA.items()}
    finally:
        readers.close()


async def _corpus(readers: Readers, held: Iterable[tuple[str, bytes]]) -> Corpus:
    corpus = Corpus()
    for name, body in held:
        if name == "LICENSE":
            continue
        corpus.files += 1
        try:
            feed = await readers.call(name, parse, body, URL, None, time.time())
        except Unreadable as error:
            corpus.hangs += "took more" in error.reason
            corpus.crashes += "took more" not in error.reason
        except ItemError as error:
            corpus.crashes += error.reason.startswith(_CRASH)
            corpus.refused[error.reason] += 1
        except Exception:  # whatever the product lets through is a crash of it
            corpus.crashes += 1
        else:
            corpus.read += 1
            corpus.entries += 0 if isinstance(feed, ParsedIndex) else len(feed.entries)
    return corpus


def pairs(folder: Path) -> Pairs:
    """JSON feeds and gofeed's reading of them."""
    held = dict(files(folder / CORPORA["gofeed"]))
    differ, count = list[str](), 0
    for name in held:
        if not name.endswith(_EXPECTED):
            continue
        count += 1
        source = name.removesuffix(_EXPECTED) + ".json"
        feed = parse(held[source], URL, "application/feed+json")
        assert isinstance(feed, ParsedFeed)
        if fields := _differing(json.loads(held[name]), feed):
            differ.append(f"{source}: {', '.join(fields)}")
    return Pairs(count, count - len(differ), differ)


def _differing(expected: Mapping[str, Any], feed: ParsedFeed) -> list[str]:
    """Fields in which our reading is not gofeed's (its own form, or that of the format)."""
    items = expected.get("items") or []
    said = [
        ("title", expected.get("title") or "", feed.title),
        ("link", expected.get("link") or expected.get("home_page_url") or "", feed.home),
        ("entries", len(items), len(feed.entries)),
    ]
    for item, entry in zip(items, feed.entries, strict=False):
        said += [
            ("title", item.get("title") or "", entry.title),
            ("link", item.get("link") or item.get("url") or "", entry.link),
            ("id", item.get("guid") or item.get("id") or "", entry.guid),
            ("published", _second(item.get("published") or item.get("date_published")), _second(entry.published)),
            ("updated", _second(item.get("updated") or item.get("date_modified")), _second(entry.updated)),
        ]
    return [name for name, theirs, ours in said if theirs != ours]


def _second(text: str | None) -> int | None:
    return int(from_text(text)) if text else None
