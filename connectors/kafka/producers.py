"""Making, using and retiring kafka-python's producers; the one place that touches its private names.

A producer of which one future failed is dead: the idempotent one goes FATAL or wedges on an expired batch, and
``close`` raises. It can only be ended by force, which no public method does; the version is pinned and a test guards
the names.
"""

import contextlib
import logging
import time
from collections.abc import Sequence
from typing import Any

import kafka.producer.kafka as producer_module
from kafka import KafkaProducer

from connectors.kafka.access import reach
from connectors.kafka.faults import NotSent
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings

JOIN = 5.0  # seconds that a retired producer's thread is given to end

_DEFAULTS: dict[str, Any] = {
    "acks": "all",
    "enable_idempotence": True,
    "max_in_flight_requests_per_connection": 5,
    "linger_ms": 5,
    "batch_size": 128 * 1024,
    "compression_type": "zstd",
    "max_request_size": 8 * 1024 * 1024,  # the sink bounds records itself, topic by topic
    "request_timeout_ms": 15_000,
    "delivery_timeout_ms": 60_000,
    "bootstrap_timeout_ms": 15_000,
    "reconnect_backoff_max_ms": 1_000,
    "allow_auto_create_topics": False,
}
# Not idempotent, one request at a time: its errors are true per batch, and it cannot wedge. Time-outs may duplicate.
_CAREFUL: dict[str, Any] = {"enable_idempotence": False, "max_in_flight_requests_per_connection": 1, "linger_ms": 0}


def make(settings: KafkaSettings, careful: bool, within: float) -> KafkaProducer:
    """A producer.

    Args:
      settings: Where to.
      careful: For sending again what a failed one left.
      within: Seconds that finding the cluster, or a topic, may take at most.

    Raises:
      KafkaUnavailable: Kafka cannot be reached; said in seconds, where the client would try until its time is over.
      KafkaMisconfigured: Kafka refuses us.
    """
    reach(settings)
    wait = {
        "bootstrap_timeout_ms": int(min(within * 1000, _DEFAULTS["bootstrap_timeout_ms"])),
        "max_block_ms": int(min(within, settings.lookup) * 1000),
    }
    return KafkaProducer(**{**_DEFAULTS, **(_CAREFUL if careful else {}), **wait, **settings.client()})


def send_all(producer: KafkaProducer, rows: Sequence[Row], end: float) -> list[Exception | None]:
    """Sends rows and waits for each one's own acknowledgement.

    Args:
      producer: What sends them.
      rows: What to send, in order.
      end: When to stop waiting (`time.monotonic`).

    Returns:
      One entry for each row: None when it was acknowledged, else its error; `NotSent` for all rows behind one that
      could not even be handed over, since nothing may overtake it.
    """
    outcomes: list[Exception | None] = [NotSent()] * len(rows)
    futures: list[Any] = []
    for position, row in enumerate(rows):
        try:
            futures.append(
                producer.send(row.topic, row.value, key=row.key, headers=list(row.headers), partition=row.partition)
            )
        except Exception as error:
            outcomes[position] = error
            break
    for position, future in enumerate(futures):
        # The first of a batch waits; the others are done by then, and a look is much cheaper than a wait.
        if future.is_done:
            outcomes[position] = future.exception
            continue
        try:
            future.get(timeout=max(0.001, end - time.monotonic()))
            outcomes[position] = None
        except Exception as error:
            outcomes[position] = error
    return outcomes


def halt(producer: KafkaProducer) -> None:
    """Lets a producer send nothing more, from any thread and without waiting: what is not yet acknowledged fails."""
    with contextlib.suppress(Exception):
        producer._sender.force_close()


def retire(producer: KafkaProducer) -> None:
    """Ends a producer for good, whatever state it is in."""
    halt(producer)
    with contextlib.suppress(Exception):
        producer._sender.join(JOIN)
        producer.close(0)
    producer_module.log = logging.getLogger("kafka.producer.kafka")  # close() puts a null logger in its place
