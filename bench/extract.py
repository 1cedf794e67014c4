"""Extraction beside bare trafilatura, on the same pages in one run: what it gains, and what it costs.

    pages with gold texts -> transforms.extract.extract_row               -> score.py -> F1, seconds
                          -> trafilatura, same options, with its metadata -> score.py -> F1, seconds

The gain's interval is from a paired bootstrap: pages are drawn anew, both answers of a page together.
"""

import argparse
import dataclasses
import gzip
import importlib.util
import os
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura

from bench.progress import say
from bench.tables import table
from transforms.extract import extract_row

DRAWS, SEED = 2_000, 7
Score = tuple[float, float]  # precision and recall of one page
_DATING = {"original_date": True, "extensive_search": False, "max_date": "2100-12-31"}


@dataclasses.dataclass
class Figures:
    """What came of the pages.

    Attributes:
      ours: By set, the scores of our texts.
      bare: The same of trafilatura's, in the same order.
      kept: Pages whose first paragraph is in our text, and in trafilatura's; and all with one.
      seconds: Of processor time, ours and trafilatura's.
    """

    ours: dict[str, list[Score]] = dataclasses.field(default_factory=dict)
    bare: dict[str, list[Score]] = dataclasses.field(default_factory=dict)
    kept: list[int] = dataclasses.field(default_factory=lambda: [0, 0, 0])
    seconds: list[float] = dataclasses.field(default_factory=lambda: [0.0, 0.0])


def measure(material: Path) -> Figures:
    """Reads every page twice, with us first and with trafilatura first by turns.

    Args:
      material: Holds ``score.py`` and ``extraction/``.
    """
    score, figures = _scorer(material / "score.py"), Figures()
    pages = [row for row in score.rows(material / "extraction" / "pages.jsonl") if row.get("body")]
    pages = [row for row in pages if not row.get("gold_suspect")]
    for number, row in enumerate([pages[0], *pages]):  # the first one twice: what is loaded once counts for nobody
        body = gzip.decompress((material / "extraction" / row["html_path"]).read_bytes())
        calls = [lambda row=row, body=body: _ours(row, body), lambda row=row, body=body: _bare(row, body)]
        texts = ["", ""]
        for which in (0, 1) if number % 2 else (1, 0):
            began = time.process_time()
            texts[which] = calls[which]()
            figures.seconds[which] += (time.process_time() - began) * (number > 0)
        if number:
            _count(figures, score, row, texts)
    return figures


def _ours(row: dict[str, Any], body: bytes) -> str:
    return str(extract_row({"url": row["url"]}, body)["text"])


def _bare(row: dict[str, Any], body: bytes) -> str:
    found = trafilatura.bare_extraction(
        body,
        url=row["url"],
        include_comments=False,
        favor_precision=True,
        with_metadata=True,
        date_extraction_params=dict(_DATING),
    )
    return (getattr(found, "text", "") or "") if found else ""


def _count(figures: Figures, score: ModuleType, row: dict[str, Any], texts: Sequence[str]) -> None:
    figures.ours.setdefault(row["set"], []).append(score.page_score(row["body"], texts[0]))
    figures.bare.setdefault(row["set"], []).append(score.page_score(row["body"], texts[1]))
    first = next((line for line in row["body"].split("\n") if len(line.strip()) >= 40), "")
    if first:
        wanted = score.shingles(first)
        for which, text in enumerate(texts):
            figures.kept[which] += sum((wanted & score.shingles(text)).values()) >= sum(wanted.values()) / 2
        figures.kept[2] += 1


def f1(scores: Sequence[Score]) -> float:
    """Of the mean precision and the mean recall, as the scorer counts it."""
    precision, recall = (statistics.fmean(values) for values in zip(*scores, strict=True))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def interval(ours: Sequence[Score], bare: Sequence[Score]) -> tuple[float, float]:
    """The middle 95 % of the gain, over pages drawn anew.

    Args:
      ours: Scores of each page.
      bare: Of the same pages, in the same order.
    """
    chance, numbers = random.Random(SEED), range(len(ours))
    gains = []
    for _ in range(DRAWS):
        drawn = chance.choices(numbers, k=len(ours))
        gains.append(f1([ours[one] for one in drawn]) - f1([bare[one] for one in drawn]))
    gains.sort()
    return gains[int(0.025 * DRAWS)], gains[int(0.975 * DRAWS)]


def section(figures: Figures) -> str:
    """The figures as a section of Markdown."""
    rows = []
    for name, ours in sorted(figures.ours.items()):
        bare = figures.bare[name]
        low, high = interval(ours, bare)
        gain = f1(ours) - f1(bare)
        rows.append(
            (name, len(ours), f"{f1(bare):.4f}", f"{f1(ours):.4f}", f"{gain:+.4f}", f"{low:+.4f} to {high:+.4f}")
        )
    mine, theirs = figures.seconds
    kept = figures.kept
    return "\n".join(
        (
            "## Extraction beside bare trafilatura",
            "The same pages and options; the interval is the middle 95 % of a paired bootstrap over the pages.",
            "",
            table(("set", "pages", "F1 of trafilatura", "F1 of ours", "gain", "interval"), rows),
            "",
            f"First paragraphs kept: {kept[0]} of {kept[2]}; by trafilatura {kept[1]}. Pages a second, of those of "
            f"trafilatura with its metadata: {theirs / mine:.2f}.",
        )
    )


def _scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments: Sequence[str]) -> int:
    """Prints the section; 2 when the material is not there."""
    argparse.ArgumentParser(prog="bench extract", description=(__doc__ or "").partition("\n")[0]).parse_args(arguments)
    material = Path(os.environ.get("BEATWIRE_EVAL", "")) / "eval"
    if not (material / "score.py").is_file():
        say("set BEATWIRE_EVAL to the folder that holds eval/")
        return 2
    print(section(measure(material)))
    return 0
