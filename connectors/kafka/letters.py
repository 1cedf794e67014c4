"""Dead letters read back: from `dead-letters` and from spill files, with what was replayed since.

A letter is named by where it stands: ``3/1207`` is offset 1207 of partition 3, ``spill:FILE:LINE`` a line of a spill
file. That one was replayed stands beside it: a marker on `dead-letters` (header ``bw_replayed``), a marking line in the
file.
"""

import dataclasses
import logging
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec

from connectors.kafka import spill
from connectors.kafka.memory import TopicReader
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from transforms import instants
from transforms.errors import KafkaMisconfigured

OURS = ("bw_topic", "bw_step", "bw_error_class", "bw_error", "bw_size", "bw_truncated", "bw_headers")
REPLAYED = "bw_replayed"
PATIENCE = 30.0  # seconds that a command waits for Kafka
EVENT_ID = "ce_id"
_log = logging.getLogger(__name__)
_NAME = re.compile(r"\d{1,9}/\d{1,18}|spill:[^/:]+:\d{1,9}")


class Reader(Protocol):
    """What is needed of `connectors.kafka.memory.PartitionReader`."""

    def catch_up(self, apply: Callable[[Any], None]) -> None: ...


@dataclasses.dataclass(frozen=True)
class Letter:
    """One dead letter.

    Attributes:
      name: Where it stands.
      at: When it was written there, as an instant.
      topic: Full name of the topic it was meant for.
      step: The step that wanted to send it.
      error_class: Name of the error's class.
      error: The error in words.
      size: Bytes of the original value.
      key: The original key.
      value: The original value, or its beginning; None also where bodies are not wanted.
      headers: The original headers; empty when they were left out.
      truncated: Only the beginning of the value was kept.
      headers_kept: False when the original headers were too large to keep.
      replayed: When it was sent to its topic since, or None.
    """

    name: str
    at: str
    topic: str
    step: str
    error_class: str
    error: str
    size: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    truncated: bool
    headers_kept: bool
    replayed: str | None = None


def is_name(text: str) -> bool:
    """Whether this can be the name of a letter."""
    return _NAME.fullmatch(text) is not None


def letter_of(
    name: str, at: str, key: bytes | None, value: bytes | None, headers: Collection[tuple[str, bytes | None]]
) -> Letter:
    """Takes a dead letter apart; our headers stand behind the original ones, which may have the same names.

    A record that is no letter of ours (something else writes to the topic) has no topic, so it cannot be replayed.
    """
    original = [(one, said or b"") for one, said in headers]
    told: dict[str, str] = {}
    while original and original[-1][0] in OURS and original[-1][0] not in told:
        one, said = original.pop()
        told[one] = said.decode("utf-8", "replace")
    size = told.get("bw_size", "")
    return Letter(
        name=name,
        at=at,
        topic=told.get("bw_topic", ""),
        step=told.get("bw_step", ""),
        error_class=told.get("bw_error_class", ""),
        error=told.get("bw_error", ""),
        size=int(size) if size.isdecimal() else len(value or b""),
        key=key,
        value=value,
        headers=tuple(original),
        truncated=told.get("bw_truncated") == "true",
        headers_kept=told.get("bw_headers", "kept") == "kept",
    )


def read(
    settings: KafkaSettings, folder: Path, keep: Callable[[Letter], bool], bodies: bool = True
) -> tuple[Letter, ...]:
    """All dead letters that are wanted, oldest first.

    Args:
      settings: Where `dead-letters` is.
      folder: Where spill files are.
      keep: Says of each letter (``replayed`` is not known yet) whether it is wanted.
      bodies: Whether values are wanted, too; else they are dropped as they are read.

    Raises:
      KafkaUnavailable: Kafka does not answer.
      KafkaMisconfigured: It refuses us, or the topic is missing.
    """
    found: dict[str, Letter] = {}
    marks: dict[str, str] = {}

    def add(letter: Letter) -> None:
        if keep(letter):
            found[letter.name] = letter if bodies else dataclasses.replace(letter, value=None)

    def apply(record: Any) -> None:
        at = instants.to_text(record.timestamp / 1000)
        replayed = dict(record.headers).get(REPLAYED)
        if replayed is not None:
            marks[replayed.decode("utf-8", "replace")] = at
        else:
            add(letter_of(f"{record.partition}/{record.offset}", at, record.key, record.value, record.headers))

    reader = TopicReader(settings, settings.topic("dead-letters"), PATIENCE)
    try:
        reader.catch_up(apply)
    finally:
        reader.close()
    for letter in spilled(folder):
        add(letter)
    marked = (
        dataclasses.replace(one, replayed=marks[one.name]) if one.name in marks else one for one in found.values()
    )
    return tuple(sorted(marked, key=lambda one: one.at))


def refused(topic: str, reader: Reader, folder: Path) -> set[tuple[bytes | None, bytes | None]]:
    """The events that a topic refused for good: key and event id of those that have a letter.

    Args:
      topic: Full name of the topic.
      reader: Of `dead-letters`, or of the partition of it that the keys fall on; where we may not read it, spill files
        alone tell.
      folder: Where spill files are.

    Raises:
      KafkaUnavailable: Kafka does not answer.
    """
    found = set[tuple[bytes | None, bytes | None]]()

    def add(letter: Letter) -> None:
        if letter.topic == topic:
            found.add((letter.key, dict(letter.headers).get(EVENT_ID)))

    try:
        reader.catch_up(lambda one: add(letter_of("", "", one.key, None, one.headers)))
    except KafkaMisconfigured as error:
        _log.warning("dead letters cannot be read, so that one may be written twice: %s", error)
    for letter in spilled(folder):
        add(letter)
    return found


def spilled(folder: Path) -> Iterator[Letter]:
    """The letters in the spill files of a folder."""
    for one in spill.read(folder):
        row = one.row
        letter = letter_of(f"spill:{one.file}:{one.line}", one.at, row.key, row.value, row.headers)
        yield dataclasses.replace(letter, replayed=one.replayed)


def marker(settings: KafkaSettings, letter: Letter) -> Row:
    """The record on `dead-letters` that says that one of them was sent to its topic."""
    said = msgspec.json.encode({"replayed": letter.name, "topic": letter.topic})
    return Row(settings.topic("dead-letters"), letter.key, said, ((REPLAYED, letter.name.encode()),))
