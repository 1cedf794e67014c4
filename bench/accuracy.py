"""The evaluation's figures as a page of Markdown: counts and shares, no texts."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.tables import table
from bench.validity import Validity
from pipelines.cli.version import version
from transforms.extract.article import EXTRACTOR

_HEAD = """# Accuracy
What the product's own commands make of material that people have labelled: today's figures, good or bad. The material
is not part of the project; it holds texts that belong to their publishers. Made by

    BEATWIRE_EVAL=FOLDER ./dev evaluate

P, R and F1 are precision, recall and their harmonic mean.
"""
_SETS = {
    "fundus": "news in many languages",
    "htmldate-mediacloud": "dates only",
    "newspaper4k": "Chinese, Japanese, Arabic, Thai, Spanish",
    "scrapinghub": "English, text only",
}
_KINDS = ("any_topic", "app-ban", "us-china-tech")
_VALUES = ("apps", "companies", "jurisdictions", "measures", "instruments", "dates", "date_values")
_LANGUAGES = {"un": "und"}  # the scorer cuts tags to two letters
_NAMES = {"any_topic": "on the beat at all", "dates": "dates with their role", "date_values": "dates alone"}


def render(
    extraction: Mapping[str, Any],
    tags: Mapping[str, Any],
    seeds: Mapping[str, Any],
    sections: Sequence[str],
    events: Validity,
) -> str:
    """The whole page.

    Args:
      extraction: ``sets`` as the scorer gives them, ``errors``.
      tags: ``figures`` as the scorer gives them, ``errors``, ``random`` as hits and rows, ``rules``.
      seeds: As the scorer gives them.
      sections: Further ones, as other benches render them.
      events: Of the demo.
    """
    made = table(("what", "version"), [("beatwire", version()), ("rules", tags["rules"]), ("extractor", EXTRACTOR)])
    parts = [_HEAD, made, _extraction(extraction), _tags(tags), _seeds(seeds), *sections, _events(events)]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def _extraction(extraction: Mapping[str, Any]) -> str:
    fields = ("pages", "p", "r", "f1", "mean_page_f1", "pages_under_0.5", "title", "date")
    head = ("set", "pages", "P", "R", "F1", "mean F1 of a page", "pages under 0.5", "title right", "date right")
    rows = [
        (f"{name} ({_SETS[name]})" if name in _SETS else name, *(figures.get(field) for field in fields))
        for name, figures in extraction["sets"].items()
    ]
    return "\n".join(
        (
            "## Extraction: `beatwire extract --jsonl`",
            "Text by 4-grams of words, mean over the pages; the command sees address and page only.",
            "",
            table(head, rows),
            "",
            _errors(extraction["errors"]),
        )
    )


def _tags(tags: Mapping[str, Any]) -> str:
    figures = tags["figures"]
    languages = {
        f"on the beat, language `{_LANGUAGES.get(name, name)}`": counts
        for name, counts in figures["by_language"].items()
    }
    named = {_NAMES.get(name, name): figures[name] for name in _KINDS} | languages
    values = {_NAMES.get(name, name): figures[name] for name in _VALUES}
    count, hits = figures["rows"], tags["random"]
    evidence = figures["evidence"]
    lines = [
        "## Tags: `beatwire tag --jsonl`",
        f"{count['clear_yes']} articles clearly on the beat, {count['clear_no']} clearly not.",
        "",
        table(("what", "P", "R", "F1", "right", "false", "missed"), map(_counted, named.items())),
        "",
        f"Borderline or disputed articles tagged: {figures['borderline_tagged']}. Of {hits[1]} random articles "
        f"that nobody has read, {hits[0]} tagged; well under 1 % should be. {_errors(tags['errors'])}",
        "",
        "Values, over the articles clearly on the beat:",
        "",
        table(("what", "P", "R", "F1", "right", "false", "missed"), map(_counted, values.items())),
        "",
    ]
    if stage := figures.get("stage"):
        lines += [
            f"Stage of the main action: accuracy {stage['accuracy']}, macro F1 {stage['macro_f1']}.",
            "",
            table(("stage", "F1", "articles"), [(name, *text.split(" of ")) for name, text in stage["each"].items()]),
            "",
        ]
    return "\n".join(
        [
            *lines,
            table(
                ("evidence", "figure"),
                (
                    ("spans", evidence["spans"]),
                    ("share that stands at its offsets and names a rule", evidence["verified"]),
                    ("spans of one character", evidence["of_one_character"]),
                    ("share of values with evidence of their own", evidence["values_proved"]),
                    ("share that touches the annotators' sentence", evidence["touches_the_annotators_sentence"]),
                ),
            ),
        ]
    )


def _seeds(seeds: Mapping[str, Any]) -> str:
    results = {name: result for name, result in seeds.items() if name not in ("passed", "stories")}
    rows = [
        (name, "passes" if result == "ok" else "; ".join(map(_complaint, result))) for name, result in results.items()
    ]
    joined = "yes" if seeds["stories"] == "ok" else "no"
    counted = [(name, _merged(text.split("; "))) for name, text in rows]
    return "\n".join(
        (
            "## Five texts with page dirt: `beatwire tag --jsonl --raw`",
            f"{seeds['passed']} of {len(results)} pass; reports of one story joined: {joined}.",
            "",
            table(("text", "result"), counted),
        )
    )


def _complaint(complaint: str) -> str:
    """What is wrong by its kind only: what follows may quote the text."""
    if found := re.fullmatch(r"text: (precision [\d.]+) (recall [\d.]+)", complaint):
        return f"text {found[1]}, {found[2]}"
    known = {"kept": "dirt kept", "lost": "sentence lost", "date not in the text's story": "date of another story"}
    if complaint.startswith("no action"):
        return "action not found"
    if complaint.startswith("evidence"):
        return "evidence missing or misplaced"
    kind = complaint.partition(":")[0]
    return known.get(kind, f"{kind} wrong")


def _merged(complaints: Iterable[str]) -> str:
    return "; ".join(f"{what} ({times} times)" if times > 1 else what for what, times in Counter(complaints).items())


def _events(events: Validity) -> str:
    checks = (
        ("our own JSON Schema", events.own),
        ("`item` by the schema of ninjs 3.1", events.ninjs),
        ("read by the CloudEvents SDK", events.cloudevents),
    )
    lines = [
        "## Events: the demo",
        f"{events.events} events from Kafka, of {events.wanted} articles of the demo site on the beat.",
        "",
        table(("valid by", "events", "of"), [(name, passed, events.events) for name, passed in checks]),
    ]
    if events.problems:
        lines += ["", table(("problem", "times"), [(f"`{what}`", times) for what, times in events.problems.items()])]
    return "\n".join(lines)


def _counted(named: tuple[str, Mapping[str, Any]]) -> tuple[object, ...]:
    name, counts = named
    right, false, missed = (counts[field] for field in ("tp", "fp", "fn"))
    # The scorer calls it 1.0 where nothing was given or nothing was to be found; here the cell stays empty.
    precision = counts["p"] if right + false else None
    recall = counts["r"] if right + missed else None
    return name, precision, recall, counts["f1"] if right + false + missed else None, right, false, missed


def _errors(errors: Counter[str]) -> str:
    if not errors:
        return "No row ends in an error."
    return "Rows that end in an error: " + ", ".join(f"{times} ({what})" for what, times in errors.items()) + "."
