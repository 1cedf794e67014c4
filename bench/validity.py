"""Validity: events of a real run over the demo site, against our schema, ninjs and the CloudEvents SDK."""

import dataclasses
import json
import queue
import time
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
from cloudevents.kafka import KafkaMessage, from_binary
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from bench.arrivals import Record, listening
from bench.progress import say
from bench.stack import broker, pipeline
from connectors.demo.site import DemoSite
from transforms import schemas

SPEED = 1.0  # of the demo's clock: no form of an article may be missed while the job starts
GRACE = 30.0  # seconds after the last item until an event counts as missing
_GEOJSON = "https://geojson.org/schema/GeoJSON.json"  # ninjs refers to it for places' outlines, which we never give


@dataclasses.dataclass(frozen=True)
class Validity:
    """How many events passed.

    Attributes:
      wanted: Articles of the demo site that stay on the beat.
      events: Events on `articles`.
      own: Valid by our own schema.
      ninjs: Whose ``item`` is valid by ninjs 3.1.
      cloudevents: Read by the CloudEvents SDK, with the id and type that the payload names.
      problems: What was wrong, by where and which rule.
    """

    wanted: int
    events: int
    own: int
    ninjs: int
    cloudevents: int
    problems: Counter[str]


def check(ninjs: Path, folder: Path) -> Validity:
    """Runs the demo once and checks every event of it.

    Args:
      ninjs: The schema of ninjs 3.1.
      folder: For the broker and the runner's log.
    """
    own_schema = validator(schemas.load("article-event.v1.json"))
    item_schema = validator(json.loads(ninjs.read_text("utf-8")))
    wanted, records = collect(folder)
    problems: Counter[str] = Counter()
    own = item = read = 0
    for record in records:
        event = json.loads(record.value)
        wrong = [f"event {problem}" for problem in violations(own_schema, event)]
        own += not wrong
        wrong_item = [f"ninjs {problem}" for problem in violations(item_schema, event["item"])]
        item += not wrong_item
        unread = envelope_problems(record, event)
        read += not unread
        problems.update(wrong + wrong_item + unread)
    return Validity(wanted, len(records), own, item, read, problems)


def collect(folder: Path) -> tuple[int, list[Record]]:
    """Runs the pipeline over the demo site until every article has its last event; how many stay, and all events."""
    say("demo: the whole pipeline, for its events")
    with (
        broker(folder) as kafka,
        listening(kafka, "articles") as arrived,
        DemoSite(speed=SPEED) as site,
        pipeline(kafka, site, folder) as job,
    ):
        finals = site.programme.finals()
        wanted = {article.encode(): final.event for article, final in finals.items()}
        newest: dict[bytes, str] = {}
        deadline = site.epoch + site.duration / SPEED + GRACE
        records: list[Record] = []
        while not wanted.items() <= newest.items() and time.time() < deadline and not job.wait(0):
            try:
                records.append(arrived.get(timeout=1.0))
            except queue.Empty:
                continue
            newest[records[-1].key] = json.loads(records[-1].value)["version"]["type"]
        if job.wait(0):
            say(f"the job ended: {job.error}")
    return sum(not final.canceled for final in finals.values()), records


def validator(schema: dict[str, Any]) -> Any:
    """A validator that checks formats, too, and looks nothing up.

    Raises:
      jsonschema.SchemaError: If the schema itself is wrong.
    """
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    empty: Resource[Any] = DRAFT202012.create_resource({})
    return kind(schema, registry=Registry().with_resource(_GEOJSON, empty), format_checker=kind.FORMAT_CHECKER)


def violations(schema: Any, instance: object) -> list[str]:
    """What is wrong, as place and rule; values are left out."""
    return [f"{error.json_path}: {error.validator}" for error in schema.iter_errors(instance)]


def envelope_problems(record: Record, event: dict[str, Any]) -> list[str]:
    """What the CloudEvents SDK cannot read, or reads otherwise than the payload says."""
    headers = dict(record.headers)
    try:
        read = from_binary(KafkaMessage(headers=headers, key=record.key, value=record.value))
    except Exception as error:  # whatever it raises, the SDK could not read it
        return [f"cloudevents {type(error).__name__}"]
    version = event["version"]
    said = {"id": version["event"], "type": f"org.beatwire.{version['type']}", "partitionkey": record.key}
    wrong = [f"cloudevents {name} differs" for name, value in said.items() if _text(read.get(name)) != _text(value)]
    return wrong + ([] if read.data == event else ["cloudevents data differs"])


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
