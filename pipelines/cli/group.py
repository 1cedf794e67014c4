"""The group of commands: imports a command when it is used, and says expected errors in a sentence."""

import difflib
import errno
import importlib
import logging
import sys
from collections.abc import Mapping
from typing import Any

import click

from pipelines.cli import streams
from pipelines.cli.terminal import neutralise
from transforms.errors import BeatwireError, ConfigError

INTERRUPTED = 130  # what a shell reports of a process that SIGINT ended

_log = logging.getLogger(__name__)


class Failed(click.ClickException):
    """An expected error, on its way to the user: one sentence, no traceback."""

    def show(self, file: Any = None) -> None:
        """Writes each line of the message to stderr, after the program's name."""
        for text in self.format_message().splitlines() or [""]:
            click.echo(f"beatwire: {neutralise(text)}", file=file, err=file is None)


class Misused(Failed):
    """An expected error that the user's own words caused."""

    exit_code = 2


def refused(error: OSError) -> Failed:
    """What the operating system refused (a file, a full disk, a closed stream), on its way to the user."""
    streams.settle_output()
    _log.info("%s", error, exc_info=error)  # the traceback shows with --verbose
    return Failed(streams.sentence(error))


class LazyGroup(click.Group):
    """A group whose commands are imported on use.

    Args:
      lazy: By name: ``module:attribute`` of the command, and its one line of help.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order in which they were given."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports a command."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.lazy[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds a command; a name that does not exist is answered with the nearest that does."""
        near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1, 0.5)
        if args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(self.list_commands(ctx))}"
            raise click.UsageError(f'there is no command "{args[0]}"; {hint}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; errors that beatwire raises on purpose become a sentence and an exit code.

        A reader that goes away (`| head`) has what it wants, and Ctrl-C is an answer: both end it without a word, where
        click would exit with 1, or write an empty line.
        """
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
            return result
        except OSError as error:
            if error.errno == errno.EPIPE:
                streams.settle_output()
                return 0
            raise refused(error) from error
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None
        except BeatwireError as error:
            _log.info("%s", error, exc_info=error)  # the traceback shows with --verbose
            raise (Misused if isinstance(error, ConfigError) else Failed)(str(error)) from error
