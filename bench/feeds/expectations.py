"""feedparser's own cases: which of their expectations are about fields that an entry or a feed of ours keeps.

    not bozo and entries[0]['title'] == 'x'  ->  Claim(entry 0, title, 'x')

Only cases that feedparser itself passes on the same bytes and headers count.
"""

import ast
import dataclasses
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import feedparser

HOST = "http://127.0.0.1:8097/"  # which the cases name as their own
# What stands in an entry of feedparser's, and the field of ours that it is about.
_FIELDS = {
    "link": "link",
    "id": "guid",
    "guid": "guid",
    "title": "title",
    "description": "summary",
    "summary": "summary",
    "author": "authors",
    "language": "language",
    "category": "categories",
    "published": "published",
    "published_parsed": "published",
    "updated": "updated",
    "updated_parsed": "updated",
    "created": "published",
    "created_parsed": "published",
}
_FEED_FIELDS = ("title", "link", "language")
_PARTS = {
    ("title_detail", "value"): "title",
    ("summary_detail", "value"): "summary",
    ("author_detail", "name"): "authors",
    ("title_detail", "language"): "language",
    ("summary_detail", "language"): "language",
}
_ITEMS = {
    ("content", "value"): "content",
    ("content", "language"): "language",
    ("authors", "name"): "authors",
    ("tags", "term"): "categories",
    ("tags", "label"): "categories",
}

_ELEMENTS = ("title_detail", "summary_detail", "author_detail", "content", "authors", "tags", "links")
NOT_HELD = ""  # as the field of a claim

Way = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True)
class Claim:
    """One thing that a case expects.

    Attributes:
      field: Of ours, or `NOT_HELD`.
      entry: Which entry; None for the feed itself.
      way: Where feedparser has it, from the entry or feed on.
      value: What is expected there; for ``count`` ways a number.
      said: The entry or feed as feedparser reads it.
    """

    field: str
    entry: int | None
    way: Way
    value: Any
    said: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Case:
    """One case that feedparser passes, with the claims on fields of ours."""

    name: str
    body: bytes
    url: str
    headers: Mapping[str, str]
    claims: tuple[Claim, ...]


def files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, by name."""
    with tarfile.open(archive) as packed:
        for member in sorted(packed.getmembers(), key=lambda one: one.name):
            if (held := packed.extractfile(member)) is not None:
                yield member.name.removeprefix("./"), held.read()


def cases(folder: Path) -> Iterator[Case]:
    """The cases in this folder that feedparser passes."""
    bodies = dict(files(folder / "feedparser-cases.tar.gz"))
    with (folder / "feedparser_cases.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    for row in rows:
        name = row["path"].partition("/")[2]
        case = _case(name, bodies[name], row)
        if case is not None:
            yield case


def _case(name: str, body: bytes, row: Mapping[str, Any]) -> Case | None:
    """The case, or None where it asks for what is not installed or feedparser does not pass it."""
    url, headers = HOST + name, {key.lower(): value for key, value in row["headers"].items()}
    if headers or name.rpartition("/")[2].startswith("http_"):  # these were meant to be served
        headers = {"content-type": "application/xml", "content-location": url} | headers
    parsed = feedparser.parse(io.BytesIO(body), response_headers=headers or None)
    try:
        if not eval(row["skip_unless"]) or not eval(row["expect"], {"feedparser": feedparser}, parsed):
            return None
    except Exception:  # whatever an expectation stumbles over
        return None
    claims = tuple(_claims(ast.parse(row["expect"], mode="eval").body, parsed))
    return Case(name, body, url, headers, claims)


def _claims(tree: ast.expr, parsed: Mapping[str, Any]) -> Iterator[Claim]:
    """The claims of an expectation. Of an ``or`` the parts that feedparser fulfils; it fulfils all of an ``and``."""
    if isinstance(tree, ast.BoolOp):
        for part in tree.values:
            if isinstance(tree.op, ast.And) or eval(ast.unparse(part), {}, parsed):
                yield from _claims(part, parsed)
    elif isinstance(tree, ast.Compare) and all(isinstance(one, ast.Eq) for one in tree.ops):
        *sides, last = (tree.left, *tree.comparators)
        value = eval(ast.unparse(last), {}, parsed)
        for side in sides:
            yield from _claim(side, value, parsed)
    elif isinstance(tree, ast.UnaryOp) and ast.unparse(tree) == "not entries[0].has_key('link')":
        yield Claim("link", 0, ("link",), "", parsed["entries"][0])


def _claim(side: ast.expr, value: Any, parsed: Mapping[str, Any]) -> Iterator[Claim]:
    match side:
        case ast.Call(func=ast.Name(id="ord"), args=[inner]):
            yield from _claim(inner, chr(value), parsed)
            return
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            way = _way(inner)
            if way[:1] == ("entries",) and way[2:] == ("tags",):
                yield Claim("categories", int(way[1]), ("count",), value, parsed["entries"][way[1]])
            return
    match _way(side):
        case ("entries", int(number), *rest):
            said = parsed["entries"][number]
            field = _field(tuple(rest), said)
            if field is not None:
                yield Claim(field, number, tuple(rest), value, said)
        case ("feed", "title_detail", "value" as part):
            yield Claim("title", None, ("title_detail", part), value, parsed["feed"])
        case ("feed", str(name)) if name in _FEED_FIELDS:
            yield Claim(name, None, (name,), value, parsed["feed"])


def _field(way: Way, said: Mapping[str, Any]) -> str | None:
    """The field of ours, `NOT_HELD` for a part of one that we do not hold, or None for what is no field of ours."""
    held = _held(way, said)
    return held if held is not None or way[0] not in _ELEMENTS else NOT_HELD


def _held(way: Way, said: Mapping[str, Any]) -> str | None:
    match way:
        case (str(name),):
            return _FIELDS.get(name)
        case ("links", int(number), "href"):
            # Of the links, ours is the one that leads to the page.
            return "link" if said["links"][number].get("rel") == "alternate" else None
        case (str(name), int(), str(part)):
            return _ITEMS.get((name, part))
        case (str(name), str(part)):
            return _PARTS.get((name, part))
    return None


def _way(tree: ast.expr) -> Way:
    """How an expression goes down into a result: names, keys and places; empty for another expression."""
    match tree:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr=name):
            return (*_way(value), name)
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            return (*_way(value), key)
        case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=key), *_]):
            return (*_way(value), key)
    return ()
