"""Java property files, and the properties of a broker that runs beside its user on one machine."""

import re
from collections.abc import Mapping
from pathlib import Path


def render(properties: Mapping[str, object]) -> str:
    """Writes a property file as ``java.util.Properties.load`` reads it: ISO 8859-1, ``\\uXXXX`` for all else.

    Keys are plain Kafka names and are written as they are; in values a backslash, a line break and a leading blank
    would be read as something else, and are escaped.
    """
    return "".join(f"{key}={_escape(str(value))}\n" for key, value in properties.items())


def _escape(value: str) -> str:
    value = value.replace("\\", "\\\\")
    if value.startswith(" "):
        value = "\\" + value
    return "".join(char if " " <= char <= "~" else _utf16_units(char) for char in value)


def _utf16_units(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def value_of(key: str, text: str) -> str | None:
    """Returns a plain value (no escapes) out of a property file such as ``meta.properties``, or None."""
    found = re.search(rf"^{re.escape(key)}=(.*)$", text, re.MULTILINE)
    return found.group(1).strip() if found else None


def broker_properties(log: Path, port: int, controller_port: int) -> dict[str, object]:
    """Returns ``server.properties`` of a broker that is its own controller, on loopback, for one user.

    Args:
      log: Folder of the records.
      port: Where clients connect.
      controller_port: Where KRaft's controller listens, for the broker itself.
    """
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "log.dirs": log,
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
        # A topic that nobody made has no settings either.
        "auto.create.topics.enable": "false",
        # One node holds each record once.
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        # Two cores, one user: threads and buffers sized for a data centre cost 100 MB and start slowly.
        "num.network.threads": 2,
        "num.io.threads": 2,
        "background.threads": 2,
        "num.recovery.threads.per.data.dir": 1,
        "log.cleaner.threads": 1,
        "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,
        # Index files are made at this size, sparse: the default's 10 MB for each partition frighten whoever looks.
        "log.index.size.max.bytes": 64 * 1024,
        # Else a restart after a kill waits 9 s for the session of the broker's former life to end.
        "broker.session.timeout.ms": 2000,
        "broker.heartbeat.interval.ms": 500,
        "controller.quorum.fetch.timeout.ms": 2000,
        # A consumer group of one member gains nothing by waiting for others.
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
    }
