"""``beatwire feeds``: the feeds that are polled, how they are, and changing which they are."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli import feedrows
from pipelines.cli.feedadding import add
from pipelines.cli.feedfiles import export, import_feeds
from pipelines.cli.group import Failed
from pipelines.cli.options import config_option, json_option, kafka_options, overrides, verbose_option
from pipelines.cli.terminal import neutralise

if TYPE_CHECKING:
    from pipelines.config.editing import Editable
    from pipelines.config.lists import Listed


@click.group()
@verbose_option
def feeds() -> None:
    """Finds, lists, adds and removes feeds; takes and gives OPML.

    A running pipeline polls what was configured when it started: start it again after a change.
    """


feeds.add_command(add)


@feeds.command("list")
@click.option("--default", "of_the_beat", is_flag=True, help="The list of the beat instead, with where it is from.")
@json_option
@kafka_options
def list_feeds(
    of_the_beat: bool, as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None
) -> None:
    """Lists the configured feeds and, where Kafka can be asked, how they are."""
    from pipelines import config
    from pipelines.cli.tables import Table, show

    if of_the_beat:
        _list_defaults(as_json)
        return
    loaded = config.load(config_path, overrides(bootstrap, prefix))
    known, why = feedrows.health_of(loaded)
    rows = [feedrows.row(one, None if known is None else known.get(one.feed.id)) for one in loaded.listed]
    if as_json:
        for row in rows:
            click.echo(json.dumps(row))
    elif rows:
        columns = feedrows.CONFIGURED if known is None else feedrows.HEALTHY
        now = time.time()
        show(Table("", columns, [feedrows.cells(row, columns, now) for row in rows]))
    else:
        click.echo(config.NO_FEEDS, err=True)
    if known is None:
        click.echo(f"how the feeds are is not known: {neutralise(why)}", err=True)


@feeds.command("show")
@click.argument("name", metavar="ID|URL")
@json_option
@kafka_options
def show_feed(name: str, as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None) -> None:
    """Shows everything of one feed: its configuration, how it is, what was found of it in the last 24 hours."""
    from pipelines import config

    opened, listed = _named(name, config_path)
    loaded = config.load(config_path, overrides(bootstrap, prefix)) if opened.text else opened.config
    known, why = feedrows.health_of(loaded)
    one = known.get(listed.feed.id) if known else None
    said = feedrows.row(listed, one)
    if one is not None:
        from connectors.kafka.health import recent_finds

        day = recent_finds(loaded.kafka_settings(), listed.feed.id, time.time() - 86400.0)
        said |= {"findsOfADay": len(day), "lastFinds": [find.entry.title or find.entry.link for find in day[-3:]]}
    if as_json:
        click.echo(json.dumps(said | {"record": one.record if one else None}))
    else:
        for what, value in feedrows.details(said, one):
            text = "; ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
            click.echo(f"{neutralise(what) + ':':15}{neutralise(text)}")
    if known is None:
        click.echo(f"how it is is not known: {neutralise(why)}", err=True)
    elif one is None:
        click.echo("it was not polled yet", err=True)


@feeds.command()
@click.argument("name", metavar="ID|URL")
@config_option
@verbose_option
def remove(name: str, config_path: Path | None) -> None:
    """Takes a feed out of the configuration; what was found of it stays on the topics."""
    opened, listed = _named(name, config_path)
    opened.remove(listed)
    click.echo(f"removed {listed.feed.id} ({neutralise(listed.feed.url)}) from {opened.path}")


feeds.add_command(import_feeds)
feeds.add_command(export)


def _named(name: str, path: Path | None) -> "tuple[Editable, Listed]":
    from pipelines.config.editing import editable

    opened = editable(path)
    listed = opened.named(name)
    if listed is None:
        raise Failed(feedrows.missing(opened.config, name, opened.path))
    return opened, listed


def _list_defaults(as_json: bool) -> None:
    from pipelines.cli.tables import Table, show
    from pipelines.config.defaults import default_feeds

    keys = ("id", "publisher", "kind", "url", "from", "tried")
    rows: list[dict[str, Any]] = [
        dict(zip(keys, (f.id, f.publisher, f.kind, f.url, f.source_of_url, f.tried), strict=True))
        for f in default_feeds()
    ]
    if as_json:
        for row in rows:
            click.echo(json.dumps(row))
    else:
        shown = [[*list(row.values())[:-1], "yes" if row["tried"] else "no"] for row in rows]
        show(Table("", keys, shown))
