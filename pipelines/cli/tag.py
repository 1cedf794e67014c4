"""``beatwire tag --jsonl``: articles in, tags out."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.jsonl import jsonl_options, run
from pipelines.cli.options import config_option, verbose_option
from pipelines.cli.rows import Row, text_of

if TYPE_CHECKING:
    from transforms.tag import RuleSet
    from transforms.tags import Document


def document_of(row: Row) -> "Document":
    """What is tagged of a row; what is no text in it is refused.

    Args:
      row: ``{title, summary, text, date, lang}``; each may lack.

    Raises:
      ValueError: A field holds no text.
    """
    from transforms.tags import Document

    return Document(
        title=text_of(row, "title"),
        summary=text_of(row, "summary"),
        text=text_of(row, "text"),
        date=text_of(row, "date") or None,
        language=text_of(row, "lang") or None,
    )


def tag_row(row: Row, raw: bool = False, rules: "RuleSet | None" = None) -> Row:
    """Tags one article.

    Args:
      row: ``{url, title, summary, text, date, lang}``; each may lack.
      raw: Take page dirt out first. ``title`` and ``text``, in which the offsets count, are given back, and what was
        ``cut``.
      rules: What it is tagged by; the shipped ones when left out.

    Returns:
      The tags, flat, in the names of the events.
    """
    import msgspec

    from transforms.tag import SHIPPED
    from transforms.tag import tag as tag_document
    from transforms.tidy import tidy

    document = document_of(row)
    tidied = tidy(document.title, document.text, text_of(row, "url")) if raw else None
    if tidied is not None:
        document = msgspec.structs.replace(document, title=tidied.title, text=tidied.text)
    tags: Row = msgspec.to_builtins(tag_document(document, rules=rules or SHIPPED))
    return {**tags, **msgspec.to_builtins(tidied)} if tidied is not None else tags


@click.command()
@jsonl_options
@click.option(
    "--raw", is_flag=True, help="The text may hold page dirt: it is cut; title, text and what was cut are given back."
)
@config_option
@verbose_option
def tag(source: Path | None, target: Path | None, jobs: int, raw: bool, config_path: Path | None) -> None:
    """Tags articles: JSON lines in, JSON lines out, in order.

    A row {id, url, title, summary, text, date, lang} becomes {id, topics, actions, apps, companies, jurisdictions,
    measures, instruments, cases, dates, stage, status, evidence, rulesVersion, ...}. Off the beat, topics is empty. A
    row that cannot be read becomes {id, error}. Apps, terms and rules of your own count: those of [tags] in the
    configuration.
    """
    rules = None
    if config_path is not None or Path("beatwire.toml").is_file():
        from pipelines import config  # late: without one it is not needed

        rules = config.load(config_path).rules()
    run(source, target, jobs, functools.partial(tag_row, raw=raw, rules=rules))
