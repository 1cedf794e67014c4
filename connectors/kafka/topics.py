"""The topics: one table, and what is done with it (create, compare, require at start)."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from kafka import KafkaAdminClient, errors
from kafka.admin import ConfigResource, ConfigResourceType

from connectors.kafka.access import admin, listed, reach
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured

DEAD_LETTER_BYTES = 5 * 1024 * 1024

_HOUR = 3_600_000  # milliseconds
_DAY = 24 * _HOUR
LEASE_SECONDS = 3 * 3600.0  # that `leases` keeps at least: many times what its fold must see
CREATED_WITHIN = 60_000  # milliseconds until new topics have their leaders; half a second on a quiet machine

_COMMON = {"message.timestamp.type": "LogAppendTime"}  # an old or future date would else expire or refuse a record
# The active segment is never compacted, and by default one is active for a week or a gigabyte.
_SEGMENTS = {
    "segment.ms": str(6 * _HOUR),
    "segment.bytes": str(32 * 1024 * 1024),
    "min.cleanable.dirty.ratio": "0.1",
    "max.compaction.lag.ms": str(_DAY),
}


@dataclasses.dataclass(frozen=True)
class Topic:
    """One topic.

    Attributes:
      name: Between prefix and version.
      key: What the key is. All topics have the same number of partitions, and the key alone decides on one.
      holds: What it is for.
      configs: Its settings, as Kafka names them.
      memory: The pipeline reads it back.
      optional: Off by default.
    """

    name: str
    key: str
    holds: str
    configs: dict[str, str]
    memory: bool = False
    optional: bool = False


def _kept(days: int, **more: str) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(days * _DAY), **_COMMON, **more}


def _compacted(days: int | None, **more: str) -> dict[str, str]:
    policy = {"cleanup.policy": "compact,delete", "retention.ms": str((days or 0) * _DAY)}
    return {**(policy if days else {"cleanup.policy": "compact"}), **_COMMON, **_SEGMENTS, **more}


TOPICS = (
    Topic(
        "articles",
        "article id",
        "every version on the beat: the log for bots and analysis",
        _kept(30),
        memory=True,  # its end: what a writer that died had said there only
    ),
    Topic(
        "latest",
        "article id",
        "the newest version of each article: dashboards read it from the start and go on live",
        _compacted(180, **{"delete.retention.ms": str(7 * _DAY)}),
        memory=True,
    ),
    Topic("finds", "item id", "every entry of a feed as it was found", _kept(30), memory=True),
    Topic("outcomes", "find id", "how each find ended", _compacted(90), memory=True),
    Topic("feeds", "feed id", "cursor and health of each feed", _compacted(None), memory=True),
    Topic("sources", "feed id", "the feeds that are polled, as configured", _compacted(None), memory=True),
    Topic(
        "dead-letters",
        "original key",
        "what could not be published: original bytes, key, headers; error headers",
        _kept(30, **{"max.message.bytes": str(DEAD_LETTER_BYTES)}),
    ),
    Topic(
        "leases",
        "constant",
        "which run may write: claims, renewals, releases",
        # An active segment never expires, and the log is read from its start.
        {
            "cleanup.policy": "delete",
            "retention.ms": str(int(LEASE_SECONDS * 1000)),
            "segment.ms": str(_HOUR),
            **_COMMON,
        },
        memory=True,
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


def wanted() -> tuple[Topic, ...]:
    """The topics that a pipeline needs; optional ones are left to those who switch them on."""
    return tuple(topic for topic in TOPICS if not topic.optional)


def create(settings: KafkaSettings) -> tuple[str, ...]:
    """Creates the topics that are missing; changes none that exist.

    Returns:
      The full names of those created.

    Raises:
      KafkaUnavailable: Kafka cannot be reached.
      KafkaMisconfigured: It refuses us, or the replication asked for.
    """
    reach(settings)
    with admin(settings) as client:
        there = set(client.list_topics())
        missing = {settings.topic(topic.name): topic for topic in wanted() if settings.topic(topic.name) not in there}
        if not missing:
            return ()
        answer = client.create_topics(
            {
                name: {
                    "num_partitions": settings.partitions,
                    "replication_factor": settings.replication,
                    "configs": topic.configs,
                }
                for name, topic in missing.items()
            },
            raise_errors=False,
        )
        created = []
        for told in answer["topics"]:
            error = errors.for_code(told["error_code"])
            if error is errors.NoError:
                created.append(told["name"])
            elif error is not errors.TopicAlreadyExistsError:  # two that start at once want the same
                raise error(f"{told['name']}: {told['error_message']}")
        client.wait_for_topics(list(missing), timeout_ms=CREATED_WITHIN)
        return tuple(created)


def compare(settings: KafkaSettings) -> tuple[Drift, ...]:
    """What on Kafka differs from the table: missing topics, partition counts, settings.

    Raises:
      KafkaUnavailable: Kafka cannot be reached.
      KafkaMisconfigured: It refuses us.
    """
    reach(settings)
    names = {settings.topic(topic.name): topic for topic in TOPICS}
    with admin(settings) as client:
        described = _described(client, names)
        drifts = [drift for drift in _shape(settings, described) if drift.actual or not names[drift.topic].optional]
        present = [name for name, one in described.items() if not _is_absent(one)]
        for name, configs in _configs(client, present).items():
            for key, value in names[name].configs.items():
                actual = configs.get(key, "")
                if sorted(actual.split(",")) != sorted(value.split(",")):
                    drifts.append(Drift(name, key, value, actual))
    return tuple(drifts)


def require(settings: KafkaSettings) -> None:
    """Checks at start what a pipeline cannot run without: topics, their partitions, our rights to them.

    Raises:
      KafkaMisconfigured: Says what lacks or changed, and what mends it.
      KafkaUnavailable: Kafka cannot be reached.
    """
    reach(settings)
    names = {settings.topic(topic.name): topic for topic in wanted()}
    with admin(settings) as client:
        described = _described(client, names)
    drifts = _shape(settings, described)
    missing = [drift.topic for drift in drifts if drift.actual is None]
    if missing:
        raise KafkaMisconfigured(f"{listed(missing)} missing or hidden from us: run `beatwire topics create`")
    for drift in drifts:
        raise KafkaMisconfigured(
            f"topic {drift}. Partitions are a contract of the keys: set kafka.partitions to {drift.actual}, "
            "or use another kafka.prefix"
        )
    lacking = [
        f"{right} on {name}"
        for name, topic in names.items()
        for right in ("WRITE", *(["READ"] if topic.memory else []))
        if right not in (described[name]["authorized_operations"] or [right])  # None: the broker does not say
    ]
    if lacking:
        who = f"user {settings.sasl_username!r}" if settings.sasl_username else "us"
        raise KafkaMisconfigured(f"Kafka does not grant {who} the right to {', '.join(lacking)}: have it added")


def _described(client: KafkaAdminClient, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What Kafka says of each topic: `error_code`, `partitions`, `authorized_operations`."""
    said = {topic["name"]: topic for topic in client.describe_topics(list(names))}
    return {name: said[name] for name in names}


def _is_absent(topic: dict[str, Any]) -> bool:
    """True for a topic that is not there, or that we may not even see."""
    return topic["error_code"] in (
        errors.UnknownTopicOrPartitionError.errno,
        errors.TopicAuthorizationFailedError.errno,
    )


def _shape(settings: KafkaSettings, described: dict[str, dict[str, Any]]) -> list[Drift]:
    """Missing topics and changed partition counts."""
    drifts = []
    for name, topic in described.items():
        count = len(topic["partitions"])
        if _is_absent(topic):
            drifts.append(Drift(name, "topic", "there", None))
        elif count != settings.partitions:
            drifts.append(Drift(name, "number of partitions", str(settings.partitions), str(count)))
    return drifts


def _configs(client: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    answer: Any = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    return {name: {key: str(said["value"]) for key, said in answer["topic"][name].items()} for name in names}
