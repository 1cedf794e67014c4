"""What a rule file may hold: one record per kind of entry, all frozen, unknown keys refused.

The comments at the head of each file under ``data/`` tell an editor what the keys mean; the records give them types.
"""

import functools
import re
from typing import Any, Literal

import msgspec

from transforms.vocabulary import ActorKind, Measure, Stage, Status

CompanyKind = Literal["telecom", "chips", "cameras", "drones", "ai", "software", "internet", "vehicles", "store"]


SAME = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "，": ",", "；": ";", "：": ":"}
"""Marks that are read as one, each a token of its own."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all entries: a stable id that evidence names."""

    id: str


class App(Entry, frozen=True, kw_only=True):
    """An app, platform or online service; see the head of ``apps.toml``."""

    name: str
    aliases: tuple[str, ...] = ()
    company: str = ""
    country: str = ""
    needs: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    kind: Literal["", "security"] = ""


class Company(Entry, frozen=True, kw_only=True):
    """A company that measures are taken against; see the head of ``companies.toml``."""

    name: str
    country: str
    kind: CompanyKind
    aliases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    app: str = ""


class Place(Entry, frozen=True, kw_only=True):
    """A jurisdiction and what a language calls it, its people and its government."""

    code: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()


class Body(Entry, frozen=True, kw_only=True):
    """A public body or office holder."""

    kind: ActorKind
    names: tuple[str, ...]
    code: str = ""
    avoid: tuple[str, ...] = ()


class Good(Entry, frozen=True, kw_only=True):
    """What a measure can fall on when it is not named."""

    kind: Literal["app", "tech"]
    names: tuple[str, ...]
    weak: bool = False
    anaphor: bool = False
    definite: bool = False
    avoid: tuple[str, ...] = ()


@functools.lru_cache(maxsize=256)
def standing_in(good: Good) -> Good:
    """The same good where it stands for what the article is about."""
    return msgspec.structs.replace(good, anaphor=True, weak=False)


class Narrow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"cls": "class"}):
    """A narrower measure, where a word of a class stands in the same sentence."""

    cls: str
    measure: Measure
    stage: Stage | None = None
    companies: bool = False
    adds: bool = False


class MeasureRule(Entry, frozen=True, kw_only=True):
    """Words that mean one measure; see the head of ``measures.toml``."""

    measure: Measure
    verb: tuple[str, ...] = ()
    noun: tuple[str, ...] = ()
    needs: str = ""
    needs_below: bool = False
    needs_behind: bool = False
    weak: bool = False
    explicit: bool = False
    intransitive: bool = False
    private: bool = False
    bare: bool = False
    foreign: bool = False
    deal: bool = False
    app_stage: Stage | None = None
    narrow: tuple[Narrow, ...] = ()
    targets: Literal["all", "named", "apps", "services", "kinds", "tech"] = "all"
    stage: Stage = "announced"
    avoid: tuple[str, ...] = ()


class StageRule(Entry, frozen=True, kw_only=True):
    """Words around a measure that say in which state it is."""

    stage: Stage
    when: tuple[str, ...]
    on: Literal["any", "noun", "verb", "passive", "active", "open"] = "any"
    timing: bool = False
    status: Status | None = None
    measures: tuple[Measure, ...] = ()
    ids: tuple[str, ...] = ()


class FollowUp(Entry, frozen=True, kw_only=True):
    """Words around one that stands for the main measure, which say how it fares; see the head of ``followups.toml``."""

    stage: Stage
    when: tuple[str, ...]
    of: tuple[Stage, ...] = ("announced",)


class Blocker(Entry, frozen=True, kw_only=True):
    """Words around a measure that say it is none of ours."""

    when: tuple[str, ...]
    reason: str
    unless: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    on: Literal["any", "noun", "verb", "passive", "active"] = "any"


class Instrument(Entry, frozen=True, kw_only=True):
    """A named legal instrument, a way in which they are numbered, or how titles in 《》 end that are such."""

    names: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()


class Grammar(msgspec.Struct, frozen=True, kw_only=True, dict=True, forbid_unknown_fields=True, rename="kebab"):
    """How a language is written: what the engine needs to cut and read sentences."""

    language: str
    abbreviations: frozenset[str]
    own_words: frozenset[str]
    foreign_words: frozenset[str]
    barriers: frozenset[str]
    by: frozenset[str]
    of: frozenset[str]
    object_of: frozenset[str]
    joins: frozenset[str]
    be: frozenset[str]
    between_be: frozenset[str]
    adverb_ending: str
    after_passive: frozenset[str]
    prepositions: frozenset[str]
    definite: frozenset[str]
    before_noun: frozenset[str]
    before_verb: frozenset[str]
    relative: frozenset[str]
    script: Literal["latin", "cyrillic", "han"] = "latin"
    scale: int = 1
    fold_from: str = ""
    fold_to: str = ""
    free_order: bool = False
    passive_reach: int = 3
    have: frozenset[str] = frozenset()
    fronting: frozenset[str] = frozenset()
    genitive: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    home: str = ""
    phrase_headlines: bool = False
    in_: frozenset[str] = msgspec.field(name="in")

    @functools.cached_property
    def folds(self) -> dict[str, str]:
        return dict(zip(self.fold_from, self.fold_to, strict=True))

    @functools.cached_property
    def same(self) -> dict[str, str]:
        """What tokens are looked up as: plain marks and simplified characters."""
        return SAME | self.folds

    @functools.cached_property
    def memo(self) -> dict[str, Any]:
        """What is made of a language once."""
        return {}

    @functools.cached_property
    def barriers_by(self) -> frozenset[str]:
        """Barriers, and the words before who acts."""
        return self.barriers | self.by

    @functools.cached_property
    def barriers_comma(self) -> frozenset[str]:
        return self.barriers | {","}

    @functools.cached_property
    def towards(self) -> frozenset[str]:
        """Prepositions before where something goes."""
        return self.prepositions - self.in_ - self.genitive

    @functools.cached_property
    def fold_table(self) -> dict[int, int]:
        """`folds`, as ``str.translate`` wants them."""
        return {ord(one): ord(other) for one, other in self.folds.items()}

    @functools.cached_property
    def foldable(self) -> re.Pattern[str]:
        """Finds a character that is folded; to be asked only where there is one."""
        return re.compile(f"[{re.escape(self.fold_from)}]")


class DateWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a language writes dates, and the words that give a date its role."""

    months: dict[str, int]
    weekdays: dict[str, int]
    relative: dict[str, int]
    doubtful_months: frozenset[str] = frozenset()
    relative_months: dict[str, int] = {}
    relative_years: dict[str, int] = {}
    week_shift: dict[str, int] = {}
    month_end: tuple[str, ...] = ()
    month_of: frozenset[str] = frozenset()
    month_parts: tuple[str, ...] = ()
    year_end: tuple[str, ...] = ()
    this_year_end: tuple[str, ...] = ()
    not_this_year: frozenset[str] = frozenset()
    numbers: dict[str, int] = {}
    units: dict[str, int] = {}
    period_before: frozenset[str] = frozenset()
    period_between: frozenset[str] = frozenset()
    period_given: frozenset[str] = frozenset()
    period_to: frozenset[str] = frozenset()
    period_after: tuple[str, ...] = ()
    range: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    clock: frozenset[str] = frozenset()
    earlier: frozenset[str]
    month_in: frozenset[str]
    month_in_surely: frozenset[str] = frozenset()
    ahead: frozenset[str]
    ahead_surely: frozenset[str] = frozenset()
    reported: tuple[str, ...] = ()
    future: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    role: dict[str, tuple[str, ...]]
    before: dict[str, tuple[str, ...]]
    after: dict[str, tuple[str, ...]] = {}
    year_sign: str = ""
    month_sign: str = ""
    day_signs: frozenset[str] = frozenset()


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One language's files."""

    grammar: Grammar
    dates: DateWords
    places: tuple[Place, ...]
    bodies: tuple[Body, ...]
    goods: tuple[Good, ...]
    measures: tuple[MeasureRule, ...]
    stages: tuple[StageRule, ...]
    followups: tuple[FollowUp, ...]
    blockers: tuple[Blocker, ...]
    instruments: tuple[Instrument, ...]
    words: dict[str, tuple[str, ...]]


class RuleData(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All that the data files say, with their version."""

    apps: tuple[App, ...]
    companies: tuple[Company, ...]
    languages: dict[str, Language]
    version: str

    @functools.cached_property
    def memo(self) -> dict[str, Any]:
        """What is made of the rules once for all languages."""
        return {}

    @functools.cached_property
    def apps_by_id(self) -> dict[str, App]:
        """Made once: a user may watch 100,000 of them."""
        return {app.id: app for app in self.apps}

    @functools.cached_property
    def companies_by_id(self) -> dict[str, Company]:
        """Likewise."""
        return {company.id: company for company in self.companies}
