"""From weighed measures to actions: who, what, against whom, in which state, each value with its proof."""

import msgspec

from transforms.tag.actions import Candidate
from transforms.tag.dates import AHEAD, MAX_DATES, DateReader, article_date
from transforms.tag.decide import Judged, line_keys, target_keys
from transforms.tag.entries import App, Body, Company, FollowUp, Language, RuleData
from transforms.tag.evidence import Proofs, rule_of, text_of
from transforms.tag.followups import follow_up
from transforms.tag.legal import cases_of, instruments_of
from transforms.tag.lexicon import Mention
from transforms.tag.lists import listed_targets, lists_before
from transforms.tag.patterns import Pattern
from transforms.tag.reading import Line, Reading
from transforms.tag.state import STATUS_OF
from transforms.tag.topics import likely_actor
from transforms.tags import Action, Actor, Case, Date
from transforms.vocabulary import DateRole, Measure, Stage, Status

MAX_ACTIONS = 6
MAX_MEASURES = 3
MINOR = 0.3
"""Of the weightiest measure's weight: what a further one must have."""
SAME = frozenset({"ban", "block"})
DEVICES: Measure = "government-device-ban"
HISTORY = frozenset({"halted", "delayed"})


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def with_country(code: str) -> tuple[str, ...]:
    """``US-MT`` is of ``US``, too."""
    country, _, part = code.partition("-")
    return (country, code) if part else (code,)


class Builder:
    """Builds the actions of one article.

    Args:
      reading: The article.
      data: All rules.
      language: The rules of its language.
      followups: Its rules for sentences that go on about the main measure, compiled.
      dates: What reads its dates.
      proofs: Where evidence goes.
    """

    def __init__(
        self,
        reading: Reading,
        data: RuleData,
        language: Language,
        followups: list[tuple[FollowUp, list[Pattern]]],
        dates: DateReader,
        proofs: Proofs,
    ) -> None:
        self._reading = reading
        self._followups = followups
        self._language = language
        self._dates_reader = dates
        self._proofs = proofs
        self._companies = data.companies_by_id
        self._apps = data.apps_by_id
        self._mentioned: dict[str, tuple[Line, Mention]] = {}
        for line in reading.lines:
            for name in line.found.names:
                if name.kind in ("app", "company"):
                    self._mentioned.setdefault(f"{name.kind}/{name.entry.id}", (line, name))

    def build(self, group: list[Judged], number: int, main: bool, rest: list[Judged]) -> Action:
        """One action out of the measures that share its targets, the weightiest first.

        Args:
          group: Measures of this action.
          number: The action's index, which its evidence names.
          main: Is it the main news?
          rest: The article's other measures, for the state of a measure that a motion attacks.
        """
        lead = group[0].candidate
        apps, companies = self._targets(group, number, main)
        measures = self._measures(group, number)
        jurisdictions = self._jurisdictions(group, number)
        stage, status = (self._followed_up(lead, number) if main else None) or self._state(group, number, rest)
        instruments, case = self._legal(group, number, main)
        return Action(
            main=main,
            apps=apps,
            companies=companies,
            actor=self._actor(lead),
            jurisdictions=jurisdictions,
            measures=measures,
            stage=stage,
            status=status,
            instruments=instruments,
            case=case,
            dates=self._dates(group, main),
        )

    def _targets(self, group: list[Judged], number: int, main: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Named targets: those of a list of what the main measure hits, or of the weightiest measure that names any.

        With them go the owners that the article names.
        """
        # "It already banned 59 others, including TikTok" names none of what is banned now.
        hit = next(
            (j.candidate for j in group if j.candidate.named and (j is group[0] or not lists_before(j.candidate))), None
        )
        listed = listed_targets(group[0].candidate, self._reading) if main else None
        apps: list[str] = []
        companies: list[str] = []
        if listed is None:
            if hit is None:
                return (), ()
            listed = hit.line, hit.named
        where, targets = listed
        for target in targets:
            entry = target.entry
            if isinstance(entry, App):
                apps.append(entry.name)
                self._prove(f"apps:{entry.name}", number, where, target)
                owner = self._mentioned.get(f"company/{entry.company}") if entry.company else None
                if entry.kind == "security" and entry.company in self._companies:
                    # "Kaspersky products" names the company within the product.
                    companies.append(self._companies[entry.company].name)
                    self._prove(f"companies:{self._companies[entry.company].name}", number, where, target)
                elif owner and isinstance(owner[1].entry, Company) and self._counts_as_target(owner[1].entry):
                    companies.append(owner[1].entry.name)
                    self._prove(f"companies:{owner[1].entry.name}", number, *owner)
            elif isinstance(entry, Company):
                companies.append(entry.name)
                self._prove(f"companies:{entry.name}", number, where, target)
                owned = self._mentioned.get(f"app/{entry.app}") if entry.app else None
                if owned and isinstance(owned[1].entry, App):
                    apps.append(owned[1].entry.name)
                    self._prove(f"apps:{owned[1].entry.name}", number, *owned)
                elif entry.app:
                    apps.append(self._apps[entry.app].name)
                    self._prove(f"apps:{self._apps[entry.app].name}", number, where, target)
        return _unique(apps), _unique(companies)

    @staticmethod
    def _counts_as_target(company: Company) -> bool:
        """Owners outside China are rarely the target when their app is: Meta is not when Russia blocks WhatsApp."""
        return company.country == "CN" or bool(company.app)

    def _prove(self, supports: str, number: int, line: Line, mention: Mention) -> None:
        self._proofs.tokens(supports, number, line, mention.first, mention.last, rule_of(mention))

    def _measures(self, group: list[Judged], number: int) -> tuple[Measure, ...]:
        found: list[Measure] = []
        top = group[0].weight
        for judged in group:
            candidate = judged.candidate
            if judged is not group[0] and (judged.weight < MINOR * top or candidate.background):
                continue
            if found and candidate.index and (candidate.measure.weak or {candidate.measure.measure, *found} >= SAME):
                # A suit or a "threat", or the same act in another word: told of beside the news, not with it.
                continue
            narrow = candidate.narrow
            if DEVICES in found and candidate.index and candidate.measure.measure == "ban" and narrow is None:
                # "Army bans TikTok": the same ban, told of without the phones.
                continue
            head = candidate.head
            rule = f"measure/{candidate.measure.id}"
            meant: list[tuple[Measure, int, int]] = []
            if narrow is None or narrow.adds:
                meant.append((candidate.measure.measure, head.first, head.last))
            if narrow is not None:
                beside = candidate.line.found.classes[narrow.cls][0]
                meant.append((narrow.measure, min(head.first, beside[0]), max(head.last, beside[1])))
            for measure, first, last in meant:
                if measure not in found and len(found) < MAX_MEASURES and not (measure == "other" and found):
                    found.append(measure)
                    self._proofs.tokens(f"measures:{measure}", number, candidate.line, first, last, rule)
        return tuple(found)

    def _jurisdictions(self, group: list[Judged], number: int) -> tuple[str, ...]:
        for judged in group:
            for code, mention in judged.candidate.places:
                codes = with_country(code)
                for one in codes:
                    self._prove(f"jurisdictions:{one}", number, judged.candidate.line, mention)
                return codes
        likely = likely_actor(group[0].candidate, self._reading, self._companies)
        if not likely:
            return ()
        (code,) = likely
        for line in self._reading.lines:
            for name in line.found.names:
                if (
                    getattr(name.entry, "code", "") == code
                    and name.kind in ("place", "body")
                    and name.form != "adjective"
                ):
                    codes = with_country(code)
                    for one in codes:
                        self._prove(f"jurisdictions:{one}", number, line, name)
                    return codes
        lead = group[0].candidate
        if lead.actor is not None and code == self._reading.grammar.home:
            self._prove(f"jurisdictions:{code}", number, lead.line, lead.actor)
            return (code,)
        return ()

    def _state(self, group: list[Judged], number: int, rest: list[Judged]) -> tuple[Stage, Status]:
        lead = group[0].candidate
        stage: Stage = lead.stage  # type: ignore[assignment]
        status: Status = lead.status or STATUS_OF[stage]  # type: ignore[assignment]
        stage_of, status_of = lead, lead
        if stage == "proposed":
            # A motion for a ban while a court's halt stands: the measure itself is halted.
            keys = target_keys(lead)
            halt = next(
                (
                    j.candidate
                    for j in (*group, *rest)
                    if j.candidate.stage == "halted" and target_keys(j.candidate) & keys
                ),
                None,
            )
            if halt is not None:
                status, status_of = "halted", halt
        for supports, candidate in ((f"stage:{stage}", stage_of), (f"status:{status}", status_of)):
            first, last = candidate.stage_span
            self._proofs.tokens(supports, number, candidate.line, first, last, candidate.stage_rule)
        return stage, status

    def _followed_up(self, lead: Candidate, number: int) -> tuple[Stage, Status] | None:
        today = article_date(self._reading.document.date)
        found = follow_up(lead, self._reading, self._followups, today.year if today else None)
        if found is None:
            return None
        rule, line, first, last = found
        status: Status = STATUS_OF[rule.stage]  # type: ignore[assignment]
        for supports in (f"stage:{rule.stage}", f"status:{status}"):
            self._proofs.tokens(supports, number, line, first, last, f"followup/{rule.id}")
        return rule.stage, status

    def _actor(self, candidate: Candidate) -> Actor | None:
        actor = candidate.actor
        if actor is None:
            return None
        sentence = candidate.line.sentence
        start, end = sentence.span(actor.first, actor.last)
        name = text_of(self._reading.document, sentence.part)[start:end]
        kind = actor.entry.kind if isinstance(actor.entry, Body) else "executive" if actor.form == "seat" else "unclear"
        return Actor(name=name, kind=kind)

    def _legal(self, group: list[Judged], number: int, main: bool) -> tuple[tuple[str, ...], Case | None]:
        own = {id(judged.candidate.line) for judged in group}
        keys = target_keys(group[0].candidate)
        instruments: list[str] = []
        case: Case | None = None
        for line in self._reading.lines:
            sentence = line.sentence
            text = text_of(self._reading.document, sentence.part)
            if id(line) in own:
                for first, last, rule in instruments_of(line, self._language.instruments):
                    start, end = sentence.span(first, last)
                    if text[start:end] not in instruments and len(instruments) < 4:
                        instruments.append(text[start:end])
                        self._proofs.tokens(f"instruments:{text[start:end]}", number, line, first, last, rule)
            if case is None and main and any(word in ("v", "vs", "v.") for word in sentence.low):
                for caption, docket, _, _ in cases_of(line, text, self._language.grammar.abbreviations):
                    lower = caption.lower()
                    known = any(key.replace("-", " ") in lower for key in keys if not key.startswith("good:"))
                    if docket or known:
                        case = Case(caption=caption, docket=docket)
                        break
        return tuple(instruments), case

    def _dates(self, group: list[Judged], main: bool) -> tuple[Date, ...]:
        """Dates in the action's own sentences; for the main one also where the text tells of what comes next."""
        today = article_date(self._reading.document.date)
        found: dict[tuple[str, str], Date] = {}
        own = [judged.candidate.line for judged in group]
        lead = next((line for line in own if line.sentence.part != "title"), None)
        keys = target_keys(group[0].candidate)
        for line in dict.fromkeys((*own, *(self._reading.lines if main else ()))):
            if line not in own and line_keys(line) - keys - {key for key in line_keys(line) if key.startswith("good:")}:
                # Another app's date must not land on this one.
                continue
            # "The FCC banned carriers from buying gear on Friday" needs no word of saying.
            told: DateRole | None = "announced" if line is lead else None
            for date, at in self._dates_reader.read(line, today, told):
                if line not in own and date.role not in AHEAD:
                    continue
                if date.role == "announced" and self._said_by_company(line, at):
                    continue
                text = text_of(self._reading.document, date.part)
                if (date.date, date.role) not in found and len(found) < MAX_DATES:
                    found[date.date, date.role] = msgspec.structs.replace(date, quote=text[date.start : date.end])
        return tuple(found.values())

    @staticmethod
    def _said_by_company(line: Line, at: int) -> bool:
        """Is the nearest name before "announced" a company? That is no public body's date."""
        before = [n for n in line.found.names if n.last <= at and n.kind != "good"]
        return bool(before) and before[-1].kind in ("app", "company") and at - before[-1].last <= 6
