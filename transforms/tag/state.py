"""In which state a measure is: the first rule of ``stages.toml`` whose words stand around it.

Also: which measures are history. A date of an earlier year or "previously" beside a measure makes it background, unless
it stands in the headline.
"""

from transforms.tag.actions import Candidate
from transforms.tag.entries import StageRule
from transforms.tag.words.patterns import Pattern, match
from transforms.tag.words.reading import Line

STATUS_OF = {
    "threatened": "pending",
    "proposed": "pending",
    "announced": "pending",
    "in-force": "in-force",
    "delayed": "postponed",
    "halted": "halted",
    "upheld": "in-force",
    "lifted": "ended",
    "settled": "ended",
    "violated": "in-force",
    "unclear": "unclear",
}
"""Where a measure stands after what is reported, when the rule does not say otherwise."""

ENDED, STANDS = "lifted", ("in-force", "announced")


def _applies(rule: StageRule, candidate: Candidate) -> bool:
    if rule.measures and candidate.measure.measure not in rule.measures:
        return False
    if rule.ids and candidate.measure.id not in rule.ids:
        return False
    voice = candidate.voice
    return (
        rule.on == "any"
        or rule.on == voice
        or (rule.on == "verb" and voice != "noun")
        or (rule.on == "open" and not candidate.finite)
    )


def set_stage(candidate: Candidate, rules: list[tuple[StageRule, list[Pattern]]]) -> tuple[tuple[int, int], ...]:
    """Sets stage, status and their words.

    Returns:
      The spans of the words that the rule used: "blocks" in "judge blocks the ban" is no measure of its own.
    """
    head, view = candidate.head, candidate.line.view
    for rule, patterns in rules:
        if not _applies(rule, candidate):
            continue
        for pattern in patterns:
            hit = match(pattern, view, head.first, head.last)
            if hit:
                candidate.stage, candidate.status = rule.stage, rule.status
                if candidate.measure.stage == ENDED and rule.stage in STANDS:
                    # "Access was restored", "to be restored": done or ordered, it ends what it falls on.
                    candidate.stage = ENDED
                candidate.stage_rule = f"stage/{rule.id}"
                candidate.timed = rule.timing
                candidate.stage_span = (hit.first, hit.last)
                return hit.used
    measure, narrow = candidate.measure, candidate.narrow
    on_app = candidate.voice in ("active", "passive") and any(
        t.kind == "app" or getattr(t.entry, "kind", "") == "app" for t in candidate.targets
    )
    candidate.stage = (narrow.stage if narrow else None) or (measure.app_stage if on_app else None) or measure.stage
    candidate.stage_rule = f"measure/{candidate.measure.id}"
    candidate.stage_span = (head.first, head.last)
    return ()


def is_background(candidate: Candidate, year: int | None) -> bool:
    """Does the sentence place the measure in an earlier time?"""
    head = candidate.head
    return candidate.index > 0 and is_past(candidate.line, head.first, head.last, year)


def is_past(line: Line, first: int, last: int, year: int | None) -> bool:
    """Does a sentence name an earlier year, or say "previously" and the like beside these tokens?"""
    if year is not None and line.years and line.years[0] < year:
        return True
    if "background" not in line.classes:
        return False
    low = line.sentence.low
    end = next((at for at in range(last, min(len(low), last + 12)) if low[at] == ","), last + 12)
    return line.of_class("background", max(0, first - 12), end)
