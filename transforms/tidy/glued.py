"""Words that a lost link or a lost line break glued together: "onTencent", "week,Chevron", "said.The".

Only where both halves are sure. The right half is a name that stands by itself elsewhere, that the rules of the beat
know, or that a form of company follows ("Corp."); the left one is a small word, or one that the text has elsewhere, or
has the ending of a verb or plural. A spelling that the text uses twice, or that the beat knows, is a name ("iPhone").
"""

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib import resources

from transforms.tidy.cuts import Cut
from transforms.tidy.page import Page
from transforms.tidy.words import lists

_TOKEN = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<![\w.@/#$_\\-])([a-z]{2,20})([A-Z][a-z]{2,}(?:[A-Z][a-z]+)?)(?![\w@/\\(])")
_COMPANY = re.compile(
    r"(?: [A-Z]\w+){0,2},? (?:Corp|Inc|Ltd|Co|LLC|PLC|Plc|plc|AG|NV|SA|Group|Holdings?|Limited|Technologies)\b"
)
_COMMA = re.compile(r"(?<![\w.@/])[a-z]{2,20},(?=[A-Z][a-z]{2,20}(?: |[.’']))[A-Z][a-z]{2,20}")
_STOP = re.compile(
    r"(?<![\w.@/-])[a-z]{3,20}[.?!](?:The|This|That|These|Those|They|There|He|She|It|We|But|And|In|On|At|For|If|When|While|As|Its"
    r"|His|Her|Their|However|After|Last|Il|La|Gli|Ma|Nel|Per|Secondo)(?= [a-zà-ü])"
)
_LOWER = re.compile(r"(?<![\w.@/#$_\\-])(that|with|which|their|from|when|and|of|the)([a-z]{7,20})(?![\w@/\\-])")
_INFLECTED = re.compile(r"[a-z]{2,}(?:ed|ing|ly|ss|[^us]s|ers?|ment|tion|ity)")
_WIDE = 20_000  # code points of a line that are looked at


def glued(page: Page, title: str) -> list[Cut]:
    """The repairs of a text, as cuts that put something in their place.

    Args:
      page: Its lines, all marked that go.
      title: The headline.
    """
    kept = [line for at, line in enumerate(page.lines) if page.kept(at) and line.prose]
    counts = Counter(found[0] for line in kept for found in _TOKEN.finditer(line.text))
    counts.update(_TOKEN.findall(title))
    repairs = []
    for line in kept:
        text = line.text[:_WIDE]
        for at, old, new in (*_names(text, counts), *_words(text, counts)):
            repairs.append(Cut("text", line.start + at, old, "glued", new))
    return sorted(repairs, key=lambda cut: cut.start)


def _names(text: str, counts: Counter[str]) -> Iterator[tuple[int, str, str]]:
    for found in _CAMEL.finditer(text):
        whole, left, right = found.group(0, 1, 2)
        if counts[whole] > 1 or whole.casefold() in _known() or not any(char in "aeiouy" for char in left):
            continue
        company = bool(_COMPANY.match(text, found.end())) or right.casefold() in _known()
        if not company and not counts[right]:
            continue
        inflected = len(left) >= 4 and _INFLECTED.fullmatch(left) is not None
        if left in lists().before or inflected or (company and counts[left]):
            yield found.start(), whole, f"{left} {right}"


def _words(text: str, counts: Counter[str]) -> Iterator[tuple[int, str, str]]:
    for found in _COMMA.finditer(text):
        yield found.start(), found[0], found[0].replace(",", ", ")
    for found in _STOP.finditer(text):
        yield found.start(), found[0], re.sub(r"([.?!])", r"\1 ", found[0])
    for found in _LOWER.finditer(text):
        whole, left, right = found.group(0, 1, 2)
        if counts[whole] == 1 and counts[right] and (left != "the" or len(right) > 7):  # "therapists" is one word
            yield found.start(), whole, f"{left} {right}"


@functools.cache
def _known() -> frozenset[str]:
    """Names of apps and companies that the rules of the beat know, folded."""
    folder = resources.files("transforms.tag") / "data"
    names: set[str] = set()
    for file in ("apps.toml", "companies.toml"):
        for entries in tomllib.loads((folder / file).read_text("utf-8")).values():
            for entry in entries if isinstance(entries, list) else []:
                names.update((str(entry.get("name", "")), *map(str, entry.get("aliases", ()))))
    return frozenset(name.casefold() for name in names if name)
