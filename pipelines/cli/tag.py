"""``beatwire tag --jsonl``: articles in, tags out."""

import functools
from pathlib import Path

import click

from pipelines.cli.jsonl import jsonl_options, run
from pipelines.cli.options import verbose_option
from pipelines.cli.rows import Row, text_of


def tag_row(row: Row, raw: bool = False) -> Row:
    """Tags one article.

    Args:
      row: ``{url, title, summary, text, date, lang}``; each may lack.
      raw: Take page dirt out first. ``title`` and ``text``, in which the offsets count, are given back, and what was
        ``cut``.

    Returns:
      The tags, flat, in the names of the events.
    """
    import msgspec

    from transforms.tag import tag as tag_document
    from transforms.tags import Document
    from transforms.tidy import Tidied, tidy

    title, text = text_of(row, "title"), text_of(row, "text")
    tidied = tidy(title, text, text_of(row, "url")) if raw else Tidied(title, text, ())
    document = Document(
        title=tidied.title,
        summary=text_of(row, "summary"),
        text=tidied.text,
        date=text_of(row, "date") or None,
        language=text_of(row, "lang") or None,
    )
    tags: Row = msgspec.to_builtins(tag_document(document))
    return {**tags, **msgspec.to_builtins(tidied)} if raw else tags


@click.command()
@jsonl_options
@click.option(
    "--raw", is_flag=True, help="The text may hold page dirt: it is cut; title, text and what was cut are given back."
)
@verbose_option
def tag(source: Path | None, target: Path | None, jobs: int, raw: bool) -> None:
    """Tags articles: JSON lines in, JSON lines out, in order.

    A row {id, url, title, summary, text, date, lang} becomes {id, topics, actions, apps, companies, jurisdictions,
    measures, instruments, cases, dates, stage, status, evidence, rulesVersion, ...}. Off the beat, topics is empty. A
    row that cannot be read becomes {id, error}.
    """
    run(source, target, jobs, functools.partial(tag_row, raw=raw))
