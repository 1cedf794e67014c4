"""What the topics of one run hold, read on as they grow; and what that says of losses, repeats and endings."""

import dataclasses
import json
from collections import Counter
from typing import Any, NamedTuple

from connectors.kafka.memory import TopicReader
from connectors.kafka.settings import KafkaSettings
from transforms import instants

Sighting = tuple[str, int]  # find id, and the number of the poll that saw it


class Said(NamedTuple):
    """One record on `articles`; Unix times of when its find was made, and of when Kafka had it."""

    article: str
    event: str
    revision: int
    found: float
    arrived: float
    payload: dict[str, Any]


@dataclasses.dataclass
class Ledger:
    """The records of a run so far.

    Attributes:
      finds: Sightings, by the time at which Kafka had their first record.
      outcomes: Names of the outcomes of each sighting, one for each record.
      links: Links of the finds that ended, with each one's newest outcome.
      said: Events on `articles`, in the order of each partition.
      latest: Event id on `latest` by article.
      found_again: Records of `finds` under a sighting that was there.
    """

    finds: dict[Sighting, float] = dataclasses.field(default_factory=dict)
    outcomes: dict[Sighting, list[str]] = dataclasses.field(default_factory=dict)
    links: dict[tuple[str, str], str] = dataclasses.field(default_factory=dict)
    said: list[Said] = dataclasses.field(default_factory=list)
    latest: dict[str, str] = dataclasses.field(default_factory=dict)
    found_again: int = 0

    def add_find(self, value: dict[str, Any], arrived: float) -> None:
        """Takes in a record of `finds`."""
        sighting = (value["findId"], value.get("poll", 0))
        self.found_again += sighting in self.finds
        self.finds.setdefault(sighting, arrived)

    def add_outcome(self, value: dict[str, Any]) -> None:
        """Takes in a record of `outcomes`."""
        self.outcomes.setdefault((value["findId"], value.get("poll", 0)), []).append(value["outcome"])
        self.links[value["feedId"], value["link"]] = value["outcome"]

    def add_event(self, article: str, value: dict[str, Any], arrived: float) -> None:
        """Takes in a record of `articles`."""
        found = instants.from_text(value["pipeline"]["times"]["found"])
        version = value["version"]
        self.said.append(Said(article, version["event"], version["revision"], found, arrived, value))

    def unfinished(self) -> set[Sighting]:
        """Sightings without an outcome."""
        return set(self.finds) - set(self.outcomes)

    def repeats(self) -> int:
        """Events that came again under an id that was there."""
        return len(self.said) - len({(one.article, one.event) for one in self.said})

    def faults(self) -> list[str]:
        """What must not be, in words: two contents under one event id, two endings of a find, `latest` behind."""
        found = []
        payloads: dict[tuple[str, str], str] = {}
        newest: dict[str, Said] = {}
        for one in self.said:
            told = payloads.setdefault((one.article, one.event), stable(one.payload))
            if told != stable(one.payload):
                found.append(f"event {one.event} has two contents")
            if one.article not in newest or one.revision >= newest[one.article].revision:
                newest[one.article] = one
        revisions = Counter((article, event.revision) for article, event in _distinct(self.said))
        found += [
            f"article {one[0]} has {count} events of revision {one[1]}" for one, count in revisions.items() if count > 1
        ]
        found += [f"find {one[0]} ended as {names}" for one, names in self.outcomes.items() if len(set(names)) > 1]
        expected = {article: one.event for article, one in newest.items()}
        found += [
            f"latest of {one} is {self.latest.get(one)}, not {expected.get(one)}"
            for one in expected | self.latest
            if expected.get(one) != self.latest.get(one)
        ]
        return found


def _distinct(said: list[Said]) -> list[tuple[str, Said]]:
    return [(one.article, one) for one in {(one.article, one.event): one for one in said}.values()]


def stable(payload: dict[str, Any]) -> str:
    """The part of a payload that is the same however often it is made: all but ``pipeline``."""
    return json.dumps({name: part for name, part in payload.items() if name != "pipeline"}, sort_keys=True)


def differences(left: Ledger, right: Ledger) -> list[str]:
    """What two runs of the same news said differently, in words."""
    mine, theirs = ({(s.article, s.event): stable(s.payload) for s in one.said} for one in (left, right))
    found = [f"event {event} of {article} is only in the first" for article, event in mine.keys() - theirs.keys()]
    found += [f"event {event} of {article} is only in the second" for article, event in theirs.keys() - mine.keys()]
    found += [
        f"event {event} of {article} differs: {_parts(mine[article, event], theirs[article, event])}"
        for article, event in mine.keys() & theirs.keys()
        if mine[article, event] != theirs[article, event]
    ]
    if left.latest != right.latest:
        found.append("`latest` differs")
    if left.links != right.links:
        found += [
            f"{link} ended as {left.links.get(link)} and {right.links.get(link)}"
            for link in left.links.keys() | right.links.keys()
            if left.links.get(link) != right.links.get(link)
        ]
    return found


def otherwise_tagged(ledger: Ledger, version: str) -> list[str]:
    """Events whose tags are not by this version of the rules, in words; and that there are none at all."""
    used = [(one.event, one.payload["tags"]["rulesVersion"]) for one in ledger.said]
    wrong = [f"event {event} was tagged by rules {rules}, not {version}" for event, rules in used if rules != version]
    return wrong if used else ["no event"]


def _parts(left: str, right: str) -> str:
    mine, theirs = json.loads(left), json.loads(right)
    return ", ".join(name for name in mine if mine[name] != theirs.get(name))


class Reader:
    """Reads a run's topics into a ledger, from where it was.

    Args:
      kafka: Where the topics are.
    """

    def __init__(self, kafka: KafkaSettings) -> None:
        self.ledger = Ledger()
        names = ("finds", "outcomes", "articles", "latest")
        self._readers = {name: TopicReader(kafka, kafka.topic(name), 120.0) for name in names}

    def read(self) -> Ledger:
        """The ledger, caught up; `finds` last, so that an outcome seen without its find is none."""
        for name in ("latest", "articles", "outcomes", "finds"):
            self._readers[name].catch_up(getattr(self, f"_{name}"))
        return self.ledger

    def close(self) -> None:
        """Ends the consumers."""
        for reader in self._readers.values():
            reader.close()

    def _finds(self, record: Any) -> None:
        self.ledger.add_find(json.loads(record.value), record.timestamp / 1000)

    def _outcomes(self, record: Any) -> None:
        self.ledger.add_outcome(json.loads(record.value))

    def _articles(self, record: Any) -> None:
        self.ledger.add_event(record.key.decode(), json.loads(record.value), record.timestamp / 1000)

    def _latest(self, record: Any) -> None:
        article = record.key.decode()
        if record.value is None:
            self.ledger.latest.pop(article, None)
        else:
            self.ledger.latest[article] = json.loads(record.value)["version"]["event"]
