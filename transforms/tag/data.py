"""The rules as data: what the files under ``data/`` may hold, and reading them with every mistake named.

``data/*.toml`` holds names that are the same in any language; ``data/LANGUAGE/*.toml`` holds a language: its words for
places and public bodies, measures, goods, the classes of words, and the rules over them. An editor changes these files;
this module says what was mistyped, in which file and which entry.
"""

import functools
import hashlib
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, TypeVar

import msgspec

from transforms.errors import ConfigError
from transforms.vocabulary import ActorKind, Measure, Stage, Status

RELEASE = "2026.1"
"""Raised by hand when the engine itself reads differently; the data's hash follows it in the rules' version."""

CompanyKind = Literal["telecom", "chips", "cameras", "drones", "ai", "software", "internet", "vehicles", "store"]


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
    avoid: tuple[str, ...] = ()


class Narrow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"cls": "class"}):
    """A narrower measure, where a word of a class stands in the same sentence."""

    cls: str
    measure: Measure
    stage: Stage | None = None
    companies: bool = False


class MeasureRule(Entry, frozen=True, kw_only=True):
    """Words that mean one measure; see the head of ``measures.toml``."""

    measure: Measure
    verb: tuple[str, ...] = ()
    noun: tuple[str, ...] = ()
    needs: str = ""
    weak: bool = False
    explicit: bool = False
    intransitive: bool = False
    private: bool = False
    bare: bool = False
    foreign: bool = False
    app_stage: Stage | None = None
    narrow: tuple[Narrow, ...] = ()
    targets: Literal["all", "named", "tech"] = "all"
    stage: Stage = "announced"
    avoid: tuple[str, ...] = ()


class StageRule(Entry, frozen=True, kw_only=True):
    """Words around a measure that say in which state it is."""

    stage: Stage
    when: tuple[str, ...]
    on: Literal["any", "noun", "verb", "passive", "active", "open"] = "any"
    status: Status | None = None
    measures: tuple[Measure, ...] = ()


class Blocker(Entry, frozen=True, kw_only=True):
    """Words around a measure that say it is none of ours."""

    when: tuple[str, ...]
    reason: str
    unless: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    on: Literal["any", "noun", "verb", "passive", "active"] = "any"


class Instrument(Entry, frozen=True, kw_only=True):
    """A named legal instrument, or a way in which they are numbered."""

    names: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()


class Grammar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
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
    prepositions: frozenset[str]
    definite: frozenset[str]
    before_noun: frozenset[str]
    before_verb: frozenset[str]
    in_: frozenset[str] = msgspec.field(name="in")


class DateWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a language writes dates, and the words that give a date its role."""

    months: dict[str, int]
    weekdays: dict[str, int]
    relative: dict[str, int]
    earlier: frozenset[str]
    role: dict[str, tuple[str, ...]]


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One language's files."""

    grammar: Grammar
    dates: DateWords
    places: tuple[Place, ...]
    bodies: tuple[Body, ...]
    goods: tuple[Good, ...]
    measures: tuple[MeasureRule, ...]
    stages: tuple[StageRule, ...]
    blockers: tuple[Blocker, ...]
    instruments: tuple[Instrument, ...]
    words: dict[str, tuple[str, ...]]


class RuleData(msgspec.Struct, frozen=True, kw_only=True):
    """All that the data files say, with their version."""

    apps: tuple[App, ...]
    companies: tuple[Company, ...]
    languages: dict[str, Language]
    version: str


T = TypeVar("T")
E = TypeVar("E", bound=Entry)


def forms(phrases: Iterable[str]) -> list[list[str]]:
    """Splits ``a/b/c`` into its forms; the order is kept, since verbs tell their form by it."""
    return [[form.strip() for form in phrase.split("/")] for phrase in phrases]


def _read(file: Traversable, digest: "hashlib._Hash") -> dict[str, object]:
    try:
        raw = file.read_bytes()
        digest.update(f"{file.name}\0{len(raw)}\0".encode() + raw)
        return tomllib.loads(raw.decode("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{file}: missing; a language needs this file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not readable as TOML: {error}") from error


def _convert(file: Traversable, what: object, kind: type[T], name: str) -> T:
    try:
        return msgspec.convert(what, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{file}: {name}: {error}") from error


def _entries(file: Traversable, key: str, kind: type[E], digest: "hashlib._Hash") -> tuple[E, ...]:
    """Reads ``key = [ {id = ...}, ... ]``, naming file, entry and key of the first mistake."""
    held = _read(file, digest)
    if set(held) != {key}:
        raise ConfigError(f"{file}: expected the one key `{key}`, found {sorted(held)}")
    rows = held[key]
    if not isinstance(rows, list):
        raise ConfigError(f"{file}: `{key}` must be a list of entries")
    entries: list[E] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        name = str(row.get("id") or f"entry {number}") if isinstance(row, dict) else f"entry {number}"
        entry = _convert(file, row, kind, name)
        if entry.id in seen:
            raise ConfigError(f"{file}: {name}: id is used twice")
        seen.add(entry.id)
        entries.append(entry)
    return tuple(entries)


def _language(folder: Traversable, digest: "hashlib._Hash") -> Language:
    grammar = _convert(folder / "grammar.toml", _read(folder / "grammar.toml", digest), Grammar, "grammar")
    dates = _convert(folder / "dates.toml", _read(folder / "dates.toml", digest), DateWords, "dates")
    raw_words = _read(folder / "words.toml", digest).get("class")
    return Language(
        grammar=grammar,
        dates=dates,
        places=_entries(folder / "places.toml", "place", Place, digest),
        bodies=_entries(folder / "bodies.toml", "body", Body, digest),
        goods=_entries(folder / "goods.toml", "good", Good, digest),
        measures=_entries(folder / "measures.toml", "measure", MeasureRule, digest),
        stages=_entries(folder / "stages.toml", "rule", StageRule, digest),
        blockers=_entries(folder / "blockers.toml", "rule", Blocker, digest),
        instruments=_entries(folder / "instruments.toml", "instrument", Instrument, digest),
        words=_convert(folder / "words.toml", raw_words, dict[str, tuple[str, ...]], "class"),
    )


KINDS = frozenset(
    {"app", "company", "good", "target", "place", "body", "public", "it"}
    | {"court", "regulator", "executive", "legislature"}
)
"""What a pattern may name in braces beside the classes of ``words.toml``."""


def _check_references(folder: Traversable, data: RuleData) -> None:
    apps, companies = {app.id for app in data.apps}, {company.id for company in data.companies}
    for app in data.apps:
        if app.company and app.company not in companies:
            raise ConfigError(f"{folder / 'apps.toml'}: {app.id}: company `{app.company}` is not in companies.toml")
    for company in data.companies:
        if company.app and company.app not in apps:
            raise ConfigError(f"{folder / 'companies.toml'}: {company.id}: app `{company.app}` is not in apps.toml")
    for code, language in data.languages.items():
        known = KINDS | set(language.words)
        for file, rules in (("stages.toml", language.stages), ("blockers.toml", language.blockers)):
            for rule in rules:
                for pattern in rule.when:
                    if pattern.split().count("{it}") != 1:
                        raise ConfigError(f"{folder / code / file}: {rule.id}: when: `{pattern}` must hold {{it}} once")
                    for word in pattern.split():
                        if word.startswith("{") and word.strip("{}?") not in known:
                            raise ConfigError(
                                f"{folder / code / file}: {rule.id}: when: no class {word}; add it to words.toml"
                            )
        for measure in language.measures:
            if measure.needs and measure.needs not in known:
                raise ConfigError(
                    f"{folder / code / 'measures.toml'}: {measure.id}: needs: no class `{measure.needs}` in words.toml"
                )
            for narrow in measure.narrow:
                if narrow.cls not in known:
                    raise ConfigError(
                        f"{folder / code / 'measures.toml'}: {measure.id}: narrow: no class `{narrow.cls}` in words.toml"
                    )
            if not measure.verb and not measure.noun:
                raise ConfigError(f"{folder / code / 'measures.toml'}: {measure.id}: needs a verb or a noun")
            for verb in measure.verb:
                if len(verb.split("/")) not in (4, 5):
                    raise ConfigError(
                        f"{folder / code / 'measures.toml'}: {measure.id}: verb: `{verb}` must have the forms "
                        "base/third person/ing/past, and may have a fifth, the participle"
                    )
        for blocker in language.blockers:
            for name in blocker.unless:
                if name not in known:
                    raise ConfigError(f"{folder / code / 'blockers.toml'}: {blocker.id}: unless: no class `{name}`")


def load(folder: Traversable) -> RuleData:
    """Reads and checks a folder of rules.

    Args:
      folder: Holds ``apps.toml``, ``companies.toml`` and one folder per language.

    Raises:
      ConfigError: Something in a file cannot be used; the message names the file, the entry's id and the key.
    """
    digest = hashlib.sha256()
    apps = _entries(folder / "apps.toml", "app", App, digest)
    companies = _entries(folder / "companies.toml", "company", Company, digest)
    languages = {}
    for child in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if child.is_dir() and (child / "grammar.toml").is_file():
            languages[child.name] = _language(child, digest)
    version = f"{RELEASE}-{digest.hexdigest()[:8]}"
    data = RuleData(apps=apps, companies=companies, languages=languages, version=version)
    _check_references(folder, data)
    return data


@functools.cache
def shipped() -> RuleData:
    """The rules in this package, read once per process."""
    return load(files("transforms.tag") / "data")
