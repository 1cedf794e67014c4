"""Which of an article's sentences shows a value best: a quote is read alone, by somebody who does not know the story.

The rules find a value in many places; the one that decided is not always the one that convinces. Best is the measure
whose sentence says in one breath who acts and on what.
"""

from collections.abc import Iterable, Sequence

from transforms.tag.actions import Candidate
from transforms.tag.decide import Judged, target_keys
from transforms.tag.entries import App, Company, Good
from transforms.tag.evidence import CLAUSE, Proofs, rule_of
from transforms.tag.state import STATUS_OF
from transforms.tag.topics import APP_MEASURES, country, is_app
from transforms.tag.words.lexicon import Mention, code_of, measure_of
from transforms.tag.words.reading import Line, Reading
from transforms.vocabulary import Measure, Topic

MAX_TOPIC_QUOTES = 3
SALE: Measure = "divestiture"

_THEIRS = ("app-store", "operations", "origin-noun", "private")
"""Classes of words behind a place which then does not act itself."""

_FORCING = ("ordered-to", "or-ban", "threaten", "duty")
"""Classes of words by which a sale is told to be a government's wish."""


def meanings(candidate: Candidate) -> list[tuple[Measure, int, int]]:
    """The measures that a candidate stands for, each with the tokens that say so: its own, a narrower one, or both."""
    head, narrow = candidate.head, candidate.narrow
    meant: list[tuple[Measure, int, int]] = []
    if narrow is None or narrow.adds:
        meant.append((candidate.measure.measure, head.first, head.last))
    if narrow is not None:
        beside = candidate.beside(narrow.cls) or (head.first, head.last)
        meant.append((narrow.measure, min(head.first, beside[0]), max(head.last, beside[1])))
    return meant


def acts(candidate: Candidate) -> bool:
    """Does the sentence say who acts, and not only where: "TikTok shuts down in the US"?"""
    doers = [*((candidate.actor,) if candidate.actor else ()), *(mention for _, mention in candidate.places)]
    return any(not _is_where(candidate.line, doer) for doer in doers)


def _is_where(line: Line, name: Mention) -> bool:
    """Is it a place where something is done, or where its business is: "in the US", "TikTok's US operations"?"""
    if name.kind != "place":
        return False
    grammar, low = line.grammar, line.sentence.low
    if any(line.of_class(cls, name.last, name.last + 1) for cls in _THEIRS):
        return True
    at = name.first
    while at and low[at - 1] in grammar.definite:
        at -= 1
    return bool(at) and low[at - 1] in grammar.in_


def _short(candidate: Candidate) -> bool:
    """Do measure, doer and target stand so near that one quote holds them?"""
    names = [candidate.head, *candidate.parties]
    words = candidate.line.sentence.raw[min(n.first for n in names) : max(n.last for n in names)]
    # Offsets would have to be sought first, and a few characters do not matter.
    return sum(map(len, words)) + len(words) // candidate.line.grammar.scale <= CLAUSE


def fullness(candidate: Candidate) -> int:
    """How much of an action its sentence shows by itself, the higher the more."""
    who, hit = acts(candidate), any(not _stands_in(target) for target in candidate.targets)
    whole = who and hit and _short(candidate)
    return 4 * whole + 2 * who + hit - 4 * candidate.background - 2 * candidate.measure.weak


def _is_plain(candidate: Candidate, measure: Measure) -> bool:
    """Is it told by the measure's own word, after which its entry is named: "ban" for a ban, and not "deadline"?"""
    return measure.startswith(candidate.measure.id)


def _stands_in(target: Mention) -> bool:
    """Is it "the app", which the sentence before has named?"""
    return isinstance(target.entry, Good) and target.entry.anaphor


class Quotes:
    """Proves the values of one action where they are seen best.

    Args:
      group: The action's measures, the weightiest first.
      rest: All measures of the article, which may name a government that the action's own do not.
      reading: The article.
      proofs: Where evidence goes.
    """

    def __init__(self, group: Sequence[Judged], rest: Sequence[Judged], reading: Reading, proofs: Proofs) -> None:
        self._candidates = [judged.candidate for judged in group]
        self._rest = [judged.candidate for judged in rest]
        self._reading = reading
        lead = self._candidates[0].places if self._candidates else []
        self._governments = {country(code) for code, _ in lead}
        self._proofs = proofs
        self._worths: dict[int, int] = {}  # what `_worth` has said of each

    def name(self, supports: str, number: int, line: Line, mention: Mention, acting: bool = False) -> None:
        """Proves a name with the measure beside it, by the sentence that shows most of those that hold the name.

        Args:
          supports: ``field:value``.
          number: The action's index.
          line: Where the rules found the name.
          mention: The name.
          acting: Is it who acts, rather than what is hit?
        """
        best, found = self._fullest_of(self._candidates, mention, acting)
        if acting and (best is None or not acts(best)):
            further, other = self._fullest_of(self._rest, mention, acting)
            if further is not None and (best is None or acts(further)):
                best, found = further, other
        if best is None or found is None:
            line, mention = (self._spoken_of(mention) if acting else None) or (line, mention)
            self._proofs.sentence(supports, number, line, mention.first, mention.last, rule_of(mention))
            return
        first, last = min(found.first, best.head.first), max(found.last, best.head.last)
        self._proofs.clause(supports, number, best.line, first, last, rule_of(found), best.parties)

    def _fullest_of(
        self, candidates: Iterable[Candidate], mention: Mention, acting: bool
    ) -> tuple[Candidate | None, Mention | None]:
        places = [(c, name) for c in candidates if (name := self._beside(c, mention, acting)) is not None]
        best = max(places, key=lambda place: self._worth(place[0]), default=None)
        return best if best is not None else (None, None)

    def _spoken_of(self, mention: Mention) -> tuple[Line, Mention] | None:
        """Where a government does something, if any sentence says so: beside a measure rather than elsewhere."""
        code = code_of(mention)
        told = [
            (line, name)
            for line in self._reading.lines
            for name in line.found.names
            if name.form != "adjective" and code_of(name) == code and not _is_where(line, name)
        ]
        return next((pair for pair in told if pair[0].found.measures), told[0] if told else None)

    def _worth(self, candidate: Candidate) -> int:
        """`fullness`, less for what another government did: the other bans of the same app are told beside the news."""
        if id(candidate) not in self._worths:
            codes = {country(code) for code, _ in candidate.places}
            others = bool(codes and self._governments and not codes & self._governments)
            self._worths[id(candidate)] = fullness(candidate) - 4 * others
        return self._worths[id(candidate)]

    @staticmethod
    def _beside(candidate: Candidate, mention: Mention, acting: bool) -> Mention | None:
        """The same name, or another one of the same public body's country, beside a measure."""
        if not acting:
            named = [*candidate.targets, *candidate.line.found.names]
            return next((n for n in named if n.kind == mention.kind and n.entry.id == mention.entry.id), None)
        code = code_of(mention)
        return next((name for one, name in candidate.places if one == code), None)

    def measure(self, measure: Measure, number: int) -> None:
        """Proves that this is what is done."""
        mine = [(c, first, last) for c in self._candidates for one, first, last in meanings(c) if one == measure]
        best, first, last = max(mine, key=lambda one: (self._worth(one[0]), _is_plain(one[0], measure)))
        rule = f"measure/{best.measure.id}"
        self._proofs.clause(f"measures:{measure}", number, best.line, first, last, rule, best.parties)

    def state(self, supports: str, number: int, decided: Candidate, others: Iterable[Candidate] = ()) -> None:
        """Proves stage or status by words that say it.

        Args:
          supports: ``field:value``.
          number: The action's index.
          decided: The measure whose state it is.
          others: Further measures of the same state: one may say it more plainly.
        """
        best = max((decided, *others), key=self._plainness)
        span, head = best.stage_span, best.head
        first, last = min(span[0], head.first), max(span[1], head.last)
        self._proofs.clause(supports, number, best.line, first, last, best.stage_rule, best.parties)

    def _plainness(self, candidate: Candidate) -> int:
        """How plainly a sentence shows a state: "bans" alone does not say that it is still to come."""
        said = candidate.stage_rule.startswith("stage/") or candidate.stage != "announced"
        return self._worth(candidate) + 3 * said

    def of_stage(self, stage: str) -> list[Candidate]:
        """The action's measures at a stage."""
        return [c for c in self._candidates if c.stage == stage and not c.background]

    def of_status(self, status: str) -> list[Candidate]:
        """The action's measures whose state stands so."""
        return [c for c in self._candidates if (c.status or STATUS_OF[c.stage]) == status and not c.background]


def _of_china(name: Mention, owners: dict[str, Company]) -> bool:
    entry = name.entry
    if isinstance(entry, App):
        owner = owners.get(entry.company)
        return (owner.country if owner else entry.country) == "CN"
    return entry.country == "CN" if isinstance(entry, Company) else code_of(name) == "CN"


def _is_forced(line: Line) -> bool:
    """Does a sentence about a sale say that it is no mere business: "Trump blessed the deal" does not?"""
    rules = map(measure_of, line.found.measures)
    others = {rule.measure for rule in rules if not rule.needs or line.has(rule.needs)} & APP_MEASURES
    return others > {SALE} or any(line.has(cls) for cls in _FORCING)


def shows_topic(candidate: Candidate, topic: Topic, owners: dict[str, Company]) -> bool:
    """Would a reader of this sentence alone believe the topic: a government, and the app or the two countries?"""
    if not acts(candidate):
        return False
    if topic == "app-ban":
        if candidate.measure.measure == SALE and not _is_forced(candidate.line):
            return False
        return any(is_app(target) and not _stands_in(target) for target in candidate.targets)
    names = candidate.line.found.names
    codes = {country(code_of(name)) for name in names}
    return any(_of_china(name, owners) for name in names) and (bool(codes - {"", "CN"}) or candidate.actor is not None)


def prove_topics(
    topics: Iterable[Topic],
    judged: Sequence[Judged],
    main: Sequence[Judged],
    owners: dict[str, Company],
    proofs: Proofs,
) -> None:
    """Proves each topic by whole sentences, those of the main news first, the headline last.

    Where sentences show the topic by themselves, no others are quoted: "investors take over TikTok" names no
    government, "Trump wants it by Friday" no app.

    Args:
      topics: What was found.
      judged: All accepted measures.
      main: Those of the main action: a related headline lower down may weigh more than a dry lead.
      owners: Companies by id.
      proofs: Where evidence goes.
    """
    own = {id(one.candidate) for one in main}
    about = target_keys(next((one.candidate for one in main if one.candidate.named), main[0].candidate))
    for topic in topics:
        mine = [one.candidate for one in judged if topic in one.topics]
        weights = {id(one.candidate): one.weight for one in judged}
        mine.sort(
            key=lambda c: (
                c.line.sentence.part == "title",
                id(c) not in own or not target_keys(c) & about,
                -weights[id(c)],
                c.index,
            )
        )
        lines: dict[int, Candidate] = {}
        for c in mine:
            full = len(lines) >= MAX_TOPIC_QUOTES and c.line.sentence.part != "title"
            if not full and id(c.line) not in lines and shows_topic(c, topic, owners):
                lines[id(c.line)] = c
        told = list(lines.values()) or [c for c in mine if c.actor is not None or c.places][:1] or mine[:1]
        for c in told:
            rule = f"measure/{c.measure.id}"
            proofs.sentence(f"topics:{topic}", None, c.line, c.head.first, c.head.last, rule)
