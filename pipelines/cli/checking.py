"""What `check` looks at: configuration, Kafka, topics, local runner, Java; each with what to do if it is not right."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipelines import config
from transforms.errors import BeatwireError, ConfigError

if TYPE_CHECKING:
    from connectors.kafka.settings import KafkaSettings
    from connectors.kafka.topics import Drift

State = Literal["ok", "failed", "skipped"]


@dataclasses.dataclass(frozen=True)
class Finding:
    """What came of one look.

    Attributes:
      what: What was looked at.
      state: ``skipped`` when something before it failed.
      said: What was found.
      fix: What to do; empty when it is right.
    """

    what: str
    state: State
    said: str
    fix: str = ""


def check_all(path: Path | None, overrides: Mapping[str, object]) -> Iterator[Finding]:
    """Looks at everything, the cheap and the causes first; yields each finding when it is known.

    Args:
      path: The configuration's file, or None.
      overrides: What the command line says.
    """
    kafka: KafkaSettings | None = None
    try:
        read = config.load(path, overrides)
    except ConfigError as error:
        for text in str(error).splitlines():
            yield Finding("configuration", "failed", text, "correct it")
    else:
        feeds = f"{len(read.feeds)} feeds" if read.feeds else config.NO_FEEDS
        yield Finding("configuration", "ok", feeds)
        try:
            kafka = read.kafka_settings()
        except ConfigError as error:
            yield Finding("Kafka", "failed", str(error), "name a Kafka and how to be let in")
    yield from _kafka(kafka)
    from connectors.embedded.java import find_java
    from connectors.embedded.prism import find_prism

    yield from machine(find_java, find_prism)


def _kafka(settings: "KafkaSettings | None") -> Iterator[Finding]:
    if settings is None:
        yield Finding("topics", "skipped", "there is no Kafka to ask")
        return
    from connectors.kafka.access import reach
    from connectors.kafka.topics import compare

    try:
        reach(settings)
        drifts = compare(settings)
    except BeatwireError as error:
        otherwise = "start it" if error.retriable else "ask those who run Kafka for the rights"
        fix = f"correct [kafka] in beatwire.toml, or {otherwise}"
        yield Finding("Kafka", "failed", str(error), fix)
        yield Finding("topics", "skipped", "Kafka does not answer")
        return
    yield Finding("Kafka", "ok", f"{settings.bootstrap} answers")
    if not drifts:
        yield Finding("topics", "ok", f"all of {settings.topic('*')} are as they should be")
    for drift in drifts:
        yield Finding("topics", "failed", str(drift), fix_of(drift))


def fix_of(drift: "Drift") -> str:
    """What to do about a topic that is not as it should be."""
    if drift.actual is None:
        return "run `beatwire topics create`"
    if drift.what == "number of partitions":
        return f"set kafka.partitions to {drift.actual}, or use another kafka.prefix"
    return f"set {drift.what}={drift.expected} on the topic by Kafka's own tools"


def machine(find_java: Callable[[], object], find_runner: Callable[[], object]) -> Iterator[Finding]:
    """What `up` and `run` need on this machine; nothing is fetched.

    Args:
      find_java: Finds Java, or None.
      find_runner: Finds the local runner, or None.
    """
    for what, find, whose in (
        ("runner", find_runner, "Beam's local runner, Prism"),
        ("Java", find_java, "Java 17 or later, for the embedded Kafka"),
    ):
        found = find()
        if found is None:
            fix = "`beatwire up` fetches it when it starts"
            yield Finding(what, "failed", f"{whose} is not here", fix)
        else:
            yield Finding(what, "ok", str(getattr(found, "path", found)))
