"""What ``extract`` and ``tag`` have in common: where rows come from, where they go, how many processes."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from pipelines.cli.rows import Work, create_lines, lines_of, process
from pipelines.cli.streams import standard_input, standard_output
from pipelines.cli.terminal import on_terminal

Command = TypeVar("Command", bound=Callable[..., Any])


def jsonl_options(command: Command) -> Command:
    """``--jsonl``, ``--input``, ``--output``, ``--jobs``."""
    existing = click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=False)
    options: tuple[Callable[[Command], Command], ...] = (
        click.option(
            "--jobs",
            type=click.IntRange(1, 256),
            default=lambda: os.cpu_count() or 1,
            show_default="the machine's processors",
            help="Processes for many rows; with 1 each row is answered as it comes.",
        ),
        click.option("--output", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE"),
        click.option("--input", "source", type=existing, metavar="FILE", help="Instead of standard input; may be .gz."),
        click.option("--jsonl", "_jsonl", is_flag=True, expose_value=False, help="JSON lines; the only form so far."),
    )
    for option in options:
        command = option(command)
    return command


def run(source: Path | None, target: Path | None, jobs: int, work: Work) -> None:
    """Answers every row of the input; each answer is flushed, so that a reader sees it at once.

    Args:
      source: File to read, or standard input.
      target: File to write, or standard output.
      jobs: Processes.
      work: What a row becomes.

    Raises:
      OSError: Input or output cannot be opened, read or written.
    """
    if source and target and target.exists() and source.samefile(target):
        raise click.UsageError(f"{target} is the input as well: write to another file")
    if source is None and standard_input().isatty():
        click.echo("beatwire: reading JSON lines from the terminal; end with Ctrl-D", err=True)
    with contextlib.ExitStack() as stack:
        rows: Iterable[bytes] = lines_of(source) if source else standard_input()
        answers: Any = stack.enter_context(create_lines(target)) if target else standard_output()
        show = stack.enter_context(_progress(target is not None or not on_terminal()))
        lines = process(rows, work, jobs)
        stack.callback(lines.close)  # ends the processes when the reader goes away
        for line in lines:
            answers.write(line)
            answers.flush()
            show()


@contextlib.contextmanager
def _progress(wanted: bool) -> Iterator[Callable[[], None]]:
    """A count of rows on a terminal; nothing elsewhere."""
    if not wanted or sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), MofNCompleteColumn(), "rows", TimeElapsedColumn(), console=Console(stderr=True)
    ) as progress:
        task = progress.add_task("", total=None)
        yield lambda: progress.advance(task)
