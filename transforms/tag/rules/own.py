"""A user's own apps, companies, terms and rules, beside those that are shipped.

    tables of a file, or the files of a folder --read, each mistake told with its place--> Own --extended--> RuleData

They have the form of the files under ``data/``; a table is called like the file that its entries would stand in
(``apps``, ``terms``; ``en.stages``, ``zh.words``). What is the user's own ranks before what is shipped where order
counts: in stages, followups and blockers.
"""

import functools
import hashlib
import re
import zlib
from typing import Literal

import msgspec

from transforms.tag.entries import (
    App,
    Blocker,
    Body,
    Company,
    Entry,
    FollowUp,
    Good,
    Instrument,
    Language,
    MeasureRule,
    Place,
    RuleData,
    StageRule,
)
from transforms.tag.words.tokens import words_of

TermKind = Literal["app", "tech", "law"]


class Term(Entry, frozen=True, kw_only=True):
    """A term to watch.

    Attributes:
      name: What it is called; events carry an app or a law by it.
      kind: ``app``: an app, platform or service, which events name in ``apps``. ``tech``: a product or technology, on
        which a measure may fall as on "chips"; events do not name it. ``law``: an instrument.
      aliases: Further spellings, in any script.
      company: Of an app: id of its owner.
      country: Of an app without one: where it comes from.
      needs: Of an app: words of which one must stand in the same article.
      avoid: Phrases in which it is something else.
    """

    name: str
    kind: TermKind = "app"
    aliases: tuple[str, ...] = ()
    company: str = ""
    country: str = ""
    needs: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()


class OwnLanguage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Entries beside those of a language's files."""

    places: tuple[Place, ...] = ()
    bodies: tuple[Body, ...] = ()
    goods: tuple[Good, ...] = ()
    measures: tuple[MeasureRule, ...] = ()
    stages: tuple[StageRule, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    words: dict[str, tuple[str, ...]] = {}


class Own(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that a user adds."""

    apps: tuple[App, ...] = ()
    companies: tuple[Company, ...] = ()
    terms: tuple[Term, ...] = ()
    languages: dict[str, OwnLanguage] = {}


NAMES: dict[str, tuple[str, type[Entry]]] = {
    "apps": ("app", App),
    "companies": ("company", Company),
    "terms": ("term", Term),
}
"""Table, key of its entries where it is a file of a folder, and what an entry is."""

RULES: dict[str, tuple[str, type[Entry]]] = {
    "places": ("place", Place),
    "bodies": ("body", Body),
    "goods": ("good", Good),
    "measures": ("measure", MeasureRule),
    "stages": ("rule", StageRule),
    "followups": ("rule", FollowUp),
    "blockers": ("rule", Blocker),
    "instruments": ("instrument", Instrument),
}
"""The same for the tables of a language."""

WORDS = "words"
"""The table of a language that holds classes of words."""

_FIRST = ("stages", "followups", "blockers")
_STEM = re.compile(r"\w{0,2}\*")


def pack(own: Own) -> bytes:
    """What a user adds, small, as it travels to the workers; the same for the same entries."""
    return zlib.compress(msgspec.json.encode(own)) if own != Own() else b""


@functools.lru_cache(maxsize=4)
def unpack(packed: bytes) -> Own:
    """What `pack` made."""
    return msgspec.json.decode(zlib.decompress(packed), type=Own) if packed else Own()


def version_of(base: str, packed: bytes) -> str:
    """The version of rules with a user's own: it follows both.

    Args:
      base: The version of the rules beside which they stand.
      packed: Them, packed.
    """
    return f"{base}-{hashlib.sha256(zlib.decompress(packed)).hexdigest()[:8]}" if packed else base


def extended(data: RuleData, packed: bytes) -> RuleData:
    """Rules with a user's own beside them.

    Args:
      data: The rules.
      packed: What the user adds.
    """
    if not packed:
        return data
    own = unpack(packed)
    apps = tuple(
        App(
            id=term.id,
            name=term.name,
            aliases=term.aliases,
            company=term.company,
            country=term.country,
            needs=term.needs,
            avoid=term.avoid,
        )
        for term in own.terms
        if term.kind == "app"
    )
    return RuleData(
        apps=data.apps + own.apps + apps,
        companies=data.companies + own.companies,
        languages={
            code: _language(language, own.languages.get(code, OwnLanguage()), own.terms)
            for code, language in data.languages.items()
        },
        version=version_of(data.version, packed),
    )


def _language(language: Language, own: OwnLanguage, terms: tuple[Term, ...]) -> Language:
    goods = tuple(
        Good(id=term.id, kind="tech", names=(term.name, *term.aliases), avoid=term.avoid)
        for term in terms
        if term.kind == "tech"
    )
    laws = tuple(Instrument(id=term.id, names=(term.name, *term.aliases)) for term in terms if term.kind == "law")
    changed = {
        table: getattr(own, table) + getattr(language, table)
        if table in _FIRST
        else getattr(language, table) + getattr(own, table)
        for table in RULES
    }
    changed["goods"] += goods
    changed["instruments"] += laws
    words = {name: language.words.get(name, ()) + own.words.get(name, ()) for name in {**language.words, **own.words}}
    return msgspec.structs.replace(language, words=words, **changed)


def unusable(phrase: str) -> str:
    """Why a spelling cannot be looked up, and what to do; empty when it can."""
    words = words_of(phrase)
    if not any(word[0].isalnum() for word in words):
        return f'"{phrase[:80]}" holds no word: write the name, or leave it out'
    if sum(map(len, words)) < 2:
        return f'"{phrase[:80]}" is one character: write two or more, or another word beside it'
    if any(_STEM.fullmatch(word) for word in words):
        return f'"{phrase[:80]}" is too short a stem: write three letters or more before the "*"'
    return ""
