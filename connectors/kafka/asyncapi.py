"""The topics as an AsyncAPI 3.0 document, generated from the topic table and the records.

https://www.asyncapi.com/docs/reference/specification/v3.0.0, with Kafka bindings 0.5.0. The application that it
describes is the pipeline: what that sends is what readers get. ``python -m connectors.kafka.asyncapi`` prints the
document, ``docs/asyncapi.json`` holds it, and a test compares.
"""

import sys
from typing import Any, get_args

import msgspec

from connectors.kafka import examples
from connectors.kafka.envelope import attributes, headers
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.topics import Topic, wanted
from transforms import schemas
from transforms.vocabulary import EventType

BINDING = "0.5.0"
# What a record on a topic is; a topic that is not named here holds bytes that only its description explains.
_RECORDS = {"finds": "Find", "outcomes": "Outcome", "feeds": "Cursor", "sources": "FeedSource"}
_EVENTS = ("articles", "latest")
_FORGOTTEN = {
    "latest": ("article.forgotten", "A record without value: a retracted article is to be forgotten."),
    "sources": ("source.removed", "A record without value: the feed is not polled any more."),
}
_NUMBERS = ("retention.ms", "delete.retention.ms", "max.message.bytes")

# Attributes of the envelope, in the order of `envelope.headers`: what each is, and whether each event has it.
ENVELOPE = {
    "ce_specversion": ("Version of CloudEvents", True),
    "ce_id": ("Event id: the same whenever this version of the article is sent again", True),
    "ce_source": ("/beatwire/ and the pipeline's name", True),
    "ce_type": ("What happened; take a type that you do not know for a revision", True),
    "ce_subject": ("Article id, which is the record's key, too", True),
    "ce_time": ("When it was decided to publish, RFC 3339", True),
    "ce_dataschema": ("Names the schema of the value", True),
    "ce_partitionkey": ("The record's key", True),
    "content-type": ("Media type of the value", True),
    "ce_bwtopics": ("tags.topics, comma-joined", False),
    "ce_bwapps": ("tags.apps, comma-joined", False),
    "ce_bwjurisdictions": ("tags.jurisdictions, comma-joined", False),
    "ce_bwstatus": ("tags.status", False),
    "ce_bwlanguage": ("BCP 47 tag of the article", False),
    "ce_bwbasis": ("tags.basis", False),
    "ce_bwrevision": ("version.revision, a decimal number", True),
}
REFUSED = {
    "bw_topic": "The topic that it was for",
    "bw_step": "The step that sent it",
    "bw_error_class": "Class of the error",
    "bw_error": "The error in words",
    "bw_size": "Bytes of the original value",
    "bw_truncated": "true where only the beginning of the value was kept",
    "bw_headers": "kept, or left out for their size",
}


def document(settings: KafkaSettings) -> dict[str, Any]:
    """The document for topics of that prefix and partition count."""
    topics = wanted()
    messages = {topic.name: _messages(topic) for topic in topics}
    return {
        "asyncapi": "3.0.0",
        "id": "urn:beatwire:topics:v1",
        "info": {
            "title": "beatwire",
            "version": "1.0.0",
            "description": "News on app bans and US-China technology policy: one event for each version of an article. "
            "The application described is the pipeline; readers receive what it sends. Delivery is at least once, "
            "vocabularies are open, and payloads only gain fields.",
            "contact": {"name": "The beatwire developers"},
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": "news"}, {"name": "kafka"}],
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "Your Kafka, or the one that `beatwire up` starts.",
                "variables": {"bootstrap": {"default": "localhost:9092", "description": "host:port"}},
            }
        },
        "channels": {topic.name: _channel(topic, settings, messages[topic.name]) for topic in topics},
        "operations": {
            f"{action}{_title(topic.name)}": _operation(topic, action, messages[topic.name])
            for topic in topics
            for action in ("send", *(["receive"] if topic.memory else []))
        },
        "components": {
            "messageTraits": {"cloudEvent": _trait()},
            "messages": {name: message for made in messages.values() for name, message in made.items()},
            "schemas": schemas.components("#/components/schemas/{name}"),
        },
    }


def _channel(topic: Topic, settings: KafkaSettings, messages: dict[str, Any]) -> dict[str, Any]:
    configuration: dict[str, Any] = {"cleanup.policy": topic.configs["cleanup.policy"].split(",")}
    configuration |= {name: int(topic.configs[name]) for name in _NUMBERS if name in topic.configs}
    configuration["message.timestamp.type"] = topic.configs["message.timestamp.type"]
    return {
        "address": settings.topic(topic.name),
        "title": topic.name,
        "description": f"{topic.holds[0].upper()}{topic.holds[1:]}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "kafka": {
                "topic": settings.topic(topic.name),
                "partitions": settings.partitions,
                "topicConfiguration": configuration,
                "bindingVersion": BINDING,
            }
        },
    }


def _operation(topic: Topic, action: str, messages: dict[str, Any]) -> dict[str, Any]:
    purpose = {"send": topic.holds, "receive": "the pipeline's own memory, read back after a restart"}[action]
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"{purpose[0].upper()}{purpose[1:]}.",
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{name}"} for name in messages],
    }


def _messages(topic: Topic) -> dict[str, Any]:
    """What may stand on a topic, by name."""
    if topic.name in _EVENTS:
        said = {kind: _event(kind, topic) for kind in get_args(EventType)}
        return said | _tombstone(topic)
    made: dict[str, Any] = {"name": topic.name, "title": _title(topic.name), "summary": topic.holds, **_key(topic)}
    if topic.name in _RECORDS:
        made["payload"] = {"$ref": f"#/components/schemas/{_RECORDS[topic.name]}"}
    if topic.name == "dead-letters":
        made["contentType"] = "application/octet-stream"
        made["headers"] = _strings({name: (what, True) for name, what in REFUSED.items()})
    return {topic.name: made} | _tombstone(topic)


def _event(kind: str, topic: Topic) -> dict[str, Any]:
    shown = [
        {
            "name": kind,
            "headers": {name: value.decode() for name, value in headers(attributes(event, _article(event.item.uri)))},
            "payload": msgspec.to_builtins(event),
        }
        for event in examples.events()
        if event.version.type == kind
    ]
    return {
        "name": f"org.beatwire.{kind}",
        "title": _title(kind),
        "summary": f"An article was {kind.partition('.')[2]}.",
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "headers": {"type": "object", "properties": {"ce_type": {"const": f"org.beatwire.{kind}"}}},
        "payload": {"$ref": "#/components/schemas/Event"},
        "examples": shown,
        **_key(topic),
    }


def _tombstone(topic: Topic) -> dict[str, Any]:
    """The message without value, by name, where a topic has one."""
    if topic.name not in _FORGOTTEN:
        return {}
    name, summary = _FORGOTTEN[topic.name]
    made = {"name": name, "title": _title(name), "summary": summary, "payload": {"type": "null"}, **_key(topic)}
    return {name: made}


def _trait() -> dict[str, Any]:
    return {
        "title": "CloudEvents 1.0, Kafka protocol binding, binary mode",
        "contentType": "application/json",
        "headers": _strings(ENVELOPE),
    }


def _strings(named: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string", "description": what} for name, (what, _) in named.items()},
        "required": [name for name, (_, always) in named.items() if always],
    }


def _key(topic: Topic) -> dict[str, Any]:
    key = {"type": "string", "description": topic.key}
    return {"bindings": {"kafka": {"key": key, "bindingVersion": BINDING}}}


def _article(uri: str) -> str:
    return uri.rpartition("/")[2]


def _title(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace(".", "-").split("-"))


def text(settings: KafkaSettings) -> str:
    """The document as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(document(settings)), indent=1).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text(KafkaSettings(bootstrap="")))
