"""``beatwire dead-letters``: what Kafka refused; lists it, shows it, sends it again."""

import base64
import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.group import Failed
from pipelines.cli.options import json_option, kafka_options, overrides, verbose_option
from pipelines.cli.terminal import neutralise, shorten

if TYPE_CHECKING:
    from connectors.kafka.letters import Letter
    from connectors.kafka.replay import Plan
    from connectors.kafka.settings import KafkaSettings

AT_ONCE = 256 * 1024 * 1024  # bytes of letters that one replay holds in memory


@click.group("dead-letters")
@verbose_option
def dead_letters() -> None:
    """Lists, shows and replays what Kafka refused.

    A dead letter's ID is partition/offset on the topic dead-letters, or spill:FILE:LINE for one that Kafka refused
    twice and that lies on this machine.
    """


@dead_letters.command("list")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, metavar="N", help="The newest N.")
@json_option
@kafka_options
def list_letters(
    limit: int, as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None
) -> None:
    """Lists dead letters, the newest last."""
    from connectors.kafka import letters
    from pipelines.cli.tables import Table, show

    settings, folder = _where(config_path, bootstrap, prefix)
    found = letters.read(settings, folder, lambda _: True, bodies=False)
    if as_json:
        for one in found[-limit:]:
            click.echo(json.dumps(_row(one)))
        return
    if not found:
        click.echo("no dead letters")
        return
    rows = [
        (one.name, one.at, one.topic, _key(one), one.size, f"{one.error_class}: {shorten(one.error, 80)}", _state(one))
        for one in found[-limit:]
    ]
    show(Table("", ("id", "at", "topic", "key", "bytes", "error", "state"), rows))
    if len(found) > limit:
        click.echo(f"{len(found) - limit} older ones are not shown: --limit {len(found)}", err=True)


@dead_letters.command("show")
@click.argument("name", metavar="ID")
@json_option
@kafka_options
def show_letter(name: str, as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None) -> None:
    """Shows one dead letter: key, headers, error, value."""
    settings, folder = _where(config_path, bootstrap, prefix)
    (one,) = _named(settings, folder, (name,))
    if as_json:
        value = None if one.value is None else base64.b64encode(one.value).decode()
        headers = [[header, said.decode("utf-8", "replace")] for header, said in one.headers]
        click.echo(json.dumps({**_row(one), "headers": headers, "valueBase64": value}))
        return
    for what, said in (
        ("id", one.name),
        ("at", one.at),
        ("topic", one.topic),
        ("key", _key(one)),
        ("step", one.step),
        ("error", f"{one.error_class}: {one.error}"),
        ("bytes", str(one.size)),
        ("state", _state(one)),
    ):
        click.echo(f"{what + ':':8}{neutralise(said)}")
    for header, data in one.headers:
        click.echo(f"  {neutralise(header)}: {neutralise(data.decode('utf-8', 'replace'))}")
    click.echo()
    click.echo(_pretty(one.value))


@dead_letters.command()
@click.argument("names", metavar="ID...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that were not replayed yet.")
@click.option("--yes", is_flag=True, help="Send them; without it, only say what would be sent.")
@click.option("--force", is_flag=True, help="Also what was replayed before, or would undo something newer.")
@kafka_options
@click.pass_context
def replay(
    ctx: click.Context,
    names: tuple[str, ...],
    every: bool,
    yes: bool,
    force: bool,
    config_path: Path | None,
    bootstrap: str | None,
    prefix: str | None,
) -> None:
    """Sends dead letters to their topics again, as they were: the same key, headers and event id.

    Says what would be sent and what would be refused; --yes sends it, but for what a pipeline at work has overtaken by
    then. Exit code 1 when something is refused.
    """
    from connectors.kafka.replay import on_latest, plan_all, send_all

    if bool(names) == every:
        raise click.UsageError("name the dead letters (`beatwire dead-letters list` shows their IDs), or say --all")
    settings, folder = _where(config_path, bootstrap, prefix)
    found = _unsent(settings, folder) if every else _named(settings, folder, names)
    with contextlib.closing(on_latest(settings, found)) as latest:
        plans = plan_all(settings, found, latest)
        chosen = [one for one in plans if _is_chosen(one, force)]
        failed = len(chosen) < len(plans)
        for one in plans:
            if not _is_chosen(one, force):
                hint = "; --force sends it all the same" if one.forceable else ""
                click.echo(f"{one.letter.name}: not sent: {neutralise(one.refusal)}{hint}", err=True)
            elif not yes:
                click.echo(f"{one.letter.name}: would be sent {_way(one)}")
        if yes:
            for one, why in send_all(settings, folder, chosen, latest, force):
                click.echo(f"{one.letter.name}: {neutralise(why) if why else f'sent {_way(one)}'}", err=bool(why))
                failed |= bool(why)
        elif chosen:
            click.echo("nothing was sent: --yes sends", err=True)
        elif not plans:
            click.echo("nothing to replay", err=True)
    ctx.exit(1 if failed else 0)


def _is_chosen(one: "Plan", force: bool) -> bool:
    return not one.refusal or (force and one.forceable)


def _where(config_path: Path | None, bootstrap: str | None, prefix: str | None) -> "tuple[KafkaSettings, Path]":
    from pipelines import config

    loaded = config.load(config_path, overrides(bootstrap, prefix))
    settings = loaded.kafka_settings()
    from connectors.embedded.paths import data_folder  # late: faults in the configuration are said first
    from connectors.kafka.access import reach

    reach(settings)
    return settings, loaded.spill_folder() or data_folder() / "spill"


def _named(settings: "KafkaSettings", folder: Path, names: tuple[str, ...]) -> "tuple[Letter, ...]":
    from connectors.kafka import letters

    for name in names:
        if not letters.is_name(name):
            raise click.UsageError(f'"{name}" is no ID: write it as `beatwire dead-letters list` does, such as 3/1207')
    found = letters.read(settings, folder, lambda one: one.name in names)
    missing = sorted(set(names) - {one.name for one in found})
    if missing:
        raise Failed(f"there is no dead letter {', '.join(missing)}")
    return found


def _unsent(settings: "KafkaSettings", folder: Path) -> "tuple[Letter, ...]":
    """What was not replayed yet, oldest first; as much as fits into memory."""
    from connectors.kafka import letters

    listed = letters.read(settings, folder, lambda _: True, bodies=False)
    wanted: set[str] = set()
    size = 0
    for one in listed:
        if one.replayed:
            continue
        size += one.size
        if size > AT_ONCE and wanted:
            click.echo(f"{len(wanted)} at once; say it again for the rest", err=True)
            break
        wanted.add(one.name)
    return letters.read(settings, folder, lambda one: one.name in wanted)


def _row(one: "Letter") -> dict[str, Any]:
    return {
        "id": one.name,
        "at": one.at,
        "topic": one.topic,
        "key": _key(one),
        "step": one.step,
        "bytes": one.size,
        "errorClass": one.error_class,
        "error": one.error,
        "truncated": one.truncated,
        "replayed": one.replayed,
    }


def _key(one: "Letter") -> str:
    return "" if one.key is None else one.key.decode("utf-8", "replace")


def _state(one: "Letter") -> str:
    if one.replayed:
        return f"replayed {one.replayed}"
    return "" if one.headers_kept and not one.truncated else "incomplete"


def _way(one: Any) -> str:
    rows = one.rows
    return f"to {' and '.join(row.topic for row in rows)}, key {_key(one.letter) or '-'}, {one.letter.size} bytes"


def _pretty(value: bytes | None) -> str:
    """A value for people: JSON indented, other text line by line, bytes by their count."""
    if value is None:
        return "no value: a tombstone"
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return f"{len(value)} bytes that are no text; --json gives them in base64"
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return "\n".join(neutralise(part) for part in text.split("\n"))
