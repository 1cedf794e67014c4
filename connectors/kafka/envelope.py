"""The envelope of an event: CloudEvents 1.0, Kafka protocol binding, binary mode.

Attributes are record headers with the prefix ``ce_``, values UTF-8; the data content type is the header
``content-type``. Our own extension attributes begin with ``bw``: small values to route by without reading the payload,
lists joined by commas, none of them empty.
"""

import dataclasses

MAX_LENGTH = 1024  # code points of one attribute: they are for routing
_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])


@dataclasses.dataclass(frozen=True)
class Attributes:
    """What the envelope says; names as in the CloudEvents specification, then ours."""

    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    topics: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    status: str = ""
    language: str | None = None
    basis: str = ""
    revision: int = 1


def headers(attributes: Attributes) -> list[tuple[str, bytes]]:
    """The record headers of an event, in a fixed order."""
    named = {
        "ce_specversion": "1.0",
        "ce_id": attributes.id,
        "ce_source": attributes.source,
        "ce_type": attributes.type,
        "ce_subject": attributes.subject,
        "ce_time": attributes.time,
        "ce_dataschema": attributes.dataschema,
        "ce_partitionkey": attributes.subject,
        "content-type": "application/json",
        "ce_bwtopics": ",".join(attributes.topics),
        "ce_bwapps": ",".join(attributes.apps),
        "ce_bwjurisdictions": ",".join(attributes.jurisdictions),
        "ce_bwstatus": attributes.status,
        "ce_bwlanguage": attributes.language or "",
        "ce_bwbasis": attributes.basis,
        "ce_bwrevision": str(attributes.revision),
    }
    return [(name, said.encode()) for name, value in named.items() if (said := clean(value))]


def clean(value: str) -> str:
    """A value that CloudEvents allows in a string: no control characters, no surrogates, bounded."""
    return value.translate(_CONTROL)[:MAX_LENGTH]
