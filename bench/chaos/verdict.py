"""The verdict: what must hold on the topics, whatever was killed."""

import collections
import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

Value = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Told:
    """What stands on the topics, oldest first within each key.

    Attributes:
      finds: Values of `finds`.
      outcomes: Values of `outcomes`.
      articles: Values of `articles` by article id, in order.
      latest: Newest value of `latest` by article id; tombstones left out.
    """

    finds: tuple[Value, ...]
    outcomes: tuple[Value, ...]
    articles: Mapping[str, tuple[Value, ...]]
    latest: Mapping[str, Value]


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What was counted, and what must not be (empty: all is well)."""

    figures: Mapping[str, int]
    wrong: tuple[str, ...]


def judge(told: Told, finals: Mapping[str, str | None], items: Iterable[str]) -> Verdict:
    """Judges a run that had time to finish.

    Args:
      told: The topics.
      finals: Headline that the newest version must have, by article id, for every article that was ever on the beat;
        None for one that must be retracted.
      items: Links of everything that the site showed.
    """
    ended = {value["findId"]: value for value in told.outcomes}
    found = {value["findId"]: value for value in told.finds}
    wrong = [f"find without outcome: {find} ({found[find]['entry']['link']})" for find in found.keys() - ended.keys()]
    wrong += [f"outcome without find: {find}" for find in ended.keys() - found.keys()]
    links = {value["entry"]["link"] for value in told.finds}
    wrong += [f"never found: {link}" for link in sorted(set(items) - links)]
    wrong += _gaps(told.finds)
    ids, repeats = set(), 0
    for article, versions in told.articles.items():
        events = [version["version"]["event"] for version in versions]
        ids |= set(events)
        repeats += len(events) - len(set(events))
        wrong += _versions(article, versions)
        if article not in told.latest or told.latest[article]["version"] != versions[-1]["version"]:
            wrong.append(f"latest of {article} is not the newest version on articles")
    wrong += [f"on latest and not on articles: {article}" for article in told.latest.keys() - told.articles.keys()]
    wrong += [line for article, headline in finals.items() if (line := _newest(article, headline, told.latest))]
    again = len(told.outcomes) - len({(value["findId"], value.get("poll", 0)) for value in told.outcomes})
    figures = {
        "finds": len(told.finds),
        "finds, distinct": len(found),
        "outcomes, distinct": len(ended),
        "outcomes written again": again,
        "events": sum(len(versions) for versions in told.articles.values()),
        "events, distinct ids": len(ids),
        "repeats with an equal id": repeats,
        "articles": len(told.articles),
        "articles that must be there": len(finals),
    }
    return Verdict(figures, tuple(sorted(wrong)))


def _newest(article: str, headline: str | None, latest: Mapping[str, Value]) -> str:
    """What is wrong with the newest version of an article; empty when nothing is."""
    value = latest.get(article)
    if value is None:
        return f"lost: {article} ({headline})"
    said = [one["value"] for one in value["item"].get("headlines", [])] or [None]
    return "" if said == [headline] else f"not the newest on latest: {article}: {said}, not {headline!r}"


def _gaps(finds: Iterable[Value]) -> list[str]:
    """Feeds of which a find is missing: their ordinals count without a gap."""
    ordinals = collections.defaultdict(set)
    for value in finds:
        ordinals[value["source"]["id"]].add(value["ordinal"])
    return [
        f"feed {feed} lacks the finds {sorted(set(range(1, max(there) + 1)) - there)[:5]}"
        for feed, there in ordinals.items()
        if len(there) != max(there)
    ]


def _versions(article: str, versions: tuple[Value, ...]) -> list[str]:
    """One event id for each revision, revisions without a gap, and each change names an event that was there before."""
    wrong, before, by_revision = [], set(), collections.defaultdict(set)
    for version in versions:
        told = version["version"]
        by_revision[told["revision"]].add(told["event"])
        change = version["change"]
        if change and change["previous"] not in before:
            wrong.append(f"{article}: revision {told['revision']} replaces {change['previous']}, which was never told")
        before.add(told["event"])
    wrong += [
        f"{article}: revision {revision} has {len(events)} event ids"
        for revision, events in by_revision.items()
        if len(events) > 1
    ]
    if sorted(by_revision) != list(range(1, len(by_revision) + 1)):
        wrong.append(f"{article}: revisions {sorted(by_revision)}")
    return wrong
