"""``beatwire tail``: follows a topic in the terminal."""

import json
from pathlib import Path
from typing import Any

import click

from pipelines.cli.options import kafka_options, overrides
from pipelines.cli.rendering import line, text_headers
from pipelines.cli.streams import standard_output
from pipelines.cli.terminal import on_terminal

TOPICS = ("articles", "latest", "outcomes", "finds", "feeds", "sources", "dead-letters")
_WITH_TAGS = ("articles", "latest")


def as_row(record: Any) -> dict[str, Any]:
    """A record as one JSON object: where it stands, its headers, its value (text where it is no JSON)."""
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": None if record.key is None else record.key.decode("utf-8", "replace"),
        "headers": text_headers(record.headers),
        "value": decoded(record.value),
    }


def decoded(value: bytes | None) -> Any:
    """A value as JSON; as text where it is none; None for a tombstone."""
    if value is None:
        return None
    try:
        return json.loads(value)
    except ValueError:
        return value.decode("utf-8", "replace")


@click.command()
@click.option("--topic", type=click.Choice(TOPICS), default="articles", show_default=True, help="What to follow.")
@click.option("--from-start", is_flag=True, help="Begin with the oldest record, not with the next.")
@click.option("--app", "apps", multiple=True, metavar="NAME", help="Only events on this app; may be given again.")
@click.option("--jurisdiction", "jurisdictions", multiple=True, metavar="CODE", help="Only of this country: US, EU.")
@click.option("--status", "statuses", multiple=True, metavar="WORD", help="Only measures in this state: in-force, ...")
@click.option("--tag-topic", "tag_topics", multiple=True, metavar="TOPIC", help="Only app-ban, or us-china-tech.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: headers and value.")
@click.option("--max", "most", type=click.IntRange(1), metavar="N", help="End after so many.")
@click.option(
    "--idle", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="End after so long without any."
)
@kafka_options
def tail(
    topic: str,
    from_start: bool,
    apps: tuple[str, ...],
    jurisdictions: tuple[str, ...],
    statuses: tuple[str, ...],
    tag_topics: tuple[str, ...],
    as_json: bool,
    most: int | None,
    idle: float | None,
    config_path: Path | None,
    bootstrap: str | None,
    prefix: str | None,
) -> None:
    """Follows the events in the terminal, a readable line or two for each, until Ctrl-C.

    What becomes of an article that a filter let through (corrections, retractions) is shown as well.
    """
    standard_output()  # closed, there is nothing to follow for
    from pipelines import config
    from pipelines.cli.filters import Filter, Shown

    wanted = Filter(apps, jurisdictions, statuses, tag_topics)
    if wanted and topic not in _WITH_TAGS:
        raise click.UsageError(f"--topic {topic} has no tags to filter by: leave the filters out, or follow articles")
    settings = config.load(config_path, overrides(bootstrap, prefix)).kafka_settings()
    from pipelines.cli.following import follow  # late: a fault in the configuration is said without waiting for it

    name, colour, shown, count = settings.topic(topic), on_terminal(), Shown(wanted), 0

    def ready() -> None:
        if colour:
            click.echo(f"following {name} at {settings.bootstrap}; Ctrl-C ends", err=True)

    try:
        for record in follow(settings, name, from_start=from_start, idle=idle, ready=ready):
            if not shown.takes(record.key, decoded(record.value) if wanted else None):
                continue
            if as_json:
                click.echo(json.dumps(as_row(record)))
            else:
                click.echo(line(record.headers, record.value, topic, colour, record.key))
            count += 1
            if count == most:
                return
    except KeyboardInterrupt:
        return  # the way to end it, not a failure
