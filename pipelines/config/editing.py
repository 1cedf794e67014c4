"""Feeds added to ``beatwire.toml`` and taken out of it, with all else left as the user wrote it.

Tables are added and cut out as text, between the lines of their headers: a TOML library hangs the comment above a
header onto the table before it, and would move it or take it away. Whatever is written is read again first, and must
say what was meant.
"""

import contextlib
import dataclasses
import functools
import os
import re
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Array

from pipelines.config.feeds import Feed, derive_id
from pipelines.config.lists import Listed
from pipelines.config.loading import FILE, load
from pipelines.config.model import Config
from pipelines.config.quantities import span
from transforms.errors import ConfigError
from transforms.urls import first_spelling, registered_domain

_FEED = re.compile(r"[ \t]*\[\[[ \t]*(?:feeds|\"feeds\"|'feeds')[ \t]*\]\][ \t]*(?:#.*)?$")
_HEADER = re.compile(r"[ \t]*\[")


@dataclasses.dataclass(frozen=True)
class Editable:
    """A configuration whose file can be changed.

    Attributes:
      path: The file; it may not be there yet.
      text: What is in it.
      config: What it says.
    """

    path: Path
    text: str
    config: Config

    @functools.cached_property
    def _by_id(self) -> dict[str, Listed]:
        return {one.feed.id: one for one in self.config.listed}

    @functools.cached_property
    def _by_url(self) -> dict[str, Listed]:
        return {first_spelling(one.feed.url): one for one in self.config.listed}

    def named(self, name: str) -> Listed | None:
        """The feed of that id or address."""
        return self._by_id.get(name) or self._by_url.get(first_spelling(name))

    def clash(self, feed: Feed) -> str:
        """Why a feed cannot be added, in a sentence; empty when it can."""
        if same := self._by_url.get(first_spelling(feed.url)):
            return f"{feed.url} is configured already: as {same.feed.id} in {same.origin}"
        if other := self._by_id.get(feed.id):
            return f'"{feed.id}" is the id of {other.feed.url} in {other.origin} already: give it another'
        return ""

    def add(self, feeds: Sequence[Feed]) -> None:
        """Writes feeds into the file.

        Raises:
          ConfigError: It cannot be changed safely.
        """
        save(self.path, added(self.text, feeds, str(self.path)))

    def remove(self, listed: Listed) -> None:
        """Takes a feed out of the file.

        Raises:
          ConfigError: It stands elsewhere, or the file cannot be changed safely.
        """
        own = [one for one in self.config.listed if one.origin == self.config.origin]
        if listed not in own:
            raise ConfigError(f"{listed.feed.id} stands in {listed.origin}, not in {self.path}: take it out there")
        save(self.path, removed(self.text, own.index(listed), str(self.path)))


def editable(path: Path | None) -> Editable:
    """Opens a configuration for changing its feeds; one that is not there yet is an empty one.

    Args:
      path: The file; ``beatwire.toml`` in the working folder when left out.

    Raises:
      ConfigError: Something in it cannot be used.
    """
    target = path or Path(FILE)
    if not target.exists():
        return Editable(target, "", Config())
    config = load(path)
    with target.open(encoding="utf-8", newline="") as file:
        return Editable(target, file.read(), config)


def written(feed: Feed) -> dict[str, Any]:
    """What of a feed must be written down, as people write it: all that differs from what would be derived."""
    derived = {"id": derive_id(feed.url), "publisher": registered_domain(feed.url)}
    said = feed.model_dump(include=set(Feed.model_fields), exclude_defaults=True)
    return {
        key: span(value) if isinstance(value, float) else list(value) if isinstance(value, tuple) else value
        for key, value in said.items()
        if derived.get(key) != value
    }


def added(text: str, feeds: Sequence[Feed], name: str) -> str:
    """The configuration's text with more feeds, behind all that is there.

    Args:
      text: The text.
      feeds: The feeds.
      name: What errors call the file.

    Raises:
      ConfigError: The text cannot be changed safely.
    """
    values = [written(one) for one in feeds]
    was = tomllib.loads(text)
    if isinstance(was.get("feeds"), list) and not any(map(_FEED.match, text.splitlines())):  # feeds = [{url = ...}]
        document = tomlkit.parse(text)
        array = document["feeds"]
        assert isinstance(array, Array)
        for one in values:
            array.append(_inline(one))
        changed = tomlkit.dumps(document)
    else:
        end = "\r\n" if "\r\n" in text else "\n"
        blocks = "\n".join(f"[[feeds]]\n{tomlkit.dumps(one)}" for one in values)
        gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
        changed = text + (gap + blocks).replace("\n", end)
    return _checked(changed, was | {"feeds": [*was.get("feeds", ()), *values]}, name)


def removed(text: str, index: int, name: str) -> str:
    """The configuration's text without one of its feeds.

    What stands between its header and the next goes, except comments after a blank line: those are of what follows.

    Args:
      text: The text.
      index: Which one, from 0.
      name: What errors call the file.

    Raises:
      ConfigError: The text cannot be changed safely.
    """
    was = tomllib.loads(text)
    left = [one for number, one in enumerate(was["feeds"]) if number != index]
    lines = text.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if _FEED.match(line.rstrip("\r\n"))]
    if starts and len(starts) == len(was["feeds"]):
        start = starts[index]
        following = (number for number in range(start + 1, len(lines)) if _HEADER.match(lines[number]))
        end = _own_end(lines, start, next(following, len(lines)))
        if end == len(lines):
            while start and not lines[start - 1].strip():  # no blank lines at the file's end
                start -= 1
        changed = "".join(lines[:start] + lines[end:])
    else:
        document = tomlkit.parse(text)
        del document["feeds"][index]
        changed = tomlkit.dumps(document)
    return _checked(changed, was | {"feeds": left}, name)


def save(path: Path, text: str) -> None:
    """Writes a file as a whole or not at all; its rights stay."""
    target = path.resolve()
    handle, made = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o644
        os.chmod(made, mode)
        os.replace(made, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(made)
        raise


def _own_end(lines: Sequence[str], start: int, following: int) -> int:
    """Where a table's own lines end: before the comments that a blank line parts from it."""
    end = following
    for number in range(following - 1, start, -1):
        text = lines[number].strip()
        if text and not text.startswith("#"):
            break
        if not text:
            end = number + 1
    return end


def _inline(given: dict[str, Any]) -> Any:
    table = tomlkit.inline_table()
    table.update(given)
    return table


def _checked(text: str, meant: dict[str, Any], name: str) -> str:
    with contextlib.suppress(tomllib.TOMLDecodeError):
        said = tomllib.loads(text)
        if {"feeds": []} | said == meant:
            return text
    raise ConfigError(f"{name}: its [[feeds]] are written in a way that cannot be changed safely: change it by hand")
