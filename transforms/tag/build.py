"""From weighed measures to actions: who, what, against whom, in which state, each value with its proof."""

from transforms.tag.actions import Candidate
from transforms.tag.actors import is_goal
from transforms.tag.dates import DateReader, article_date
from transforms.tag.decide import Judged, in_lead, target_keys
from transforms.tag.entries import App, Body, Company, Entry, FollowUp, Language, RuleData
from transforms.tag.evidence import Proofs, text_of
from transforms.tag.followups import follow_up
from transforms.tag.legal import legal_of
from transforms.tag.lists import listed_targets, lists_before
from transforms.tag.quotes import Quotes, meanings
from transforms.tag.state import STATUS_OF
from transforms.tag.timing import dates_of
from transforms.tag.topics import country, likely_actor, origins
from transforms.tag.words.lexicon import Mention, code_of, first_words
from transforms.tag.words.patterns import Pattern
from transforms.tag.words.reading import Line, Reading, is_origin
from transforms.tags import Action, Actor, Date
from transforms.vocabulary import Measure, Stage, Status

MAX_ACTIONS = 6
MAX_MEASURES = 3
MINOR = 0.3
"""Of the weightiest measure's weight: what a further one must have."""
PLAIN = 7.3
"""What a measure of the headline weighs at the most, but for what a sale gets on top, which the ban behind it lacks."""
SAME = frozenset({"ban", "block"})
SALE: Measure = "divestiture"
DEVICES: Measure = "government-device-ban"
OPEN_STAGES = frozenset({"announced", "in-force"})
LICENSED: Measure = "export-control"
LISTED: Measure = "entity-listing"
WEEKDAY = "date/weekday"
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
        self._quotes = Quotes((), (), reading, proofs)
        self._reading = reading
        self._followups = followups
        self._language = language
        self._dates_reader = dates
        self._proofs = proofs
        self._companies = data.companies_by_id
        self._apps = data.apps_by_id

    def build(self, group: list[Judged], number: int, main: bool, rest: list[Judged]) -> Action:
        """One action out of the measures that share its targets, the weightiest first.

        Args:
          group: Measures of this action.
          number: The action's index, which its evidence names.
          main: Is it the main news?
          rest: The article's other measures, for the state of a measure that a motion attacks.
        """
        lead = group[0].candidate
        self._quotes = Quotes(group, rest, self._reading, self._proofs)
        apps, companies = self._targets(group, number, main)
        measures = self._measures(group, number)
        jurisdictions = self._jurisdictions(group, number)
        if main:
            jurisdictions += self._beside(group, number, jurisdictions)
        dates = dates_of(group, main, self._reading, self._dates_reader)
        stage, status = (self._followed_up(lead, number) if main else None) or self._state(group, number, rest, dates)
        instruments, case = legal_of(group, number, main, self._reading, self._language, self._proofs)
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
            dates=dates,
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
            pairs = self._stood_for(group[0].candidate)
        for where, target in pairs:
            entry = target.entry
            if isinstance(entry, App):
                apps.append(entry.name)
                self._prove(f"apps:{entry.name}", number, where, target)
                owner = self._mention(self._companies.get(entry.company)) if entry.company else None
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
                owned = self._mention(self._apps.get(entry.app)) if entry.app else None
                if owned and isinstance(owned[1].entry, App):
                    apps.append(owned[1].entry.name)
                    self._prove(f"apps:{owned[1].entry.name}", number, *owned)
                elif entry.app:
                    apps.append(self._apps[entry.app].name)
                    self._prove(f"apps:{self._apps[entry.app].name}", number, where, target)
        return _unique(apps), _unique(companies)

    def _stood_for(self, lead: Candidate) -> list[tuple[Line, Mention]]:
        """What "the app" or "both companies" of the weightiest measure stands for: names of the headline, if any."""
        chinese = [n for n in lead.meant if isinstance(n.entry, Company) and n.entry.country == "CN"]
        kinds = {f"{name.kind}/{name.entry.id}" for name in chinese or lead.meant}
        title = self._reading.lines[0]
        named = [n for n in title.found.names if f"{n.kind}/{n.entry.id}" in kinds] if title is not lead.line else []
        if named:
            return [(title, name) for name in named]
        first = {f"{n.kind}/{n.entry.id}": n.entry for n in lead.meant}
        return [pair for key in sorted(kinds) if (pair := self._mention(first[key])) is not None]

    def _further(self, group: list[Judged], held: set[str]) -> list[tuple[Line, Mention]]:
        """Targets that the first sentences add to those of the headline: "CapCut was removed as well"."""
        first_text = self._reading.first_text
        lead = group[0].candidate
        ends = {target.last for target in lead.named}
        # "美国禁售中兴、海康威视等": the first sentence tells whom else.
        opened = any(a in ends for a, _ in lead.line.found.classes.get("and-others", ()))
        further: list[tuple[Line, Mention]] = []
        for judged in group[1:]:
            candidate = judged.candidate
            fresh = not candidate.background and not candidate.measure.weak and not lists_before(candidate)
            if fresh and in_lead(candidate.line, first_text):
                lists = candidate.measure.measure == LISTED or (opened and candidate.line.sentence.index == first_text)
                new = (t for t in candidate.named if t.entry.id not in held and (t.kind == "app" or lists))
                further += [(candidate.line, target) for target in new]
        return further

    def _mention(self, entry: Entry | None) -> tuple[Line, Mention] | None:
        """Where the article first names an app or company."""
        if not isinstance(entry, App | Company):
            return None
        kind = "app" if isinstance(entry, App) else "company"
        firsts = first_words((entry.name, *entry.aliases))
        for line in self._reading.lines:
            if line.may_name(firsts):
                for name in line.found.names:
                    if name.kind == kind and name.entry.id == entry.id:
                        return line, name
        return None

    @staticmethod
    def _counts_as_target(company: Company) -> bool:
        """Owners outside China are rarely the target when their app is: Meta is not when Russia blocks WhatsApp."""
        return company.country == "CN" or bool(company.app)

    def _prove(self, supports: str, number: int, line: Line, mention: Mention) -> None:
        self._quotes.name(supports, number, line, mention, supports.startswith("jurisdictions:"))

    def _measures(self, group: list[Judged], number: int) -> tuple[Measure, ...]:
        found: list[Measure] = []
        top = min(group[0].weight, PLAIN)
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
            for measure, _, _ in meanings(candidate):
                if measure not in found and len(found) < MAX_MEASURES and not (measure == "other" and found):
                    found.append(measure)
                    self._quotes.measure(measure, number)
        return tuple(found)

    def _jurisdictions(self, group: list[Judged], number: int) -> tuple[str, ...]:
        lead = group[0].candidate
        # Who speaks most is dear to count, and asked only where no place of the weightiest measure's own tells.
        likely = None if lead.places else likely_actor(lead, self._reading, self._companies)
        at_home = lead.actor is not None and likely == {self._reading.home}
        for judged in () if at_home else group:
            for code, mention in judged.candidate.places:
                codes = with_country(code)
                for one in codes:
                    self._prove(f"jurisdictions:{one}", number, judged.candidate.line, mention)
                return codes
        if not likely:
            return ()
        (code,) = likely
        of_it = [(line, n) for line in self._reading.lines for n in line.found.names if code_of(n) == code]
        # "Brazilian judges": where no place or body has the code of its own, a word for its people says whose they are.
        told = next((pair for pair in of_it if pair[1].form != "adjective"), of_it[0] if of_it else None)
        if told is not None:
            codes = with_country(code)
            for one in codes:
                self._prove(f"jurisdictions:{one}", number, *told)
            return codes
        if lead.actor is not None and code == self._reading.home:
            self._prove(f"jurisdictions:{code}", number, lead.line, lead.actor)
            return (code,)
        return ()

    def _beside(self, group: list[Judged], number: int, held: tuple[str, ...]) -> tuple[str, ...]:
        """Of a forced sale the second government: the owner's own where the lead says that it must agree or acts.

        Where only the owner's government is known to act, it is the one that wants the sale.
        """
        lead = group[0].candidate
        if lead.measure.measure != SALE or not held:
            return ()
        home = origins(lead, self._companies)
        acting = {country(code) for code in held}
        if len(home) != 1 or len(acting) != 1:
            return ()
        if acting == home:
            wanted = {code for code, count in self._reading.countries.most_common(4) if count > 1} - home
        else:
            wanted = home
        first_text = self._reading.first_text
        for line in self._reading.lines:
            if not (line.sentence.part == "title" or in_lead(line, first_text)):
                continue
            if acting != home and not line.has("consent"):
                continue
            for name in line.found.names:
                acts = name.kind in ("place", "body") and name.form != "adjective" and not is_origin(line, name)
                # "Pressure from China's government" is no goal.
                owner = line.sentence.low[name.last : name.last + 2] == ["'", "s"]
                goal = not owner and is_goal(line, name, self._reading.grammar)
                if acts and code_of(name) in wanted and not goal:
                    self._prove(f"jurisdictions:{code_of(name)}", number, line, name)
                    return (code_of(name),)
        return ()

    def _state(
        self, group: list[Judged], number: int, rest: list[Judged], dates: tuple[Date, ...]
    ) -> tuple[Stage, Status]:
        lead = self._timed(group)
        stage: Stage = self._by_day(lead, dates)
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
        self._quotes.state(f"stage:{stage}", number, stage_of, self._quotes.of_stage(stage))
        self._quotes.state(f"status:{status}", number, status_of, self._quotes.of_status(status))
        return stage, status

    def _timed(self, group: list[Judged]) -> Candidate:
        """Of a headline that only reports the measure, the sentence of the lead that tells when it takes effect."""
        lead = group[0].candidate
        if lead.index or lead.timed or lead.stage not in OPEN_STAGES:
            return lead
        first_text = self._reading.first_text
        keys = target_keys(lead)
        if self._is_named_only(lead):
            told = (j.candidate for j in group[1:] if j.candidate.stage_rule.startswith("stage/"))
            for c in told:
                if not c.background and c.index <= first_text and target_keys(c) & keys:
                    return c
        below = (j.candidate for j in group[1:] if j.candidate.timed and not j.candidate.background)
        fits = (c for c in below if c.stage in OPEN_STAGES and in_lead(c.line, first_text) and target_keys(c) & keys)
        return next(fits, lead)

    def _by_day(self, lead: Candidate, dates: tuple[Date, ...]) -> Stage:
        """The stage, where it hangs on when it takes effect and the sentence names the day: come, or still to come."""
        stage: Stage = lead.stage  # type: ignore[assignment]
        today = article_date(self._reading.document.date)
        if not lead.timed or stage not in OPEN_STAGES or today is None:
            return stage
        sentence = lead.line.sentence
        days = [
            date.date
            for date in dates
            if date.role == "effective"
            and date.precision != "year"
            and date.rule != WEEKDAY  # "from Monday" is read as the last one as soon as it is over
            and date.part == sentence.part
            and sentence.start <= date.start < sentence.ends[-1]
        ]
        if not days:
            return stage
        last, now = max(days), today.isoformat()
        if now.startswith(last):
            return stage
        return "announced" if last > now else "in-force"

    def _is_named_only(self, lead: Candidate) -> bool:
        """Does a Chinese headline name the measure and say nothing of it: "TikTok禁令风波", "封杀TikTok，自由何在"?"""
        if self._reading.grammar.script != "han" or not lead.stage_rule.startswith("measure/"):
            return False
        return lead.voice == "noun" or lead.head.first == 0

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
