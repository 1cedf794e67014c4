"""From weighed measures to actions: who, what, against whom, in which state, each value with its proof."""

from transforms.tag.actions import Candidate
from transforms.tag.dates import DateReader, article_date
from transforms.tag.decide import Judged, in_lead, target_keys
from transforms.tag.entries import App, Body, Company, FollowUp, Language, RuleData
from transforms.tag.evidence import Proofs, rule_of, text_of
from transforms.tag.followups import follow_up
from transforms.tag.legal import cases_of, instruments_of
from transforms.tag.lists import listed_targets, lists_before
from transforms.tag.state import STATUS_OF
from transforms.tag.timing import dates_of
from transforms.tag.topics import likely_actor
from transforms.tag.words.lexicon import Mention
from transforms.tag.words.patterns import Pattern
from transforms.tag.words.reading import Line, Reading
from transforms.tags import Action, Actor, Case
from transforms.vocabulary import Measure, Stage, Status

MAX_ACTIONS = 6
MAX_MEASURES = 3
VERSUS = frozenset({"v", "vs", "v."})
MINOR = 0.3
"""Of the weightiest measure's weight: what a further one must have."""
SAME = frozenset({"ban", "block"})
DEVICES: Measure = "government-device-ban"
OPEN_STAGES = frozenset({"announced", "in-force"})
LICENSED: Measure = "export-control"
LISTED: Measure = "entity-listing"
CURBS = frozenset({"export-control", "entity-listing", "procurement-ban"})


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _says_again(candidate: Candidate, found: list[Measure]) -> bool:
    """Is it "the Huawei ban", said of curbs on a company that have a name of their own?"""
    targets = candidate.named or candidate.meant
    companies = bool(targets) and all(isinstance(t.entry, Company) and not t.entry.app for t in targets)
    return candidate.measure.measure == "ban" and candidate.narrow is None and companies and bool(CURBS & set(found))


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
      dates: Reads dates in its language.
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
            dates=dates_of(group, main, self._reading, self._dates_reader),
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
        if listed is not None:
            pairs = [(listed[0], target) for target in listed[1]]
        elif hit is not None:
            pairs = [(hit.line, target) for target in hit.named]
            if main:
                pairs += self._further(group, {target.entry.id for target in hit.named})
        else:
            return (), ()
        for where, target in pairs:
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

    def _further(self, group: list[Judged], held: set[str]) -> list[tuple[Line, Mention]]:
        """Targets that the first sentences add to those of the headline: "CapCut was removed as well"."""
        first_text = self._reading.first_text
        further: list[tuple[Line, Mention]] = []
        for judged in group[1:]:
            candidate = judged.candidate
            fresh = not candidate.background and not candidate.measure.weak and not lists_before(candidate)
            if fresh and in_lead(candidate.line, first_text):
                lists = candidate.measure.measure == LISTED
                new = (t for t in candidate.named if t.entry.id not in held and (t.kind == "app" or lists))
                further += [(candidate.line, target) for target in new]
        return further

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
            # A licence to trade with a company is needed because of a list, which counts though told as background.
            listed = found[:1] == [LICENSED] and candidate.measure.measure == LISTED and not candidate.measure.weak
            if judged is not group[0] and (judged.weight < MINOR * top or candidate.background) and not listed:
                continue
            if found and candidate.index and _says_again(candidate, found):
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
                beside = candidate.beside(narrow.cls) or (head.first, head.last)
                meant.append((narrow.measure, min(head.first, beside[0]), max(head.last, beside[1])))
            for measure, first, last in meant:
                if measure not in found and len(found) < MAX_MEASURES and not (measure == "other" and found):
                    found.append(measure)
                    self._proofs.clause(
                        f"measures:{measure}", number, candidate.line, first, last, rule, candidate.parties
                    )
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
        lead = self._timed(group)
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
            span, head, rule = candidate.stage_span, candidate.head, candidate.stage_rule
            first, last = min(span[0], head.first), max(span[1], head.last)
            self._proofs.clause(supports, number, candidate.line, first, last, rule, candidate.parties)
        return stage, status

    def _timed(self, group: list[Judged]) -> Candidate:
        """Of a headline that only reports the measure, the sentence of the lead that tells when it takes effect."""
        lead = group[0].candidate
        if lead.index or lead.timed or lead.stage not in OPEN_STAGES:
            return lead
        first_text = self._reading.first_text
        keys = target_keys(lead)
        below = (j.candidate for j in group[1:] if j.candidate.timed and not j.candidate.background)
        fits = (c for c in below if c.stage in OPEN_STAGES and in_lead(c.line, first_text) and target_keys(c) & keys)
        return next(fits, lead)

    def _followed_up(self, lead: Candidate, number: int) -> tuple[Stage, Status] | None:
        today = article_date(self._reading.document.date)
        found = follow_up(lead, self._reading, self._followups, today.year if today else None)
        if found is None:
            return None
        rule, line, first, last = found
        status: Status = STATUS_OF[rule.stage]  # type: ignore[assignment]
        for supports in (f"stage:{rule.stage}", f"status:{status}"):
            self._proofs.clause(supports, number, line, first, last, f"followup/{rule.id}")
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
            if case is None and main and not VERSUS.isdisjoint(sentence.low):
                for caption, docket, _, _ in cases_of(line, text, self._language.grammar.abbreviations):
                    lower = caption.lower()
                    known = any(key.replace("-", " ") in lower for key in keys if not key.startswith("good:"))
                    if docket or known:
                        case = Case(caption=caption, docket=docket)
                        break
        return tuple(instruments), case
