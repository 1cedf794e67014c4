"""Lists of what a measure hits, told in a sentence of their own: "The banned apps include Signal and Viber"."""

from transforms.tag.actions import Candidate
from transforms.tag.decide import target_keys
from transforms.tag.entries import App, Company, Good
from transforms.tag.words.lexicon import Mention
from transforms.tag.words.reading import Line, Reading

REACH = 12
"""Sentences from the head of an article among which its list is sought."""
FEWEST = 2
"""Names that make a list."""


def listed_targets(lead: Candidate, reading: Reading) -> tuple[Line, list[Mention]] | None:
    """The names of the first sentence that lists what the main measure falls on.

    It needs a word that opens a list (class ``list-opens``) and one that says what is in it (``list-of``), and
    before the first name none that says that the list is of an earlier day (``list-before``). A measure that names
    its targets takes a list only if all of them are in it.

    Args:
      lead: The main measure.
      reading: The article.

    Returns:
      The sentence and its names; None where there is no list.
    """
    kinds = _kinds(lead)
    if not kinds:
        return None
    own = target_keys(lead) if lead.named else set()
    for line in reading.lines[:REACH]:
        if line.sentence.part == "title" or not (line.has("list-opens") and line.has("list-of")):
            continue
        names = [name for name in line.found.names if name.kind in kinds]
        if not names or line.of_class("list-before", 0, names[0].first):
            continue
        keys = {key for name in names for key in _keys(name)}
        if len({name.entry.id for name in names}) >= FEWEST and own <= keys:
            return line, names
    return None


def lists_before(candidate: Candidate) -> bool:
    """Does its sentence list what an earlier measure fell on?"""
    line, named = candidate.line, candidate.named
    opens = line.classes.get("list-opens", [])
    return any(b <= named[0].first and line.of_class("list-before", 0, a) for a, b in opens) if named else False


def _kinds(lead: Candidate) -> frozenset[str]:
    """Are apps listed, or companies? Of a measure that names its targets, what they are; else what its goods are."""
    if lead.named:
        return frozenset(target.kind for target in lead.named)
    goods = {t.entry.kind for t in lead.targets if isinstance(t.entry, Good) and not t.entry.anaphor}
    return frozenset({"app"} if "app" in goods else {"company"} if goods else ())


def _keys(name: Mention) -> set[str]:
    entry = name.entry
    if isinstance(entry, App):
        return {entry.id, entry.company or entry.id}
    if isinstance(entry, Company):
        return {entry.id, entry.app or entry.id}
    return set()
