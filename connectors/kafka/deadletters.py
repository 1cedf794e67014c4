"""Dead letters: what Kafka refused, kept as it was, with the reason in headers of its own."""

from connectors.kafka.rows import Reject, Row
from connectors.kafka.settings import KafkaSettings
from transforms.vocabulary import Step

MAX_BYTES = 4_000_000  # the topic takes larger records than all others; beyond that only the beginning is kept
MAX_HEADERS = 64 * 1024  # bytes of the original headers; beyond that they are left out, and that is said


def dead_letter(settings: KafkaSettings, reject: Reject, step: Step) -> Row:
    """The row on `dead-letters` for a rejected one: original key, value and headers, and ``bw_*`` headers.

    What was refused for its type (a header or value that is no bytes) is kept in its text form.
    """
    row = reject.row
    key, value = _bytes(row.key), _bytes(row.value)
    headers = tuple((_text(name), _bytes(said) or b"") for name, said in row.headers)
    kept = sum(len(name.encode()) + len(said) for name, said in headers) <= MAX_HEADERS
    told = {
        "bw_topic": row.topic,
        "bw_step": step,
        "bw_error_class": type(reject.error).__name__,
        "bw_error": str(reject.error)[:500],
        "bw_size": str(len(value or b"")),
        "bw_truncated": "true" if value is not None and len(value) > MAX_BYTES else "false",
        "bw_headers": "kept" if kept else "left out",
    }
    said = tuple((name, text.encode("utf-8", "replace")) for name, text in told.items())
    return Row(
        settings.topic("dead-letters"),
        key,
        value[:MAX_BYTES] if value is not None else (b"" if key is None else None),
        (headers if kept else ()) + said,
    )


def _bytes(value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else repr(value)).encode("utf-8", "replace")


def _text(name: object) -> str:
    return str(name).encode("utf-8", "replace").decode()
