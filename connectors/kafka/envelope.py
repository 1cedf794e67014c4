"""The envelope of an event: CloudEvents 1.0, Kafka protocol binding, binary mode.

Attributes are record headers with the prefix ``ce_``, values UTF-8; the data content type is the header
``content-type``. Our own extension attributes begin with ``bw``: small values to route by without reading the payload,
lists joined by commas, none of them empty.
"""

import dataclasses
from collections.abc import Iterable

from transforms.events import SCHEMA, Event

MAX_LENGTH = 1024  # code points of one attribute: they are for routing
# What a CloudEvents string must not hold: control characters, surrogates, Unicode's noncharacters.
_FORBIDDEN = dict.fromkeys(
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        *range(0xD800, 0xE000),
        *range(0xFDD0, 0xFDF0),
        *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
    ]
)


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


def attributes(event: Event, article: str) -> Attributes:
    """The CloudEvents attributes of an event on the article of that id."""
    return Attributes(
        id=event.version.event,
        source=f"/beatwire/{event.pipeline.name}",
        type=f"org.beatwire.{event.version.type}",
        subject=article,
        time=event.pipeline.times.published,
        dataschema=SCHEMA,
        topics=event.tags.topics,
        apps=event.tags.apps,
        jurisdictions=event.tags.jurisdictions,
        status=event.tags.status,
        language=event.item.language,
        basis=event.tags.basis,
        revision=event.version.revision,
    )


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
        "ce_bwtopics": joined(attributes.topics),
        "ce_bwapps": joined(attributes.apps),
        "ce_bwjurisdictions": joined(attributes.jurisdictions),
        "ce_bwstatus": attributes.status,
        "ce_bwlanguage": attributes.language or "",
        "ce_bwbasis": attributes.basis,
        "ce_bwrevision": str(attributes.revision),
    }
    return [(name, said.encode()) for name, value in named.items() if (said := clean(value))]


def joined(values: Iterable[str]) -> str:
    """Values between commas; what does not fit is left out whole, and a comma inside a value becomes a space."""
    kept: list[str] = []
    room = MAX_LENGTH + 1
    for value in values:
        said = clean(value.replace(",", " ")).strip()
        room -= len(said) + 1
        if room < 0:
            break
        if said:
            kept.append(said)
    return ",".join(kept)


def clean(value: str) -> str:
    """A value that CloudEvents allows in a string, bounded.

    The Kafka binding takes values as UTF-8, as they are; the percent-encoding of the HTTP binding is not for it.
    """
    return value.translate(_FORBIDDEN)[:MAX_LENGTH]
