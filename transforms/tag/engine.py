"""The way of a document through the rules: a cheap check, reading, measures, state, decision, actions, evidence."""

import functools
import hashlib

import msgspec

from transforms.tag.actions import MAX_MEASURES, Candidate, candidates_of
from transforms.tag.build import MAX_ACTIONS, Builder
from transforms.tag.dates import DateReader, article_date
from transforms.tag.decide import Judged, on_topic, target_keys, weight_of
from transforms.tag.entries import Blocker, FollowUp, Language, RuleData, StageRule
from transforms.tag.evidence import Proofs, text_of
from transforms.tag.gate import measures_needed
from transforms.tag.quotes import prove_topics
from transforms.tag.rules.data import shipped
from transforms.tag.state import is_background, set_stage
from transforms.tag.topics import likely_actor, topics_of
from transforms.tag.words.lexicon import Lexicon
from transforms.tag.words.patterns import RuleIndex
from transforms.tag.words.reading import Reading, may_act, may_report, speaks
from transforms.tag.words.text import Piece, parts_of, script_of, words_in
from transforms.tags import Action, Document, Tags
from transforms.vocabulary import TOPICS, Basis, Topic

LEAD_WEIGHT = 2.4
"""A side action must stand in the lead, or be told more than once."""
PRIVATE_BLOCKERS = frozenset({"blocker/moderation", "blocker/banned-from-platform", "blocker/platform-ban"})
"""Rules which, met in the headline, say that a company acts."""

Drafts = dict[int, list[Candidate]]
"""Measures of a sentence by its index."""


class Pack(msgspec.Struct, frozen=True):
    """A language's rules, compiled."""

    language: Language
    lexicon: Lexicon
    stages: RuleIndex[StageRule]
    followups: RuleIndex[FollowUp]
    blockers: RuleIndex[Blocker]
    dates: DateReader


class Judgement(msgspec.Struct, frozen=True):
    """All that was found on the way, for tags and for `explain`."""

    reading: Reading | None
    pack: Pack | None
    candidates: list[Candidate]
    judged: list[Judged]
    topics: tuple[Topic, ...]
    reasons: dict[str, str]


def compile_pack(data: RuleData, language: Language) -> Pack:
    """Compiles a language's terms and patterns."""
    return Pack(
        language,
        Lexicon(data, language),
        RuleIndex((rule, rule.when) for rule in language.stages),
        RuleIndex((rule, rule.when) for rule in language.followups),
        RuleIndex((rule, rule.when) for rule in language.blockers),
        DateReader(language.dates),
    )


@functools.cache
def shipped_packs() -> dict[str, Pack]:
    """The shipped languages, compiled once per process."""
    data = shipped()
    return {code: compile_pack(data, language) for code, language in data.languages.items()}


def judge(document: Document, data: RuleData, packs: dict[str, Pack], full: bool = False) -> Judgement:
    """Reads a document and decides what it reports, without building tags yet.

    Args:
      document: What to read.
      data: The rules.
      packs: Them by language, compiled; of several languages the one whose commonest words the text has most wins.
      full: Whether to read a document, too, of which headline and lead tell that it is off the beat: `explain` does.
    """
    nothing = Judgement(None, None, [], [], (), {})
    script = script_of(document)
    pieces: list[Piece] = []
    words: set[str] = set()
    begun: list[tuple[int, Reading, Pack, Drafts]] = []
    for pack in packs.values():
        grammar = pack.language.grammar
        if grammar.script != script:
            continue
        if not pieces:
            pieces = parts_of(document)
            words = words_in(pieces, grammar)
        sure = speaks(words, grammar)
        if sure is not None:
            begun.append((sure, Reading(document, pieces, pack.lexicon, grammar, words), pack, {}))
    begun.sort(key=lambda one: -one[0])
    least = [0 if full else measures_needed(reading, pack.blockers, drafts) for _, reading, pack, drafts in begun]
    if all(number is None for number in least):
        return nothing
    spoken = [
        (reading, pack, drafts)
        for _, reading, pack, drafts in begun
        if may_act(pieces, words, pack.lexicon, pack.language.grammar)
        and (full or len(begun) == 1 or may_report(pieces, pack.lexicon, pack.language.grammar))
    ]
    if len(begun) == 1 and least[0] and spoken and spoken[0][0].count_measures() < least[0]:
        return nothing
    judgement = nothing
    for reading, pack, drafts in spoken:
        judgement = _judge(reading, data, pack, drafts, full)
        if judgement.candidates:
            # A headline is too short to tell a language by its commonest words: one that has a measure is meant.
            break
    return judgement


def _judge(reading: Reading, data: RuleData, pack: Pack, drafts: Drafts, full: bool) -> Judgement:
    reading.finish()
    companies = data.companies_by_id
    today = article_date(reading.document.date)
    year = today.year if today else None
    first_text = reading.first_text
    titled = bool(reading.lines) and reading.lines[0].sentence.part == "title"
    dealt = titled and reading.lines[0].has("dealing")
    candidates: list[Candidate] = []
    judged: list[Judged] = []
    for line in reading.lines:
        if not line.may_measure or not line.found.measures:
            continue
        # What the gate has judged need not be judged again.
        here = drafts.get(line.sentence.index) or candidates_of(line, reading, pack.blockers, full)
        stages = pack.stages.near(line.view) if any(not candidate.rejected for candidate in here) else []
        used: set[int] = set()
        for candidate in here:
            if not candidate.rejected:
                for first, last in set_stage(candidate, stages):
                    used |= set(range(first, last))
                candidate.background = is_background(candidate, year) or reading.above(line)
        for candidate in here:
            if (
                not candidate.rejected
                and candidate.head.first in used
                and any(other is not candidate and not other.rejected for other in here)
            ):
                candidate.rejected, candidate.rule = "its word is part of another measure's state", "stage"
        candidates += here
        if line.sentence.index == 0:
            # "White House delays ban to allow talks on sale": what the headline reports is no mere background.
            dealt &= all(c.rejected or c.measure.measure == "divestiture" for c in here)
        for candidate in here:
            if candidate.rejected:
                continue
            actors = {code for code, _ in candidate.places} or likely_actor(candidate, reading, companies)
            topics = topics_of(candidate, actors, reading, companies)
            if not actors and candidate.actor is None:
                candidate.rejected, candidate.rule = "no public body or jurisdiction is named", "actor"
            elif not topics:
                candidate.rejected, candidate.rule = "not of the beat's topics", "topics"
            else:
                judged.append(Judged(candidate, frozenset(topics), weight_of(candidate, first_text, titled, dealt)))
    top = [candidate for candidate in candidates[:MAX_MEASURES] if candidate.index == 0]
    private = any(c.rule == "actor" or c.rule in PRIVATE_BLOCKERS for c in top if c.rejected)
    said = any("beside it" not in c.rejected for c in top)
    reasons = {}
    topics_found: list[Topic] = []
    for topic in TOPICS:
        holds, reason = on_topic(topic, judged, reading, said, private)  # type: ignore[arg-type]
        reasons[topic] = reason
        if holds:
            topics_found.append(topic)  # type: ignore[arg-type]
    return Judgement(reading, pack, candidates, judged, tuple(topics_found), reasons)


def _groups(judged: list[Judged], topics: tuple[Topic, ...]) -> list[list[Judged]]:
    """Measures by what they fall on, the weightiest group first; unnamed targets join the main one."""
    mine = sorted(
        (j for j in judged if set(topics) & j.topics),
        key=lambda j: (-j.weight, j.candidate.index, j.candidate.head.first),
    )
    main = [mine[0]]
    keys = target_keys(mine[0].candidate) if mine[0].candidate.named else set()
    if not keys:
        named = next((j for j in mine if j.candidate.named), None)
        keys = target_keys(named.candidate) if named else set()
    others: dict[str, list[Judged]] = {}
    for judged_one in mine[1:]:
        own = target_keys(judged_one.candidate)
        if not judged_one.candidate.named or own & keys:
            main.append(judged_one)
        elif not judged_one.candidate.background:
            others.setdefault(min(own), []).append(judged_one)
    kept = [
        group
        for group in others.values()
        if any(j.candidate.stage_rule.startswith("stage/") for j in group)
        and (len(group) > 1 or group[0].weight > LEAD_WEIGHT)
    ]
    return [main, *kept][:MAX_ACTIONS]


def tags_of(document: Document, basis: Basis, data: RuleData, packs: dict[str, Pack]) -> Tags:
    """Tags by a given set of rules; `transforms.tag.tag` is this with the shipped ones."""
    text_hash = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    off_beat = Tags(rules_version=data.version, basis=basis, text_hash=text_hash)
    judgement = judge(document, data, packs)
    if not judgement.topics or judgement.reading is None or judgement.pack is None:
        return off_beat
    proofs = Proofs(document, judgement.pack.language.grammar.language)
    groups = _groups(judgement.judged, judgement.topics)
    prove_topics(judgement.topics, judgement.judged, groups[0], data.companies_by_id, proofs)
    pack = judgement.pack
    builder = Builder(judgement.reading, data, pack.language, pack.followups.all, pack.dates, proofs)
    actions: list[Action] = []
    for number, group in enumerate(groups):
        actions.append(builder.build(group, number, number == 0, judgement.judged))
    return Tags(
        topics=judgement.topics,
        actions=tuple(actions),
        apps=tuple(dict.fromkeys(v for a in actions for v in a.apps)),
        companies=tuple(dict.fromkeys(v for a in actions for v in a.companies)),
        jurisdictions=tuple(dict.fromkeys(v for a in actions for v in a.jurisdictions)),
        measures=tuple(dict.fromkeys(v for a in actions for v in a.measures)),
        instruments=tuple(dict.fromkeys(v for a in actions for v in a.instruments)),
        cases=tuple(dict.fromkeys(a.case for a in actions if a.case)),
        dates=tuple(dict.fromkeys(d for a in actions for d in a.dates)),
        stage=actions[0].stage,
        status=actions[0].status,
        evidence=tuple(proofs.all),
        rules_version=data.version,
        basis=basis,
        text_hash=text_hash,
    )


__all__ = ["compile_pack", "judge", "shipped_packs", "tags_of", "text_of"]
