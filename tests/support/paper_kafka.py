"""Kafka on paper: topics as lists, for steps that are driven by hand. What a broker does is tested on a real one."""

import types
from collections import defaultdict

import msgspec

from connectors.kafka.partition import partition_of
from connectors.kafka.rows import Reject
from transforms.errors import KafkaUnavailable


class PaperKafka:
    """Records by topic, in the order in which they were acknowledged.

    Attributes:
      away: While it is true, writing and reading raise `KafkaUnavailable`.
      refused: Pairs of topic and key that are refused for good.
      written: The topic of each record, in order: what was acknowledged before what.
    """

    def __init__(self, settings):
        self.settings = settings
        self.away = False
        self.refused = set()
        self.written = []
        self._records = defaultdict(list)

    def write(self, rows):
        self._reach()
        rejects = []
        for row in rows:
            name = self._name(row.topic)
            if (name, row.key) in self.refused:
                rejects.append(Reject(row, ValueError(f"{name} does not take it")))
                continue
            partition = partition_of(row.key, self.settings.partitions) if row.partition is None else row.partition
            record = types.SimpleNamespace(
                topic=name,
                key=row.key,
                value=row.value,
                headers=row.headers,
                partition=partition,
                offset=len(self._records[name]),
                timestamp=len(self.written),
            )
            self._records[name].append(record)
            self.written.append(name)
        return tuple(rejects)

    def close(self):
        """A sink can be closed."""

    def read(self, name, after=0):
        self._reach()
        return self._records[name][after:]

    def values(self, name, kind):
        return [msgspec.json.decode(record.value, type=kind) for record in self._records[name]]

    def put(self, name, key, value):
        """As if some earlier run had written it."""
        encoded = msgspec.json.encode(value)
        partition = partition_of(key, self.settings.partitions)
        offset = len(self._records[name])
        self._records[name].append(
            types.SimpleNamespace(
                topic=name,
                key=key.encode(),
                value=encoded,
                headers=(),
                partition=partition,
                offset=offset,
                timestamp=len(self.written),
            )
        )

    def lose(self, name, count):
        """Takes back the newest records of a topic, as if their writer had died before."""
        del self._records[name][-count:]

    def _name(self, topic):
        return topic.removeprefix(f"{self.settings.prefix}.").rpartition(".")[0]

    def _reach(self):
        if self.away:
            raise KafkaUnavailable("Kafka is away")


class PaperReader:
    """Reads a topic, or one partition of it, as `connectors.kafka.memory` does."""

    def __init__(self, kafka, name, partition=None):
        self._kafka, self._name, self._partition, self._next = kafka, name, partition, 0
        self.times = 0

    def catch_up(self, apply):
        self.times += 1
        for record in self._kafka.read(self._name, self._next):
            self._next += 1
            if self._partition in (None, record.partition):
                apply(record)

    def close(self):
        """A reader can be closed."""
