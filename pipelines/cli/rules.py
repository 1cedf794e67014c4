"""``beatwire rules``: is what you add to the rules right, and what would other rules say?"""

import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.group import Misused
from pipelines.cli.options import config_option, json_option, kafka_options, overrides, verbose_option
from pipelines.cli.streams import standard_input
from pipelines.cli.terminal import neutralise

if TYPE_CHECKING:
    from transforms.tag import RuleSet
    from transforms.tag.preview import Preview

SHIPPED = "shipped"
FAULTS = 5  # lines that could not be read, told one by one


@click.group()
@verbose_option
def rules() -> None:
    """Checks and compares sets of rules.

    A set of RULES is a beatwire.toml with [tags], a file or folder with such tables, a folder with a whole set (as
    transforms/tag/data is), or the word "shipped" for those that come with beatwire.
    """


@rules.command()
@click.argument("named", metavar="[RULES]", required=False)
@json_option
@config_option
@verbose_option
def check(named: str | None, as_json: bool, config_path: Path | None) -> None:
    """Looks whether RULES can be used; those of the configuration when left out.

    Every mistake is told with file, key and fix; then exit code 2.
    """
    from pipelines import config
    from transforms.tag.rules.own import RULES, unpack

    found = config.load(config_path).rules() if named is None else _rules(named)
    compiled, own = found.rules(), unpack(found.own)
    counts = {"apps": len(own.apps), "companies": len(own.companies), "terms": len(own.terms)}
    for table in (*RULES, "words"):
        counts[table] = sum(len(getattr(language, table)) for language in own.languages.values())
    counts = {table: count for table, count in counts.items() if count}
    if as_json:
        click.echo(json.dumps({"rulesVersion": compiled.version, "own": counts}))
        return
    told = ", ".join(f"{count:,} {table}" for table, count in counts.items()) or "none"
    click.echo(f"rules {compiled.version}; your own: {told}")


@rules.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--on", "sources", metavar="FILE|-|TOPIC", multiple=True, required=True, help="Articles; may be given again."
)
@click.option("--samples", type=click.IntRange(0, 1000), default=5, show_default=True, help="Shown of each kind.")
@click.option("--exit-code", "as_code", is_flag=True, help="Exit code 1 when any article differs.")
@click.option("--jobs", type=click.IntRange(1, 256), default=lambda: os.cpu_count() or 1, help="Processes.")
@json_option
@kafka_options
@click.pass_context
def diff(
    ctx: click.Context,
    before: str,
    after: str,
    sources: tuple[str, ...],
    samples: int,
    as_code: bool,
    jobs: int,
    as_json: bool,
    config_path: Path | None,
    bootstrap: str | None,
    prefix: str | None,
) -> None:
    """Shows what rules B say otherwise than rules A: articles that come onto the beat or leave it, and values.

    FILE holds articles as JSON lines, as `beatwire tag` takes them, and may be .gz; - is standard input. TOPIC is finds
    (every entry, in the feed's own words), articles or latest (what is on the beat; title and summary), or a topic's
    full name. It is read up to its end as of now. Exit code 1 when nothing could be read.
    """
    from pipelines.cli import previewing
    from pipelines.cli.tables import show
    from transforms.tag.preview import Preview

    sets = _rules(before), _rules(after)
    lines = _lines(sources, config_path, overrides(bootstrap, prefix))
    preview, failed = Preview(), 0
    for got in previewing.previewed(lines, *sets, jobs, samples):
        if isinstance(got, Preview):
            preview = got
            continue
        failed += 1
        if failed <= FAULTS:
            click.echo(f"beatwire: {neutralise(got)}", err=True)
    versions = tuple(one.rules().version for one in sets)
    if as_json:
        click.echo(json.dumps(_as_json(preview, failed, versions), ensure_ascii=False))
    else:
        click.echo(f"from {versions[0]} to {versions[1]}")
        click.echo(previewing.summary(preview, failed))
        for table in previewing.tables(preview):
            click.echo()
            show(table)
    ctx.exit(1 if (as_code and preview.differs) or (failed and not preview.articles) else 0)


def _as_json(preview: "Preview", failed: int, versions: tuple[str, ...]) -> dict[str, object]:
    import msgspec

    whole = msgspec.to_builtins(preview)
    values = {value: {"gained": gained, "lost": lost} for value, (gained, lost) in preview.values.items()}
    return {"from": versions[0], "to": versions[1], "failed": failed, **whole, "values": values}


def _rules(named: str) -> "RuleSet":
    """The set of rules that an argument names."""
    from pipelines import config
    from pipelines.config import Config
    from pipelines.config.rules import rule_set, tables_of
    from transforms.tag import SHIPPED as SHIPPED_RULES

    path = Path(named)
    if path.is_dir():
        return rule_set(path)
    if path.is_file():
        tables = tables_of(path)
        return rule_set(path) if set(tables) - set(Config.model_fields) else config.load(path).rules()
    if named == SHIPPED:
        return SHIPPED_RULES
    raise Misused(f'"{named}" is no set of rules: say "shipped", or give a beatwire.toml, a file or a folder of rules')


def _lines(sources: tuple[str, ...], config_path: Path | None, given: dict[str, object]) -> Iterator[bytes]:
    """The articles; whatever cannot be had is said before the first is tagged."""
    from pipelines import config
    from pipelines.cli.previewing import lines_in

    piped = standard_input() if "-" in sources else ()
    named = [source for source in sources if source != "-"]
    files = [Path(source) for source in named if Path(source).is_file()]
    topics = [source for source in named if not Path(source).is_file()]
    if not topics:
        return itertools.chain(lines_in(files), piped)
    from connectors.kafka.topics import TOPICS
    from pipelines.cli.following import read_to_end

    known = {topic.name for topic in TOPICS}
    for source in topics:
        if source not in known and (Path(source).suffix in (".jsonl", ".json", ".gz") or "/" in source):
            raise Misused(f"{source}: there is no such file")
    settings = config.load(config_path, given).kafka_settings()
    names = [settings.topic(source) if source in known else source for source in topics]

    def lines() -> Iterator[bytes]:
        yield from lines_in(files)
        yield from piped
        for name in names:
            for record in read_to_end(settings, name):
                if record.value:
                    yield record.value.replace(b"\n", b" ")

    return lines()
