"""The command line: ``beatwire COMMAND``. Exit codes: 0 fine, 1 failed, 2 usage or configuration."""

from collections.abc import Sequence

import click

from pipelines.cli import streams
from pipelines.cli.group import INTERRUPTED, Failed, LazyGroup, refused
from pipelines.cli.options import verbose_option
from pipelines.cli.version import version

# Listing names and helps here keeps `beatwire --help` from importing what each command needs.
COMMANDS = {
    "up": ("pipelines.cli.up:up", "Kafka, topics and pipeline on this machine, until Ctrl-C; --demo needs no network"),
    "run": ("pipelines.cli.run:run", "The pipeline against your Kafka, on any Beam runner"),
    "once": ("pipelines.cli.once:once", "Poll every feed once, publish, exit; for cron"),
    "tail": ("pipelines.cli.tail:tail", "Follow the topics in the terminal, one readable line an event"),
    "explain": ("pipelines.cli.explain:explain", "What is said of one article, and why, and why not"),
    "extract": ("pipelines.cli.extract:extract", "Pages in, articles out, as JSON lines"),
    "tag": ("pipelines.cli.tag:tag", "Articles in, tags out, as JSON lines"),
    "rules": ("pipelines.cli.rules:rules", "Check the rules that you add; preview what other rules would say"),
    "feeds": ("pipelines.cli.feeds:feeds", "Find, list, add and remove feeds; OPML in and out"),
    "topics": ("pipelines.cli.topics:topics", "Create, list and compare the topics"),
    "dead-letters": ("pipelines.cli.deadletters:dead_letters", "What Kafka refused: list, show, send again"),
    "check": ("pipelines.cli.check:check", "Check configuration, Kafka, topics and runner, and say the true cause"),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="beatwire", message="%(prog)s %(version)s")
@verbose_option
def beatwire() -> None:
    """Watches the news for app bans and US-China technology policy: feeds in, proved events on Kafka out."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Args:
      arguments: Those after the program's name; the process's own when left out.

    Returns:
      The exit code.
    """
    streams.hold()
    try:
        code = beatwire.main(arguments, prog_name="beatwire", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OSError as error:  # of what click itself writes: help, the version
        refused(error).show()
        return Failed.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return code if isinstance(code, int) else 0
