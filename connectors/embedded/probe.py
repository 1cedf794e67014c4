"""Asks a port who listens there: the one question that decides whether a broker is ready, and is ours.

One Metadata request, version 2 (https://kafka.apache.org/protocol.html), on a bare socket: a client would retry,
log and cache, and what counts here is the first answer.
"""

import socket
import struct

_METADATA, _VERSION = 3, 2
_LARGEST = 1_000_000  # bytes; what speaks another protocol seems to announce gigabytes


def metadata_request() -> bytes:
    """Returns a Metadata request for no topic, with its length before it."""
    client = b"beatwire"
    body = struct.pack(">hhih", _METADATA, _VERSION, 1, len(client)) + client + struct.pack(">i", 0)
    return struct.pack(">i", len(body)) + body


def parse_metadata(answer: bytes) -> tuple[str | None, int]:
    """Reads cluster id and number of live brokers out of an answer without its length.

    Raises:
      ValueError: The bytes are no such answer.
    """
    try:
        _, brokers = struct.unpack_from(">ii", answer)
        position = 8
        for _ in range(brokers):
            _, position = _string(answer, position + 4)  # node id, host
            _, position = _string(answer, position + 4)  # port, rack
        cluster, _ = _string(answer, position)
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError("not an answer to a Metadata request") from error
    return cluster, brokers


def _string(data: bytes, position: int) -> tuple[str | None, int]:
    """Reads a nullable string; returns it and the position after it."""
    (length,) = struct.unpack_from(">h", data, position)
    start = position + 2
    if length < 0:
        return None, start
    if start + length > len(data):
        raise struct.error("a string longer than the answer")
    return data[start : start + length].decode(), start + length


def live_cluster(host: str, port: int, timeout: float = 2.0) -> str | None:
    """Returns the cluster id of the Kafka that listens there and has a live broker; None when there is none (yet)."""
    try:
        with socket.create_connection((host, port), timeout) as connection, connection.makefile("rb") as answers:
            connection.sendall(metadata_request())
            (length,) = struct.unpack(">i", answers.read(4))
            if not 0 < length < _LARGEST:
                return None
            cluster, brokers = parse_metadata(answers.read(length))
    except (OSError, struct.error, ValueError):
        return None
    return cluster if brokers > 0 else None
