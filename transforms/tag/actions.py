"""Who does what to whom, sentence by sentence: each measure with its target, its actor, and why it may not count."""

from dataclasses import dataclass, field

from transforms.tag.actors import find_actor, jurisdictions_of
from transforms.tag.entries import App, Blocker, Company, Good, MeasureRule, Narrow
from transforms.tag.targets import disambiguate, find_targets, fits, voice_of, without_buyers
from transforms.tag.words.lexicon import Mention, measure_of
from transforms.tag.words.patterns import Pattern, match
from transforms.tag.words.reading import Line, Reading

HEAD = 8
"""Sentences, with the headline."""
TARGET_KINDS = frozenset({"app", "company", "good", "target"})
MAX_MEASURES = 16
"""Measures read in one sentence: no sentence of a person has more, and the cost stays bounded."""


@dataclass
class Candidate:
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
    targets: list[Mention] = field(default_factory=list)
    meant: list[Mention] = field(default_factory=list)
    actor: Mention | None = None
    places: list[tuple[str, Mention]] = field(default_factory=list)
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
        return measure_of(self.head)

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
        is_company = any(isinstance(t.entry, Company) and not t.entry.app for t in self.targets)
        for narrow in self.measure.narrow:
            if self.beside(narrow.cls) and (is_company or not narrow.companies):
                return narrow
        return None

    def beside(self, name: str) -> tuple[int, int] | None:
        """The first span of a class in the sentence that is more than a target's own name."""
        own = {(target.first, target.last) for target in self.targets} if name not in TARGET_KINDS else set()
        return next((span for span in self.line.found.classes.get(name, ()) if span not in own), None)

    @property
    def named(self) -> list[Mention]:
        return [target for target in self.targets if target.kind != "good"]

    @property
    def parties(self) -> list[Mention]:
        """Who acts and what is hit, as far as the sentence says."""
        return [*self.targets, *((self.actor,) if self.actor else ()), *(mention for _, mention in self.places[:1])]


def blocked_by(line: Line, head: Mention, voice: str, blockers: list[tuple[Blocker, list[Pattern]]]) -> Blocker | None:
    """The first blocker whose words stand around the measure."""
    for blocker, patterns in blockers:
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
    entry = named[0].entry if len({n.entry.id for n in named}) == 1 else None
    return [*targets, *named] if isinstance(entry, Company) and entry.country == "CN" else targets


def _told_below(candidate: Candidate, reading: Reading) -> bool:
    """Does a headline say what a company does, and the text under it which public body makes it do so?

    "TikTok shuts down US service", "Foundry to stop supplying Chinese customers".
    """
    if candidate.line.sentence.part != "title" or not candidate.measure.private or not candidate.named:
        return False
    return any(line.has("body") for line in reading.lines[1:HEAD])


def candidates_of(line: Line, reading: Reading, blockers: list[tuple[Blocker, list[Pattern]]]) -> list[Candidate]:
    """All measures of a sentence, accepted or with the reason why not."""
    found: list[Candidate] = []
    for head in disambiguate(line, reading.grammar)[:MAX_MEASURES]:
        measure = measure_of(head)
        voice = "passive" if measure.intransitive else voice_of(line, head, reading.grammar)
        candidate = Candidate(line, head, voice)
        found.append(candidate)
        following = line.sentence.low[head.last] if head.last < len(line.sentence) else "."
        if measure.intransitive and following in reading.grammar.definite:
            candidate.rejected, candidate.rule = "something else is shut down", f"measure/{measure.id}"
            continue
        if measure.needs and not line.has(measure.needs):
            candidate.rejected, candidate.rule = f"no word of `{measure.needs}` beside it", f"measure/{measure.id}"
            continue
        blocker = blocked_by(line, head, voice, blockers)
        if blocker:
            candidate.rejected, candidate.rule = blocker.reason, f"blocker/{blocker.id}"
            continue
        candidate.actor, reason = find_actor(line, head, voice, reading)
        if reason and not measure.private:
            candidate.rejected, candidate.rule = reason, "actor"
            continue
        candidate.targets = find_targets(line, head, voice, reading)
        low = line.sentence.low
        if voice == "noun" and not candidate.targets and head.first and low[head.first - 1] in reading.grammar.definite:
            following = low[head.last] if head.last < len(low) else "."
            if following not in reading.grammar.object_of and measure.measure in ("ban", "block", "divestiture"):
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
        public = candidate.actor is not None or bool(candidate.places)
        if measure.explicit and not public and not _told_below(candidate, reading):
            candidate.rejected, candidate.rule = "no public body stands in the sentence", f"measure/{measure.id}"
    return found
