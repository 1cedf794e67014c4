"""``beatwire check``: what is wrong, and what to do about it."""

import dataclasses
import json
from pathlib import Path

import click

from pipelines.cli.options import json_option, kafka_options, overrides
from pipelines.cli.terminal import neutralise, on_terminal

_COLOURS = {"ok": "green", "failed": "red", "skipped": "yellow"}


@click.command()
@json_option
@kafka_options
@click.pass_context
def check(
    ctx: click.Context, as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None
) -> None:
    """Looks at configuration, Kafka, topics, local runner and Java; exit code 1 when something is not right."""
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
