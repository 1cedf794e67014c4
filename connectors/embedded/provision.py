"""Sees to it that Java, Kafka's jars and the local runner are there: ``python -m connectors.embedded.provision``.

Run again, it only looks and says what it found.
"""

import logging
import time

import click

# Beam warns of Google's cloud libraries while it is imported; a newcomer has no use for that.
logging.getLogger().setLevel(logging.ERROR)

from connectors.embedded.jars import KAFKA_VERSION, provide_jars  # noqa: E402
from connectors.embedded.java import provide_java  # noqa: E402
from connectors.embedded.prism import provide_prism  # noqa: E402
from transforms.errors import SetupError  # noqa: E402


def provide_kafka() -> None:
    """Gets Java and Kafka's jars; says where they are and how long it took."""
    started = time.monotonic()
    java = provide_java(click.echo)
    click.echo(f"Java {java.version}: {java.path} ({time.monotonic() - started:.1f} s)")
    started = time.monotonic()
    libs = provide_jars(click.echo)
    click.echo(f"Kafka {KAFKA_VERSION}: {libs} ({time.monotonic() - started:.1f} s)")


def provide_runner() -> None:
    """Gets Prism; says where it is and how long it took."""
    started = time.monotonic()
    prism = provide_prism(click.echo)
    click.echo(f"Prism: {prism} ({time.monotonic() - started:.1f} s)")


@click.command()
@click.option("--kafka", is_flag=True, help="Only Java and Kafka's jars.")
@click.option("--runner", is_flag=True, help="Only the local runner.")
def main(kafka: bool, runner: bool) -> None:
    """Fetch what beatwire needs beside Python: Java, Kafka, and Beam's local runner."""
    try:
        if kafka or not runner:
            provide_kafka()
        if runner or not kafka:
            provide_runner()
    except SetupError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
