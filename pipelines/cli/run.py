"""``beatwire run``: the pipeline against a Kafka of your own, on any runner."""

import functools
from pathlib import Path

import click

from pipelines.cli.options import verbose_option


@click.command(name="run", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.option("--config", "path", type=click.Path(dir_okay=False), help="Configuration; ./beatwire.toml by default.")
@click.option("--bootstrap", help="Kafka's host:port, instead of the configured one.")
@click.option(
    "--flink-rest",
    metavar="URL",
    help="REST address of the Flink that BEAM leads to: refused jobs are told, and Ctrl-C ends the job there, too.",
)
@verbose_option
@click.argument("beam", nargs=-1, type=click.UNPROCESSED)
def run(path: str | None, bootstrap: str | None, flink_rest: str | None, beam: tuple[str, ...]) -> None:
    """Runs the streaming pipeline until Ctrl-C. BEAM: Beam's own options, such as --runner=FlinkRunner; without them
    the local runner is used."""
    from connectors.embedded.paths import data_folder
    from connectors.flink import Flink
    from pipelines import config
    from pipelines.cli.version import version
    from pipelines.config.loading import FILE
    from pipelines.serving import serve, until_signalled
    from pipelines.watching import ConfigWatch

    load = functools.partial(config.load, path, {"kafka.bootstrap": bootstrap})
    loaded = load()
    loaded.require_feeds()
    say = functools.partial(click.echo, err=True)
    with until_signalled() as stop:
        serve(
            loaded.run_settings("", version()),
            stop,
            data_folder() / "run",
            say,
            list(beam),
            loaded.kafka.patience_seconds,
            Flink(flink_rest) if flink_rest else None,
            ConfigWatch(loaded, load, Path(path or FILE), say),
        )
