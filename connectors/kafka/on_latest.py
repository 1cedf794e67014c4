"""What `latest` says of some articles by now, for who compares before writing there."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from connectors.kafka.memory import PartitionReader
from connectors.kafka.partition import partition_of
from connectors.kafka.settings import KafkaSettings


class Said(msgspec.Struct, frozen=True):
    """Of an event what a comparison needs."""

    event: str
    revision: int


class _Event(msgspec.Struct, frozen=True):
    version: Said


def said_by(value: bytes | None) -> Said | None:
    """Which version of an article an event is; None when it is no event."""
    try:
        return msgspec.json.decode(value or b"", type=_Event).version
    except msgspec.DecodeError:
        return None


class OnLatest:
    """The newest versions of some articles; only their partitions are read, and caught up at each `read`.

    Args:
      settings: Where `latest` is.
      keys: The articles.
      patience: Seconds that one look at a partition may take.
    """

    def __init__(self, settings: KafkaSettings, keys: Collection[bytes], patience: float) -> None:
        self._partitions = {key: partition_of(key, settings.partitions) for key in keys}
        self._readers = {
            number: PartitionReader(settings, settings.topic("latest"), number, patience)
            for number in sorted(set(self._partitions.values()))
        }
        self._said: dict[bytes, Said] = {}

    def read(self, keys: Collection[bytes]) -> Mapping[bytes, Said]:
        """What `latest` says now of some of the articles, at least; one without a version lacks.

        Raises:
          KafkaUnavailable: Kafka does not answer.
          KafkaMisconfigured: It refuses us.
        """
        for number in {self._partitions[key] for key in keys}:
            self._readers[number].catch_up(self._apply)
        return self._said

    def close(self) -> None:
        """Ends the consumers."""
        for reader in self._readers.values():
            reader.close()

    def _apply(self, record: Any) -> None:
        if record.key not in self._partitions:
            return
        said = said_by(record.value)
        if said is None:
            self._said.pop(record.key, None)
        else:
            self._said[record.key] = said
