"""``beatwire explain``: what is said of one article, and why, and why not."""

import datetime
import json
from pathlib import Path

import click

from pipelines.cli.options import config_option, json_option, verbose_option
from pipelines.cli.streams import standard_input, standard_output
from pipelines.cli.terminal import neutralise


def _date(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        if value is not None:
            datetime.datetime.fromisoformat(value)
            datetime.date.fromisoformat(value[:10])  # what relative dates count from
    except ValueError as error:
        raise click.BadParameter(f'"{value}" is no ISO date: write it like 2026-01-31') from error
    return value


@click.command()
@click.argument("source", metavar="URL|FILE|-")
@click.option("--title", help="Headline, if it lacks.")
@click.option("--date", callback=_date, help="ISO date on which it ran; relative dates count from it.")
@click.option("--lang", help="BCP 47 tag of its language.")
@click.option("--url", help="Address of the page in FILE.")
@click.option("--allow-loopback", is_flag=True, default=None, help="URL may be of this machine.")
@json_option
@config_option
@verbose_option
def explain(
    source: str,
    title: str | None,
    date: str | None,
    lang: str | None,
    url: str | None,
    allow_loopback: bool | None,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Says what an article reports: its text, tags and quotes, the rules that found them, and what did not count.

    FILE is a page (HTML) or plain text in UTF-8.
    """
    import msgspec

    from pipelines import config
    from pipelines.cli import sources
    from pipelines.cli.explaining import tables
    from pipelines.cli.tables import show
    from pipelines.cli.version import version
    from transforms import tag as tagging
    from transforms.tags import Document

    standard_output()  # closed, it is said before the work is done
    given = Document(title=title or "", date=date, language=lang)
    loaded = config.load(config_path, {"network.allow_loopback": allow_loopback})
    if source != "-" and "://" in source:
        article = sources.fetched(source, loaded.web_settings(version()))
    else:
        given_bytes = standard_input().read() if source == "-" else None
        name = "standard input" if source == "-" else source
        article = sources.local(name, sources.content_of(source, given_bytes), url)
    document = sources.with_given(sources.document_of(article), given)
    article = sources.marked(article, given)
    rules = loaded.rules()
    tags, explanation = tagging.tag(document, rules=rules), tagging.explain(document, rules)
    if as_json:
        parts = {"document": document, "article": article, "tags": tags, "explanation": explanation}
        click.echo(json.dumps({name: msgspec.to_builtins(part) for name, part in parts.items()}))
        return
    for text in document.text.splitlines():
        click.echo(neutralise(text))
    click.echo()
    for table in tables(document, article, tags, explanation):
        show(table)
        click.echo()
