"""Lines that are no article in whatever text they stand: how they are worded is data, a file for each language.

A pattern is matched with a whole line, case ignored, once bullets and arrows around it are gone. Languages are not told
apart first: furniture is often in another language than the story. Patterns with Han characters are tried on lines that
have some, the others on all.
"""

import functools
import re
import tomllib
from importlib import resources

import msgspec

from transforms.errors import ConfigError

MOST = 240  # code points of a line that a pattern may match; what is longer says something
_SLOT = re.compile(r"<(\w+)>")
_AROUND = " \t\u00a0\u3000*•·▪●■►▶▸»›>→<«|_~=#-–—\\"  # bullets, rules, arrows
_HAN = re.compile(r"[\u3400-\u9fff]")


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of line.

    Attributes:
      reason: What it is, as cuts say it.
      pattern: A regular expression; ``<slot>`` stands for one of the file's words.
      examples: Lines that it must match.
      edges: It counts only above the first and below the last prose of a text.
      list: It is the heading of a list of links.
      brackets: It may stand in brackets.
    """

    reason: str
    pattern: str
    examples: tuple[str, ...]
    edges: bool = False
    list: bool = False
    brackets: bool = False


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file."""

    language: str
    ages: str  # "3 hours ago": beside the items of a list
    line: tuple[Phrase, ...]
    words: dict[str, str] = {}  # msgspec copies an empty literal default


class Book(msgspec.Struct, frozen=True):
    """One file, ready: its phrases in two expressions (anywhere, edges), each phrase a group."""

    phrases: tuple[Phrase, ...]
    anywhere: re.Pattern[str]
    edges: re.Pattern[str]
    ages: re.Pattern[str]
    han: bool


def phrase_of(line: str, edges: bool = False) -> Phrase | None:
    """The phrase that a line is, if any.

    Args:
      line: Without its line break.
      edges: Try those, too, that count at the edges of a text only.
    """
    if len(line) > MOST + 40 or not (bare := line.strip(_AROUND)) or len(bare) > MOST:
        return None
    return _phrase_of(bare, edges)


def is_age(line: str) -> bool:
    """True for a line that says only how long ago something was."""
    return len(line) <= 40 and any(book.ages.fullmatch(line.strip(_AROUND)) for book in books())


def parse(text: str, name: str) -> Book:
    """A file's phrases.

    Args:
      text: TOML.
      name: Of the file, for messages.

    Raises:
      ConfigError: A key is unknown or missing, a pattern is none, or it does not match its own examples.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), Phrases)
        every = [_filled(phrase, file.words) for phrase in file.line]
        for phrase in every:
            for example in phrase.examples:
                if not re.compile(_wrapped(phrase), re.IGNORECASE).fullmatch(example.strip(_AROUND)):
                    raise ConfigError(f"{name}: {phrase.reason}: does not match its own example {example!r}")
        ages = re.compile(file.ages, re.IGNORECASE)
        return Book(tuple(every), _joined(every, False), _joined(every, True), ages, bool(_HAN.search(text)))
    except KeyError as error:
        raise ConfigError(f"{name}: a pattern uses <{error.args[0]}>, which [words] does not have") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, re.error) as error:
        raise ConfigError(f"{name}: {error}") from error


@functools.cache
def books() -> tuple[Book, ...]:
    """All files of ``data/``."""
    files = sorted((resources.files("transforms.tidy") / "data").iterdir(), key=lambda file: file.name)
    read = ((file.name, file.read_text("utf-8")) for file in files if file.name.endswith(".toml"))
    return tuple(parse(text, name) for name, text in read if name != "words.toml")


@functools.lru_cache(4096)  # furniture repeats itself
def _phrase_of(bare: str, edges: bool) -> Phrase | None:
    han = bool(_HAN.search(bare))
    for pattern in ("anywhere", "edges") if edges else ("anywhere",):
        for book in books():
            if (han or not book.han) and (found := getattr(book, pattern).fullmatch(bare)):
                return book.phrases[int(str(found.lastgroup)[1:])]
    return None


def _filled(phrase: Phrase, words: dict[str, str]) -> Phrase:
    # A word may itself use a word: twice is enough.
    once = _SLOT.sub(lambda slot: words[slot[1]], phrase.pattern)
    return msgspec.structs.replace(phrase, pattern=_SLOT.sub(lambda slot: words[slot[1]], once))


def _wrapped(phrase: Phrase) -> str:
    return rf"[(\[]?(?:{phrase.pattern})[)\]]?" if phrase.brackets else f"(?:{phrase.pattern})"


def _joined(phrases: list[Phrase], edges: bool) -> re.Pattern[str]:
    chosen = [f"(?P<p{n}>{_wrapped(one)})" for n, one in enumerate(phrases) if one.edges == edges]
    return re.compile("|".join(chosen) or r"(?!)", re.IGNORECASE)
