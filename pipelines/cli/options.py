"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipelines.cli import logs

Command = TypeVar("Command", bound=Callable[..., Any])


def _verbose(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value or ctx.parent is None:  # on the group it sets the default; on a command it can only add
        logs.set_up(value)


verbose_option = click.option(
    "--verbose", "-v", is_flag=True, expose_value=False, is_eager=True, callback=_verbose, help="Show logs."
)

config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Configuration; ./beatwire.toml when left out.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="JSON, for scripts.")


def kafka_options(command: Command) -> Command:
    """``--config``, ``--bootstrap``, ``--prefix``: which Kafka, which topics; `overrides` reads the last two."""
    command = click.option("--prefix", metavar="NAME", help="What the topics' names begin with.")(command)
    command = click.option("--bootstrap", metavar="HOST:PORT", help="Kafka to talk to.")(command)
    return verbose_option(config_option(command))


def overrides(bootstrap: str | None, prefix: str | None) -> dict[str, object]:
    """The flags of `kafka_options`, as `pipelines.config.load` takes them."""
    return {"kafka.bootstrap": bootstrap, "kafka.prefix": prefix}
