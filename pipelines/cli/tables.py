"""Tables: ruled by rich on a terminal, tab-separated elsewhere, every cell neutralised."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import click

from pipelines.cli.terminal import neutralise, on_terminal


class Table(NamedTuple):
    """A table before it is shown: title (may be empty), column heads, rows of as many cells."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def plain(table: Table, heads: bool = True) -> Iterable[str]:
    """A table as tab-separated lines, its title behind ``#``; an empty cell is ``-``."""
    if table.title:
        yield f"# {table.title}"
    if heads:
        yield "\t".join(table.columns)
    for row in table.rows:
        yield "\t".join(_cell(cell) or "-" for cell in row)


def show(table: Table) -> None:
    """Writes a table to standard output."""
    if not on_terminal():
        for text in plain(table):
            click.echo(text)
        return
    import rich.console
    import rich.table
    import rich.text

    ruled = rich.table.Table(title=table.title or None, title_justify="left", header_style="bold")
    for column in table.columns:
        ruled.add_column(column, overflow="fold")
    for row in table.rows:
        ruled.add_row(*(rich.text.Text(_cell(cell)) for cell in row))
    rich.console.Console().print(ruled)


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, tuple | list):
        return ", ".join(neutralise(str(one)) for one in cell)
    return neutralise(str(cell))
