"""Addresses: does normalising keep the host, change nothing the second time, and merge no two pages?

    urldata of the web platform tests          \\
    links of a month's arrivals                 } -> transforms.urls -> counts, and pairs that a person reads
    links of the pages of the extraction set   /

Only counts are kept. ``BEATWIRE_EVAL=FOLDER python -m bench.addresses --merged 300`` prints pairs that became one
address, ``--apart 100`` pairs that did not, though host and title are the same; ``--seed`` draws others.
"""

import argparse
import dataclasses
import gzip
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
import yarl

from bench.rows import rows
from bench.tables import table
from connectors.web.guard import Policy, check_url
from transforms.errors import FetchFailed, ForbiddenAddress
from transforms.urls import absolute, first_spelling, host_of, is_web, normalise

Pair = tuple[str, str]
_GUARD = Policy(allow_loopback=True)


@dataclasses.dataclass
class Figures:
    """What came of one set of addresses.

    Attributes:
      links: Distinct ones.
      web: Of them web addresses.
      crashes: Addresses at which anything raised.
      again: Not the same when normalised twice.
      moved: Whose host changed.
      parted: Web addresses that the guard would ask at another host than they are judged by.
      changed: Spelled otherwise than they stood.
      newly: Of them, spelled otherwise than by the first rules: their ids changed.
      groups: Addresses that several links became.
      merged: Links beside the first of each group.
    """

    links: int = 0
    web: int = 0
    crashes: int = 0
    again: int = 0
    moved: int = 0
    parted: int = 0
    changed: int = 0
    newly: int = 0
    groups: int = 0
    merged: int = 0


def judge(links: Iterable[str], spelled: Callable[[str], str] = normalise) -> tuple[Figures, dict[str, list[str]]]:
    """Checks addresses.

    Args:
      links: As they stand in feeds and pages.
      spelled: What normalises them.

    Returns:
      The figures, and the web addresses by their one spelling.
    """
    figures, groups = Figures(), defaultdict[str, list[str]](list)
    for link in sorted(set(links)):
        figures.links += 1
        try:
            once = spelled(link)
            figures.again += spelled(once) != once
            figures.moved += host_of(link.strip()) != host_of(once)
            figures.changed += once != link
            figures.newly += once != first_spelling(link)
            if is_web(link):
                figures.web += 1
                figures.parted += not _one_host(link, once)
                groups[once].append(link)
        except Exception:
            figures.crashes += 1
    figures.groups = sum(len(group) > 1 for group in groups.values())
    figures.merged = sum(len(group) - 1 for group in groups.values())
    return figures, groups


def _one_host(link: str, once: str) -> bool:
    try:
        asked = check_url(link, _GUARD).raw_host
    except (FetchFailed, ForbiddenAddress):
        return True
    return asked == host_of(link) == yarl.URL(once).raw_host


def platform_cases(path: Path) -> Iterator[str]:
    """The addresses of the web platform tests: as written, against their base, and as a browser writes them."""
    for case in json.loads(path.read_text(encoding="utf-8")):
        if isinstance(case, dict):
            yield case["input"]
            yield case.get("href", "")
            yield absolute(case["base"] or "", case["input"]) or ""


def page_links(folder: Path) -> Iterator[str]:
    """What the pages of a folder link to."""
    for page in rows(folder / "pages.jsonl"):
        path = folder / page["html_path"]
        if not path.is_file():
            continue
        tree = lxml.html.document_fromstring(gzip.decompress(path.read_bytes()))
        for link in tree.xpath("//a/@href"):
            if url := absolute(page.get("url") or "", link):
                yield url


def drawn(pairs: Sequence[Pair], count: int, seed: int) -> list[Pair]:
    """Some of the pairs, at random."""
    return random.Random(seed).sample(pairs, min(count, len(pairs)))


def merged_pairs(groups: dict[str, list[str]]) -> list[Pair]:
    """Links that became one address; a link that is alone in its group, with what it became."""
    pairs: list[Pair] = []
    for once, group in groups.items():
        others = list(combinations(group, 2)) if len(group) > 1 else [(group[0], once)]
        pairs += [pair for pair in others if pair[0] != pair[1]]
    return pairs


def apart(arrivals: Iterable[dict[str, str]]) -> list[Pair]:
    """Links of one host and one title that stayed apart."""
    titled = defaultdict[tuple[str, str], set[str]](set)
    for row in arrivals:
        if row["title"] and is_web(row["link"]):
            titled[host_of(row["link"]), row["title"]].add(normalise(row["link"]))
    return [pair for links in titled.values() for pair in combinations(sorted(links), 2)]


def by_query(pairs: Iterable[Pair]) -> list[Pair]:
    """Those that differ by their query alone: where a parameter that tracks may have been missed."""
    return [pair for pair in pairs if urlsplit(pair[0])[:3] == urlsplit(pair[1])[:3]]


def measure(material: Path) -> str:
    """The section of the page.

    Args:
      material: The folder ``eval``.
    """
    arrivals = list(rows(material / "feeds" / "arrivals-2026-01.jsonl.gz"))
    sets = {
        "web platform tests": platform_cases(material / "web" / "urltestdata.json"),
        "arrivals": (row["link"] for row in arrivals),
        "links of real pages": page_links(material / "extraction"),
    }
    judged = {name: judge(links)[0] for name, links in sets.items()}
    lines = [(name, *dataclasses.astuple(figures)) for name, figures in judged.items()]
    head = ("set", "links", "web", "crashes", "not idempotent", "host changed", "asked elsewhere", "changed")
    left = apart(arrivals)
    return "\n".join(
        (
            "## Addresses",
            "Distinct addresses, normalised: *asked elsewhere* are those that the guard would let be asked at another "
            "host, *new ids* those that the rules before decision 0030 spelled otherwise, *merged* the links beside "
            "the first of each group that became one address.",
            "",
            table((*head, "new ids", "groups", "merged"), lines),
            "",
            f"Of the arrivals {len(left)} pairs have host and title in common and stayed apart; {len(by_query(left))} "
            "of them differ by their query alone.",
        )
    )


def main(options: Sequence[str]) -> int:
    """Prints pairs to be read, or the section; 2 when the material is not there."""
    parser = argparse.ArgumentParser(prog="bench.addresses", description="Pairs of addresses, to be read by a person.")
    parser.add_argument("--merged", type=int, default=0, metavar="N", help="pairs of the arrivals that are one address")
    parser.add_argument("--pages", type=int, default=0, metavar="N", help="the same, of the links of real pages")
    parser.add_argument("--apart", type=int, default=0, metavar="N", help="pairs of one host and title that are two")
    parser.add_argument("--seed", type=int, default=0, help="draws others")
    told = parser.parse_args(options)
    material = Path(os.environ.get("BEATWIRE_EVAL", "")) / "eval"
    if not (material / "web" / "urltestdata.json").is_file():
        print("set BEATWIRE_EVAL to the folder that holds eval/", file=sys.stderr)
        return 2
    if not (told.merged or told.pages or told.apart):
        print(measure(material))
        return 0
    arrivals = list(rows(material / "feeds" / "arrivals-2026-01.jsonl.gz"))
    shown: list[Pair] = []
    if told.merged:
        shown += drawn(merged_pairs(judge(row["link"] for row in arrivals)[1]), told.merged, told.seed)
    if told.pages:
        shown += drawn(merged_pairs(judge(page_links(material / "extraction"))[1]), told.pages, told.seed)
    shown += drawn(apart(arrivals), told.apart, told.seed) if told.apart else []
    for one, other in shown:
        print(one, f"    {other}", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
