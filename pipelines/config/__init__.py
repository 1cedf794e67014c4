"""The configuration: ``beatwire.toml``, what overrides it, and what the pipeline is told of it."""

from pipelines.config.feeds import Feed, derive_id
from pipelines.config.loading import load
from pipelines.config.model import NO_FEEDS, Config

__all__ = ["NO_FEEDS", "Config", "Feed", "derive_id", "load"]
