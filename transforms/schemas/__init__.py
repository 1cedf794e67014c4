"""JSON Schemas (2020-12) of what stands on the topics, generated from the records.

The files beside this module are what `generate` makes of the records; ``python -m transforms.schemas`` writes them, a
test holds them. Vocabularies are open: where the records know a set of words, the schema gives them as examples only.
"""

import importlib.resources
from typing import Any

import msgspec

from transforms.cursor import Cursor
from transforms.events import SCHEMA, Event
from transforms.records import FeedSource, Find, Outcome

NAMES = {
    "article-event.v1.json": (Event, SCHEMA, "An event on articles and latest"),
    "find.v1.json": (Find, "https://beatwire.org/schemas/find.v1.json", "A value on finds"),
    "outcome.v1.json": (Outcome, "https://beatwire.org/schemas/outcome.v1.json", "A value on outcomes"),
    "cursor.v1.json": (Cursor, "https://beatwire.org/schemas/cursor.v1.json", "A value on feeds"),
    "source.v1.json": (FeedSource, "https://beatwire.org/schemas/source.v1.json", "A value on sources"),
}


def generate(name: str) -> dict[str, Any]:
    """The schema of that file name, as the records say it now."""
    record, identifier, title = NAMES[name]
    made: dict[str, Any] = _open(msgspec.json.schema(record))
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": identifier, "title": title}
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(head | made))
    return plain


def components(reference: str) -> dict[str, Any]:
    """All records that stand on topics, and what they hold, as schemas by name: for documents that hold several.

    Args:
      reference: How one refers to another; ``{name}`` stands for its name.
    """
    records = [record for record, _, _ in NAMES.values()]
    _, made = msgspec.json.schema_components(records, ref_template=reference)
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(_open(made)))
    return plain


def load(name: str) -> dict[str, Any]:
    """The shipped schema of that file name."""
    text = importlib.resources.files(__name__).joinpath(name).read_text("utf-8")
    loaded: dict[str, Any] = msgspec.json.decode(text)
    return loaded


def _open(node: Any) -> Any:
    """Enumerations become examples; first paragraphs of docstrings stay as descriptions."""
    if isinstance(node, list):
        return [_open(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _open(value) for key, value in node.items() if key != "enum"}
    if "enum" in node:
        made |= {"type": "string", "examples": [one for one in node["enum"] if one is not None]}
    if isinstance(made.get("description"), str):
        made["description"] = " ".join(made["description"].split("\n\n")[0].split())
    return made
