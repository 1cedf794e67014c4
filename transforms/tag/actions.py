"""Who does what to whom, sentence by sentence: each measure with its target, its actor, and why it may not count.

A measure is a verb ("bans") or a noun ("the ban on"); its target is looked for where English puts it: after an active
verb, before a passive one, after "on" or "of", or right before the noun ("the TikTok ban").
"""

from dataclasses import dataclass, field

from transforms.tag.data import Blocker, Body, Company, Good, Grammar, MeasureRule, Narrow, Place
from transforms.tag.lexicon import Mention, code_of, measure_of
from transforms.tag.patterns import Pattern, match
from transforms.tag.reading import Line, Reading, is_origin

TARGET_REACH = 12
"""Words between a verb and its target; longer ones belong to another clause."""

ACTOR_REACH = 16


@dataclass
class Candidate:
    """A measure found in a sentence, with what the rules made of it.

    Attributes:
      line: The sentence.
      head: The measure's words.
      voice: ``active``, ``passive``, ``ing`` or ``noun``.
      targets: What it falls on.
      meant: What "the app" or "the company" among the targets stands for.
      actor: Who acts, where the sentence says.
      places: Jurisdictions of the actor, each with the words that say so.
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
            if self.line.has(narrow.cls) and (is_company or not narrow.companies):
                return narrow
        return None

    @property
    def named(self) -> list[Mention]:
        return [target for target in self.targets if target.kind != "good"]


def voice_of(line: Line, head: Mention, be: frozenset[str]) -> str:
    """How a measure is said; a past form without a form of "be" is passive if its object is missing."""
    if head.form == "noun":
        return "noun"
    if head.form == "ing":
        return "ing"
    if head.form not in ("past", "participle"):
        return "active"
    low = line.sentence.low
    at = head.first - 1
    for _ in range(3):
        if at < 0:
            break
        if low[at] in be:
            return "passive"
        if not (low[at].endswith("ly") or low[at] in ("not", "also", "now", "already", "still")):
            break
        at -= 1
    following = low[head.last] if head.last < len(low) else "."
    if following in ("by", "in", "from", "over", "on", "at", "across", ".", ",", "?", "for", "under", "with", ":"):
        before = [n for n in line.found.names if n.kind in ("app", "company", "good") and n.last <= head.first]
        if before and head.first - before[-1].last <= 6:
            return "passive"
    return "active"


def _targets(line: Line, start: int, stop: int, step: int, stops: frozenset[str]) -> list[Mention]:
    """Targets met going from ``start`` towards ``stop``, until the clause ends."""
    low = line.sentence.low
    by_first = {
        (n.last - 1 if step < 0 else n.first): n for n in line.found.names if n.kind in ("app", "company", "good")
    }
    doubles = [n for n in line.found.names if n.kind in ("app", "company")]
    found: list[Mention] = []
    at, last_hit = start, start
    while at != stop and 0 <= at < len(low):
        if low[at] in stops or low[at] in ";:":
            break
        if at in by_first and _is_content(line, by_first[at]):
            at = by_first[at].first - 1 if step < 0 else by_first[at].last
            continue
        if at in by_first:
            hit = by_first[at]
            found += [n for n in doubles if (n.first, n.last) == (hit.first, hit.last)] or [hit]
            at = hit.first - 1 if step < 0 else hit.last
            last_hit = at
            continue
        if abs(at - last_hit) > (6 if found else TARGET_REACH):
            break
        at += step
    return found


def _is_content(line: Line, target: Mention) -> bool:
    """Is it only what users put on an app ("TikTok videos"), not the app ("TikTok video app")?"""
    if target.kind != "app":
        return False
    low = line.sentence.low
    for first, last in line.found.classes.get("account", ()):
        if first == target.last:
            return last >= len(low) or not (low[last] == "-" or line.of_class("origin-noun", last, last + 1))
    return False


def _prefer_named(targets: list[Mention]) -> list[Mention]:
    named = [target for target in targets if target.kind != "good"]
    return named or targets


def find_targets(line: Line, head: Mention, voice: str, reading: Reading) -> list[Mention]:
    """What the measure falls on; names before goods."""
    grammar, low = reading.grammar, line.sentence.low
    barriers = grammar.barriers
    measure = measure_of(head)
    ahead_end, behind_end = len(low), -1
    if voice == "passive":
        found = _targets(line, head.first - 1, behind_end, -1, barriers)
        return _prefer_named(found or _targets(line, head.last, ahead_end, 1, barriers | grammar.by))
    stops = barriers | grammar.by
    if measure.needs == "app-store":
        stops |= {"from", "off"}
    if measure.private and voice in ("active", "ing"):
        found = _targets(line, head.last, ahead_end, 1, stops) or _targets(
            line, head.first - 1, behind_end, -1, barriers
        )
        return _prefer_named(found)
    if voice in ("active", "ing"):
        found = _targets(line, head.last, ahead_end, 1, stops)
        if found or head.form != "past":
            return _prefer_named(found)
        return _prefer_named(_targets(line, head.first - 1, behind_end, -1, barriers))
    after: list[Mention] = []
    if head.last < len(low) and (low[head.last] in grammar.of or low[head.last - 1] in grammar.of):
        after = _targets(line, head.last, ahead_end, 1, stops)
        if not after and low[head.last] in grammar.object_of:
            return []
    before = _targets(line, head.first - 1, max(-1, head.first - 5), -1, barriers)
    near = [target for target in before if head.first - target.last <= 1]
    if near and not after:
        return _prefer_named(near)
    near_by = (
        _prefer_named(after)
        or _prefer_named(before)
        or _prefer_named(
            _targets(line, head.last, ahead_end, 1, stops) or _targets(line, head.first - 1, behind_end, -1, barriers)
        )
    )
    if not near_by:
        # A headline is one thought, whose "after" and "as" do not change the subject; and where a sentence names one
        # target only, its other clauses speak of it too.
        named = [n for n in line.found.names if n.kind in ("app", "company") and not _is_content(line, n)]
        if line.sentence.part == "title" or measure.private or len({n.entry.id for n in named}) == 1:
            return named
    return near_by


def _subjects(line: Line, before: int) -> list[tuple[int, int, Mention | None]]:
    """What may be the doer before a verb, nearest first; None for a private one without a name."""
    spans: list[tuple[int, int, Mention | None]] = []
    for name in line.found.names:
        if name.last > before or name.kind == "good":
            continue
        if name.kind == "place" and (name.form == "adjective" or is_origin(line, name)):
            continue
        spans.append((name.first, name.last, name))
    spans += [(a, b, None) for a, b in line.found.classes.get("private", ()) if b <= before]
    return sorted(spans, key=lambda span: (-span[1], span[0]))


_MATRIX = ("order", "ask", "propose", "threaten")


def find_actor(line: Line, head: Mention, voice: str, reading: Reading) -> tuple[Mention | None, str]:
    """Who acts: a public body or place, or the reason why it is none."""
    grammar, low = reading.grammar, line.sentence.low
    if voice == "passive":
        window = range(head.last, min(len(low), head.last + 10))
        at = next((i for i in window if low[i] in grammar.by), None)
        if at is not None:
            for name in line.found.names:
                if at < name.first <= at + 5:
                    if name.kind in ("body", "place"):
                        return name, ""
                    if name.kind in ("app", "company"):
                        return None, "the actor is a company, not a public body"
            if line.of_class("private", at + 1, min(len(low), at + 5)):
                return None, "the actor is not a public body"
    if voice == "active":
        subjects = [s for s in _subjects(line, head.first) if head.first - s[1] <= ACTOR_REACH]
        for first, last, name in subjects:
            if first and low[first - 1] in grammar.prepositions and len(subjects) > 1:
                continue
            if name is not None and name.kind in ("body", "place"):
                return name, ""
            if any(n is not None and n.kind in ("body", "place") for _, e, n in subjects if e <= first) and any(
                line.of_class(c, 0, head.first) for c in _MATRIX
            ):
                continue
            if low[last : last + 2] == ["'", "s"] and name is not None:
                continue
            what = "a company" if name is not None else "private"
            return None, f"the actor is {what}, not a public body"
        if not line.of_class("act", max(0, head.first - 8), head.first) and not line.has("public"):
            return None, "who acts is not known as a public body"
    if (
        voice in ("noun", "ing")
        and not line.has("public")
        and any(b <= head.first for _, b in line.found.classes.get("private", ()))
    ):
        return None, "the actor is private, not a public body"
    nearest = sorted(
        (n for n in line.found.names if n.kind == "body" or (n.kind == "place" and not is_origin(line, n))),
        key=lambda n: abs(n.first - head.first) + (6 if n.first > head.first else 0) + (3 if n.kind == "place" else 0),
    )
    return (nearest[0], "") if nearest else (None, "")


def jurisdictions_of(line: Line, actor: Mention | None, reading: Reading) -> list[tuple[str, Mention]]:
    """Whose act it is, each code with the words that say so."""
    low = line.sentence.low
    places = [n for n in line.found.names if n.kind == "place"]
    if actor is not None:
        code = code_of(actor)
        if code:
            return [(code, actor)]
        for place in places:
            gap = low[place.last : actor.first]
            if place.last <= actor.first and len(gap) <= 4 and all(w in ("'", "s", ",") or w.isalpha() for w in gap):
                if not is_origin(line, place) or not gap:
                    return [(code_of(place), place)]
            gap = low[actor.last : place.first]
            if actor.last <= place.first and len(gap) <= 4 and gap[:1] and gap[0] in ("of", "in", "for", "'"):
                return [(code_of(place), place)]
    direct = [p for p in places if not is_origin(line, p) and p.form != "adjective"]
    if direct:
        return [(code_of(direct[0]), direct[0])]
    return []


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


def _without_buyers(measure: MeasureRule, targets: list[Mention]) -> list[Mention]:
    """Leaves out US companies beside an app or a Chinese company: buyers, stores, customers, not what is hit.

    Export controls do hit both ends.
    """
    if measure.measure == "export-control":
        return targets
    hit = [t for t in targets if t.kind == "app" or (isinstance(t.entry, Company) and t.entry.country != "US")]
    return hit or targets


def _fits(measure: MeasureRule, targets: list[Mention]) -> bool:
    if measure.bare:
        return True
    if measure.targets == "named":
        return any(not isinstance(t.entry, Good) or t.entry.anaphor for t in targets)
    if measure.targets == "tech":
        return any(
            (isinstance(t.entry, Good) and t.entry.kind == "tech")
            or (isinstance(t.entry, Company) and t.entry.kind not in ("store", "internet"))
            for t in targets
        )
    return bool(targets)


def disambiguate(line: Line, grammar: Grammar) -> list[Mention]:
    """Chooses between verb and noun where the same word may be both ("bans", "sanctions")."""
    forms: dict[tuple[int, int, str], list[Mention]] = {}
    for mention in line.found.measures:
        forms.setdefault((mention.first, mention.last, mention.entry.id), []).append(mention)
    low = line.sentence.low
    chosen = []
    for (first, last, _), readings in forms.items():
        noun = next((m for m in readings if m.form == "noun"), None)
        verbs = [m for m in readings if m.form != "noun"]
        if noun is None or not verbs:
            # "cut" and "shut" have one form for several tenses: the past one is read where "be" or "have" may stand.
            chosen.append(noun or verbs[0])
            continue
        before = low[first - 1] if first else ""
        after = low[last] if last < len(low) else "."
        if before in grammar.before_verb and after not in grammar.of:
            chosen.append(verbs[0])
        elif before in grammar.before_noun or after in grammar.of:
            chosen.append(noun)
        elif verbs[0].form == "present":
            subject = any(n.last == first and n.kind in ("body", "place", "app", "company") for n in line.found.names)
            subject = subject or any(b == first for _, b in line.found.classes.get("private", ()))
            ahead = (
                (after.isalpha() or after in "\"'") and after not in grammar.prepositions and after not in grammar.be
            )
            chosen.append(verbs[0] if (subject or line.sentence.index == 0) and ahead else noun)
        else:
            chosen.append(noun)
    return chosen


def candidates_of(line: Line, reading: Reading, blockers: list[tuple[Blocker, list[Pattern]]]) -> list[Candidate]:
    """All measures of a sentence, accepted or with the reason why not."""
    found: list[Candidate] = []
    for head in disambiguate(line, reading.grammar):
        measure = measure_of(head)
        voice = "passive" if measure.intransitive else voice_of(line, head, reading.grammar.be)
        candidate = Candidate(line, head, voice)
        found.append(candidate)
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
        if not candidate.meant and not _fits(measure, candidate.targets):
            candidate.rejected, candidate.rule = "it falls on nothing that the beat follows", f"measure/{measure.id}"
            candidate.targets = []
            continue
        if any(isinstance(t.entry, Good) and t.entry.anaphor for t in candidate.targets):
            candidate.meant = reading.focus
        candidate.targets = _without_buyers(measure, candidate.targets)
        candidate.places = jurisdictions_of(line, candidate.actor, reading)
        if measure.explicit and candidate.actor is None and not candidate.places:
            candidate.rejected, candidate.rule = "no public body stands in the sentence", f"measure/{measure.id}"
    return found


def kinds_of(entry: object) -> str:
    """``app``, ``company``, ``body``, ... of an entry, as evidence names it."""
    return {"App": "app", "Company": "company", "Place": "place", "Body": "body", "Good": "good"}.get(
        type(entry).__name__, "rule"
    )


__all__ = ["Candidate", "Body", "Place", "candidates_of", "kinds_of"]
