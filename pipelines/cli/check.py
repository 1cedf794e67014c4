"""``beatwire check``: what is wrong, and what to do about it."""

import dataclasses
import json
from pathlib import Path

import click

from pipelines.cli.options import json_option, kafka_options, overrides
from pipelines.cli.terminal import neutralise, on_terminal

_COLOURS = {"ok": "green", "failed": "red", "skipped": "yellow"}


@click.command()
@click.option("--finds", is_flag=True, help="Go through the topics instead: is every find accounted for?")
@json_option
@kafka_options
@click.pass_context
def check(
    ctx: click.Context, finds: bool, as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None
) -> None:
    """Looks at configuration, Kafka, topics, local runner and Java; exit code 1 when something is not right.

    With --finds it proves from the topics that nothing is lost: finds = ended + in flight, no feed's count has a gap,
    and nothing is older than its retries allow.
    """
    if finds:
        ctx.exit(_check_finds(as_json, config_path, overrides(bootstrap, prefix)))
    from pipelines.cli.checking import check_all

    failed = False
    for finding in check_all(config_path, overrides(bootstrap, prefix)):
        failed = failed or finding.state == "failed"
        if as_json:
            click.echo(json.dumps(dataclasses.asdict(finding)))
            continue
        said = [finding.state, finding.what, neutralise(finding.said)]
        if on_terminal():
            shown = click.style(f"{finding.state:<8}", fg=_COLOURS[finding.state])
            click.echo(f"{shown}{finding.what:<14}{said[2]}")
            if finding.fix:
                click.echo(f"{'':22}-> {finding.fix}")
        else:
            click.echo("\t".join([*said, finding.fix] if finding.fix else said))
    ctx.exit(1 if failed else 0)


def _check_finds(as_json: bool, path: Path | None, given: dict[str, object]) -> int:
    import time

    from connectors.kafka import topics
    from connectors.kafka.ledger import Ledger
    from pipelines import config
    from pipelines.cli import books as saying
    from pipelines.cli.version import version

    settings = config.load(path, given).run_settings("", version())
    topics.require(settings.kafka)
    books = Ledger(
        settings.kafka, time.time(), settings.retry_within + 2 * settings.gone_after + settings.sweep_after
    ).books()
    if as_json:
        click.echo(json.dumps(saying.as_json(books)))
    else:
        for line in saying.as_lines(books):
            click.echo(line)
    return 0 if books.right else 1
