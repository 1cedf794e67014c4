"""Replaying dead letters: what would be sent where, whether it would still be refused, and sending it.

The original key, value and headers go to the original topic, so the event keeps its id. An event that `articles`
refused never came to `latest` either, since Publish sends it there afterwards; it is sent to both, in the same order.

    plan_all: what would be sent -> send_all, by small batches: catch up `latest` -> leave out what is older by now
                                    -> `articles` acknowledged -> `latest` acknowledged -> marked as replayed

A pipeline may be at work meanwhile, and what it says must stay the last word: so each batch is compared with `latest`
anew, right before it is sent. What it says within those few milliseconds is not seen; a replay takes no lease. A crash
before a batch is marked may have its letters sent twice, under the same ids.
"""

import dataclasses
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType

from connectors.kafka import spill
from connectors.kafka.access import admin
from connectors.kafka.letters import PATIENCE, Letter, marker
from connectors.kafka.on_latest import OnLatest, Said, said_by
from connectors.kafka.rows import Row, fault_of
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import Sink
from connectors.kafka.topics import TOPICS
from transforms import instants

BATCH, BATCH_BYTES = 100, 8 * 1024 * 1024  # letters sent after one look at `latest`, and the bytes after which no more
_EVENTS = ("articles", "latest")


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
    if name == "sources":
        return refused("the list of feeds is the configuration's: it is written again whenever the two differ", True)
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


def on_latest(settings: KafkaSettings, letters: Iterable[Letter]) -> OnLatest:
    """What `latest` says of the articles of all letters that are events; to be closed."""
    return OnLatest(settings, _articles(settings, letters), PATIENCE)


def plan_all(settings: KafkaSettings, letters: Sequence[Letter], latest: OnLatest) -> tuple[Plan, ...]:
    """Decides on letters, with what Kafka says now.

    Args:
      settings: Where to.
      letters: With their values.
      latest: Of these letters, or of more.

    Raises:
      KafkaUnavailable: Kafka does not answer.
      KafkaMisconfigured: It refuses us.
    """
    limits = limits_of(settings, {one.topic for one in letters} | {settings.topic(name) for name in _EVENTS})
    there = settings.topic("latest") in limits
    said = latest.read(_articles(settings, letters)) if there else {}
    return tuple(plan(letter, settings, limits, said) for letter in letters)


def send_all(
    settings: KafkaSettings,
    folder: Path,
    plans: Sequence[Plan],
    latest: OnLatest,
    force: bool = False,
    now_fn: Callable[[], float] = time.time,
) -> Iterator[tuple[Plan, str]]:
    """Sends letters, each marked as replayed after its acknowledgement.

    Args:
      settings: Where to.
      folder: Where spill files are.
      plans: What to send, in this order.
      latest: Of the letters of these plans.
      force: Send also what would undo something newer by now.
      now_fn: The clock, Unix time.

    Yields:
      Each plan when its batch is done, with why it was not sent or Kafka refused it again; empty when it was sent.

    Raises:
      KafkaUnavailable: Kafka does not answer.
      KafkaMisconfigured: It refuses us.
    """
    sink = Sink(settings, PATIENCE, limits=limits_of(settings, {row.topic for one in plans for row in one.rows}))
    try:
        for batch in _batches(plans):
            letters = [one.letter for one in batch]
            said = {} if force else latest.read(_articles(settings, letters))
            overtaken = [_overtaken(one, said) if _is_event(settings, one) else "" for one in letters]
            left = [f"not sent: {why}; --force sends it all the same" if why else "" for why in overtaken]
            left = _send(sink, batch, left)
            _mark(sink, settings, folder, [one for one, why in zip(letters, left, strict=True) if not why], now_fn())
            yield from zip(batch, left, strict=True)
    finally:
        sink.close()


def _is_event(settings: KafkaSettings, letter: Letter) -> bool:
    return letter.topic in {settings.topic(name) for name in _EVENTS}


def _articles(settings: KafkaSettings, letters: Iterable[Letter]) -> set[bytes]:
    return {one.key for one in letters if one.key is not None and _is_event(settings, one)}


def _batches(plans: Sequence[Plan]) -> Iterator[list[Plan]]:
    """Plans in order; no batch has two of one key, for the second is compared with what became of the first."""
    batch: list[Plan] = []
    keys, size = set[bytes](), 0
    for one in plans:
        key = one.letter.key
        if batch and (len(batch) >= BATCH or size >= BATCH_BYTES or key in keys):
            yield batch
            batch, keys, size = [], set(), 0
        batch.append(one)
        keys |= {key} if key is not None else set()
        size += sum(row.size for row in one.rows)
    if batch:
        yield batch


def _send(sink: Sink, batch: Sequence[Plan], left: Sequence[str]) -> list[str]:
    """Sends those of a batch that nothing speaks against.

    One topic after the other: `latest` must not say what `articles` did not.

    Returns:
      Why not, for each, with what Kafka refused.
    """
    why = list(left)
    for place in range(max(len(one.rows) for one in batch)):
        numbers = [number for number, one in enumerate(batch) if not why[number] and place < len(one.rows)]
        rows = [batch[number].rows[place] for number in numbers]
        owner = {id(row): number for row, number in zip(rows, numbers, strict=True)}
        for reject in sink.write(rows):
            why[owner[id(reject.row)]] = f"refused again: {type(reject.error).__name__}: {reject.error}"
    return why


def _mark(sink: Sink, settings: KafkaSettings, folder: Path, letters: Iterable[Letter], now: float) -> None:
    markers = []
    for letter in letters:
        if letter.name.startswith("spill:"):
            _, file, line = letter.name.split(":")
            spill.mark(folder, file, int(line), instants.to_text(now))
        else:
            markers.append(marker(settings, letter))
    sink.write(markers)


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
