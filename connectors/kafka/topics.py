"""The topics: one table, and what is done with it (create, compare, require at start)."""

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Any

from kafka import KafkaAdminClient, errors
from kafka.admin import ConfigResource, ConfigResourceType

from connectors.kafka.probe import cause
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured, KafkaUnavailable

_DAY = 86_400_000
_COMMON = {"message.timestamp.type": "LogAppendTime"}  # an old or future date would else expire or refuse a record
_SEGMENTS = {"segment.ms": str(_DAY), "min.cleanable.dirty.ratio": "0.1"}  # the active segment is never compacted


@dataclasses.dataclass(frozen=True)
class Topic:
    """One topic: the name between prefix and version, its key and content in words, its settings."""

    name: str
    key: str
    holds: str
    configs: dict[str, str]
    optional: bool = False


def _kept(days: int, **more: str) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(days * _DAY), **_COMMON, **more}


def _compacted(days: int | None, **more: str) -> dict[str, str]:
    policy = {"cleanup.policy": "compact,delete", "retention.ms": str((days or 0) * _DAY)}
    return {**(policy if days else {"cleanup.policy": "compact"}), **_COMMON, **_SEGMENTS, **more}


TOPICS = (
    Topic("articles", "article id", "every version on the beat: the log for bots and analysis", _kept(30)),
    Topic(
        "latest",
        "article id",
        "the newest version of each article: dashboards read it from the start and go on live",
        _compacted(180, **{"delete.retention.ms": str(7 * _DAY)}),
    ),
    Topic("finds", "item id", "every entry of a feed as it was found", _kept(30)),
    Topic("outcomes", "find id", "how each find ended", _compacted(90)),
    Topic("feeds", "feed id", "cursor and health of each feed", _compacted(None)),
    Topic(
        "dead-letters",
        "original key",
        "what could not be published: original bytes, key, headers; error headers",
        _kept(30, **{"max.message.bytes": str(4 * 1024 * 1024)}),
    ),
    Topic("texts", "article id", "full texts, for those who have the right", _kept(7), optional=True),
)


@dataclasses.dataclass(frozen=True)
class Drift:
    """Where a topic differs from the table: what, what it should be, what it is (None: the topic is missing)."""

    topic: str
    what: str
    expected: str
    actual: str | None

    def __str__(self) -> str:
        if self.actual is None:
            return f"{self.topic} is missing"
        return f"{self.topic}: {self.what} is {self.actual}, expected {self.expected}"


@contextlib.contextmanager
def admin(settings: KafkaSettings) -> Iterator[KafkaAdminClient]:
    """An admin client for one use.

    Raises:
      KafkaUnavailable: With the true cause, when Kafka cannot be reached.
      KafkaMisconfigured: When it refuses us.
    """
    client = None
    try:
        client = KafkaAdminClient(
            **settings.client(), bootstrap_timeout_ms=5000, request_timeout_ms=15000, client_id="beatwire-admin"
        )
        yield client
    except (errors.TopicAuthorizationFailedError, errors.ClusterAuthorizationFailedError) as error:
        raise KafkaMisconfigured(f"Kafka at {settings.bootstrap} does not give us the right: {error}") from error
    except errors.KafkaError as error:
        raise KafkaUnavailable(cause(settings) or f"Kafka at {settings.bootstrap}: {error}") from error
    finally:
        if client is not None:
            client.close()


def wanted() -> tuple[Topic, ...]:
    """The topics that a pipeline needs; optional ones are left to those who switch them on."""
    return tuple(topic for topic in TOPICS if not topic.optional)


def create(settings: KafkaSettings) -> tuple[str, ...]:
    """Creates the topics that are missing; changes none that exist.

    Returns:
      The full names of those created.
    """
    with admin(settings) as client:
        there = set(client.list_topics())
        missing = {settings.topic(topic.name): topic for topic in wanted() if settings.topic(topic.name) not in there}
        if missing:
            with contextlib.suppress(errors.TopicAlreadyExistsError):  # two that start at once want the same
                client.create_topics(
                    {
                        name: {
                            "num_partitions": settings.partitions,
                            "replication_factor": settings.replication,
                            "configs": topic.configs,
                        }
                        for name, topic in missing.items()
                    },
                    wait_for_metadata=True,
                )
        return tuple(missing)


def compare(settings: KafkaSettings) -> tuple[Drift, ...]:
    """What on Kafka differs from the table: missing topics, partition counts, settings."""
    drifts: list[Drift] = []
    with admin(settings) as client:
        there = set(client.list_topics())
        names = {settings.topic(topic.name): topic for topic in wanted()}
        drifts += [Drift(name, "topic", "there", None) for name in names if name not in there]
        present = [name for name in names if name in there]
        for name, count in _partitions(client, present).items():
            if count != settings.partitions:
                drifts.append(Drift(name, "number of partitions", str(settings.partitions), str(count)))
        for name, configs in _configs(client, present).items():
            for key, value in names[name].configs.items():
                actual = configs.get(key, "")
                if sorted(actual.split(",")) != sorted(value.split(",")):
                    drifts.append(Drift(name, key, value, actual))
    return tuple(drifts)


def require(settings: KafkaSettings) -> None:
    """Checks at start what a pipeline cannot run without.

    Raises:
      KafkaMisconfigured: A topic is missing, or its partition count changed; says what mends it.
      KafkaUnavailable: Kafka cannot be reached.
    """
    for drift in compare(settings):
        if drift.actual is None:
            raise KafkaMisconfigured(f"topic {drift}: run `beatwire topics create`")
        if drift.what == "number of partitions":
            raise KafkaMisconfigured(
                f"topic {drift}. Partitions are a contract of the keys: set kafka.partitions to {drift.actual}, "
                "or use another kafka.prefix"
            )


def _partitions(client: KafkaAdminClient, names: list[str]) -> dict[str, int]:
    if not names:
        return {}
    return {topic["name"]: len(topic["partitions"]) for topic in client.describe_topics(names)}


def _configs(client: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    answer: Any = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    return {name: _plain(answer, name) for name in names}


def _plain(answer: Any, name: str) -> dict[str, str]:
    found: Any = answer["topic"][name] if isinstance(answer, dict) and "topic" in answer else answer[name]
    return {key: str(value.get("value") if isinstance(value, dict) else value) for key, value in found.items()}
