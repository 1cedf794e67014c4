"""Whether Kafka can be reached at all: asked first, because its clients take many seconds to say no, and not why."""

import dataclasses

from connectors.kafka.probe import cause
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaUnavailable


def require_reachable(settings: KafkaSettings) -> None:
    """Tries the bootstrap servers until one answers.

    Raises:
      KafkaUnavailable: None does; says what is wrong with the first.
    """
    first = None
    for server in settings.bootstrap.split(","):
        reason = cause(dataclasses.replace(settings, bootstrap=server))
        if reason is None:
            return
        first = first or reason
    raise KafkaUnavailable(first)
