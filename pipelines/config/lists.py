"""Feeds that stand elsewhere than in ``beatwire.toml``: in OPML files, in the list that comes with beatwire.

Who comes first wins, by address and by id: the configuration itself, its OPML files in their order, the list of the
beat. So a feed of a list is changed by writing it into the configuration.
"""

import dataclasses
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError

from pipelines.config.base import File, Section
from pipelines.config.defaults import default_feeds
from pipelines.config.feeds import Feed, repeated
from pipelines.config.problems import dotted, problems
from transforms.errors import ConfigError
from transforms.urls import first_spelling, is_web

DEFAULT = "the list of the beat"  # what the origin of its feeds is called
_log = logging.getLogger(__name__)


def _listed(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


class FeedsFrom(Section):
    """Where feeds are listed, too.

    Attributes:
      opml: OPML files, as feed readers export them.
      default: Also the list of the beat, which comes with beatwire.
    """

    opml: Annotated[tuple[File, ...], BeforeValidator(_listed)] = ()
    default: bool = False


@dataclasses.dataclass(frozen=True)
class Listed:
    """A feed, and where it stands.

    Attributes:
      feed: The feed.
      origin: A file, or `DEFAULT`.
    """

    feed: Feed
    origin: str


@dataclasses.dataclass(frozen=True)
class Imported:
    """What was read from an OPML file.

    Attributes:
      feeds: Those that can be polled.
      refused: Why others cannot, a sentence each, with their line.
      fault: What is broken about the file; empty when nothing is.
    """

    feeds: tuple[Feed, ...]
    refused: tuple[str, ...] = ()
    fault: str = ""


def gather(inline: Iterable[Feed], given: FeedsFrom, origin: str) -> tuple[Listed, ...]:
    """All feeds, each once.

    Args:
      inline: Those of the configuration.
      given: Where more are.
      origin: What the configuration's file is called.

    Raises:
      ConfigError: A file cannot be read, or is no OPML.
    """
    every = [Listed(feed, origin) for feed in inline]
    for index, path in enumerate(given.opml):
        try:
            read = from_opml(path)
        except ConfigError as error:
            raise ConfigError(f"{origin}: {dotted(('feeds_from', 'opml', index))}: {error}") from error
        for sentence in (*([f"{read.fault}: used as far as it can be read"] if read.fault else []), *read.refused):
            _log.warning("%s: %s", path, sentence)
        every += [Listed(feed, str(path)) for feed in read.feeds]
    if given.default:
        every += [Listed(feed, DEFAULT) for feed in default_feeds()]
    return tuple(_first_of_each(every))


def from_opml(path: Path, **settings: object) -> Imported:
    """The feeds of an OPML file.

    Args:
      path: The file.
      settings: Settings of all of them (``kind``, ``interval``); go before what the file says.

    Raises:
      ConfigError: It cannot be read, or is no OPML.
    """
    from transforms import opml  # late: lxml is not needed by who names no OPML

    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}): give the path of an OPML file") from error
    found = opml.read(data, str(path))
    feeds: list[Feed] = []
    refused, lines = [], []
    for one in found.outlines:
        said: dict[str, object] = {"url": plain_address(one.url), "publisher": one.title, "folder": one.folder}
        said |= {"site": one.site if is_web(one.site) else ""}
        said |= {key: value for key, value in one.settings.items() if key in Feed.model_fields} | settings
        try:
            feeds.append(Feed.model_validate({key: value for key, value in said.items() if value}))
            lines.append(one.line)
        except ValidationError as error:
            fault = "; ".join(f"{dotted(place)}: {sentence}" for place, sentence in problems(error, Feed))
            refused.append(f"line {one.line}: {fault}")
    again = {index: (key, value, lines[first]) for index, key, value, first in repeated(feeds)}
    # Readers list a feed in every folder that it is in: that is no fault. One id for two addresses is.
    for index, (key, value, line) in again.items():
        refused += [f'line {lines[index]}: id "{value}" is that of line {line} already'] if key == "id" else []
    if found.left_out:
        refused.append(f"{found.left_out} feeds beyond {opml.MAX_FEEDS} are left out: split the file")
    kept = tuple(feed for index, feed in enumerate(feeds) if index not in again)
    return Imported(kept, tuple(refused), found.fault)


def plain_address(url: str) -> str:
    """An address without ``feed:``, which readers put in front of it, or in the place of ``http:`` (in no standard)."""
    if not url.lower().startswith("feed:"):
        return url
    rest = url[len("feed:") :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _first_of_each(every: Iterable[Listed]) -> Iterator[Listed]:
    urls: set[str] = set()
    ids: set[str] = set()
    for one in every:
        url = first_spelling(one.feed.url)
        if url not in urls and one.feed.id not in ids:
            urls.add(url)
            ids.add(one.feed.id)
            yield one
