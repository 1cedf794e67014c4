"""The words that events, outcomes and tags are made of.

They are open vocabularies to readers: a reader that meets a word it does not know treats it as ``unclear``. A word is
never taken away or given another meaning within ``v1``.
"""

from typing import Final, Literal, get_args

Topic = Literal["app-ban", "us-china-tech"]

Stage = Literal[
    "threatened",  # talk, considering
    "proposed",  # a bill, a draft rule, a motion asked of a court
    "announced",  # decided or signed, not yet in effect
    "in-force",
    "delayed",  # postponed, extended, waived for now
    "halted",  # a court or another body stopped the measure
    "upheld",  # a court or body let it stand
    "lifted",  # reversed, repealed, expired, delisted
    "settled",  # a deal, licence or plea that ends it
    "violated",  # evasion, enforcement against violators
    "unclear",
]
"""What an article reports to have happened to a measure."""

Status = Literal["pending", "in-force", "postponed", "halted", "ended", "unclear"]
"""Where that measure stands after what the article reports."""

Measure = Literal[
    "ban",
    "block",
    "app-store-removal",
    "government-device-ban",
    "divestiture",
    "export-control",
    "entity-listing",
    "investment-screening",
    "procurement-ban",
    "sanction",
    "tariff",
    "fine",
    "investigation",
    "data-rule",
    "content-order",
    "other",
]

ActorKind = Literal["court", "regulator", "executive", "legislature", "unclear"]

DateRole = Literal["announced", "effective", "deadline", "hearing", "decision", "expiry"]

Precision = Literal["year", "month", "day"]

Part = Literal["title", "summary", "text"]
"""The part of an article in which a quote stands."""

SourceKind = Literal["primary", "wire", "press", "aggregator"]

RobotsScope = Literal["named", "all", "ignore"]
"""Which rules of robots.txt a feed obeys: those of groups that name us, those for everybody as well, or none."""

Basis = Literal["page", "feed"]
"""Whether tags were read from the article's page or from the feed's own words."""

PubStatus = Literal["usable", "canceled"]
"""``canceled`` is how ninjs says that an article was retracted."""

Access = Literal["free", "paywalled", "unknown"]
"""Whether an article is free to read: as its page says or shows; ``unknown`` where it does neither."""

OutcomeName = Literal[
    "published",
    "unchanged",
    "retracted",
    "off-beat",
    "seen",
    "duplicate",
    "too-old",
    "robots-denied",
    "forbidden-address",
    "fetch-failed",
    "too-large",
    "not-an-article",
    "no-text",
    "dead-letter",
]
"""How a find ended. Every find ends in exactly one of these."""

Step = Literal["poll", "deduplicate", "fetch", "extract", "tag", "publish"]
"""A piece of the pipeline (a *stage* is the legal stage of a measure)."""

Doubt = Literal[
    "published-missing",
    "published-unreadable",  # something stands there, but no date
    "published-impossible",  # 1970, year 9999: a date that no entry can have
    "published-future",  # after the clock of the poll
    "updated-unreadable",
    "updated-impossible",
    "updated-future",
]
"""What is wrong with a date that a feed claims; a missing ``updated`` is nothing to doubt."""

EventType = Literal["article.published", "article.revised", "article.retagged", "article.retracted"]

OUTCOMES: Final[tuple[str, ...]] = get_args(OutcomeName)
STAGES: Final[tuple[str, ...]] = get_args(Stage)
STATUSES: Final[tuple[str, ...]] = get_args(Status)
MEASURES: Final[tuple[str, ...]] = get_args(Measure)
TOPICS: Final[tuple[str, ...]] = get_args(Topic)
