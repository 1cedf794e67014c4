"""Reading a user's own entries: from tables to `Own`, with every mistake told by its place and how to mend it."""

import difflib
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from transforms.errors import ConfigError
from transforms.tag.entries import Entry, RuleData
from transforms.tag.rules.data import KINDS, faults_of
from transforms.tag.rules.own import NAMES, RULES, WORDS, Own, OwnLanguage, Term, extended, pack, unusable

SHOWN = 40
"""Mistakes told at once; a list that was made by a program may hold as many as it has entries."""

_AT = re.compile(r" - at `\$(.*)`$")
_KEY = re.compile(r"`([^`]*)`")
_TOML = re.compile(r"\.toml\b")
_COUNTRY = re.compile(r"(EU|[A-Z]{2})?")
_CODE = re.compile(r"(EU|[A-Z]{2}(-[A-Z0-9]{1,3})?)?")
_SPELLINGS = ("name", "names", "aliases", "avoid", "adjectives", "seats", "noun", "numbered")


class Rows(NamedTuple):
    """Entries of one kind, as they were read.

    Attributes:
      table: ``apps``, ``companies``, ``terms``, or a table of a language.
      language: Its code; empty for the first three.
      origin: The file, as errors name it.
      at: Where in the file they stand, as errors name it.
      rows: What stands there.
    """

    table: str
    language: str
    origin: str
    at: str
    rows: object


def rows_of(tables: Mapping[str, object], origin: str, at: str = "") -> Iterator[Rows]:
    """The rows of a file that holds several tables; what is no table of a language is taken for one of names.

    Args:
      tables: By name; those of a language lie in a table called by its code.
      origin: The file, as errors name it.
      at: The table in it that holds them; empty for the file itself.
    """
    begin = f"{at}." if at else ""
    for name, held in tables.items():
        if name not in NAMES and isinstance(held, Mapping):
            for table, rows in held.items():
                yield Rows(table, name, origin, f"{begin}{name}.{table}", rows)
        else:
            yield Rows(name, "", origin, f"{begin}{name}", held)


def gather(given: list[Rows], data: RuleData) -> bytes:
    """What a user adds, packed.

    Args:
      given: All rows.
      data: The rules beside which they will stand.

    Raises:
      ConfigError: Something cannot be used; a line for each mistake, with file, place and fix.
    """
    gathering = _Gathering(data)
    for rows in given:
        gathering.take(rows)
    if not gathering.faults:
        gathering.check_references()
    if gathering.faults:
        more = len(gathering.faults) - SHOWN
        told = gathering.faults[:SHOWN] + ([f"... and {more} more mistakes like these"] if more > 0 else [])
        raise ConfigError("\n".join(told))
    return pack(gathering.own())


class _Gathering:
    def __init__(self, data: RuleData) -> None:
        self._data = data
        self.faults: list[str] = []
        self._kept: dict[tuple[str, str], list[Any]] = {}
        self._words: dict[str, dict[str, tuple[str, ...]]] = {}
        self._places: dict[tuple[str, str], str] = {}
        self._shipped: dict[tuple[str, str], frozenset[str]] = {}

    def own(self) -> Own:
        languages: dict[str, dict[str, Any]] = {}
        for (language, table), entries in self._kept.items():
            if language:
                languages.setdefault(language, {})[table] = tuple(entries)
        for language, words in self._words.items():
            languages.setdefault(language, {})[WORDS] = words
        names = {table: tuple(self._kept.get(("", table), ())) for table in NAMES}
        return Own(**names, languages={code: OwnLanguage(**held) for code, held in sorted(languages.items())})

    def take(self, given: Rows) -> None:
        kind = self._kind(given)
        if kind is None:
            return
        if given.table == WORDS and given.language:
            self._take_words(given)
            return
        if not isinstance(given.rows, list):
            self._fault(given, "", "must be a list of entries: write [[...]] above each")
            return
        for index, row in enumerate(given.rows):
            self._take(given, f"[{index}]", row, kind)

    def _kind(self, given: Rows) -> type[Entry] | None:
        known: dict[str, tuple[str, type[Entry]]] = RULES if given.language else NAMES
        if given.language and given.language not in self._data.languages:
            codes = ", ".join(self._data.languages)
            self._fault(given, "", f'"{given.language}" is no language that the rules know: {codes}')
        elif given.table in known:
            return known[given.table][1]
        elif given.language and given.table == WORDS:
            return Entry
        else:
            names = [*known, WORDS] if given.language else [*known, "files", *self._data.languages]
            self._fault(given, "", _unknown(given.table, names))
        return None

    def _take(self, given: Rows, at: str, row: object, kind: type[Entry]) -> None:
        if kind is Term:
            row = {"name": row} if isinstance(row, str) else row
            if isinstance(row, dict) and isinstance(row.get("name"), str):
                row = {"id": row["name"], **row}
        try:
            entry = msgspec.convert(row, kind)
        except msgspec.ValidationError as error:
            key, said = _told(error, row, kind)
            self._fault(given, at + key, said)
            return
        before = len(self.faults)
        for key, said in self._checks(entry, given):
            self._fault(given, f"{at}.{key}", said)
        if len(self.faults) == before:
            self._kept.setdefault((given.language, given.table), []).append(entry)
            self._places[self._file(entry, given), entry.id] = f"{given.origin}: {given.at}{at}"

    @staticmethod
    def _file(entry: Entry, given: Rows) -> str:
        """The data file that it would stand in; apps among the terms are apps."""
        table = given.table
        if isinstance(entry, Term):
            table = "apps" if entry.kind == "app" else f"terms of kind {entry.kind}"
        return f"{given.language}/{table}.toml" if given.language else f"{table}.toml"

    def _checks(self, entry: Entry, given: Rows) -> Iterator[tuple[str, str]]:
        if not entry.id.strip() or not entry.id.isprintable() or len(entry.id) > 200:
            yield "id", "must be a name of its own, at most 200 characters: events name the rule by it"
        file = self._file(entry, given)
        if entry.id in self._ids(given.language, file):
            yield "id", f'"{entry.id}" is that of an entry which comes with beatwire: give it another'
        elif (file, entry.id) in self._places:
            yield "id", f'"{entry.id}" is that of {self._places[file, entry.id]} already: give it another'
        for key in _SPELLINGS:
            spelled = getattr(entry, key, ())
            for phrase in (spelled,) if isinstance(spelled, str) else spelled:
                if why := unusable(phrase):
                    yield key, why
        country, code = getattr(entry, "country", ""), getattr(entry, "code", "")
        if not _COUNTRY.fullmatch(country):
            yield "country", f'"{country}" is no country: write two capitals, such as "US", or "EU"'
        if not _CODE.fullmatch(code):
            yield "code", f'"{code}" is no jurisdiction: write two capitals ("US"), with a part ("US-MT"), or "EU"'
        if isinstance(entry, Term) and entry.kind != "app":
            for key in ("company", "country", "needs"):
                if getattr(entry, key):
                    yield key, f'is for terms of kind "app": leave it out, or write kind = "app" ({entry.kind} now)'
        if isinstance(entry, Term) and entry.kind == "law" and entry.avoid:
            yield "avoid", 'is not for terms of kind "law": leave it out'

    def _ids(self, language: str, file: str) -> frozenset[str]:
        if (language, file) not in self._shipped:
            table = file.rpartition("/")[2].removesuffix(".toml")
            held = getattr(self._data.languages[language] if language else self._data, table, ())
            self._shipped[language, file] = frozenset(entry.id for entry in held)
        return self._shipped[language, file]

    def _take_words(self, given: Rows) -> None:
        held = self._words.setdefault(given.language, {})
        if not isinstance(given.rows, Mapping):
            self._fault(given, "", 'must be a table of classes: write a class as name = ["word", "word"]')
            return
        for name, words in given.rows.items():
            if name in KINDS:
                self._fault(given, f".{name}", "is what patterns call names of that kind: give the class another name")
            elif not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                self._fault(given, f".{name}", 'must be a list of words: ["word", "two words"]')
            elif faults := [why for word in words for form in word.split("/") if (why := unusable(form))]:
                self._fault(given, f".{name}", faults[0])
            else:
                held[name] = held.get(name, ()) + tuple(words)

    def check_references(self) -> None:
        """What refers to something that is not there; whatever is shipped fits together."""
        for fault in faults_of(extended(self._data, pack(self.own()))):
            place = self._places.get((fault.file, fault.id))
            if place is not None:
                self.faults.append(f"{place}.{_TOML.sub('', fault.said)}")

    def _fault(self, given: Rows, at: str, said: str) -> None:
        self.faults.append(f"{given.origin}: {given.at}{at}: {said}")


def _told(error: msgspec.ValidationError, row: object, kind: type[Entry]) -> tuple[str, str]:
    """The key that a mistake is about, and a sentence."""
    message = str(error)
    where = _AT.search(message)
    key = where.group(1).replace("[...]", "") if where else ""
    said = _AT.sub("", message)
    named = _KEY.search(said)
    if "missing required field" in said and named:
        return f"{key}.{named.group(1)}", "is missing: add it"
    if "unknown field" in said and named:
        return f"{key}.{named.group(1)}", _unknown(named.group(1), _keys(kind, key))
    if "Invalid enum value" in said:
        value = row.get(key.removeprefix(".")) if isinstance(row, dict) else None
        said = f'"{value}"' if isinstance(value, str) else "what stands there"
        return key, f"{said} is none of {', '.join(_choices(kind, key.removeprefix('.')))}"
    if not key and not isinstance(row, dict):
        return "", "must be a table: write its keys in { }, or below [[...]]"
    return key, f"{said[0].lower()}{said[1:]}".replace("`array`", "a list").replace("`", "")


def _keys(kind: type[Entry], key: str) -> list[str]:
    inner = key.removeprefix(".").partition("[")[0]
    for field in msgspec.structs.fields(kind):
        for part in _parts(field.type):
            if field.encode_name == inner and isinstance(part, type) and issubclass(part, msgspec.Struct):
                return [one.encode_name for one in msgspec.structs.fields(part)]
    return [field.encode_name for field in msgspec.structs.fields(kind)]


def _choices(kind: type[Entry], key: str) -> list[str]:
    for field in msgspec.structs.fields(kind):
        if field.encode_name == key:
            literals = [part for part in _parts(field.type) if typing.get_origin(part) is Literal]
            return [str(choice) for one in literals for choice in typing.get_args(one)]
    return ["the words that are known there"]


def _parts(annotation: Any) -> list[Any]:
    inner = [] if typing.get_origin(annotation) is Literal else typing.get_args(annotation)
    return [annotation, *(part for one in inner for part in _parts(one))]


def _unknown(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, 1, 0.6)
    return f'unknown key; did you mean "{near[0]}"?' if near else f"unknown key; known are {', '.join(known)}"
