"""One record of a topic as a line or two for people: pure, from headers and value as Kafka gives them."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import click

from pipelines.cli.terminal import neutralise, shorten

Headers = Iterable[tuple[str, bytes]]

HEADLINE, QUOTE, REASON = 140, 180, 160  # code points shown of each
_INDENT = " " * 4
_COLOURS = {
    "published": "green",
    "revised": "yellow",
    "retagged": "yellow",
    "retracted": "red",
    "dead-letter": "red",
    "fetch-failed": "red",
}


def line(
    headers: Headers, value: bytes | None, topic: str = "articles", colour: bool = False, key: bytes | None = None
) -> str:
    """A record in at most two lines, safe for a terminal.

    Args:
      headers: Of the record; `articles` and `latest` have CloudEvents attributes in them.
      value: Of the record; None is a tombstone.
      topic: The topic's short name: says how to read the value.
      colour: Whether ANSI colours may be used.
      key: Of the record: names what a tombstone removes that has no headers.
    """
    paint = _paint if colour else _plain
    if value is None:
        subject = text_headers(headers).get("ce_subject", "") or (key or b"").decode("utf-8", "replace")
        return f"{paint('removed', 'red')}  {neutralise(subject)}".rstrip()
    if topic == "dead-letters":
        return _dead_letter(text_headers(headers), value, paint)
    try:
        read = json.loads(value)
    except ValueError:
        return f"{paint('unreadable', 'red')}  {len(value)} bytes that are no JSON"
    return {"outcomes": _outcome, "finds": _find, "feeds": _feed, "sources": _source}.get(topic, _article)(
        text_headers(headers), read, paint
    )


def text_headers(headers: Headers) -> dict[str, str]:
    """Headers as text; of a name that comes twice the last counts."""
    return {name: (value or b"").decode("utf-8", "replace") for name, value in headers}


def value_of(read: Any, *path: str | int) -> Any:
    """What stands at a path of nested objects and arrays, or None: readers must bear what later versions say."""
    for part in path:
        try:
            read = read[part]
        except (KeyError, IndexError, TypeError):
            return None
    return read


def main_quote(tags: Any) -> str:
    """The words that prove the main action's stage; failing that its status, a topic, anything."""
    quotes = [one for one in value_of(tags, "evidence") or [] if value_of(one, "quote")]
    for field in ("stage:", "status:", "topics:"):
        for one in quotes:
            if str(value_of(one, "supports")).startswith(field) and value_of(one, "action") in (0, None):
                return str(one["quote"])
    return str(quotes[0]["quote"]) if quotes else ""


Paint = Callable[[str, str], str]


def _plain(text: str, _: str) -> str:
    return text


def _paint(text: str, colour: str) -> str:
    return click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour)


def _time(instant: Any) -> str:
    """``2026-01-31T09:30:00.000Z`` as ``2026-01-31 09:30:00Z``."""
    text = neutralise(str(instant or "-"))
    return f"{text[:10]} {text[11:19]}Z" if len(text) >= 20 and text[10] == "T" else text


def _joined(values: Any, most: int = 4) -> str:
    values = [shorten(str(one), 40) for one in values] if isinstance(values, list) else []
    return ", ".join(values[:most]) + (f" +{len(values) - most}" if len(values) > most else "")


def _article(headers: dict[str, str], read: Any, paint: Paint) -> str:
    tags, kind = value_of(read, "tags"), str(value_of(read, "version", "type") or headers.get("ce_type", ""))
    kind = shorten(kind.rpartition(".")[2] or "event", 20)
    revision = value_of(read, "version", "revision")
    when = headers.get("ce_time") or value_of(read, "pipeline", "times", "published")
    said = [paint(_time(when), "bright_black"), paint(kind, _COLOURS.get(kind, "cyan"))]
    if isinstance(revision, int) and revision > 1:
        said.append(f"r{revision}")
    link = value_of(read, "source", "link") or value_of(read, "source", "url") or ""
    if kind == "retracted":
        reason = shorten(str(value_of(read, "change", "reason") or ""), REASON)
        return "  ".join([*said, reason, paint(shorten(str(link), 500), "blue")])
    for part, shade in (
        (_joined(value_of(tags, "topics")), "magenta"),
        (_joined(value_of(tags, "apps")) or _joined(value_of(tags, "companies")), "cyan"),
        (_joined(value_of(tags, "jurisdictions")), "white"),
        (_state(tags), "yellow"),
        (shorten(str(value_of(read, "item", "headlines", 0, "value") or ""), HEADLINE), "bold"),
    ):
        said += [paint(part, shade)] if part else []
    quote = shorten(main_quote(tags), QUOTE)
    second = [f"“{quote}”"] if quote else []
    second += [paint(shorten(str(link), 500), "blue")] if link else []
    return "  ".join(said) + (f"\n{_INDENT}" + "  ".join(second) if second else "")


def _state(tags: Any) -> str:
    stage, status = value_of(tags, "stage"), value_of(tags, "status")
    return f"{shorten(str(stage), 30)} -> {shorten(str(status), 30)}" if stage and status else ""


def _outcome(_: dict[str, str], read: Any, paint: Paint) -> str:
    outcome = shorten(str(value_of(read, "outcome") or "?"), 30)
    said = [paint(_time(value_of(read, "ended")), "bright_black"), paint(outcome, _COLOURS.get(outcome, "cyan"))]
    said += [shorten(str(value_of(read, key) or ""), 100) for key in ("step", "feedId")]
    said += [paint(shorten(str(value_of(read, "link") or ""), 500), "blue")]
    said += [shorten(str(value_of(read, "reason") or ""), REASON)]
    return "  ".join(part for part in said if part)


def _find(_: dict[str, str], read: Any, paint: Paint) -> str:
    said = [
        paint(_time(value_of(read, "found")), "bright_black"),
        shorten(str(value_of(read, "source", "id") or ""), 100),
        paint(shorten(str(value_of(read, "entry", "title") or ""), HEADLINE), "bold"),
        paint(shorten(str(value_of(read, "entry", "link") or ""), 500), "blue"),
    ]
    return "  ".join(part for part in said if part)


def _feed(_: dict[str, str], read: Any, paint: Paint) -> str:
    error = shorten(str(value_of(read, "error") or ""), REASON)
    failures = value_of(read, "failures")
    said = [
        paint(_time(value_of(read, "polled")), "bright_black"),
        paint("failed", "red") if error else paint("ok", "green"),
        shorten(str(value_of(read, "feedId") or ""), 100),
        f"{shorten(str(failures), 20)} in a row: {error}"
        if error
        else f"{shorten(str(value_of(read, 'found') or 0), 20)} found",
        f"next {_time(value_of(read, 'nextPoll'))}",
    ]
    return "  ".join(part for part in said if part)


def _source(_: dict[str, str], read: Any, paint: Paint) -> str:
    said = [
        shorten(str(value_of(read, "id") or ""), 100),
        shorten(str(value_of(read, "kind") or ""), 30),
        paint(shorten(str(value_of(read, "publisher") or ""), 100), "bold"),
        paint(shorten(str(value_of(read, "url") or ""), 500), "blue"),
    ]
    return "  ".join(part for part in said if part)


def _dead_letter(headers: dict[str, str], value: bytes, paint: Paint) -> str:
    said = [paint("dead-letter", "red"), f"{len(value)} bytes"]
    said += [f"{shorten(name, 60)}={shorten(text, REASON)}" for name, text in headers.items() if "error" in name]
    return "  ".join(said)
