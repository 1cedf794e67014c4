"""From the configuration to what a run is told."""

from connectors.run import RunSettings
from connectors.web.client import WebSettings
from connectors.web.guard import Policy
from pipelines.cli.version import version
from pipelines.config import Config


def run_settings(config: Config) -> RunSettings:
    """The settings of a run; the run id is given when a job starts.

    Raises:
      ConfigError: No Kafka is named, or a secret is not where the configuration says.
    """
    limits, politeness = config.limits, config.politeness
    contact = config.pipeline.contact or "no contact given"
    return RunSettings(
        run_id="",
        name=config.pipeline.name,
        version=version(),
        kafka=config.kafka_settings(),
        web=WebSettings(
            user_agent=f"beatwire/{version()} (news monitor; {contact})",
            total=limits.seconds,
            max_bytes=int(limits.page_bytes),
            policy=Policy(allow_loopback=config.network.allow_loopback),
        ),
        feeds=tuple(feed.source() for feed in config.feeds),
        max_age=limits.max_age_days * 86400,
        tries=limits.tries,
        retry_first=limits.retry_first_seconds,
        retry_within=limits.retry_within_hours * 3600,
        spacing=politeness.spacing_seconds,
        concurrency=politeness.concurrency,
    )
