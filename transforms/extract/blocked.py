"""Whether something else stands in an article's place: a challenge, a demand for consent or a log-in, an error.

Such pages come with status 200. Taken for articles they would be published, and take the place of the true text in a
revision. But there is news about captchas, cookies and log-ins too, and losing that is as bad. So structure is asked
for before words: a page that declares an article of its own (JSON-LD, ``og:type``), or stands under the headline that
its feed gave it, is never one of these, nor is one that holds more than a few words. What counts on the others is data:
``blocked.toml``. What was read at last is looked at once more, on every page: a text of a few lines that begins as only
walls begin is none of an article.
"""

import functools
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from itertools import islice
from urllib.parse import urlsplit

import lxml.etree
import lxml.html
import msgspec

from transforms.errors import Blocked, ConfigError
from transforms.titles import fold

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "select"})
_PARTS = re.compile(r"\s+[|\-–—·:»>/]+\s+|\s*[|»·]\s*")
_MOST_TITLE, _MOST_PARTS, _MOST_HEADINGS, _MOST_LOOKED = 300, 6, 3, 20
_MARKUP = 300_000  # code points in which marks are looked for
_MOST_READ, _FIRST_LINES, _LINE = 3_000, 3, 400  # bytes of a text of which the first lines are looked at; code points
_TELLING = 15  # bytes of a headline, folded, that need not be the whole of a heading


class Wall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of page in an article's place; the file says what its keys mean."""

    kind: str
    retriable: bool
    most: int
    marks: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    both: bool = False
    labels: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    reason: str = ""

    @property
    def words(self) -> str:
        """What the outcome says."""
        return self.reason or f"a {self.kind} page"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wall: tuple[Wall, ...]


def refuse_blocked(tree: lxml.html.HtmlElement, markup: str, url: str, requested: str = "", headline: str = "") -> None:
    """Ends a page that stands in an article's place.

    Args:
      tree: The page, which declares no article.
      markup: The same.
      url: The address that answered.
      requested: The address asked for; empty where it is not known.
      headline: What its feed calls the article; empty where it is not known.

    Raises:
      Blocked: It is one; says what, and whether a retry may heal it.
    """
    if any(_same(heading, headline) for heading in _headings(tree)):
        return
    wall = redirected_to(requested, url) or shown_by(tree, markup, headline)
    if wall is not None:
        raise Blocked(url, wall.words, retriable=wall.retriable)


def refuse_read(text: str, url: str) -> None:
    """Ends a page on which nothing but the words of a wall was read.

    Args:
      text: What was read.
      url: The address that answered.

    Raises:
      Blocked: As `refuse_blocked`.
    """
    if len(text.encode("utf-8", "replace")) > _MOST_READ:
        return
    for line in text.split("\n", _FIRST_LINES)[:_FIRST_LINES]:
        for wall in _walls():
            if any(pattern.match(line.strip()[:_LINE]) for pattern in _lines_of(wall)):
                raise Blocked(url, wall.words, retriable=wall.retriable)


def redirected_to(requested: str, url: str) -> Wall | None:
    """The wall that a redirect's target names, unless the address asked for names it as well."""
    here, there = _named(url), _named(requested)
    if not requested or here is None or there is None or here == there:
        return None
    (label, path), (first, asked) = here, there
    for wall in _walls():
        if label in wall.labels and label != first:
            return wall
        if set(path) & set(wall.segments) and not set(asked) & set(wall.segments):
            return wall
    return None


def shown_by(tree: lxml.html.HtmlElement, markup: str, headline: str = "") -> Wall | None:
    """The wall that a page is by its structure and titles; the article's own headline is none of these."""
    walls = _walls()
    size = _size(tree, max(wall.most for wall in walls))
    fitting = [wall for wall in walls if size <= wall.most]
    if not fitting:
        return None
    lower = markup[:_MARKUP].lower()
    titles = tuple(title for title in _titles(tree) if not _same(title, headline))
    for wall in fitting:
        marked = any(mark in lower for mark in wall.marks)
        titled = any(
            any(pattern.fullmatch(title) for pattern in _titles_of(wall))
            or any(pattern.match(title) for pattern in _lines_of(wall))
            for title in titles
        )
        if (marked and titled) if wall.both else (marked or titled):
            return wall
    return None


def parse(text: str, name: str) -> tuple[Wall, ...]:
    """The walls of a file.

    Args:
      text: TOML.
      name: Of the file, for messages.

    Raises:
      ConfigError: A key is unknown or missing, a pattern is none, or a mark could never be found.
    """
    try:
        walls = msgspec.convert(tomllib.loads(text), _File).wall
        for wall in walls:
            _titles_of(wall), _lines_of(wall)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, re.error) as error:
        raise ConfigError(f"{name}: {error}") from error
    wrong = next((mark for wall in walls for mark in wall.marks if mark != mark.lower() or not mark), None)
    if wrong is not None:
        raise ConfigError(f"{name}: the mark {wrong!r} must be in small letters, and not empty")
    return walls


@functools.cache
def _walls() -> tuple[Wall, ...]:
    file = resources.files("transforms.extract") / "blocked.toml"
    return parse(file.read_text("utf-8"), file.name)


@functools.cache
def _titles_of(wall: Wall) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in wall.titles)


@functools.cache
def _lines_of(wall: Wall) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in wall.lines)


def _same(shown: str, headline: str) -> bool:
    """Whether a heading is the headline, or one of them is the other with something behind it."""
    here, there = fold(shown), fold(headline[:_MOST_TITLE])
    short, long = sorted((here, there), key=len)
    return bool(short) and (
        here == there or (len(short.encode("utf-8", "ignore")) >= _TELLING and long.startswith(short))
    )


def _named(url: str) -> tuple[str, tuple[str, ...]] | None:
    """The first label of an address's host, and the parts of its path, in small letters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = tuple(part for part in parts.path.lower().split("/") if part)
    return (parts.hostname or "").partition(".")[0], path


def _size(tree: lxml.html.HtmlElement, most: int) -> int:
    """Bytes of the text that a reader sees, as far as ``most`` and a little more."""
    size = 0
    for text in _visible(tree):
        size += len(" ".join(text.split()).encode("utf-8", "replace"))
        if size > most:
            break
    return size


def _visible(tree: lxml.html.HtmlElement) -> Iterator[str]:
    body = tree.find("body")
    root = tree if body is None else body
    walk = lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event != "start":
            if element.tail and element is not root:
                yield element.tail
        elif element.tag in _SILENT:
            walk.skip_subtree()
        elif element.text:
            yield element.text


def _titles(tree: lxml.html.HtmlElement) -> Iterator[str]:
    """The title, its parts, and the first headings, each as one line."""
    title = " ".join((tree.findtext(".//title") or "")[: 4 * _MOST_TITLE].split())[:_MOST_TITLE]
    yield title
    yield from _PARTS.split(title)[:_MOST_PARTS]
    yield from _headings(tree)


def _headings(tree: lxml.html.HtmlElement) -> list[str]:
    """The first headings of the first rank, or of the second where it has none: boxes of other things have those."""
    for rank in ("h1", "h2"):
        shown = (
            " ".join("".join(one.itertext())[: 4 * _MOST_TITLE].split())
            for one in islice(tree.iter(rank), _MOST_LOOKED)
        )
        found = list(islice((text[:_MOST_TITLE] for text in shown if text), _MOST_HEADINGS))
        if found:
            return found
    return []
