"""Making and retiring kafka-python's producers; the one place that touches its private names.

A producer of which one future failed is dead: the idempotent one goes FATAL or wedges on an expired batch, and
``close`` raises. It can only be ended by force, which no public method does; the version is pinned and a test guards
the names.
"""

import contextlib
import logging
from typing import Any

import kafka.producer.kafka as producer_module
from kafka import KafkaProducer

from connectors.kafka.settings import KafkaSettings

JOIN = 5.0  # seconds that a retired producer's thread is given to end

_DEFAULTS: dict[str, Any] = {
    "acks": "all",
    "enable_idempotence": True,
    "max_in_flight_requests_per_connection": 5,
    "linger_ms": 5,
    "batch_size": 128 * 1024,
    "compression_type": "zstd",
    "request_timeout_ms": 15_000,
    "delivery_timeout_ms": 60_000,
    "max_block_ms": 15_000,
    "bootstrap_timeout_ms": 15_000,
    "reconnect_backoff_max_ms": 1_000,
    "allow_auto_create_topics": False,
}
# Not idempotent, one request at a time: its errors are true per batch, and it cannot wedge. Time-outs may duplicate.
_CAREFUL: dict[str, Any] = {"enable_idempotence": False, "max_in_flight_requests_per_connection": 1}


def make(settings: KafkaSettings, careful: bool, within: float) -> KafkaProducer:
    """A producer.

    Args:
      settings: Where to.
      careful: For sending again what a failed one left.
      within: Seconds that finding the cluster may take at most.
    """
    found = {"bootstrap_timeout_ms": int(min(within * 1000, _DEFAULTS["bootstrap_timeout_ms"]))}
    return KafkaProducer(**{**_DEFAULTS, **(_CAREFUL if careful else {}), **found, **settings.client()})


def retire(producer: KafkaProducer) -> None:
    """Ends a producer for good, whatever state it is in."""
    with contextlib.suppress(Exception):
        producer._sender.force_close()
        producer._sender.join(JOIN)
        producer.close(0)
    producer_module.log = logging.getLogger("kafka.producer.kafka")  # close() puts a null logger in its place
