"""What ``beatwire check --finds`` says: the books of the topics, for people and for scripts."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from pipelines.cli.terminal import neutralise
from transforms.ledger import Books

SHOWN = 20  # gaps and late finds that are shown to people


def as_json(books: Books) -> dict[str, Any]:
    """The whole of it, with ``addUp`` and ``right`` first."""
    return {
        "addUp": books.add_up,
        "right": books.right,
        "finds": books.finds,
        "ended": books.ended,
        "inFlight": books.in_flight,
        "late": books.late,
        "missing": books.missing,
        "expired": books.expired,
        "strays": books.strays,
        "feeds": [dataclasses.asdict(feed) | {"missing": feed.missing} for feed in books.feeds],
        "overdue": [dataclasses.asdict(one) for one in books.overdue],
    }


def as_lines(books: Books) -> Iterator[str]:
    """A line for each thing worth knowing; what is wrong comes last."""
    verdict = "=" if books.finds == books.ended + books.in_flight else "is not"
    yield f"finds {books.finds} {verdict} ended {books.ended} + in flight {books.in_flight}"
    counted = [feed for feed in books.feeds if feed.low is not None]
    yield f"{len(counted)} feeds counted, {sum(feed.found for feed in books.feeds)} finds so far by their own count"
    if books.expired:
        yield f"{books.expired} outcomes are older than what is kept of their finds: as it should be"
    for feed in [one for one in books.feeds if one.gaps][:SHOWN]:
        ranges = ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in feed.gaps[:SHOWN])
        yield f"missing: {feed.missing} of feed {neutralise(feed.feed)}: numbers {ranges}"
    if books.strays:
        yield f"missing: {books.strays} finds that have an outcome are not on `finds`"
    for one in books.overdue[:SHOWN]:
        said = f" ({one.reason})" if one.reason else ""
        age = f"{one.age / 3600:.1f} h"
        yield neutralise(f"late: {age}  {one.feed}  {one.item}  {one.link}{said}")
    if books.late > min(SHOWN, len(books.overdue)):
        yield f"late: {books.late} in all; --json names up to 1000"
    if books.right:
        yield "nothing is missing, nothing is late"
