"""Whether an article can be on the beat at all, told by its head: what is under it is read only where that may matter.

All conditions are necessary ones of `decide.on_topic`; `tests/transforms/tag/test_gate.py` holds them to it.
"""

from transforms.tag.actions import HEAD, Candidate, candidates_of
from transforms.tag.decide import KEPT_TO, SHARED, in_lead, line_keys
from transforms.tag.entries import Blocker
from transforms.tag.words.patterns import RuleIndex
from transforms.tag.words.reading import Reading


def measures_needed(
    reading: Reading, blockers: RuleIndex[Blocker], drafts: dict[int, list[Candidate]] | None = None
) -> int | None:
    """How many measures an article must hold to be on the beat, by its headline and lead.

    A measure in the headline or lead which may count is enough. Without one only a headline that names a target can do,
    over a text that keeps coming back to it.

    Args:
      reading: The article, of which only the head need be read.
      blockers: The rules that say of a measure that it is none of ours.
      drafts: Where the measures of each sentence go that were judged on the way, by its index, unless they hang on what
        is read below.

    Returns:
      0 where the head may report one, None where it cannot be on the beat.
    """
    lines = reading.lines
    title = lines[0] if lines and lines[0].sentence.part == "title" else None
    if title is not None and title.may_measure:
        reading.read_to(HEAD)
    said = False
    for line in tuple(lines):
        if not (line is title or in_lead(line, reading.first_text)) or not line.may_measure:
            continue
        if not line.found.measures:
            continue
        candidates = candidates_of(line, reading, blockers)
        if drafts is not None and not any(candidate.meant for candidate in candidates):
            drafts[line.sentence.index] = candidates
        for candidate in candidates:
            if not candidate.rejected:
                return 0
            said |= line is title and "beside it" not in candidate.rejected
    if title is None or not line_keys(title):
        return None
    return SHARED if said or title.has("public") else KEPT_TO
