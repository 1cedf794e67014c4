"""``beatwire feeds add``: finds a site's feeds, shows them, writes those that are wanted into the configuration."""

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from pipelines.cli.feedfiles import interval_option, kind_option
from pipelines.cli.group import Failed
from pipelines.cli.options import config_option, json_option, verbose_option
from pipelines.cli.terminal import neutralise, on_terminal, shorten

if TYPE_CHECKING:
    from connectors.feeds.finding import FoundFeed
    from pipelines.config import Config, Feed


@click.command()
@click.argument("url", metavar="URL")
@click.option("--id", "feed_id", metavar="NAME", help="Names the feed for ever; derived from the address by default.")
@click.option("--publisher", metavar="TEXT", help="For people; what the feed calls itself by default.")
@kind_option
@interval_option
@click.option("--yes", is_flag=True, help="Add the first that is found, without asking.")
@click.option("--all", "every", is_flag=True, help="Add all that are found, without asking.")
@json_option
@config_option
@verbose_option
def add(
    url: str,
    feed_id: str | None,
    publisher: str | None,
    kind: str | None,
    interval: str | None,
    yes: bool,
    every: bool,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Adds the feed at an address, or a feed of the site that the address is a page of.

    Looks at the address itself, then at what its page links to, then where feeds usually are, then at the sitemaps that
    robots.txt names; shows what it found, and asks. With --json and neither --yes nor --all it only says what it found.
    """
    from pipelines.config.editing import editable

    if every and feed_id:
        raise click.UsageError("--id names one feed: leave out --all")
    opened = editable(config_path)
    address = _address(url)
    known = opened.named(address)
    if known is not None:
        raise Failed(f"{address} is configured already: as {known.feed.id} in {known.origin}")
    given = {"id": feed_id, "publisher": publisher, "kind": kind, "interval": interval}
    given = {key: value for key, value in given.items() if value is not None}
    _feed(address, None, given)  # faults in what the user said are told before anything is asked
    found = _found(address, opened.config)
    if not found:
        raise Failed(f"no feed was found at {address}: name the address of the feed itself")
    offered = [(one, _feed(one.url, one, given)) for one in found]
    clashes = [opened.clash(feed) for _, feed in offered]
    if not as_json:
        _show(found, [feed for _, feed in offered], clashes)
    free = [number for number, clash in enumerate(clashes) if not clash]
    if not free:
        raise Failed("\n".join(clashes))
    chosen = free if every else free[:1] if yes or as_json else _ask(free)
    if feed_id and len(chosen) > 1:
        raise click.UsageError("--id names one feed: choose one")
    wanted = [offered[number][1] for number in chosen]
    writing = not as_json or yes or every
    if wanted and writing:
        opened.add(wanted)
    if as_json:
        said = [_row(one, feed, clash) for (one, feed), clash in zip(offered, clashes, strict=True)]
        click.echo(json.dumps({"found": said, "added": [feed.id for feed in wanted] if writing else []}))
        return
    for feed in wanted:
        click.echo(f"added {feed.id} to {opened.path}")
    if not wanted:
        click.echo("nothing was added", err=True)


def _address(url: str) -> str:
    """The address that is meant: ``https://`` need not be said.

    Raises:
      UsageError: It is none.
    """
    from pipelines.config.lists import plain_address
    from transforms.urls import is_web

    address = plain_address(url.strip())
    if "://" not in address:
        address = f"https://{address}"
    if not is_web(address):
        raise click.UsageError(f'"{url}" is no web address: write it like https://www.example.org/')
    return address


def _feed(url: str, found: "FoundFeed | None", given: dict[str, Any]) -> "Feed":
    from pydantic import ValidationError

    from pipelines.config import Feed
    from pipelines.config.defaults import guess_kind
    from pipelines.config.problems import dotted, problems

    said: dict[str, Any] = {"url": url, "kind": guess_kind(url)}
    if found is not None:
        said |= {"publisher": shorten(found.title, 200), "site": found.site}
    try:
        return Feed.model_validate({key: value for key, value in (said | given).items() if value})
    except ValidationError as error:
        faults = (f"--{dotted(place)}: {sentence}" for place, sentence in problems(error, Feed))
        raise click.UsageError("\n".join(faults)) from None


def _found(url: str, config: "Config") -> "tuple[FoundFeed, ...]":
    from connectors.feeds.finding import find_feeds
    from connectors.reading.pool import Readers, ReadLimits
    from connectors.web.client import WebClient
    from pipelines.cli.version import version

    limits = ReadLimits(seconds=config.limits.read_seconds, memory=int(config.limits.read_bytes), count=1)

    async def find() -> "tuple[FoundFeed, ...]":
        client, readers = WebClient(config.web_settings(version())), Readers(limits)
        try:
            return await find_feeds(client, readers, url, config.politeness.spacing_seconds, _say)
        finally:
            readers.close()
            await client.close()

    return asyncio.run(find())


def _say(url: str) -> None:
    if on_terminal():
        click.echo(f"looking at {neutralise(url)}", err=True)


def _show(found: "Sequence[FoundFeed]", feeds: "Sequence[Feed]", clashes: Sequence[str]) -> None:
    from pipelines.cli.feedrows import ago

    for number, (one, feed, clash) in enumerate(zip(found, feeds, clashes, strict=True), 1):
        newest = f"newest {ago(one.newest, time.time())}" if one.newest else "no dates"
        click.echo(f"{number}  {shorten(one.title, 100) or 'without a title'}")
        click.echo(f"   {neutralise(one.url)}")
        click.echo(f"   {one.form}, {one.entries} entries, {newest}, kind {feed.kind}; by {one.way}")
        if clash:
            click.echo(f"   {neutralise(clash)}")


def _ask(free: Sequence[int]) -> list[int]:
    """Which are wanted; nothing said, or nobody there to say it: none."""
    numbers = [str(number + 1) for number in free]
    while True:
        try:
            said = click.prompt(f"Add which ({', '.join(numbers)}, all, none)", default=numbers[0], err=True)
        except click.Abort:
            click.echo(err=True)
            raise Failed("nothing was added: --yes adds the first, --all all of them") from None
        words = said.replace(",", " ").split()
        if words == ["all"]:
            return list(free)
        if words == ["none"]:
            return []
        if words and all(word in numbers for word in words):
            return [int(word) - 1 for word in dict.fromkeys(words)]
        click.echo(f'"{neutralise(said)}" is none of them', err=True)


def _row(found: "FoundFeed", feed: "Feed", clash: str) -> dict[str, Any]:
    return msgspec.structs.asdict(found) | {"id": feed.id, "kind": feed.kind, "refused": clash}
