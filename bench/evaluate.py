"""Evaluation: what the product's own commands say of labelled material, scored and written to ``docs/accuracy.md``.

    $BEATWIRE_EVAL  -> beatwire extract, beatwire tag -> score.py            \\
                    -> lists of feeds -> bench.opml                           |
                    -> the polling schedule, over real arrivals               |
                    -> the feed parser -> bench.feeds                         |
                    -> normalised addresses -> bench.addresses                |
    demo site       -> the pipeline on embedded parts -> schemas, CloudEvents -> docs/accuracy.md

The material stays where it is: only counts of it are written, no texts. Gold fields are cut from the rows before the
commands see them.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.progress import say
from bench.rows import Row, rows
from pipelines.cli import logs

CHECKOUT = Path(__file__).parents[1]
_BEATWIRE = (sys.executable, "-m", "pipelines")  # of this checkout: the console script is of whichever was installed
TARGET = CHECKOUT / "docs" / "accuracy.md"
_PAGE_FIELDS = ("id", "url", "html_path")
_ARTICLE_FIELDS = ("id", "url", "title", "date", "lang", "text")


class CommandError(Exception):
    """A command failed; the message holds its last words."""


def run(command: Sequence[str | Path], output: Path | None = None, source: Path | None = None) -> str:
    """Runs a command to its end, in the folder of this checkout.

    Args:
      command: The command.
      output: File for its standard output; by default that is returned.
      source: File for its standard input.

    Raises:
      CommandError: If it fails.
    """
    began = time.monotonic()
    stdin = source.open("rb") if source else subprocess.DEVNULL
    try:
        done = subprocess.run(
            [str(part) for part in command], stdin=stdin, capture_output=True, check=False, cwd=CHECKOUT
        )
    finally:
        if not isinstance(stdin, int):
            stdin.close()
    told = ("beatwire", *command[3:]) if tuple(command[:3]) == _BEATWIRE else command
    name = " ".join(Path(part).name for part in told[:3])
    if done.returncode:
        raise CommandError(f"{name}: exit code {done.returncode}\n{done.stderr.decode(errors='replace')[-2000:]}")
    say(f"{name}: {time.monotonic() - began:.0f} s")
    if output is None:
        return done.stdout.decode()
    output.write_bytes(done.stdout)
    return ""


def cut(source: Path, target: Path, fields: Sequence[str]) -> None:
    """Copies rows, with these fields only."""
    with target.open("w", encoding="utf-8") as lines:
        for row in rows(source):
            lines.write(json.dumps({field: row[field] for field in fields if field in row}) + "\n")


def errors_of(answers: Path) -> Counter[str]:
    """How many answers are errors, by their first words."""
    return Counter(str(row["error"]).partition(":")[0][:60] for row in rows(answers) if row.get("error"))


class Evaluation:
    """The commands over one folder of material.

    Args:
      material: Holds ``eval/``, ``seeds/`` and ``schemas/``.
      work: Folder for inputs and answers.
    """

    def __init__(self, material: Path, work: Path) -> None:
        self._eval, self._seeds, self._work = material / "eval", material / "seeds", work

    def extraction(self) -> Row:
        """Scores ``beatwire extract`` on pages with gold texts, titles and dates."""
        gold, answers = self._eval / "extraction" / "pages.jsonl", self._work / "extraction.jsonl"
        asked = self._asked(gold, "pages.jsonl", _PAGE_FIELDS)
        run([*_BEATWIRE, "extract", "--jsonl", "--base", gold.parent, "--input", asked], answers)
        return {"sets": self._score("extraction", gold, answers), "errors": errors_of(answers)}

    def tags(self) -> Row:
        """Scores ``beatwire tag`` on labelled articles, and counts its hits among random ones."""
        beat, answers, among = self._eval / "beat", self._work / "tags.jsonl", self._work / "among.jsonl"
        articles = beat / "articles.jsonl.gz"
        run(
            [*_BEATWIRE, "tag", "--jsonl", "--input", self._asked(articles, "articles.jsonl", _ARTICLE_FIELDS)], answers
        )
        asked = self._asked(beat / "random.jsonl.gz", "random.jsonl", _ARTICLE_FIELDS)
        run([*_BEATWIRE, "tag", "--jsonl", "--input", asked], among)
        return {
            "figures": self._score("tags", beat / "labels.jsonl", articles, answers),
            "errors": errors_of(answers) + errors_of(among),
            "random": (sum(bool(row.get("topics")) for row in rows(among)), sum(1 for _ in rows(among))),
            "rules": next((row["rulesVersion"] for row in rows(answers) if row.get("rulesVersion")), "unknown"),
        }

    def seeds(self) -> Row:
        """Scores ``beatwire tag --raw`` on texts with page dirt."""
        expected, asked, answers = self._seeds / "expected.jsonl", self._work / "seeds.in", self._work / "seeds.jsonl"
        run([sys.executable, self._eval / "score.py", "seed-input", expected], asked)
        run([*_BEATWIRE, "tag", "--jsonl", "--raw"], answers, source=asked)
        return self._score("seeds", expected, answers)

    def _asked(self, source: Path, name: str, fields: Sequence[str]) -> Path:
        target = self._work / name
        cut(source, target, fields)
        return target

    def _score(self, what: str, *paths: Path) -> Row:
        score: Row = json.loads(run([sys.executable, self._eval / "score.py", what, *paths, "--json"]))
        return score


def main() -> int:
    """Evaluates and writes; 1 when a command fails, 2 when the material is not there."""
    logs.set_up(verbose=False)  # before Beam is imported, which warns of what nobody asked for
    from bench import accuracy, addresses, extract, opml, robots, validity
    from bench.feeds import section as reading
    from bench.polling import section as polled

    material = Path(os.environ.get("BEATWIRE_EVAL", ""))
    if not os.environ.get("BEATWIRE_EVAL") or not (material / "eval" / "score.py").is_file():
        say("set BEATWIRE_EVAL to the folder that holds eval/, seeds/ and schemas/")
        return 2
    with tempfile.TemporaryDirectory(prefix="beatwire-evaluate-") as name:
        evaluation = Evaluation(material.absolute(), Path(name))
        try:
            extraction, tags, seeds = evaluation.extraction(), evaluation.tags(), evaluation.seeds()
        except CommandError as error:
            say(str(error))
            return 1
        feeds = material.absolute() / "eval" / "feeds"
        sites = robots.section(robots.measure(material / "eval" / "web" / "robots-real.tar.gz"))
        links = addresses.measure(material.absolute() / "eval")
        beside = extract.section(extract.measure(material.absolute() / "eval"))
        sections = (beside, reading.measure(feeds), opml.measure(feeds), polled.measure(feeds), sites, links)
        events = validity.check(material / "schemas" / "ninjs-3.1.json", Path(name))
    text = accuracy.render(extraction, tags, seeds, sections, events)
    TARGET.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
