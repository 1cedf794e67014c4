"""The rules as data: what the files under ``data/`` may hold, and reading them with every mistake named.

``data/*.toml`` holds names that are the same in any language; ``data/LANGUAGE/*.toml`` holds a language: its words for
places and public bodies, measures, goods, the classes of words, and the rules over them. An editor changes these files;
this module says what was mistyped, in which file and which entry.
"""

import functools
import hashlib
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple, TypeVar

import msgspec

from transforms.errors import ConfigError
from transforms.tag.entries import (
    App,
    Blocker,
    Body,
    Company,
    DateWords,
    Entry,
    FollowUp,
    Good,
    Grammar,
    Instrument,
    Language,
    MeasureRule,
    Place,
    RuleData,
    StageRule,
)

RELEASE = "2026.7"
"""Raised by hand when the engine itself reads differently; the data's hash follows it in the rules' version."""

T = TypeVar("T")
E = TypeVar("E", bound=Entry)


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


def _spread(groups: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """``take/takes effect`` to ``take effect``, ``takes effect``: the forms of the first word."""
    spread: dict[str, tuple[str, ...]] = {}
    for name, phrases in groups.items():
        out: list[str] = []
        for phrase in phrases:
            head, _, tail = phrase.partition(" ")
            out += [f"{form} {tail}".strip() for form in head.split("/")]
        spread[name] = tuple(out)
    return spread


def _language(folder: Traversable, digest: "hashlib._Hash") -> Language:
    grammar = _convert(folder / "grammar.toml", _read(folder / "grammar.toml", digest), Grammar, "grammar")
    dates = _convert(folder / "dates.toml", _read(folder / "dates.toml", digest), DateWords, "dates")
    dates = msgspec.structs.replace(dates, role=_spread(dates.role))
    raw_words = _read(folder / "words.toml", digest).get("class")
    return Language(
        grammar=grammar,
        dates=dates,
        places=_entries(folder / "places.toml", "place", Place, digest),
        bodies=_entries(folder / "bodies.toml", "body", Body, digest),
        goods=_entries(folder / "goods.toml", "good", Good, digest),
        measures=_entries(folder / "measures.toml", "measure", MeasureRule, digest),
        stages=_entries(folder / "stages.toml", "rule", StageRule, digest),
        followups=_entries(folder / "followups.toml", "rule", FollowUp, digest),
        blockers=_entries(folder / "blockers.toml", "rule", Blocker, digest),
        instruments=_entries(folder / "instruments.toml", "instrument", Instrument, digest),
        words=_convert(folder / "words.toml", raw_words, dict[str, tuple[str, ...]], "class"),
    )


KINDS = frozenset(
    {"app", "company", "good", "target", "place", "body", "public", "it"}
    | {"court", "regulator", "executive", "legislature"}
)
"""What a pattern may name in braces beside the classes of ``words.toml``."""


CLASSES = frozenset(
    {
        "account",
        "act",
        "ask",
        "background",
        "bidding",
        "coping",
        "duty",
        "objecting",
        "order",
        "origin-noun",
        "piracy",
        "private",
        "pronoun",
        "propose",
        "saying",
        "security",
        "stand-in",
        "threaten",
        "told-in",
    }
)
"""Classes of ``words.toml`` that the engine itself asks for."""


class Fault(NamedTuple):
    """An entry that refers to something which is not there.

    Attributes:
      file: Within the folder of rules.
      id: Of the entry; empty when it is the file's.
      said: Which key, what is wrong, and what to do.
    """

    file: str
    id: str
    said: str

    def __str__(self) -> str:
        return ": ".join(part for part in self if part)


def faults_of(data: RuleData) -> Iterator[Fault]:
    """What does not fit together: ids, classes and patterns that refer to nothing."""
    apps, companies = {app.id for app in data.apps}, {company.id for company in data.companies}
    for app in data.apps:
        if app.company and app.company not in companies:
            yield Fault("apps.toml", app.id, f"company: no id `{app.company}`; add it to companies.toml")
    for company in data.companies:
        if company.app and company.app not in apps:
            yield Fault("companies.toml", company.id, f"app: no id `{company.app}`; add it to apps.toml")
    for code, language in data.languages.items():
        for fault in _faults_of_language(language):
            yield fault._replace(file=f"{code}/{fault.file}")


def _faults_of_language(language: Language) -> Iterator[Fault]:
    known = KINDS | set(language.words)
    patterned: dict[str, tuple[StageRule | FollowUp | Blocker, ...]] = {
        "stages.toml": language.stages,
        "followups.toml": language.followups,
        "blockers.toml": language.blockers,
    }
    for file, rules in patterned.items():
        for rule in rules:
            for pattern in rule.when:
                if pattern.split().count("{it}") != 1:
                    yield Fault(file, rule.id, f"when: `{pattern}` must hold {{it}} once")
                for word in pattern.split():
                    if word.startswith("{") and word.strip("{}?") not in known:
                        yield Fault(file, rule.id, f"when: no class {word}; add it to words.toml")
    grammar = language.grammar
    if len(grammar.fold_from) != len(grammar.fold_to):
        sizes = f"fold-from has {len(grammar.fold_from)} characters, fold-to {len(grammar.fold_to)}"
        yield Fault("grammar.toml", "", f"{sizes}; each needs its other")
    for name in sorted(CLASSES - set(language.words)):
        yield Fault("words.toml", "class", f"`{name}` is missing; the engine looks for it")
    for measure in language.measures:
        if measure.needs and measure.needs not in known:
            yield Fault("measures.toml", measure.id, f"needs: no class `{measure.needs}` in words.toml")
        for narrow in measure.narrow:
            if narrow.cls not in known:
                yield Fault("measures.toml", measure.id, f"narrow: no class `{narrow.cls}` in words.toml")
        if not measure.verb and not measure.noun:
            yield Fault("measures.toml", measure.id, "needs a verb or a noun")
        for verb in measure.verb:
            if len(verb.split("/")) not in (1, 4, 5):
                forms_wanted = "base/third person/ing/past, and may have a fifth, the participle, or one alone"
                yield Fault("measures.toml", measure.id, f"verb: `{verb}` must have the forms {forms_wanted}")
    for blocker in language.blockers:
        for name in blocker.unless:
            if name not in known:
                yield Fault("blockers.toml", blocker.id, f"unless: no class `{name}`")


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
    for fault in faults_of(data):
        raise ConfigError(f"{folder}/{fault}")
    return data


@functools.cache
def shipped() -> RuleData:
    """The rules in this package, read once per process."""
    return load(files("transforms.tag") / "data")
