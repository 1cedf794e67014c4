"""A user's own apps, companies, terms and rules: the section ``[tags]``, and files and folders beside it.

A file holds the tables that may stand under ``[tags]``. A folder holds a file for each, as beatwire's own rules do:
``apps.toml`` with ``app = [...]``, ``en/stages.toml`` with ``rule = [...]``.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, ConfigDict

from pipelines.config.base import File, Section
from transforms.errors import ConfigError

if TYPE_CHECKING:
    from transforms.tag.rules.gathering import Rows
    from transforms.tag.ruleset import RuleSet

SECTION = "tags"
WHOLE = "grammar.toml"  # what a language of a whole set of rules has, and additions to one have not


def _listed(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


class OwnTags(Section):
    """What the user adds to the rules; all other keys are tables of entries, which `own_rules` checks.

    Attributes:
      files: Files and folders that hold more of them.
    """

    model_config = ConfigDict(extra="allow")

    files: Annotated[tuple[File, ...], BeforeValidator(_listed)] = ()


def own_rules(given: OwnTags, origin: str) -> bytes:
    """The user's own entries, packed; empty when there are none.

    Args:
      given: The section.
      origin: What the configuration's file is called.

    Raises:
      ConfigError: Something cannot be used; a line for each mistake, with file, key and fix.
    """
    if not given.files and not given.model_extra:
        return b""
    from transforms.tag.rules.data import shipped  # late: who adds nothing need not read the rules
    from transforms.tag.rules.gathering import gather, rows_of

    rows = list(rows_of(given.model_extra or {}, origin, SECTION))
    for index, path in enumerate(given.files):
        try:
            rows += rows_in(path)
        except ConfigError as error:
            raise ConfigError(f"{origin}: {SECTION}.files[{index}]: {error}") from error
    return gather(rows, shipped())


def rule_set(path: Path) -> "RuleSet":
    """The rules of a file or folder: additions to the shipped ones, or a folder with a whole set.

    Raises:
      ConfigError: It cannot be used.
    """
    from transforms.tag.rules.data import shipped
    from transforms.tag.rules.gathering import gather
    from transforms.tag.ruleset import RuleSet

    if path.is_dir() and any((child / WHOLE).is_file() for child in path.iterdir()):
        whole = RuleSet(folder=str(path.absolute()))
        whole.rules()
        return whole
    return RuleSet(own=gather(list(rows_in(path)), shipped()))


def files_of(path: Path) -> list[Path]:
    """The files that a file or folder comes to; itself when it is no folder."""
    return sorted(path.rglob("*.toml")) if path.is_dir() else [path]


def rows_in(path: Path) -> "Iterator[Rows]":
    """The entries of a file or folder.

    Raises:
      ConfigError: It cannot be read.
    """
    from transforms.tag.rules.gathering import Rows, rows_of
    from transforms.tag.rules.own import NAMES, RULES, WORDS

    if not path.is_dir():
        yield from rows_of(tables_of(path), str(path))
        return
    found = files_of(path)
    if not found:
        raise ConfigError(f"{path}: there is no .toml file in it: write apps.toml, terms.toml, en/stages.toml, ...")
    for file in found:
        language, table = "/".join(file.relative_to(path).parts[:-1]), file.stem
        key = {WORDS: "class", **{name: key for name, (key, _) in {**NAMES, **RULES}.items()}}.get(table)
        held = tables_of(file)
        if key is None:
            yield Rows(table, language, str(file), table, ())
        elif set(held) != {key}:
            raise ConfigError(f"{file}: must hold the one key {key}, and holds {', '.join(held) or 'nothing'}")
        else:
            yield Rows(table, language, str(file), key, held[key])


def tables_of(path: Path, fix: str = "correct the path or its rights") -> dict[str, Any]:
    """What stands in a TOML file.

    Args:
      path: The file.
      fix: What to do when there is none.

    Raises:
      ConfigError: It cannot be read, or is none.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}): {fix}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 at byte {error.start}: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is no TOML: {error}") from error
