"""The list of the beat, which comes with beatwire; and of what kind of source an address seems to be."""

import fnmatch
import functools
import importlib.resources
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from pipelines.config.feeds import Feed
from transforms.urls import host_of
from transforms.vocabulary import SourceKind

_DATA = importlib.resources.files("pipelines.config") / "data"


class DefaultFeed(Feed):
    """A feed of the list.

    Attributes:
      source_of_url: Where its address is from, for who doubts it.
      tried: Whether it was polled when it was put on the list.
    """

    source_of_url: Annotated[str, Field(min_length=1, alias="from")]
    tried: bool


@functools.cache
def default_feeds() -> tuple[DefaultFeed, ...]:
    """The list, in its own order: primary sources, wires, press, aggregators."""
    return tuple(DefaultFeed.model_validate(one) for one in _read("feeds.toml")["feeds"])


def guess_kind(url: str) -> SourceKind:
    """What kind of source an address is likely to be of: by its host, and ``press`` where that says nothing."""
    host = host_of(url)
    for kind, patterns in _kinds().items():
        if any(fnmatch.fnmatchcase(host, one) or fnmatch.fnmatchcase(host, f"*.{one}") for one in patterns):
            return kind
    return "press"


@functools.cache
def _kinds() -> Mapping[SourceKind, tuple[str, ...]]:
    return {kind: tuple(patterns) for kind, patterns in _read("kinds.toml").items()}  # type: ignore[misc]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))
