"""``beatwire topics``: makes the topics, lists them, and says where Kafka's differ from what is meant."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import json_option, kafka_options, overrides, verbose_option

if TYPE_CHECKING:
    from connectors.kafka.settings import KafkaSettings


@click.group()
@verbose_option
def topics() -> None:
    """Makes and compares the topics."""


@topics.command()
@json_option
@kafka_options
def create(as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None) -> None:
    """Creates the topics that are missing; what exists is left as it is, and differences are said."""
    from connectors.kafka.topics import compare
    from connectors.kafka.topics import create as create_topics

    settings = _settings(config_path, bootstrap, prefix)
    created, drifts = create_topics(settings), compare(settings)
    if as_json:
        click.echo(json.dumps({"created": created, "drift": [str(drift) for drift in drifts]}))
    else:
        for name in created:
            click.echo(f"created {name}")
        if not created:
            click.echo("nothing to create: all topics are there")
        for drift in drifts:
            click.echo(f"beatwire: {drift}", err=True)


@topics.command("list")
@json_option
@kafka_options
def list_topics(as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None) -> None:
    """Lists the topics: what each is for, its key, and whether it is as it should be."""
    from connectors.kafka.topics import TOPICS, compare
    from pipelines.cli.tables import Table, show

    settings = _settings(config_path, bootstrap, prefix)
    drifts = compare(settings)
    rows = []
    for topic in TOPICS:
        name = settings.topic(topic.name)
        found = [drift for drift in drifts if drift.topic == name]
        missing = any(drift.actual is None for drift in found)
        state = "missing" if missing else "differs" if found else "off by default" if topic.optional else "ok"
        rows.append({"topic": name, "state": state, "key": topic.key, "holds": topic.holds})
    if as_json:
        for row in rows:
            click.echo(json.dumps(row))
    else:
        show(Table("", ("topic", "state", "key", "holds"), [tuple(row.values()) for row in rows]))


@topics.command()
@json_option
@kafka_options
@click.pass_context
def check(
    ctx: click.Context, as_json: bool, config_path: Path | None, bootstrap: str | None, prefix: str | None
) -> None:
    """Compares the topics with what they should be; exit code 1 when they differ."""
    import dataclasses

    from connectors.kafka.topics import compare
    from pipelines.cli.tables import Table, show

    drifts = compare(_settings(config_path, bootstrap, prefix))
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(drift) for drift in drifts]))
    elif drifts:
        rows = [(d.topic, d.what, d.expected, "missing" if d.actual is None else d.actual) for d in drifts]
        show(Table("", ("topic", "what", "expected", "actual"), rows))
    else:
        click.echo("all topics are as they should be")
    ctx.exit(1 if drifts else 0)


@topics.command()
@kafka_options
def asyncapi(config_path: Path | None, bootstrap: str | None, prefix: str | None) -> None:
    """Prints the topics as an AsyncAPI 3.0 document, for the configured prefix; no Kafka is asked."""
    from pipelines import config

    kafka = config.load(config_path, overrides(bootstrap, prefix)).kafka
    from connectors.kafka.asyncapi import text
    from connectors.kafka.settings import KafkaSettings

    click.echo(text(KafkaSettings(bootstrap="", prefix=kafka.prefix, partitions=kafka.partitions)), nl=False)


def _settings(config_path: Path | None, bootstrap: str | None, prefix: str | None) -> "KafkaSettings":
    from pipelines import config

    settings = config.load(config_path, overrides(bootstrap, prefix)).kafka_settings()
    from connectors.kafka.access import reach  # late: faults in the configuration are said first

    reach(settings)
    return settings
