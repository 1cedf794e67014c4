"""The coder of all records: one version byte, then MessagePack with fields in their declared order.

State on a runner and elements between steps outlive a deployment, so the bytes of every record are pinned by tests.
Adding a field with a default keeps old bytes readable; anything else needs a new version byte.
"""

from typing import Any, Generic, TypeVar

import msgspec
from apache_beam import coders
from apache_beam.coders import registry

from transforms import records

VERSION = b"\x01"
T = TypeVar("T")


class RecordCoder(coders.Coder, Generic[T]):  # type: ignore[misc]  # Beam's base is untyped
    """Deterministic coder of one record type.

    Args:
      record: The `transforms.records.Record` class; encoded values must be of exactly this type.
    """

    def __init__(self, record: type[T]) -> None:
        self.record = record

    def encode(self, value: T) -> bytes:
        return VERSION + msgspec.msgpack.encode(value, order="deterministic")

    def decode(self, encoded: bytes) -> T:
        """Bytes to record.

        Raises:
          ValueError: If another version wrote them.
        """
        if encoded[:1] != VERSION:
            raise ValueError(f"{self.record.__name__} stored in form {encoded[:1]!r}, this version reads {VERSION!r}")
        return msgspec.msgpack.decode(encoded[1:], type=self.record)

    def is_deterministic(self) -> bool:
        return True

    def to_type_hint(self) -> type[T]:
        return self.record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecordCoder) and self.record is other.record

    def __hash__(self) -> int:
        return hash((type(self), self.record))


class _Registered(RecordCoder[Any]):
    """What the registry makes of a type hint."""

    @classmethod
    def from_type_hint(cls, typehint: Any, _: Any) -> RecordCoder[Any]:
        return RecordCoder(typehint)


def register(*types: type[records.Record]) -> None:
    """Lets Beam find the coder of these records by their type hints."""
    for record in types:
        registry.register_coder(record, _Registered)


register(records.Find, records.Fetched, records.Read, records.Tagged, records.Outcome)
