"""What `feeds list` and `feeds show` say of a feed: its configuration, and its health where Kafka can be asked."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.config import Config, Feed
from pipelines.config.lists import Listed
from transforms import instants
from transforms.errors import BeatwireError

if TYPE_CHECKING:
    from connectors.kafka.health import Known

# The columns of the table, as keys of a row. Without Kafka there is nothing to say of the others.
CONFIGURED = ("id", "publisher", "kind", "url", "in")
HEALTHY = ("id", "publisher", "kind", "state", "polled", "succeeded", "next", "finds", "newest", "error")
_TIMES = ("polled", "succeeded", "next", "newest")
_SAID = ("feedId", "url", "version", "polls", "found", "error", "polled", "succeeded", "nextPoll", "newest", "failures")
_LONG = 200  # characters: what is longer is for machines, such as what the feed shows, packed


def health_of(config: Config) -> "tuple[Mapping[str, Known] | None, str]":
    """What `feeds` says of each feed, or None and why it cannot be asked."""
    try:
        settings = config.kafka_settings()
        from connectors.kafka.health import read_health  # late: the client is not needed to say that there is no Kafka

        return read_health(settings), ""
    except BeatwireError as error:
        return None, str(error)


def row(listed: Listed, known: "Known | None") -> dict[str, Any]:
    """A feed, for scripts: times are instants."""
    feed = listed.feed
    said: dict[str, Any] = feed.model_dump(include=set(Feed.model_fields)) | {"in": listed.origin}
    if known is not None:
        health = known.health
        said |= {"state": health.state, "polled": health.polled, "succeeded": health.succeeded}
        said |= {"next": health.next_poll, "finds": health.found, "newest": health.newest}
        said |= {"polls": health.polls, "failures": health.failures, "error": health.error}
    return said


def cells(said: Mapping[str, Any], columns: tuple[str, ...], now: float) -> list[Any]:
    """A row of the table, for people: times as they are from now."""
    values = dict(said)
    if "state" not in values and "state" in columns:
        values["state"] = "not polled yet"
    return [ago(values.get(name), now) if name in _TIMES else values.get(name) for name in columns]


def ago(instant: str | None, now: float) -> str:
    """An instant as people say it: ``5 min ago``, ``in 2 h``; empty for none."""
    if not instant:
        return ""
    try:
        seconds = instants.from_text(instant) - now
    except ValueError:
        return instant
    units = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"))
    size, unit = next((one for one in units if abs(seconds) >= 2 * one[0]), (1.0, "s"))
    text = f"{abs(seconds) / size:.0f} {unit}"
    return f"in {text}" if seconds > 0 else f"{text} ago"


def details(said: Mapping[str, Any], known: "Known | None") -> Iterator[tuple[str, Any]]:
    """All that is known of a feed, line by line; what later versions put on `feeds` is shown as it stands there."""
    names = {"findsOfADay": "finds in 24 h", "lastFinds": "last finds"}
    yield from ((names.get(name, name), value) for name, value in said.items() if value not in ("", None, (), []))
    if known is not None:
        shown = known.record.get("shown")
        if isinstance(shown, dict | list):
            yield "entries shown", len(shown)
        for name, value in known.record.items():
            text = json.dumps(value) if isinstance(value, dict | list) else str(value)
            if value and name not in (*_SAID, "shown") and len(text) <= _LONG:
                yield name, text


def missing(config: Config, name: str, path: Path) -> str:
    """What is said of a feed that there is not."""
    import difflib

    near = difflib.get_close_matches(name, [one.feed.id for one in config.listed], 1, 0.5)
    return f'there is no feed "{name}" in {path}' + (f'; did you mean "{near[0]}"?' if near else "")
