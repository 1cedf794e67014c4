"""Replaying dead letters: what would be sent where, whether it would still be refused, and sending it.

The original key, value and headers go to the original topic, so the event keeps its id. An event that `articles`
refused never came to `latest` either, since Publish sends it there afterwards; it is sent to both, in the same order. A
letter is marked as replayed after its acknowledgements: a crash in between may send it twice, under the same id.
"""

import dataclasses
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from kafka.admin import ConfigResource, ConfigResourceType

from connectors.kafka import spill
from connectors.kafka.access import admin
from connectors.kafka.letters import PATIENCE, Letter, marker
from connectors.kafka.memory import PartitionReader
from connectors.kafka.partition import partition_of
from connectors.kafka.rows import Row, fault_of
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import Sink
from connectors.kafka.topics import TOPICS
from transforms import instants

_EVENTS = ("articles", "latest")


class Said(msgspec.Struct, frozen=True):
    """Of an event what a comparison needs."""

    event: str
    revision: int


class _Event(msgspec.Struct, frozen=True):
    version: Said


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a replay comes to.

    Attributes:
      letter: The letter.
      rows: What would be sent, in this order.
      refusal: Why it is not sent, in a sentence; empty when it is.
      forceable: Whether ``--force`` sends it all the same.
    """

    letter: Letter
    rows: tuple[Row, ...]
    refusal: str = ""
    forceable: bool = False


def said_by(value: bytes | None) -> Said | None:
    """Which version of an article an event is; None when it is no event."""
    try:
        return msgspec.json.decode(value or b"", type=_Event).version
    except msgspec.DecodeError:
        return None


def plan(letter: Letter, settings: KafkaSettings, limits: Mapping[str, int], latest: Mapping[bytes, Said]) -> Plan:
    """Decides on one letter.

    Args:
      letter: With its value.
      settings: Names our topics.
      limits: The most bytes that each topic takes, by full name; a topic that is not there has none.
      latest: What `latest` says of the keys of all letters that are events.
    """
    names = {settings.topic(topic.name): topic.name for topic in TOPICS}
    name = names.get(letter.topic)
    targets = [letter.topic, *([settings.topic("latest")] if name == "articles" else [])]
    rows = tuple(Row(topic, letter.key, letter.value, letter.headers) for topic in targets)

    def refused(why: str, forceable: bool = False) -> Plan:
        return Plan(letter, rows, why, forceable)

    if name is None or name == "dead-letters":
        return refused(f"it was meant for {letter.topic or 'nothing that it names'}, which is none of our topics")
    if letter.truncated:
        kept = len(letter.value or b"")
        return refused(f"only the first {kept} of its {letter.size} bytes were kept: what is left is no event")
    if not letter.headers_kept:
        return refused("its headers were too large to be kept, and without them it is no event")
    if letter.error_class == "TypeError":
        return refused("it was refused for its type: what was kept is a text form of it, not the original")
    for row in rows:
        if row.topic not in limits:
            return refused(f"topic {row.topic} is missing or hidden from us: run `beatwire topics create`")
        fault = fault_of(row, limits[row.topic])
        if fault is not None:
            return refused(f"it would be refused again: {fault}. Raise max.message.bytes of {row.topic} first")
    if letter.replayed:
        return refused(f"it was replayed already, at {letter.replayed}", True)
    if name == "feeds":
        return refused("a feed's cursor is overtaken by its next poll: an old one would undo newer ones", True)
    return Plan(letter, rows, _overtaken(letter, latest) if name in _EVENTS else "", True)


def _overtaken(letter: Letter, latest: Mapping[bytes, Said]) -> str:
    mine, theirs = said_by(letter.value), latest.get(letter.key or b"")
    if mine is None or theirs is None:
        return ""
    if mine.event == theirs.event:
        return "`latest` has this very event already"
    if theirs.revision >= mine.revision:
        return f"`latest` has revision {theirs.revision} of the article, this is revision {mine.revision}: it is older"
    return ""


def plan_all(settings: KafkaSettings, letters: Sequence[Letter]) -> tuple[Plan, ...]:
    """Decides on letters, with what Kafka says now.

    Raises:
      KafkaUnavailable: Kafka does not answer.
      KafkaMisconfigured: It refuses us.
    """
    events = tuple(settings.topic(name) for name in _EVENTS)
    keys = {one.key for one in letters if one.key is not None and one.topic in events}
    limits = limits_of(settings, {one.topic for one in letters} | set(events))
    latest = _latest(settings, keys) if settings.topic("latest") in limits else {}
    return tuple(plan(letter, settings, limits, latest) for letter in letters)


def send_all(
    settings: KafkaSettings, folder: Path, plans: Sequence[Plan], now_fn: Callable[[], float] = time.time
) -> Iterator[tuple[Plan, str]]:
    """Sends letters, each marked as replayed after its acknowledgement.

    Args:
      settings: Where to.
      folder: Where spill files are.
      plans: What to send, in this order.
      now_fn: The clock, Unix time.

    Yields:
      Each plan after it was sent, with why Kafka refused it again; empty when it did not.

    Raises:
      KafkaUnavailable: Kafka does not answer.
      KafkaMisconfigured: It refuses us.
    """
    sink = Sink(settings, PATIENCE, limits=limits_of(settings, {row.topic for one in plans for row in one.rows}))
    try:
        for one in plans:
            refused = _send(sink, one)
            if not refused:
                _mark(sink, settings, folder, one.letter, now_fn())
            yield one, refused
    finally:
        sink.close()


def _send(sink: Sink, chosen: Plan) -> str:
    for row in chosen.rows:  # one after the other: `latest` must not say what `articles` did not
        for reject in sink.write([row]):
            return f"{type(reject.error).__name__}: {reject.error}"
    return ""


def _mark(sink: Sink, settings: KafkaSettings, folder: Path, letter: Letter, now: float) -> None:
    if letter.name.startswith("spill:"):
        _, file, line = letter.name.split(":")
        spill.mark(folder, file, int(line), instants.to_text(now))
    else:
        sink.write([marker(settings, letter)])


def limits_of(settings: KafkaSettings, names: Collection[str]) -> dict[str, int]:
    """``max.message.bytes`` of the topics that are there; the broker counts it after compression, we before."""
    with admin(settings) as client:
        there = sorted(set(names) & set(client.list_topics()))
        if not there:
            return {}
        answer: Any = client.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name) for name in there], config_filter="all"
        )
    return {name: int(answer["topic"][name]["max.message.bytes"]["value"]) for name in there}


def _latest(settings: KafkaSettings, keys: Collection[bytes]) -> dict[bytes, Said]:
    """What `latest` says of some keys; only their partitions are read."""
    found: dict[bytes, Said] = {}

    def apply(record: Any) -> None:
        if record.key in keys:
            said = said_by(record.value)
            if said is None:
                found.pop(record.key, None)
            else:
                found[record.key] = said

    for partition in sorted({partition_of(key, settings.partitions) for key in keys}):
        reader = PartitionReader(settings, settings.topic("latest"), partition, PATIENCE)
        try:
            reader.catch_up(apply)
        finally:
            reader.close()
    return found
