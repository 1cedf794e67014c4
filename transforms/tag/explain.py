"""Why an article has its tags, and why not: every measure that was found, with the rule that took or left it."""

import msgspec

from transforms.tag.actions import Candidate
from transforms.tag.engine import Pack, judge
from transforms.tag.entries import RuleData
from transforms.tag.evidence import text_of
from transforms.tags import Document

MAX_FINDINGS = 200


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One measure found in a sentence.

    Attributes:
      counted: Did it count?
      rule: Id of the measure or verb that found it.
      words: The measure's own words.
      sentence: The sentence, as given.
      part: Where it stands.
      start: Offset of the measure's words.
      targets: What it falls on.
      actor: Who acts; empty when the sentence does not say.
      jurisdictions: Whose act it is.
      stage: Its stage, if it counted.
      stage_rule: The rule that gave the stage.
      topics: The topics that it belongs to.
      weight: How much it weighs in the decision.
      why_not: The reason, if it did not count.
      rejected_by: The rule that rejected it.
    """

    counted: bool
    rule: str
    words: str
    sentence: str
    part: str
    start: int
    targets: tuple[str, ...] = ()
    actor: str = ""
    jurisdictions: tuple[str, ...] = ()
    stage: str = "unclear"
    stage_rule: str = ""
    topics: tuple[str, ...] = ()
    weight: float = 0.0
    why_not: str = ""
    rejected_by: str = ""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided and what it was decided from.

    Attributes:
      topics: As in the tags.
      reasons: Topic to the reason for or against it.
      findings: All measures found, in the order of the text, at most ``MAX_FINDINGS``.
      rules_version: Version of the rules.
    """

    topics: tuple[str, ...]
    reasons: dict[str, str]
    findings: tuple[Finding, ...]
    rules_version: str


def explain_with(document: Document, data: RuleData, packs: dict[str, Pack]) -> Explanation:
    """The explanation by a given set of rules."""
    judgement = judge(document, data, packs, full=True)
    taken = {id(j.candidate): j for j in judgement.judged}

    def finding(candidate: Candidate) -> Finding:
        sentence = candidate.line.sentence
        text = text_of(document, sentence.part)
        start, end = sentence.span(candidate.head.first, candidate.head.last)
        whole_start, whole_end = sentence.span(0, len(sentence))
        judged = taken.get(id(candidate))
        actor = ""
        if candidate.actor is not None:
            actor_start, actor_end = sentence.span(candidate.actor.first, candidate.actor.last)
            actor = text[actor_start:actor_end]
        return Finding(
            counted=judged is not None,
            rule=f"measure/{candidate.measure.id}",
            words=text[start:end],
            sentence=text[whole_start:whole_end],
            part=sentence.part,
            start=start,
            targets=tuple(f"{t.kind}/{t.entry.id}" for t in candidate.targets),
            actor=actor,
            jurisdictions=tuple(code for code, _ in candidate.places),
            stage=candidate.stage,
            stage_rule=candidate.stage_rule,
            topics=tuple(sorted(judged.topics)) if judged else (),
            weight=round(judged.weight, 2) if judged else 0.0,
            why_not=candidate.rejected,
            rejected_by=candidate.rule if candidate.rejected else "",
        )

    reasons = dict(judgement.reasons)
    if judgement.reading is None:
        reasons = {"all": "no measure and target of the beat in a language that the rules know"}
    return Explanation(
        topics=judgement.topics,
        reasons=reasons,
        findings=tuple(finding(candidate) for candidate in judgement.candidates[:MAX_FINDINGS]),
        rules_version=data.version,
    )
