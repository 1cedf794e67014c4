"""Tags: milliseconds of one core for 5 KB of text, and how they grow with the number of watch terms.

    $BEATWIRE_EVAL -> articles -> tag, by 100 and by 100,000 watch terms -> ms per 5 KB, growth
                               -> all words by a regular expression       -> the baseline, in the same run

Time is that of the processor, so other programs do not count, though they slow it down: the baseline tells how much.
Of each article the least of several rounds is taken. Texts stay where they are.
"""

import argparse
import os
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench.progress import say
from bench.rows import Row, rows
from bench.tables import table
from transforms.tag.engine import Pack, compile_pack, shipped_packs, tags_of
from transforms.tag.entries import App, RuleData
from transforms.tag.rules.data import shipped
from transforms.tags import Document

RANDOM_BAR = 1.0
BEAT_BAR = 5.0
"""Milliseconds for 5 KB: at the median of random articles, and of those on the beat."""

GROWTH_BAR = 1.3
FEW, MANY = 100, 100_000
_SIZE = 5_000
_word = re.compile(r"\w+")


class Figures(NamedTuple):
    """Milliseconds for 5 KB (UTF-8): at the median, on average, and at the median of the baseline."""

    median: float
    mean: float
    baseline: float


def documents(source: Path, only: frozenset[str] | None = None) -> list[Document]:
    """The articles of a file, or those of some ids."""
    return [_document(row) for row in rows(source) if only is None or row["id"] in only]


def _document(row: Row) -> Document:
    return Document(title=row.get("title") or "", text=row.get("text") or "", date=row.get("date"))


def size_of(document: Document) -> int:
    """Bytes of a document's text, with its headline and summary."""
    parts = (document.title, document.summary, document.text)
    return sum(len(part.encode("utf-8", "surrogatepass")) for part in parts)


def least(work: Callable[[Document], object], documents: Sequence[Document], rounds: int) -> list[float]:
    """Milliseconds for each document: the least of some rounds over all of them."""
    best = [float("inf")] * len(documents)
    for _ in range(rounds):
        for at, document in enumerate(documents):
            began = time.thread_time_ns()
            work(document)
            best[at] = min(best[at], (time.thread_time_ns() - began) / 1e6)
    return best


def figures(work: Callable[[Document], object], documents: Sequence[Document], rounds: int) -> Figures:
    """The work's cost over some documents, with the baseline's."""
    times = [least(one, documents, rounds) for one in (work, words_of)]
    spent, words = ([ms * _SIZE / size_of(d) for ms, d in zip(column, documents, strict=True)] for column in times)
    return Figures(statistics.median(spent), statistics.fmean(spent), statistics.median(words))


def words_of(document: Document) -> list[str]:
    """The baseline: what any tagger does first."""
    return _word.findall(document.text)


def watching(count: int) -> tuple[RuleData, dict[str, Pack]]:
    """The shipped rules with so many watch terms of one to three invented words, a tenth of which begin alike."""
    chance = random.Random(count)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "is")]

    def word() -> str:
        return "".join(chance.choices(syllables, k=3)).capitalize()

    shared = [word() for _ in range(10)]
    apps = []
    for number in range(count):
        first = chance.choice(shared) if number % 10 == 0 else word()
        name = " ".join([first, *(word() for _ in range(number % 3))])
        apps.append(App(id=f"watch-{number}", name=name, country="CN"))
    data = msgspec.structs.replace(shipped(), apps=(*shipped().apps, *apps))
    return data, {code: compile_pack(data, language) for code, language in data.languages.items()}


def growth(documents: Sequence[Document], rounds: int) -> float:
    """How many times the cost with ``MANY`` watch terms is that with ``FEW``, the rounds by turns."""
    sets = [watching(count) for count in (FEW, MANY)]
    spent = [[float("inf")] * len(documents) for _ in sets]
    for _ in range(rounds):
        for best, (data, packs) in zip(spent, sets, strict=True):
            now = least(lambda d, data=data, packs=packs: tags_of(d, "page", data, packs), documents, 1)  # type: ignore[misc]
            best[:] = map(min, best, now)
    few, many = map(sum, spent)
    return many / few


def measure(material: Path, every: int, rounds: int) -> tuple[Figures, Figures, float]:
    """Cost over random articles, over those on the beat, and its growth.

    Args:
      material: Holds ``beat/``.
      every: Takes each n-th random article.
      rounds: Of which the least counts.
    """
    beat = material / "beat"
    relevant = frozenset(row["id"] for row in rows(beat / "labels.jsonl") if row["relevant"] == "yes")
    among = documents(beat / "random.jsonl.gz")[::every]
    on_beat = documents(beat / "articles.jsonl.gz", relevant)
    data, packs = shipped(), shipped_packs()

    def work(document: Document) -> object:
        return tags_of(document, "page", data, packs)

    say(f"{len(among)} random articles, {len(on_beat)} on the beat, {rounds} rounds")
    first, second = figures(work, among, rounds), figures(work, on_beat, rounds)
    return first, second, growth([*among[::5], *on_beat], rounds)


def main(options: Sequence[str] = ()) -> int:
    """Measures and prints; 1 when a bar is missed, 2 when the material is not there."""
    parser = argparse.ArgumentParser(prog="bench tags", description="What tagging costs, over $BEATWIRE_EVAL.")
    parser.add_argument("--every", type=int, default=1, help="each n-th random article only")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the least counts")
    told = parser.parse_args(options)
    material = Path(os.environ.get("BEATWIRE_EVAL", "")) / "eval"
    if not (material / "beat" / "random.jsonl.gz").is_file():
        say("set BEATWIRE_EVAL to the folder that holds eval/")
        return 2
    among, on_beat, grown = measure(material, told.every, told.rounds)
    lines = [
        (name, f"{one.median:.2f}", f"{one.mean:.2f}", f"{one.baseline:.3f}", f"{one.median / one.baseline:.1f}", bar)
        for name, one, bar in (("random", among, RANDOM_BAR), ("on the beat", on_beat, BEAT_BAR))
    ]
    print(table(("articles", "ms per 5 KB, median", "mean", "words alone", "times words", "bar"), lines))
    print(f"\nFrom {FEW} to {MANY:,} watch terms: {grown:.2f} times (bar {GROWTH_BAR})")
    return int(among.median > RANDOM_BAR or on_beat.median > BEAT_BAR or grown > GROWTH_BAR)
