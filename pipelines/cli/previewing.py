"""Tagging articles by two sets of rules: rows of files and topics in, what differs out."""

import contextlib
import functools
import json
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.cli.rows import Row, lines_of, process, text_of
from pipelines.cli.tables import Table
from pipelines.cli.tag import document_of
from pipelines.cli.terminal import shorten

if TYPE_CHECKING:
    from transforms.tag import RuleSet
    from transforms.tag.preview import Preview, Sample

KEPT = 2000  # code points of a title or address that are passed on
VALUES = 40  # values listed on a terminal; --json has all
MARKS = {"gained": "+", "lost": "-", "changed": "~"}


def compared(row: Row, before: "RuleSet", after: "RuleSet") -> Row:
    """What differs in one article.

    Args:
      row: As `beatwire tag` takes it, or a record of `articles`, `latest` or `finds`.
      before: The rules as they are.
      after: The others.
    """
    import msgspec

    from transforms.tag import tag
    from transforms.tag.preview import Sample, difference

    row = article_of(row)
    document = document_of(row)
    return {
        "sample": msgspec.to_builtins(
            Sample(
                id=str(row.get("id") or ""),
                title=document.title[:KEPT],
                url=text_of(row, "url")[:KEPT],
                difference=difference(tag(document, rules=before), tag(document, rules=after)),
            )
        )
    }


def article_of(row: Row) -> Row:
    """A row to tag: of a record of our own topics what it carries, of `articles` and `latest` title and summary.

    Args:
      row: A JSON object.
    """
    item, entry = row.get("item"), row.get("entry")
    if isinstance(item, dict) and "headlines" in item:
        return {
            "id": item.get("uri"),
            "url": _of(row.get("source"), "url"),
            "title": _first(item.get("headlines")),
            "summary": _first(item.get("descriptions")),
            "date": item.get("contentCreated"),
            "lang": item.get("language"),
        }
    if isinstance(entry, dict):
        return {
            "id": row.get("findId"),
            "url": entry.get("link"),
            "title": entry.get("title"),
            "summary": entry.get("summary"),
            "text": entry.get("content"),
            "date": row.get("found") if entry.get("doubts") else entry.get("published") or row.get("found"),
            "lang": entry.get("language"),
        }
    return row


def _of(held: Any, key: str) -> Any:
    return held.get(key) if isinstance(held, dict) else None


def _first(texts: Any) -> Any:
    return _of(texts[0], "value") if isinstance(texts, list) and texts else None


def lines_in(files: Iterable[Path]) -> Iterator[bytes]:
    """The lines of several files.

    Raises:
      OSError: One cannot be read.
    """
    for path in files:
        yield from lines_of(path)


def previewed(
    lines: Iterable[bytes], before: "RuleSet", after: "RuleSet", jobs: int, samples: int
) -> Generator["Preview | str", None, None]:
    """Tags each line by both sets.

    Args:
      lines: JSON objects.
      before: The rules as they are.
      after: The others.
      jobs: Processes.
      samples: Articles kept of each kind.

    Yields:
      For each line the sum so far, always the same object, or why the line could not be read.
    """
    import msgspec

    from transforms.tag.preview import Preview, Sample

    preview = Preview()
    answers = process(lines, functools.partial(compared, before=before, after=after), jobs)
    with contextlib.closing(answers):
        for line in answers:
            answer = json.loads(line)
            if "error" in answer:
                yield str(answer["error"])
                continue
            preview.add(msgspec.convert(answer["sample"], Sample), samples)
            yield preview


def summary(preview: "Preview", failed: int) -> str:
    """The counts in a sentence."""
    kinds = preview.kinds
    said = f"{preview.articles:,} articles: {kinds['gained']:,} gained, {kinds['lost']:,} lost, {kinds['changed']:,} "
    said += f"changed, {kinds['same']:,} the same"
    return f"{said}; {failed:,} lines could not be read" if failed else said


def tables(preview: "Preview") -> Iterator[Table]:
    """What differs: values by how often, moves of stage and status, samples."""
    values = sorted(preview.values.items(), key=lambda one: (-sum(one[1]), one[0]))
    if values:
        more = f" (of {len(values):,})" if len(values) > VALUES else ""
        rows = [(name, f"+{gained}" if gained else "", f"-{lost}" if lost else "") for name, (gained, lost) in values]
        yield Table(f"Values{more}", ("value", "gained", "lost"), rows[:VALUES])
    moves = [
        (name, way, count)
        for name, ways in sorted(preview.moves.items())
        for way, count in sorted(ways.items(), key=lambda one: (-one[1], one[0]))
    ]
    if moves:
        yield Table("Of articles that both tag", ("field", "before -> after", "articles"), moves[:VALUES])
    shown = [_shown(kind, sample) for kind, samples in preview.samples.items() for sample in samples]
    if shown:
        yield Table("Samples", ("", "title", "address", "tags", "quotes"), shown)


def _shown(kind: str, sample: "Sample") -> tuple[object, ...]:
    told = sample.difference
    tags = [*(f"+{value}" for value in told.gained), *(f"-{value}" for value in told.lost)]
    tags += [f"{moved.field}: {moved.before} -> {moved.after}" for moved in told.moved]
    quotes = [f'{value} "{shorten(quote, 100)}"' for value, quote in told.quotes]
    return MARKS[kind], shorten(sample.title or sample.id, 100), sample.url, tags, quotes
