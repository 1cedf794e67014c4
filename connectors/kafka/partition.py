"""Partitions by key, as Java's default partitioner computes them."""

from kafka.partitioner.default import murmur2


def partition_of(key: str | bytes, partitions: int) -> int:
    """The partition of a key: murmur2, positive, modulo (Kafka's ``BuiltInPartitioner``).

    Args:
      key: Text (then UTF-8) or bytes.
      partitions: Number of partitions of the topic.
    """
    data = key.encode() if isinstance(key, str) else key
    return int((murmur2(data) & 0x7FFFFFFF) % partitions)
