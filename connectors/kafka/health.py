"""How the feeds are: what `feeds` says of each, for people."""

import contextlib
from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.kafka.access import reach
from connectors.kafka.memory import TopicReader
from connectors.kafka.settings import KafkaSettings

PATIENCE = 15.0  # seconds that a command waits for Kafka


class Health(msgspec.Struct, frozen=True, rename="camel"):
    """The part of a `transforms.cursor.Cursor` that people look at; instants are texts, as there."""

    feed_id: str
    url: str = ""
    polls: int = 0
    polled: str | None = None
    succeeded: str | None = None
    failures: int = 0
    error: str = ""
    next_poll: str | None = None
    found: int = 0
    newest: str | None = None
    quiet: str | None = None

    @property
    def state(self) -> str:
        """In a word or two."""
        if not self.polls:
            return "not polled yet"
        if self.failures:
            return f"failing ({self.failures})"
        return "quiet" if self.quiet else "ok"


class Known(msgspec.Struct, frozen=True):
    """What `feeds` says of one feed.

    Attributes:
      health: What people look at.
      record: All of it, as it stands there.
    """

    health: Health
    record: Mapping[str, Any]


class _Source(msgspec.Struct, frozen=True):
    id: str


class _Entry(msgspec.Struct, frozen=True):
    title: str = ""
    link: str = ""


class RecentFind(msgspec.Struct, frozen=True, rename="camel"):
    """The part of a `transforms.records.Find` that people look at."""

    find_id: str
    source: _Source
    entry: _Entry
    found: str


def recent_finds(
    settings: KafkaSettings, feed_id: str, since: float, patience: float = PATIENCE
) -> tuple[RecentFind, ...]:
    """A feed's finds on `finds` since a Unix time, each once, oldest first.

    Raises:
      KafkaUnavailable: Kafka does not answer.
      KafkaMisconfigured: It refuses us, or the topic is missing.
    """
    found: dict[str, RecentFind] = {}

    def apply(record: Any) -> None:
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
            find = msgspec.json.decode(record.value or b"", type=RecentFind)
            if find.source.id == feed_id:
                found.setdefault(find.find_id, find)

    reader = TopicReader(settings, settings.topic("finds"), patience, since=since)
    try:
        reader.catch_up(apply)
    finally:
        reader.close()
    return tuple(sorted(found.values(), key=lambda one: one.found))


def read_health(settings: KafkaSettings, patience: float = PATIENCE) -> dict[str, Known]:
    """What `feeds` says, by feed id. A record that cannot be read is passed over.

    Args:
      settings: Where it is.
      patience: Seconds to wait for Kafka.

    Raises:
      KafkaUnavailable: Kafka does not answer.
      KafkaMisconfigured: It refuses us, or the topic is missing.
    """
    reach(settings)  # says in a moment what a consumer takes long to find out
    found: dict[str, Known] = {}

    def apply(record: Any) -> None:
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
            health = msgspec.json.decode(record.value or b"", type=Health)
            found[health.feed_id] = Known(health, msgspec.json.decode(record.value))

    reader = TopicReader(settings, settings.topic("feeds"), patience)
    try:
        reader.catch_up(apply)
    finally:
        reader.close()
    return found
