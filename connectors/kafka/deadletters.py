"""Dead letters: what Kafka refused, kept as it was, with the reason in headers of its own."""

from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import Reject, Row
from transforms.vocabulary import Step

MAX_BYTES = 4_000_000  # the topic takes larger records than all others; beyond that only the beginning is kept


def dead_letter(settings: KafkaSettings, reject: Reject, step: Step) -> Row:
    """The row on `dead-letters` for a rejected one: original key, value and headers, and ``bw_*`` headers."""
    row, value = reject.row, reject.row.value
    cut = value is not None and len(value) > MAX_BYTES
    told = {
        "bw_topic": row.topic,
        "bw_step": step,
        "bw_error_class": type(reject.error).__name__,
        "bw_error": str(reject.error)[:500],
        "bw_size": str(len(value or b"")),
        "bw_truncated": "true" if cut else "false",
    }
    headers = tuple((name, text.encode("utf-8", "replace")) for name, text in told.items())
    return Row(settings.topic("dead-letters"), row.key, value[:MAX_BYTES] if value else value, row.headers + headers)
