"""Whether an article is free to read: as its page says, or shows.

What a page says of itself counts first: schema.org's ``isAccessibleForFree`` and meta elements of publishers' systems.
Of two words that differ, the one that it is not free holds. Without a word, a page that gives a teaser and asks for a
subscription where the rest would stand, or fills its place with words that say nothing, shows a paywall. Scripts of
paywall vendors and the class names of their boxes are no sign: free articles of the same site carry them too.

How it is said is data: ``paywall.toml``.
"""

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

import lxml.html
import msgspec

from transforms.errors import ConfigError
from transforms.extract.language import is_filler
from transforms.titles import fold
from transforms.vocabulary import Access

TEASER = 1_500  # bytes of UTF-8 that an article gives at most where it stops at a paywall
_MOST_LINES, _LENGTH, _TELLING = 3_000, 200, 30
_INLINE = frozenset({"a", "b", "strong", "em", "i", "span", "u", "mark"})
_SILENT = frozenset({"script", "style", "noscript", "template", "option"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PAGES = ("WebPage", "CreativeWork", "ItemPage")
_FREE = "isAccessibleForFree"


class _Meta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    free: frozenset[str] = frozenset()
    paywalled: frozenset[str] = frozenset()


class Signs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: contents of meta elements by their name; lines by language, anywhere and below a text's beginning."""

    meta: dict[str, _Meta]
    lines: dict[str, tuple[str, ...]]
    below: dict[str, tuple[str, ...]] = {}


_Parsed = tuple[Mapping[str, _Meta], tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]


def declared(articles: Iterable[dict[str, Any]], nodes: Iterable[dict[str, Any]], meta: Mapping[str, str]) -> Access:
    """What a page says.

    Args:
      articles: Its JSON-LD nodes that are articles.
      nodes: All of them; those of a page count where no article says anything.
      meta: Its meta elements by name, in small letters.
    """
    said = {_of_node(node) for node in articles} - {"unknown"}
    if not said:
        said = {_of_node(node) for node in nodes if _is_page(node)} - {"unknown"}
    said |= {_of_meta(name, value) for name, value in meta.items()} - {"unknown"}
    return "paywalled" if "paywalled" in said else "free" if said else "unknown"


def shown(tree: lxml.html.HtmlElement, text: str) -> Access:
    """What a page that says nothing shows.

    Args:
      tree: The page.
      text: What was read on it.
    """
    if not is_teaser(text):
        return "unknown"
    _, anywhere, below = _signs()
    lines = tuple(_lines(tree))
    asked = any(wall.match(line) for line in lines for wall in anywhere)
    asked = asked or any(wall.match(line) for line in lines[_beginning(lines, text) :] for wall in below)
    return "paywalled" if asked or is_filler(text) else "unknown"


def is_teaser(text: str) -> bool:
    """True for a text that is no longer than what is given of an article where it stops at a paywall."""
    return len(text.encode("utf-8", "replace")) <= TEASER


def drop_hidden(tree: lxml.html.HtmlElement) -> None:
    """Takes off a page what it shows to nobody who has not paid: elements that are hidden, and templates."""
    for element in list(tree.iter()):
        if isinstance(element.tag, str) and element.tag not in ("html", "body") and _is_hidden(element):
            element.drop_tree()


def parse(text: str, name: str) -> _Parsed:
    """The signs of a file: meta elements by name, patterns of lines, and of those below the beginning of a text.

    Args:
      text: TOML.
      name: Of the file, for messages.

    Raises:
      ConfigError: A key is unknown or missing, or a pattern is none.
    """
    try:
        signs = msgspec.convert(tomllib.loads(text), Signs)
        anywhere, below = (_patterns(lines) for lines in (signs.lines, signs.below))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, re.error) as error:
        raise ConfigError(f"{name}: {error}") from error
    return signs.meta, anywhere, below


def _patterns(lines: Mapping[str, Iterable[str]]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for patterns in lines.values() for pattern in patterns)


@functools.cache
def _signs() -> _Parsed:
    file = resources.files("transforms.extract") / "paywall.toml"
    return parse(file.read_text("utf-8"), file.name)


def _of_node(node: dict[str, Any]) -> Access:
    """What a JSON-LD node says of itself, or, where it does not, of its parts."""
    own = _truth(node.get(_FREE))
    if own is None:
        parts = node.get("hasPart")
        parts = parts if isinstance(parts, list) else [parts]
        own = False if any(isinstance(part, dict) and _truth(part.get(_FREE)) is False for part in parts) else None
    return "unknown" if own is None else "free" if own else "paywalled"


def _truth(value: object) -> bool | None:
    """As JSON has it, or as publishers write it: a word, or schema.org's name of it."""
    if isinstance(value, dict):
        value = value.get("@id")
    if isinstance(value, bool):
        return value
    word = value.strip().rpartition("/")[2].lower() if isinstance(value, str) else ""
    return {"true": True, "yes": True, "false": False, "no": False}.get(word)


def _is_page(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(kind in _PAGES for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str))


def _of_meta(name: str, value: str) -> Access:
    sign, word = _signs()[0].get(name), value.strip().lower()
    if sign is None:
        return "unknown"
    return "paywalled" if word in sign.paywalled else "free" if word in sign.free else "unknown"


def _lines(tree: lxml.html.HtmlElement) -> Iterable[str]:
    """The beginnings of the lines that a reader sees."""
    walk, count = lxml.etree.iterwalk(tree, events=("start",)), 0
    for _, element in walk:
        if element.tag in _SILENT or _is_hidden(element):
            walk.skip_subtree()
        elif element.tag not in _INLINE and element.text_content is not None:
            line = _line(element)
            count += bool(line)
            if line:
                yield line
            if count > _MOST_LINES:
                return


def _beginning(lines: Sequence[str], text: str) -> int:
    """Where the first line of a text that is no mere label stands on its page; 0 where it is not found."""
    first = next((fold(line[: 4 * _LENGTH]) for line in text.split("\n") if len(line) >= _TELLING), "")
    begins = (place for place, line in enumerate(lines) if len(line) >= _TELLING and first.startswith(fold(line)))
    return next(begins, 0)


def _line(element: lxml.html.HtmlElement) -> str:
    """An element's own words, with those of the inline elements in it, as far as they are looked at."""
    words, size = [element.text or ""], 0
    for child in element:
        if not isinstance(child.tag, str) or child.tag not in _INLINE or size > _LENGTH:
            break
        words += [child.text or "", *(one.text or "" for one in child if one.tag in _INLINE), child.tail or ""]
        size += sum(map(len, words[-3:]))
    return " ".join("".join(words)[: 4 * _LENGTH].split())[:_LENGTH]


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    return (
        element.tag == "template"
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )
