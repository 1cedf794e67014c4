"""What the article reports as its main news: weighing where the accepted measures stand.

A measure in the headline decides; one in the lead does when the headline speaks of the same app or company, or when the
article keeps returning to it. Passing mentions, link lists and background do not.
"""

import msgspec

from transforms.tag.actions import Candidate
from transforms.tag.actors import names_government
from transforms.tag.entries import App, Company, Good
from transforms.tag.words.lexicon import code_of
from transforms.tag.words.reading import LEAD_SENTENCES, Line, Reading
from transforms.vocabulary import Topic

LEAD_CHARACTERS = 1200
DEALT = 1.5
SHARED = 3
"""Measures below the lead against what the headline names that make them the news, where a government is named, too."""
KEPT_TO = 12
"""Fresh measures against what the headline names that make a long piece one about them, however it begins."""
SHORT = 5.5
SHARE = 0.7
SHORT_LINES = 14
"""Of a short article whose headline names the target: what fresh measures must weigh, in all and for each sentence."""
STUB = 4
"""Sentences, with the headline, of an item so short that its first one is its news."""
PLAIN_LEAD = 4.0
"""What a measure of the first sentence weighs that says nothing of who acts."""
BRIEF = 5
BRIEFLY = 4.5
"""Lines of a notice, such as a feed's own words, and what it must weigh under a headline with a measure."""
PHRASE = 4.5
"""The same for one whose headline is a phrase that names nothing ("资安红线不容退让")."""
ON_A_KIND = 4.0
"""What fresh measures must weigh where the headline names who acts and a target, and the first sentence its kind."""
YIELDS = 3.3
"""What fresh measures must weigh in an article whose headline says that their target leaves, stops or goes to court."""


class Judged(msgspec.Struct, frozen=True, eq=False):
    """An accepted measure with the topics it belongs to and its weight in the article."""

    candidate: Candidate
    topics: frozenset[Topic]
    weight: float


def target_keys(candidate: Candidate) -> set[str]:
    """What the targets are called, an app and its company alike."""
    keys: set[str] = set()
    for target in (*candidate.targets, *candidate.meant):
        entry = target.entry
        if isinstance(entry, App):
            keys |= {entry.id, entry.company or entry.id}
        elif isinstance(entry, Company):
            keys |= {entry.id, entry.app or entry.id}
        elif isinstance(entry, Good):
            keys.add(f"good:{entry.id}")
    return keys


def says_who(candidate: Candidate) -> bool:
    """Does the measure's own sentence say who acts?"""
    return candidate.actor is not None or bool(candidate.places)


def line_keys(line: Line) -> set[str]:
    """The same for all that a sentence names."""
    keys: set[str] = set()
    for name in line.found.names:
        entry = name.entry
        if isinstance(entry, App):
            keys |= {entry.id, entry.company or entry.id}
        elif isinstance(entry, Company):
            keys |= {entry.id, entry.app or entry.id}
        elif isinstance(entry, Good):
            keys.add(f"good:{entry.id}")
    return keys


def in_lead(line: Line, first_text: int) -> bool:
    """Does it stand in the first sentences under the headline?"""
    sentence = line.sentence
    if sentence.part == "summary":
        return True
    return sentence.index < first_text + LEAD_SENTENCES and sentence.start < LEAD_CHARACTERS


def weight_of(candidate: Candidate, first_text: int, titled: bool, dealt: bool = False) -> float:
    """How much one measure counts towards being the main news.

    Args:
      candidate: The measure.
      first_text: Index of the first sentence under the headline.
      titled: Is there a headline?
      dealt: Does the headline speak of a bid or a deal? The ban behind a sale is then what led to it.
    """
    index = candidate.index
    if index == 0:
        weight = 6.0
    elif index <= first_text or candidate.line.sentence.part == "summary":
        weight = 4.0 if titled else 6.0
    elif in_lead(candidate.line, first_text):
        weight = 2.5
    else:
        weight = 1.0
    if candidate.named:
        weight += 0.5
    if candidate.places:
        weight += 0.5
    if candidate.stage_rule.startswith("stage/"):
        # Of two measures in one sentence, the one that something happens to is the news.
        weight += 0.3
    if dealt and candidate.measure.measure == "divestiture" and (index == 0 or in_lead(candidate.line, first_text)):
        weight += DEALT
    if candidate.background and index:
        weight *= 0.3
    if candidate.measure.weak:
        weight *= 0.6
    if candidate.voice == "noun":
        weight *= 0.95
    return weight


def _first_says(judged: Judged, first_text: int) -> bool:
    """Does the first sentence under the headline say who does it?"""
    candidate = judged.candidate
    return candidate.index == first_text and says_who(candidate) and not candidate.measure.weak


def told_first(lead: list[Judged], first_text: int) -> bool:
    """Does the first sentence under the headline say whose act it is, and what it falls on other than "the app"?"""
    return any(
        j.candidate.index <= first_text
        and j.candidate.places
        and any(not (isinstance(t.entry, Good) and t.entry.anaphor) for t in j.candidate.targets)
        for j in lead
    )


def on_topic(
    topic: Topic, judged: list[Judged], reading: Reading, said: bool, headline_is_private: bool
) -> tuple[bool, str]:
    """Is a topic the article's main news? Returns the verdict and the reason for `explain`."""
    mine = [j for j in judged if topic in j.topics]
    if not mine:
        return False, "no measure of this topic"
    lines = reading.lines
    title = lines[0] if lines and lines[0].sentence.part == "title" else None
    first_text = reading.first_text
    fresh = [j for j in mine if not j.candidate.background]
    lead = [j for j in fresh if in_lead(j.candidate.line, first_text)]
    total = sum(j.weight for j in fresh)
    public = any(says_who(j.candidate) for j in mine)
    plain = total >= PLAIN_LEAD and any(j.candidate.index == first_text for j in fresh)
    told_above = plain and len(lines) <= STUB and title is not None and names_government(title, reading.grammar)
    if (
        not public
        and not told_above
        and not (total >= 6 and any(line.has("public") for line in lines[: first_text + LEAD_SENTENCES]))
    ):
        return False, "no public body acts in any of its sentences"
    if any(j.candidate.index == 0 and title is not None for j in mine):
        return True, "the headline reports it"
    if title is None:
        held = bool(lead) and total >= 6
        return held, "the first sentences report it" if held else "too little of the article is about it"
    named = line_keys(title)
    shared = [j for j in fresh if target_keys(j.candidate) & named]
    if title.has("yields") and not title.has("piracy") and any(j in shared for j in lead) and total >= YIELDS:
        return True, "the headline tells what its target does about a measure that the lead reports"
    if (headline_is_private or title.has("piracy")) and total < 12:
        return False, "the headline reports a company's own decision"
    official = said or title.has("public")
    if shared and official and ((lead and total >= 4) or (total >= 6 and len(shared) >= SHARED)):
        return True, "the headline names the target and a government, and the article reports it"
    if any(j in shared for j in lead) and total >= 9:
        return True, "the lead reports it and the headline names the target"
    told = [j for j in lead if j in shared and says_who(j.candidate)]
    if told and total >= SHORT and total >= SHARE * min(len(lines) - first_text + 1, SHORT_LINES):
        return True, "the headline names the target and a short article is about it"
    first = [j for j in fresh if len(lines) <= STUB and _first_says(j, first_text)]
    bidden = official or title.has("duty")  # "City staff told to erase the app": the headline has it that somebody bids
    if bidden and (any(j in shared for j in first) or (first and topic == "app-ban" and title.has("target"))):
        return True, "the first of a few sentences reports it, and the headline names what is hit"
    if said and lead and total >= 6:
        return True, "the lead reports it and the headline names a measure"
    if said and told_first(lead, first_text) and len(lines) <= BRIEF and total >= BRIEFLY:
        return True, "a short notice reports it under a headline that names a measure"
    if lead and total >= 10 and len(fresh) >= 4:
        return True, "the lead reports it and the article keeps to it"
    if reading.grammar.phrase_headlines:
        first = [j for j in lead if j.candidate.index <= first_text]
        reason = _first_sentence(title, first, total, len(lines) - first_text, said)
        if reason:
            return True, reason
    if len(shared) >= KEPT_TO:
        return True, "the headline names the target and the whole article is about it"
    if not lead:
        return False, "only in passing, below the lead"
    return False, "the headline speaks of something else"


def _first_sentence(title: Line, first: list[Judged], total: float, count: int, said: bool) -> str:
    """Why an article is on a topic that only its first sentence reports; empty if it is not.

    Args:
      title: The headline.
      first: The measures of the first sentence.
      total: What all fresh measures weigh.
      count: How many sentences there are.
      said: Does the headline speak of a measure, though of none that counts?
    """
    named = line_keys(title)
    acting = {code_of(n) for n in title.found.names if n.kind in ("place", "body")} - {""}
    by_them = any(acting & {code for code, _ in j.candidate.places} for j in first if not j.candidate.named)
    share = SHARE * min(count, SHORT_LINES)
    if total >= ON_A_KIND and by_them:
        if any(not key.startswith("good:") for key in named):
            return "the headline names a target and the government that acts on its kind in the first sentence"
        if total >= share:
            return "the headline names the government that acts in the first sentence of a short article"
    told = any(j.candidate.named and says_who(j.candidate) for j in first)
    if told and (said or not title.found.names) and total >= max(PHRASE, share):
        return "the headline is a phrase, the first sentence reports it and a short article is about it"
    return ""
