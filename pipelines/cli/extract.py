"""``beatwire extract --jsonl``: pages in, articles out."""

import functools
import gzip
from pathlib import Path

import click

from pipelines.cli.jsonl import jsonl_options, run
from pipelines.cli.options import verbose_option
from pipelines.cli.rows import Row, text_of

MAX_BYTES = 50 * 1024 * 1024  # of a page on disk, unpacked; a packed one could be endless


def html_of(row: Row, base: Path) -> str | bytes:
    """The page of a row: ``html``, or what lies at ``html_path``, counted from ``base``; ``.gz`` is unpacked.

    Raises:
      ValueError: If there is none, or it cannot be read.
    """
    if row.get("html") is not None:
        return text_of(row, "html")
    name = text_of(row, "html_path")
    if not name:
        raise ValueError('the row has neither "html" nor "html_path"')
    path = base / name
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            page: bytes = file.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise ValueError(f"html_path {name} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(page) > MAX_BYTES:
        raise ValueError(f"html_path {name} is larger than {MAX_BYTES} bytes")
    return page


def page_row(row: Row, base: Path) -> Row:
    """Reads the article on the page of one row.

    Args:
      row: ``{url, html}`` or ``{url, html_path}``.
      base: What a relative ``html_path`` counts from.

    Returns:
      ``{id, title, text, summary, date, modified, authors, language, canonical, paywalled, ...}``; ``error`` when
      there is no article.
    """
    from transforms.extract import extract_row

    return extract_row(row, html_of(row, base))


@click.command()
@jsonl_options
@click.option(
    "--base",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="What html_path counts from; the folder of --input, or the working folder.",
)
@verbose_option
def extract(source: Path | None, target: Path | None, jobs: int, base: Path | None) -> None:
    """Reads articles on pages: JSON lines in, JSON lines out, in order.

    A row {id, url, html} or {id, url, html_path} becomes {id, title, text, date, authors, language, ...}. A page
    without an article has an error, too.
    """
    folder = base or (source.parent if source else Path())
    run(source, target, jobs, functools.partial(page_row, base=folder))
