"""Which rules are meant: a few words that travel anywhere, compiled once per process where they are used."""

import threading
from functools import lru_cache
from pathlib import Path

import msgspec

from transforms.tag.engine import Pack, compile_pack, shipped_packs, tags_of
from transforms.tag.entries import RuleData
from transforms.tag.explain import Explanation, explain_with
from transforms.tag.rules.data import load, shipped
from transforms.tag.rules.own import extended
from transforms.tags import Document, Tags
from transforms.vocabulary import Basis

KEPT = 3
"""Compiled sets in a process: those two that are compared, and the shipped one."""


class RuleSet(msgspec.Struct, frozen=True):
    """Rules by what they are made of; hashable, and picklable.

    Attributes:
      own: A user's own entries, packed (`transforms.tag.rules.own.pack`); 100,000 names are about a megabyte.
      folder: A folder with all files of the rules; empty for those that are shipped.
    """

    own: bytes = b""
    folder: str = ""

    def rules(self) -> "Rules":
        """Them, compiled; once per process.

        Raises:
          ConfigError: A file of the folder cannot be used.
        """
        with _lock:  # two bundles that begin at once would both compile them
            return _compiled(self)


class Rules(msgspec.Struct, frozen=True):
    """Rules, compiled.

    Attributes:
      data: What the files say.
      packs: By language.
    """

    data: RuleData
    packs: dict[str, Pack]

    @property
    def version(self) -> str:
        """The version of the rules."""
        return self.data.version

    def tag(self, document: Document, basis: Basis = "page") -> Tags:
        """What is said of a document; see `transforms.tag.tag`."""
        return tags_of(document, basis, self.data, self.packs)

    def explain(self, document: Document) -> Explanation:
        """Why; see `transforms.tag.explain`."""
        return explain_with(document, self.data, self.packs)


SHIPPED = RuleSet()
_lock = threading.Lock()


@lru_cache(maxsize=KEPT)
def _compiled(rules: RuleSet) -> Rules:
    if rules == SHIPPED:
        return Rules(shipped(), shipped_packs())
    data = extended(load(Path(rules.folder)) if rules.folder else shipped(), rules.own)
    return Rules(data, {code: compile_pack(data, language) for code, language in data.languages.items()})
