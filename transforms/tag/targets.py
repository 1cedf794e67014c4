"""What a measure is and what it falls on: verb or noun, voice, and the targets around it.

English puts the target after an active verb, before a passive one, after "on" or "of", or right before the noun ("the
TikTok ban"). Names win over goods ("the video app TikTok").
"""

import msgspec

from transforms.tag.entries import Company, Good, Grammar, MeasureRule, standing_in
from transforms.tag.words.lexicon import Mention, measure_of
from transforms.tag.words.reading import Line, Reading

TARGET_REACH = 12
"""Words between a verb and its target; longer ones belong to another clause. All such reaches are multiplied by the
grammar's ``scale``."""

MAX_TARGETS = 16

_NAMED = frozenset({"app", "company"})

DEFINITE_REACH = 4
"""Words between "the" and what it makes the one that the article is about."""

LIST_REACH = 6
"""Words between two targets of one list."""


def disambiguate(line: Line, grammar: Grammar) -> list[Mention]:
    """Chooses between verb and noun where the same word may be both ("bans", "sanctions")."""
    forms: dict[tuple[int, int, str], list[Mention]] = {}
    if len(line.found.measures) == 1:
        return line.found.measures
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
        verb = before in grammar.before_verb or (before in grammar.relative and verbs[0].form == "present")
        if verb and after not in grammar.of:
            chosen.append(verbs[0])
        elif before in grammar.before_noun or after in grammar.of:
            chosen.append(noun)
        elif verbs[0].form == "present":
            subject = any(n.last == first and n.kind in ("body", "place", "app", "company") for n in line.found.names)
            subject = subject or any(b == first for _, b in line.classes.get("private", ()))
            ahead = (
                (after.isalnum() or after in "\"'") and after not in grammar.prepositions and after not in grammar.be
            )
            chosen.append(verbs[0] if (subject or line.sentence.index == 0) and ahead else noun)
        else:
            chosen.append(noun)
    return chosen


def voice_of(line: Line, head: Mention, grammar: Grammar) -> str:
    """How a measure is said; a past form without a form of "be" is passive if its object is missing."""
    if head.form == "noun":
        return "noun"
    if head.form == "ing":
        return "ing"
    if grammar.free_order:
        return _free_voice(line, head, grammar)
    if head.form not in ("past", "participle"):
        return "active"
    low = line.sentence.low
    at = head.first - 1
    for _ in range(3):
        if at < 0:
            break
        if low[at] in grammar.be:
            return "passive"
        if not (low[at].endswith(grammar.adverb_ending) or low[at] in grammar.between_be):
            break
        at -= 1
    following = low[head.last] if head.last < len(low) else "."
    if following in grammar.after_passive:
        if following.isalpha():
            # An active verb has its object next, so "banned on", "barred from" have lost their "was".
            return "passive"
        before = [n for n in line.found.names if n.kind in ("app", "company", "good") and n.last <= head.first]
        if before and head.first - before[-1].last <= 6:
            return "passive"
    return "active"


def _free_voice(line: Line, head: Mention, grammar: Grammar) -> str:
    """Voice where what is hit may stand on either side: Chinese moves it before the verb without another word.

    A word of ``be`` before the verb, or a participle, is passive; so is a verb that ends its clause, or whose object
    was put before it ("对 ... 限速"), if its object stands before it only.
    """
    low = line.sentence.low
    if any(first == head.last for first, _ in line.classes.get("noun-tail", ())):
        return "noun"
    if head.form == "participle" or (grammar.script == "han" and low[head.first] in grammar.be):
        return "passive"
    if head.form != "base":
        for at in range(head.first - 1, max(-1, head.first - 1 - grammar.passive_reach), -1):
            if low[at] in grammar.have:
                return "active"
            if low[at] in grammar.be:
                return "passive"
            if low[at] in ",;:" or low[at] in grammar.barriers:
                break
    stops = grammar.barriers_comma
    following = low[head.last] if head.last < len(low) else "."
    before = _targets(line, head.first - 1, -1, -1, stops)
    at = min((t.first for t in before), default=0)
    fronted = at > 0 and (low[at - 1] in grammar.fronting or low[at] in grammar.fronting)
    if not fronted and following not in grammar.after_passive:
        return "active"
    if before and head.form == "past":
        return "passive"
    return "passive" if before and not _targets(line, head.last, len(low), 1, stops) else "active"


def _targets(
    line: Line, start: int, stop: int, step: int, stops: frozenset[str], reach: int = TARGET_REACH
) -> list[Mention]:
    """Targets met going from ``start`` towards ``stop``, until the clause ends."""
    low = line.sentence.low
    by_first = line.targets_behind if step < 0 else line.targets_ahead
    found: list[Mention] = []
    scale = line.grammar.scale
    reach *= scale
    for first in by_first:
        if 0 <= (first - start) * step <= reach + 1:
            break
    else:
        # None is near enough: no need to go there.
        return found
    at, last_hit = start, start
    while at != stop and 0 <= at < len(low):
        if low[at] in stops or low[at] in ";:":
            break
        if len(found) >= MAX_TARGETS:
            break
        if at in by_first and _is_content(line, by_first[at]):
            at = by_first[at].first - 1 if step < 0 else by_first[at].last
            continue
        if at in by_first:
            hit = by_first[at]
            named = (n for n in line.found.names if n.first == hit.first and n.last == hit.last)
            found += [n for n in named if n.kind in ("app", "company")] or [hit]
            at = hit.first - 1 if step < 0 else hit.last
            last_hit = at
            continue
        if abs(at - last_hit) > (LIST_REACH * scale if found else reach):
            break
        at += step
    return found


def _is_content(line: Line, target: Mention) -> bool:
    """Is it only what users put on an app ("TikTok videos"; not "TikTok video app"), or where a thing is told?"""
    if target.kind != "app":
        return False
    low, at = line.sentence.low, target.first
    if at > 1 and low[at - 1] in line.grammar.prepositions and line.of_class("told", max(0, at - 3), at - 1):
        # "vietati i fuochi, il sindaco lo annuncia su Instagram"
        return True
    for first, last in line.classes.get("account", ()):
        if first == target.last:
            return last >= len(low) or not (low[last] == "-" or line.of_class("origin-noun", last, last + 1))
    return False


def _prefer_named(targets: list[Mention]) -> list[Mention]:
    named = [target for target in targets if target.kind != "good"]
    if named and all(target.kind == "company" for target in named):
        # "apps of Tencent and Alibaba": the apps are hit, not the companies.
        named += [t for t in targets if _is_kind_of_app(t) and any(_beside(t, name) for name in named)]
    return named or targets


def _fronted(line: Line, head: Mention, grammar: Grammar) -> list[Mention]:
    """Named targets that a word such as "将" puts before the verb."""
    if not grammar.fronting:
        return []
    before = _targets(line, head.first - 1, -1, -1, grammar.barriers_comma)
    named = [target for target in before if target.kind != "good"]
    at = min((target.first for target in named), default=0)
    low = line.sentence.low
    # A name may hold the word: "对华为".
    return named if at and (low[at - 1] in grammar.fronting or low[at] in grammar.fronting) else []


def _is_kind_of_app(target: Mention) -> bool:
    entry = target.entry
    return isinstance(entry, Good) and entry.kind == "app" and not entry.weak and not entry.anaphor


def _beside(one: Mention, other: Mention) -> bool:
    """Do at most two words stand between them?"""
    return -2 <= one.first - other.last <= 2 or -2 <= other.first - one.last <= 2


def find_targets(line: Line, head: Mention, voice: str, reading: Reading) -> list[Mention]:
    """What the measure falls on; names before goods."""
    return [_standing_in(line, target) for target in _found_targets(line, head, voice, reading)]


def _standing_in(line: Line, target: Mention) -> Mention:
    """The target, standing for what the article is about where "the" says so: "the Chinese-owned platform"."""
    entry = target.entry
    if not isinstance(entry, Good) or not entry.definite or entry.anaphor:
        return target
    low = line.sentence.low
    for at in range(target.first - 1, max(-1, target.first - 1 - DEFINITE_REACH), -1):
        if low[at] in line.grammar.definite:
            return msgspec.structs.replace(target, entry=standing_in(entry))
        if not (low[at].isalpha() or low[at] in "-'"):
            break
    return target


def _found_targets(line: Line, head: Mention, voice: str, reading: Reading) -> list[Mention]:
    grammar, low = reading.grammar, line.sentence.low
    barriers = grammar.barriers
    measure = measure_of(head)
    ahead_end, behind_end = len(low), -1
    if voice == "passive":
        found = _targets(line, head.first - 1, behind_end, -1, barriers)
        if found:
            return _prefer_named(found)
        if grammar.free_order:
            return _prefer_named(_targets(line, head.last, ahead_end, 1, barriers))
        # "Telcos barred from buying Huawei gear"; but a song "banned on platforms" is no ban on them.
        behind = _targets(line, head.last, ahead_end, 1, grammar.barriers_by)
        if head.last - head.first > 1 and low[head.last - 1] in grammar.prepositions:
            # "Children to be kept off TikTok"
            return _prefer_named(behind)
        return _prefer_named([t for t in behind if t.kind == "company" or getattr(t.entry, "kind", "") == "tech"])
    stops = grammar.barriers_by
    if measure.needs == "app-store":
        stops |= {"from", "off"}
    if measure.private and voice in ("active", "ing"):
        # The seller is hit as well as what is sold.
        found = _targets(line, head.last, ahead_end, 1, stops)
        if not any(target.kind != "good" for target in found):
            found += _targets(line, head.first - 1, behind_end, -1, barriers)
            if measure.measure == "app-store-removal" and any(not _is_store(target) for target in found):
                found = [target for target in found if not _is_store(target)]
        return _prefer_named(found)
    if voice in ("active", "ing"):
        fronted = _fronted(line, head, grammar)
        if fronted:
            return fronted
        found = _targets(line, head.last, ahead_end, 1, stops)
        if not found and grammar.script == "han" and line.sentence.part == "title":
            # A headline that has one name leaves it out beside the verb.
            names = [n for n in line.found.names if n.kind in ("app", "company") and not _is_content(line, n)]
            return names if len({n.entry.id for n in names}) == 1 else []
        if found or head.form != "past":
            return _prefer_named(found)
        return _prefer_named(_targets(line, head.first - 1, behind_end, -1, barriers))
    inside = [n for n in line.found.names if head.first <= n.first and n.last <= head.last and n.kind in _NAMED]
    if inside:
        # "TikTok law", "sales to Huawei": the noun itself says whom it is about.
        return inside
    after: list[Mention] = []
    phrase = head.last - head.first > 1 and any(n.first == head.last and n.kind in _NAMED for n in line.found.names)
    if phrase or (head.last < len(low) and (low[head.last] in grammar.of or low[head.last - 1] in grammar.of)):
        # "the ban on TikTok", "an offer to buy TikTok"
        after = _targets(line, head.last, ahead_end, 1, stops)
        if after and low[head.last] in grammar.object_of and "," in low[head.last : after[0].first]:
            # "lifts ban on women driving, Twitter celebrates"
            after = []
        if not after and low[head.last] in grammar.object_of and not _goes_on(line, head, measure):
            return targets_within(line, head)
    before = _targets(line, head.first - 1, behind_end, -1, barriers, reach=4)
    near = [target for target in before if head.first - target.last <= 1]
    if grammar.free_order and not after and not near:
        ahead = _targets(line, head.last, ahead_end, 1, stops, reach=4)
        after = [target for target in ahead if target.first - head.last <= 1] and ahead
    goods = bool(after) and low[head.last] not in grammar.object_of and not any(t.kind != "good" for t in after)
    if goods and measure.targets == "named" and any(t.kind != "good" for t in before):
        # "Huawei gets US waiver for chip plants"
        return _prefer_named(before)
    elsewhere = grammar.script == "han" and measure.targets == "named" and _goods(near)
    if near and not elsewhere and (not after or (goods and any(t.kind != "good" for t in near))):
        # "the Huawei waiver for chip plants" is Huawei's.
        return _prefer_named(_joined(line, near, before, grammar.joins))
    near_by = (
        _prefer_named(after)
        or _prefer_named(before)
        or _prefer_named(
            _targets(line, head.last, ahead_end, 1, stops) or _targets(line, head.first - 1, behind_end, -1, barriers)
        )
    )
    if grammar.script == "han" and measure.targets == "named" and line.sentence.part == "title" and _goods(near_by):
        near_by = []
    if not near_by:
        # A headline is one thought, whose "after" and "as" do not change the subject; and where a sentence names one
        # target only, its other clauses speak of it too.
        named = [n for n in line.found.names if n.kind in ("app", "company") and not _is_content(line, n)]
        if line.sentence.part == "title" or measure.private or len({n.entry.id for n in named}) == 1:
            near_by = named
    if not near_by:
        near_by = targets_within(line, head)
    return near_by


def _goes_on(line: Line, head: Mention, measure: MeasureRule) -> bool:
    """Does what follows the "on" tell when, or narrow the measure: "TikTok ban on Monday", "on state phones"?"""
    if line.of_class("day-name", head.last + 1, head.last + 2):
        return True
    return any(line.of_class(narrow.cls, head.last + 1, head.last + 4) for narrow in measure.narrow)


def parties_of(line: Line) -> list[Mention]:
    """All apps and companies that a sentence names: the parties of the deal that it tells of."""
    return [n for n in line.found.names if n.kind in ("app", "company") and not _is_content(line, n)]


def targets_within(line: Line, head: Mention) -> list[Mention]:
    """What a measure's own words name: "social media curfew"."""
    kinds = ("app", "company", "good")
    return [n for n in line.found.names if head.first <= n.first and n.last <= head.last and n.kind in kinds]


def _goods(targets: list[Mention]) -> bool:
    """Are they all goods that stand for nothing named, where another clause names it ("在华工厂的芯片设备豁免")?"""
    return all(isinstance(t.entry, Good) and not t.entry.anaphor for t in targets)


def _is_store(target: Mention) -> bool:
    """Does it run an app store, or is it one?"""
    return isinstance(target.entry, Company) and target.entry.kind == "store"


def _is_service(target: Mention) -> bool:
    """Is it an app or service by its name, or a company that stands for one?"""
    return target.kind == "app" or (isinstance(target.entry, Company) and bool(target.entry.app))


def _joined(line: Line, near: list[Mention], before: list[Mention], joins: frozenset[str]) -> list[Mention]:
    """The targets next to a noun with those that "and" and commas join to them."""
    chain = list(near)
    for target in sorted(before, key=lambda t: -t.first):
        nearest = min(t.first for t in chain)
        if target not in chain and all(word in joins for word in line.sentence.low[target.last : nearest]):
            chain.append(target)
    return chain


def without_buyers(measure: MeasureRule, targets: list[Mention]) -> list[Mention]:
    """Leaves out US companies beside an app or a Chinese company: buyers, stores, customers, not what is hit.

    Export controls do hit both ends.
    """
    if measure.measure == "export-control" or measure.deal:
        return targets
    hit = [t for t in targets if not isinstance(t.entry, Company) or t.entry.country != "US"]
    return hit or targets


def fits(measure: MeasureRule, targets: list[Mention]) -> bool:
    if measure.bare:
        return True
    if measure.targets == "named":
        return any(not isinstance(t.entry, Good) or t.entry.anaphor for t in targets)
    if measure.targets == "apps":
        return any(_is_service(t) or (isinstance(t.entry, Good) and t.entry.anaphor) for t in targets)
    if measure.targets == "services":
        return any(_is_service(t) or _is_kind_of_app(t) for t in targets)
    if measure.targets == "kinds":
        return bool(targets) and all(_is_kind_of_app(t) for t in targets)
    if measure.targets == "tech":
        return any(
            (isinstance(t.entry, Good) and t.entry.kind == "tech")
            or (isinstance(t.entry, Company) and t.entry.kind not in ("store", "internet"))
            for t in targets
        )
    return bool(targets)
