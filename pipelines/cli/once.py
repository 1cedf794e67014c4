"""``beatwire once``: one round, for cron."""

import json
import math

import click

from pipelines.cli.group import INTERRUPTED
from pipelines.cli.options import verbose_option


@click.command(name="once")
@click.option("--config", "path", type=click.Path(dir_okay=False), help="Configuration; ./beatwire.toml by default.")
@click.option("--bootstrap", help="Kafka's host:port, instead of the configured one.")
@click.option(
    "--within", metavar="SPAN", help="Begin no page after so long, such as 10m; the next run takes up the rest."
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@verbose_option
@click.pass_context
def once(ctx: click.Context, path: str | None, bootstrap: str | None, within: str | None, as_json: bool) -> None:
    """Polls every feed once, takes up what is unfinished, publishes, and exits. After Ctrl-C or SIGTERM requests under
    way are finished; the rest is left to the next run (exit code 130)."""
    span = _span(within)
    from connectors.kafka import topics
    from pipelines import config
    from pipelines.cli.version import version
    from pipelines.once import run_once
    from pipelines.serving import until_signalled

    loaded = config.load(path, {"kafka.bootstrap": bootstrap})
    loaded.require_feeds()
    settings = loaded.run_settings("", version())
    topics.require(settings.kafka)
    with until_signalled() as stop:
        counts = run_once(settings, stop, span)
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing new")
    if stop.is_set():
        click.echo("beatwire: stopped; what is left comes with the next run", err=True)
        ctx.exit(INTERRUPTED)


def _span(text: str | None) -> float:
    """Seconds; endless when nothing is said."""
    from pipelines.config.quantities import seconds

    if text is None:
        return math.inf
    try:
        return seconds(int(text) if text.isdecimal() else text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--within") from error
