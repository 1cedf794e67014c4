"""``beatwire feeds import`` and ``export``: lists of feeds, as feed readers know them."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from pipelines.cli.options import config_option, json_option, verbose_option
from pipelines.cli.terminal import neutralise
from transforms.vocabulary import SourceKind

if TYPE_CHECKING:
    from pipelines.config import Feed
    from transforms import opml

kind_option = click.option("--kind", type=click.Choice(get_args(SourceKind)), help="How near to the event it is.")
interval_option = click.option("--interval", metavar="TIME", help='Between two polls, such as "15m".')


@click.command("import")
@click.argument("file", metavar="[FILE]", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--default", "of_the_beat", is_flag=True, help="The list of the beat, which comes with beatwire.")
@kind_option
@interval_option
@json_option
@config_option
@verbose_option
@click.pass_context
def import_feeds(
    ctx: click.Context,
    file: Path | None,
    of_the_beat: bool,
    kind: str | None,
    interval: str | None,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Adds the feeds of an OPML file to the configuration.

    What is configured already stays as it is. --kind and --interval hold for all feeds of the file, and go before what
    it says. Exit code 1 when the file holds something that cannot be added.
    """
    from pipelines.config.defaults import default_feeds
    from pipelines.config.editing import editable
    from pipelines.config.lists import Imported, from_opml

    if (file is None) != of_the_beat:
        raise click.UsageError("name an OPML file, or say --default")
    opened = editable(config_path)
    given = {"kind": kind, "interval": interval}
    settings = {key: value for key, value in given.items() if value is not None}
    if file is not None:
        read = from_opml(file, **settings)
    elif settings:
        raise click.UsageError("--kind and --interval are for OPML files: the list of the beat has its own")
    else:
        read = Imported(default_feeds())
    added: list[Feed] = []
    known, refused = 0, list(read.refused)
    for feed in read.feeds:
        if opened.named(feed.url) is not None:
            known += 1
        elif clash := opened.clash(feed):
            refused.append(clash)
        else:
            added.append(feed)
    if added:
        opened.add(added)
    if as_json:
        report = {"added": [feed.id for feed in added], "known": known, "refused": refused, "fault": read.fault}
        click.echo(json.dumps(report))
    else:
        click.echo(f"{_count(added)} added to {opened.path}" + (f", {known} configured already" if known else ""))
    if read.fault:
        click.echo(f"beatwire: {file}: {neutralise(read.fault)}; taken as far as it can be read", err=True)
    for sentence in refused:
        click.echo(f"beatwire: not added: {neutralise(sentence)}", err=True)
    ctx.exit(1 if refused else 0)


@click.command("export")
@click.argument("file", metavar="[FILE]", type=click.Path(dir_okay=False, path_type=Path), required=False)
@config_option
@verbose_option
def export(file: Path | None, config_path: Path | None) -> None:
    """Writes the configured feeds as OPML 2.0, to standard output unless a FILE is named.

    `feeds import` reads it back unchanged; other readers pass over what only beatwire knows.
    """
    from pipelines import config
    from pipelines.cli import streams
    from transforms import opml

    loaded = config.load(config_path)
    text = opml.write(map(outline, loaded.feeds), f"Feeds of {loaded.pipeline.name}", time.time())
    if file is None:
        streams.standard_output().write(text)
    else:
        file.write_bytes(text)
        click.echo(f"{_count(loaded.feeds)} written to {file}", err=True)


def outline(feed: "Feed") -> "opml.Outline":
    """A feed as it stands in OPML; its id always, so that it stays the same feed where its address changes."""
    from pipelines.config.editing import written
    from transforms import opml

    apart = ("url", "publisher", "site", "folder")
    said = {key: value for key, value in ({"id": feed.id} | written(feed)).items() if key not in apart}
    settings = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in said.items()}
    return opml.Outline(feed.url, feed.publisher, feed.site, feed.folder, settings)


def _count(feeds: Sequence[object]) -> str:
    return f"{len(feeds)} feed{'s' if len(feeds) != 1 else ''}"
