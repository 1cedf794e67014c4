"""What is wrong with a configuration, in words: where it stands, what is wrong, what to write instead."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

Place = tuple[str | int, ...]
"""Keys and indices on the way to a value."""

INLINE = "a secret does not belong in this file: name an environment variable (password_env) or a file (password_file)"
_SECRET = re.compile(r"password|secret|token", re.IGNORECASE)


def dotted(place: Sequence[str | int]) -> str:
    """``("feeds", 2, "kind")`` as ``feeds[2].kind``; indices count from 0."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def problems(error: ValidationError, model: type[BaseModel]) -> list[tuple[Place, str]]:
    """What pydantic found, as places and sentences that name the fix.

    Args:
      error: What it raised; its values are shown, but for those of keys that sound like secrets.
      model: What was validated: knows the keys that could have been meant.
    """
    return [(tuple(one["loc"]), _sentence(dict(one), model)) for one in error.errors(include_url=False)]


def _sentence(error: dict[str, Any], model: type[BaseModel]) -> str:
    place, kind, context = tuple(error["loc"]), error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(str(place[-1]), known_keys(model, place[:-1]))
    if kind == "missing":
        return "is missing: add it"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        choices = ", ".join(re.findall(r"'([^']*)'", context["expected"]))
        return f"{_shown(place, error['input'])} is none of {choices}"
    said = error["msg"].replace("Input should", "it should")
    return f"{_shown(place, error['input'])} cannot be used: {said[0].lower()}{said[1:]}"


def _unknown(key: str, known: Iterable[str]) -> str:
    if _SECRET.search(key):
        return INLINE
    known = list(known)
    near = difflib.get_close_matches(key, known, 1, 0.6)
    return f'unknown key; did you mean "{near[0]}"?' if near else f"unknown key; known are {', '.join(known)}"


def known_keys(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that the section at a place of a configuration may have."""
    section: Any = model
    for part in place:
        if isinstance(part, int):
            continue
        field = section.model_fields.get(part)
        section = next(_models(field.annotation), None) if field else None
        if section is None:
            return []
    return list(section.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _shown(place: Place, value: object) -> str:
    if any(isinstance(part, str) and _SECRET.search(part) for part in place):
        return "the value"
    if isinstance(value, dict | list | tuple):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value[:80]}"' if isinstance(value, str) else str(value)
