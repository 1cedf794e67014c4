"""Who does what to whom, sentence by sentence: each measure with its target, its actor, and why it may not count."""

import msgspec

from transforms.tag.actors import find_actor, jurisdictions_of, names_government
from transforms.tag.entries import App, Blocker, Company, Good, MeasureRule, Narrow
from transforms.tag.targets import (
    disambiguate,
    find_targets,
    fits,
    parties_of,
    targets_within,
    voice_of,
    without_buyers,
)
from transforms.tag.words.lexicon import Mention, code_of, measure_of
from transforms.tag.words.patterns import RuleIndex, match
from transforms.tag.words.reading import Line, Reading

HEAD = 8
"""Sentences, with the headline."""
BEHIND = 6
"""Words between a verb and the word that belongs to it."""
TOLD_BELOW = 2
"""Sentences under a headline, one of which says whose act it reports."""
UNSAID = frozenset({"fine", "tariff", "data-rule", "content-order", "other", "investment-screening"})
"""Measures of which "the fine" may well be another one's."""
TARGET_KINDS = frozenset({"app", "company", "good", "target"})
MAX_MEASURES = 16
"""Measures read in one sentence: no sentence of a person has more, and the cost stays bounded."""


class Candidate(msgspec.Struct, eq=False):
    """A measure found in a sentence, with what the rules made of it.

    It is the rules' worksheet: filled step by step while one document is read, never handed out.

    Attributes:
      line: The sentence.
      head: The measure's words.
      voice: ``active``, ``passive``, ``ing`` or ``noun``.
      targets: What it falls on.
      meant: What "the app" or "the company" among the targets stands for.
      actor: Who acts, where the sentence says.
      places: Jurisdictions of the actor, each with the words that say so.
      timed: Did a rule say when it takes effect?
      rejected: Why it does not count, or empty.
      rule: The rule that rejected it.
    """

    line: Line
    head: Mention
    voice: str
    targets: list[Mention] = []
    meant: list[Mention] = []
    actor: Mention | None = None
    places: list[tuple[str, Mention]] = []
    stage: str = "unclear"
    status: str | None = None
    stage_rule: str = ""
    timed: bool = False
    stage_span: tuple[int, int] = (0, 0)
    rejected: str = ""
    rule: str = ""
    background: bool = False

    @property
    def measure(self) -> MeasureRule:
        return self.head.entry  # type: ignore[return-value]

    @property
    def index(self) -> int:
        return self.line.sentence.index

    @property
    def finite(self) -> bool:
        """Is it a verb that stands by itself ("bans", "has banned"), not "to ban", "banning" or a noun?"""
        return self.voice == "active" and self.head.form != "base"

    @property
    def narrow(self) -> Narrow | None:
        """The narrower measure that the sentence means, if any."""
        for narrow in self.measure.narrow:
            if (not narrow.companies or self._falls_on_company()) and self.beside(narrow.cls):
                return narrow
        return None

    def _falls_on_company(self) -> bool:
        return any(isinstance(t.entry, Company) and not t.entry.app for t in self.targets)

    def beside(self, name: str) -> tuple[int, int] | None:
        """The first span of a class in the sentence that is more than a target's own name."""
        spans = self.line.classes.get(name)
        if not spans or name in TARGET_KINDS:
            return spans[0] if spans else None
        own = {(target.first, target.last) for target in self.named}
        return next((span for span in spans if span not in own), None)

    @property
    def named(self) -> list[Mention]:
        return [target for target in self.targets if target.kind != "good"]

    @property
    def parties(self) -> list[Mention]:
        """Who acts and what is hit, as far as the sentence says."""
        return [*self.targets, *((self.actor,) if self.actor else ()), *(mention for _, mention in self.places[:1])]


def blocked_by(line: Line, head: Mention, voice: str, blockers: RuleIndex[Blocker]) -> Blocker | None:
    """The first blocker whose words stand around the measure."""
    for blocker, patterns in blockers.near(line.view):
        if blocker.on not in ("any", voice) and not (blocker.on == "verb" and voice != "noun"):
            continue
        if any(line.has(name) for name in blocker.unless):
            continue
        if blocker.measures and measure_of(head).measure not in blocker.measures:
            continue
        if any(match(pattern, line.view, head.first, head.last) for pattern in patterns):
            return blocker
    return None


def _with_the_one_named(line: Line, targets: list[Mention]) -> list[Mention]:
    """Of a headline that names one Chinese company, that company beside goods: "Huawei appeal against 5G ban"."""
    if line.sentence.part != "title" or not targets or any(t.kind != "good" for t in targets):
        return targets
    named = [n for n in line.found.names if isinstance(n.entry, App | Company)]
    apps = [n for n in named if isinstance(n.entry, App) and n.last <= targets[0].first]
    if apps and line.grammar.script == "han" and all(getattr(t.entry, "kind", "") == "app" for t in targets):
        # "要求Temu和Shein登记 否则封锁应用"
        return [*targets, *apps]
    entry = named[0].entry if len({n.entry.id for n in named}) == 1 else None
    return [*targets, *named] if isinstance(entry, Company) and entry.country == "CN" else targets


def _told_above(line: Line, reading: Reading) -> bool:
    """Does the headline name the government of which the first sentence under it speaks no more?"""
    title = reading.lines[0]
    if title.sentence.part != "title" or line.sentence.index != reading.first_text:
        return False
    return names_government(title, reading.grammar)


def _told_below(candidate: Candidate, reading: Reading) -> bool:
    """Does a headline leave out which public body acts, which the text under it tells?

    "TikTok shuts down US service", "Foundry to stop supplying Chinese customers": of what a company may do itself any
    body of the head is enough. "Twitter suspension lifted": else one of the first sentences must name it.
    """
    if candidate.line.sentence.part != "title" or not candidate.targets:
        return False
    # "美光被限制在华销售": where words stand freely, who did it is what the text tells.
    left_out = candidate.voice == "passive" and reading.grammar.free_order
    if candidate.named and (candidate.measure.private or left_out):
        return any(line.has("body") for line in reading.lines[1:HEAD])
    said = candidate.voice in ("noun", "passive")
    return said and any(line.has("body") for line in reading.lines[reading.first_text :][:TOLD_BELOW])


def _whose(line: Line, needed: str) -> list[tuple[str, Mention]]:
    """Of a measure on what belongs to a government, whose it is: "French civil servants' phones"."""
    firsts = {first for first, _ in line.classes.get(needed, ())}
    owners = [n for n in line.found.names if n.kind == "place" and n.form == "adjective" and n.last in firsts]
    return [(code_of(owners[0]), owners[0])] if owners else []


def _bidden_below(line: Line, reading: Reading) -> bool:
    """Does a headline report a company's act which the first sentences say a public body asked for?

    "Apple removes WhatsApp from China App Store": "It was ordered by the regulator."
    """
    if line.sentence.part != "title" or ";" in line.sentence.low:
        # The first sentences of a digest speak of one of its items, nobody knows which.
        return False
    named = _ids(line)
    return any(
        below.has("body") and below.has("bidding") and (below.found.measures or not named.isdisjoint(_ids(below)))
        for below in reading.lines[reading.first_text :][:TOLD_BELOW]
    )


def _has_needed(line: Line, head: Mention, reading: Reading) -> bool:
    """Is the word there that a measure needs beside it, or below, or behind what it hits ("cut Telegram off")?"""
    measure = measure_of(head)
    if not measure.needs_behind:
        return line.has(measure.needs) or (measure.needs_below and _context_below(line, measure, reading))
    ends = {n.last for n in line.found.names if n.kind in ("app", "company", "good") and n.first >= head.last}
    return any(first - head.last <= BEHIND and first in ends for first, _ in line.classes.get(measure.needs, ()))


def _context_below(line: Line, measure: MeasureRule, reading: Reading) -> bool:
    """Do the first sentences have the word that a measure of the headline needs: "ban" or "law" beside a sale?"""
    if line.sentence.part != "title":
        return False
    return any(below.has(measure.needs) for below in reading.lines[reading.first_text :][:TOLD_BELOW])


def _ids(line: Line) -> set[str]:
    return {name.entry.id for name in line.found.names if isinstance(name.entry, App | Company)}


def candidates_of(line: Line, reading: Reading, blockers: RuleIndex[Blocker], full: bool = False) -> list[Candidate]:
    """The measures of a sentence, accepted or with the reason why not.

    Args:
      line: The sentence.
      reading: The article.
      blockers: The rules that say of a measure that it is none of ours.
      full: Whether those are wanted, too, that lack a word which they need, and for all the first reason why not. Only
        `explain` asks for it.
    """
    found: list[Candidate] = []
    # Why a measure below the headline does not count is told to nobody else: there blockers, which are dear, come last.
    told = full or line.sentence.index == 0
    for head in disambiguate(line, reading.grammar)[:MAX_MEASURES]:
        measure = measure_of(head)
        if measure.needs and not _has_needed(line, head, reading):
            # Half of all measures end here, so nothing else is asked about them.
            if full:
                lacks = f"no word of `{measure.needs}` beside it"
                found.append(Candidate(line, head, "", rejected=lacks, rule=f"measure/{measure.id}"))
            continue
        voice = "passive" if measure.intransitive else voice_of(line, head, reading.grammar)
        candidate = Candidate(line, head, voice)
        found.append(candidate)
        following = line.sentence.low[head.last] if head.last < len(line.sentence) else "."
        if measure.intransitive and following in reading.grammar.definite:
            candidate.rejected, candidate.rule = "something else is shut down", f"measure/{measure.id}"
            continue
        blocker = blocked_by(line, head, voice, blockers) if told else None
        if blocker:
            candidate.rejected, candidate.rule = blocker.reason, f"blocker/{blocker.id}"
            continue
        candidate.actor, reason = find_actor(line, head, voice, reading)
        bidden = bool(reason) and _bidden_below(line, reading)
        if reason and not measure.private and not bidden:
            candidate.rejected, candidate.rule = reason, "actor"
            continue
        candidate.targets = (measure.deal and parties_of(line)) or find_targets(line, head, voice, reading)
        candidate.targets = candidate.targets or targets_within(line, head)
        low = line.sentence.low
        if voice == "noun" and not candidate.targets and head.first and low[head.first - 1] in reading.grammar.definite:
            following = low[head.last] if head.last < len(low) else "."
            if following not in reading.grammar.object_of and measure.measure not in UNSAID:
                candidate.meant = reading.focus
        if not candidate.targets and voice in ("active", "ing") and line.of_class("pronoun", head.last, head.last + 1):
            # "TikTok asks court to block the law that would ban it"
            candidate.meant = reading.focus
        if not candidate.meant and not fits(measure, candidate.targets):
            candidate.rejected, candidate.rule = "it falls on nothing that the beat follows", f"measure/{measure.id}"
            candidate.targets = []
            continue
        if any(isinstance(t.entry, Good) and t.entry.anaphor for t in candidate.targets):
            candidate.meant = reading.focus
        candidate.targets = without_buyers(measure, _with_the_one_named(line, candidate.targets))
        candidate.places = jurisdictions_of(line, candidate.actor, reading.grammar)
        if not candidate.places and measure.needs:
            candidate.places = _whose(line, measure.needs)
        public = candidate.actor is not None or bool(candidate.places)
        unsaid = measure.explicit and not public and not bidden
        if unsaid and not (_told_below(candidate, reading) or _told_above(line, reading)):
            candidate.rejected, candidate.rule = "no public body stands in the sentence", f"measure/{measure.id}"
        elif not told and (blocker := blocked_by(line, head, voice, blockers)):
            candidate.rejected, candidate.rule = blocker.reason, f"blocker/{blocker.id}"
    return found
