"""What a later sentence of the lead says of the main measure without naming it again: "The rule took effect today"."""

from transforms.tag.actions import Candidate
from transforms.tag.decide import in_lead, line_keys, target_keys
from transforms.tag.entries import FollowUp
from transforms.tag.state import is_past
from transforms.tag.words.patterns import Pattern, match
from transforms.tag.words.reading import Line, Reading

STAND_IN = "stand-in"


def follow_up(
    lead: Candidate, reading: Reading, rules: list[tuple[FollowUp, list[Pattern]]], year: int | None
) -> tuple[FollowUp, Line, int, int] | None:
    """The first sentence of the lead that speaks of the main measure by a word that stands for it.

    Args:
      lead: The main measure.
      reading: The article.
      rules: The language's rules for such sentences.
      year: The year of the article, if known.

    Returns:
      The rule, the sentence and its first and last token that say so; None where no sentence changes the stage.
    """
    rules = [one for one in rules if lead.stage in one[0].of]
    keys = target_keys(lead)
    first_text = reading.first_text
    for line in reading.lines:
        if line is lead.line or line.sentence.part == "title" or not in_lead(line, first_text):
            continue
        if not line.has(STAND_IN) or _others(line, keys):
            continue
        for rule, patterns in rules:
            for first, last in line.classes[STAND_IN]:
                hit = next((found for one in patterns if (found := match(one, line.view, first, last))), None)
                if hit and not is_past(line, first, last, year):
                    return (rule, line, hit.first, hit.last) if rule.stage != lead.stage else None
    return None


def _others(line: Line, keys: set[str]) -> bool:
    """Does the sentence name an app or company that the main measure does not fall on?"""
    return bool({key for key in line_keys(line) if not key.startswith("good:")} - keys)
