"""All that can be set, section by section; the commented example is ``deploy/beatwire.toml``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, ByteSize, Field, PrivateAttr, model_validator

from pipelines.config.base import Name, Section
from pipelines.config.feeds import Bound, Feed, require_order
from pipelines.config.kafka import Kafka
from pipelines.config.lists import FeedsFrom, Listed
from pipelines.config.rules import OwnTags, files_of
from transforms.errors import ConfigError
from transforms.records import LONGEST, SHORTEST

if TYPE_CHECKING:
    from connectors.kafka.settings import KafkaSettings
    from connectors.run import RunSettings
    from connectors.web.client import WebSettings
    from transforms.records import FeedSource
    from transforms.tag.ruleset import RuleSet

HOUR, DAY = 3600.0, 86400.0

NO_KAFKA = (
    "no Kafka to talk to: run `beatwire up` in another terminal, or give --bootstrap HOST:PORT, "
    "or write bootstrap under [kafka] in beatwire.toml"
)

NO_FEEDS = (
    "no feeds: `beatwire feeds add URL` finds those of a site, `beatwire feeds import` takes OPML or, with --default, "
    "the list of the beat"
)


def _contact(text: str) -> str:
    """What may stand in the comment of a User-Agent (RFC 9110, section 5.6.5), without parentheses."""
    if not text.isascii() or not text.isprintable() or set(text) & set("()\\") or len(text) > 200:
        raise ValueError("it goes into a header: write a mail or web address in plain ASCII, at most 200 characters")
    return text.strip()


class Pipeline(Section):
    """Who we are.

    Attributes:
      name: The pipeline's name, as in ``ce_source``.
      contact: Mail or web address in the User-Agent, for publishers that want to talk to us; empty: it says so.
    """

    name: Name = "beatwire"
    contact: Annotated[str, AfterValidator(_contact)] = ""


class Limits(Section):
    """What is never exceeded.

    Attributes:
      page_bytes: Of a page, decoded; a number, or text such as "5MB".
      seconds: For one request, redirects and all.
      read_seconds: Of processor time, to read one page or feed; the process that needs more is ended.
      read_bytes: Of memory, for each process that reads; a number, or text such as "2GB".
      max_age_days: Entries published longer ago end as ``too-old``.
      tries: Requests for one page before its find ends.
      retry_first_seconds: Before the second try; each further try waits four times as long.
      retry_within_hours: After a find, within which tries are made.
      gone_after_hours: After a page's first 404 or 410, until it is asked for once more and believed to be gone.
      provisional_after_seconds: After a find, until the feed's own words are published in place of a page that fails.
      tombstone_after_days: After a retraction, until the article is taken off `latest`.
    """

    page_bytes: Annotated[ByteSize, Field(ge=1024)] = ByteSize(5 * 1024 * 1024)
    seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    read_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    read_bytes: Annotated[ByteSize, Field(ge=512 * 1024 * 1024)] = ByteSize(1536 * 1024 * 1024)
    max_age_days: Annotated[float, Field(gt=0)] = 14.0
    tries: Annotated[int, Field(ge=1, le=100)] = 5
    retry_first_seconds: Annotated[float, Field(gt=0)] = 60.0
    retry_within_hours: Annotated[float, Field(gt=0)] = 24.0
    gone_after_hours: Annotated[float, Field(ge=0)] = 24.0
    provisional_after_seconds: Annotated[float, Field(ge=0)] = 60.0
    tombstone_after_days: Annotated[float, Field(ge=1)] = 30.0


class Politeness(Section):
    """How we treat a publisher's servers: one budget for each registered domain, shared by its feeds and its pages.

    Attributes:
      spacing_seconds: Between the starts of two requests, on the average.
      concurrency: Requests at a time: one for feeds, the others for pages.
      per_host: Of them, at one host.
      crawl_delay_seconds: Of a Crawl-delay in robots.txt, what is honoured at most; 0 honours none.
    """

    spacing_seconds: Annotated[float, Field(ge=0)] = 1.0
    concurrency: Annotated[int, Field(ge=2, le=64)] = 4
    per_host: Annotated[int, Field(ge=1, le=64)] = 2
    crawl_delay_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0


class Polling(Section):
    """How often feeds without an `interval` of their own are asked.

    Attributes:
      shortest: Seconds between two polls at least.
      longest: Seconds between two polls at most, while all is well.
    """

    shortest: Bound = SHORTEST
    longest: Bound = LONGEST

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order(self.shortest, self.longest)
        return self


class Network(Section):
    """Which addresses may be asked.

    Attributes:
      allow_loopback: Also this machine itself; for the demo and for tests only.
    """

    allow_loopback: bool = False


class Config(Section):
    """The whole configuration; `pipelines.config.load` makes it."""

    pipeline: Pipeline = Pipeline()
    kafka: Kafka = Kafka()
    limits: Limits = Limits()
    politeness: Politeness = Politeness()
    polling: Polling = Polling()
    network: Network = Network()
    tags: OwnTags = OwnTags()
    feeds_from: FeedsFrom = FeedsFrom()
    feeds: tuple[Feed, ...] = ()

    _listed: tuple[Listed, ...] = PrivateAttr(default=())
    _origin: str = PrivateAttr(default="beatwire.toml")
    _own: bytes = PrivateAttr(default=b"")

    @property
    def origin(self) -> str:
        """The file it was read from, as errors name it; ``beatwire.toml`` when there is none."""
        return self._origin

    @property
    def files(self) -> tuple[Path, ...]:
        """The other files that are part of it: a running pipeline looks at them, too."""
        return (*self.feeds_from.opml, *(file for path in self.tags.files for file in files_of(path)))

    @property
    def own_rules(self) -> bytes:
        """What the user adds to the rules, packed; of all files."""
        return self._own

    def rules(self) -> "RuleSet":
        """The rules that articles are tagged by."""
        from transforms.tag.ruleset import RuleSet

        return RuleSet(own=self._own)

    @property
    def listed(self) -> tuple[Listed, ...]:
        """The feeds with where each of them stands."""
        return self._listed

    def require_feeds(self) -> None:
        """Looks whether there is anything to poll.

        Raises:
          ConfigError: There is not.
        """
        if not self.feeds:
            raise ConfigError(NO_FEEDS)

    def kafka_settings(self) -> "KafkaSettings":
        """How to reach Kafka, secrets and all.

        Raises:
          ConfigError: If no Kafka is named, or a secret or a file of TLS is not where the configuration says.
        """
        from connectors.kafka.settings import KafkaSettings

        kafka, security = self.kafka, self.kafka.security
        if kafka.bootstrap is None:
            raise ConfigError(NO_KAFKA)
        try:
            security.require_files()
            password = security.password()
        except ConfigError as error:
            raise ConfigError(f"{self.origin}: {error}") from error
        return KafkaSettings(
            bootstrap=kafka.bootstrap,
            prefix=kafka.prefix,
            partitions=kafka.partitions,
            replication=kafka.replication,
            security_protocol=security.protocol,
            sasl_mechanism=security.mechanism,
            sasl_username=security.username,
            sasl_password=password.get_secret_value() if password else None,
            ssl_cafile=_text(security.ca_file),
            ssl_certfile=_text(security.cert_file),
            ssl_keyfile=_text(security.key_file),
        )

    def web_settings(self, version: str) -> "WebSettings":
        """How pages and feeds are asked for.

        Args:
          version: beatwire's version, for the User-Agent.
        """
        from connectors.web.client import WebSettings
        from connectors.web.guard import Policy

        contact = self.pipeline.contact or "no contact given"
        return WebSettings(
            user_agent=f"beatwire/{version} (news monitor; {contact})",
            connect=min(WebSettings.connect, self.limits.seconds),
            total=self.limits.seconds,
            max_bytes=int(self.limits.page_bytes),
            policy=Policy(allow_loopback=self.network.allow_loopback),
        )

    def sources(self) -> "tuple[FeedSource, ...]":
        """The feeds as the pipeline carries them."""
        return tuple(feed.source(self.polling.shortest, self.polling.longest) for feed in self.feeds)

    def run_settings(self, run_id: str, version: str) -> "RunSettings":
        """What one run of the pipeline is told.

        Args:
          run_id: Names the run; new for each start of a job.
          version: beatwire's version.

        Raises:
          ConfigError: If no Kafka is named, or a secret is not where the configuration says.
        """
        from connectors.reading.pool import ReadLimits
        from connectors.run import RunSettings

        limits = self.limits
        return RunSettings(
            run_id=run_id,
            name=self.pipeline.name,
            version=version,
            kafka=self.kafka_settings(),
            web=self.web_settings(version),
            feeds=self.sources(),
            max_age=limits.max_age_days * DAY,
            tries=limits.tries,
            retry_first=limits.retry_first_seconds,
            retry_within=limits.retry_within_hours * HOUR,
            gone_after=limits.gone_after_hours * HOUR,
            provisional_after=limits.provisional_after_seconds,
            tombstone_after=limits.tombstone_after_days * DAY,
            spacing=self.politeness.spacing_seconds,
            concurrency=self.politeness.concurrency,
            per_host=self.politeness.per_host,
            longest_delay=self.politeness.crawl_delay_seconds,
            reading=ReadLimits(seconds=limits.read_seconds, memory=int(limits.read_bytes)),
            spill=self.spill_folder(),
            rules=self.rules(),
        )

    def spill_folder(self) -> Path | None:
        """Where dead letters go that Kafka refuses as well; absolute, as workers may run in other folders."""
        folder = self.kafka.spill_folder
        return None if folder is None else folder.absolute()

    def from_file(self, origin: str, listed: tuple[Listed, ...], own: bytes = b"") -> "Config":
        """The same configuration, knowing its file, with the feeds of all lists and the rules of all files."""
        config = self.model_copy(update={"feeds": tuple(one.feed for one in listed)})
        config._origin, config._listed, config._own = origin, listed, own
        return config


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
