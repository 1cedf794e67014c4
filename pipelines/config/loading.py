"""Where settings come from: the command line, then ``beatwire.toml``, then a running ``up``."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipelines import running
from pipelines.config.feeds import repeated
from pipelines.config.lists import gather
from pipelines.config.model import Config
from pipelines.config.problems import Place, dotted, problems
from pipelines.config.rules import own_rules, tables_of
from transforms.errors import ConfigError

FILE = "beatwire.toml"
FLAGS = "command line"


def load(
    path: Path | str | None = None,
    overrides: Mapping[str, object] | None = None,
    *,
    folder: Path | None = None,
    data_folder: Path | None = None,
) -> Config:
    """Reads the configuration.

    Args:
      path: The file; without one ``beatwire.toml`` in ``folder`` is read if it is there.
      overrides: What the command line says, by dotted key (``kafka.bootstrap``); None values do not count.
      folder: Where to look for ``beatwire.toml``; the working folder when left out.
      data_folder: Where a running ``up`` leaves its address; the user's data folder when left out.

    Raises:
      ConfigError: If something in it cannot be used; one line for each fault, with place and fix.
    """
    found = Path(path) if path is not None else (folder or Path()) / FILE
    given = tables_of(found, "give the path of a beatwire.toml") if path is not None or found.is_file() else {}
    origin = str(path) if path is not None else FILE
    data = copy.deepcopy(given)
    flags: dict[Place, object] = {}
    for key, value in (overrides or {}).items():
        if value is not None:
            flags[tuple(key.split("."))] = value
            _put(data, tuple(key.split(".")), value)
    kafka = data.get("kafka", {})
    if isinstance(kafka, dict) and "bootstrap" not in kafka and (left := running.read(data_folder)):
        _put(data, ("kafka", "bootstrap"), left.bootstrap)
    try:
        config = Config.model_validate(data, context={"folder": found.parent})
    except ValidationError as error:
        raise ConfigError("\n".join(_lines(problems(error, Config), origin, flags))) from None
    again: list[tuple[Place, str]] = [
        ((("feeds", index, key)), f'"{value}" is that of feeds[{first}] already: leave one out{_other(key)}')
        for index, key, value, first in repeated(config.feeds)
    ]
    if again:
        raise ConfigError("\n".join(_lines(again, origin, flags)))
    return config.from_file(origin, gather(config.feeds, config.feeds_from, origin), own_rules(config.tags, origin))


def _other(key: str) -> str:
    return " or give it another id" if key == "id" else ""


def _put(data: dict[str, Any], place: Place, value: object) -> None:
    """Sets a value in nested tables; what stands in the way (text where a table belongs) is replaced."""
    for part in place[:-1]:
        if not isinstance(data.get(str(part)), dict):
            data[str(part)] = {}
        data = data[str(part)]
    data[str(place[-1])] = value


def _lines(found: list[tuple[Place, str]], origin: str, flags: Mapping[Place, object]) -> list[str]:
    lines = []
    for place, sentence in found:
        from_flag = any(place[: len(flag)] == flag for flag in flags)
        lines.append(f"{FLAGS if from_flag else origin}: {dotted(place)}: {sentence}")
    return lines
