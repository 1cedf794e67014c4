"""OPML 2.0: lists of feeds, as feed readers hand them to each other (opml.org/spec2.opml).

    bytes -> text -> from the root element on -> what readers get wrong, mended -> lxml -> Outline

As with feeds, nothing before the root element is parsed: no document type, so no entities. What lxml can still read of
a broken file is kept, and the fault is told.
"""

import codecs
import dataclasses
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import formatdate
from typing import Any

from lxml import etree

from transforms.errors import ConfigError

NAMESPACE = "tag:beatwire.org,2026:opml"  # of the attributes that hold what only beatwire knows of a feed
MAX_BYTES = 5 * 1024 * 1024
MAX_FEEDS = 10_000
MAX_TEXT = 200  # code points of a title or a folder's name
MAX_DEPTH = 20  # folders within each other; what lies deeper counts to the last of them
_PREFIX = f"{{{NAMESPACE}}}"

_ROOT = re.compile(r"<opml[\s/>]", re.IGNORECASE)
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.:-]{1,40})""")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT = frozenset({"punycode", "idna", "raw_unicode_escape", "unicode_escape", "utf_7", "utf-7"})
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
_AMPERSAND = re.compile(r"&(?:(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
_TAG = re.compile(r"<outline(?=[\s/>])|</outline\s*>|</(?:body|opml)\s*>", re.IGNORECASE)
_FIRST = re.compile(r"""\s+([A-Za-z_][\w:.-]*)\s*=\s*(["'])""")
_NEXT = {quote: re.compile(rf"""{quote}\s+([A-Za-z_][\w:.-]*)\s*=\s*(["'])""") for quote in "\"'"}
_LAST = {quote: re.compile(rf"{quote}\s*(/?)>") for quote in "\"'"}


@dataclasses.dataclass(frozen=True)
class Outline:
    """One feed of a list.

    Attributes:
      url: Its address (``xmlUrl``), as it was written.
      title: What it is called.
      site: The page that it belongs to (``htmlUrl``), or empty.
      folder: Names of the outlines around it, from the outside in.
      settings: What only beatwire knows of it, by key of the configuration.
      line: Where it stands in its file; 0 when it was not read.
    """

    url: str
    title: str = ""
    site: str = ""
    folder: tuple[str, ...] = ()
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    line: int = dataclasses.field(default=0, compare=False)


@dataclasses.dataclass(frozen=True)
class Opml:
    """What a file holds.

    Attributes:
      outlines: The feeds, in the order of the file.
      fault: What is broken about it, where, in words; empty when nothing is.
      left_out: Feeds beyond `MAX_FEEDS`.
    """

    outlines: tuple[Outline, ...]
    fault: str = ""
    left_out: int = 0


def read(data: bytes, name: str) -> Opml:
    """Reads a list of feeds.

    Args:
      data: The file.
      name: What errors call it.

    Raises:
      ConfigError: It is too large, or no OPML.
    """
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{name}: is larger than {MAX_BYTES // 1024**2} MiB: split it")
    text = _decoded(data)
    root = _ROOT.search(text)
    if root is None:
        is_feed = "it is a feed, no list of feeds: `beatwire feeds add` takes its address"
        raise ConfigError(f"{name}: is no OPML: {is_feed if _FEED.search(text) else 'there is no <opml> in it'}")
    before = "\n" * text.count("\n", 0, root.start())  # keeps the numbers of lines
    text = before + _mended(text[root.start() :])
    tree, fault = _parsed(text)
    if fault:
        tree, _ = _parsed(_rebuilt(text))
    found = () if tree is None else tuple(_outlines(tree))
    return Opml(found[:MAX_FEEDS], fault, max(0, len(found) - MAX_FEEDS))


def write(outlines: Iterable[Outline], title: str, now: float) -> bytes:
    """A list of feeds as a file that any feed reader takes; feeds of one folder stand together.

    Args:
      outlines: The feeds.
      title: Of the list.
      now: Unix time; becomes ``dateCreated``.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"beatwire": NAMESPACE})
    head, body = etree.SubElement(root, "head"), etree.SubElement(root, "body")
    etree.SubElement(head, "title").text = _clean(title)
    etree.SubElement(head, "dateCreated").text = formatdate(now, usegmt=True)
    etree.SubElement(head, "docs").text = "https://opml.org/spec2.opml"
    folders: dict[tuple[str, ...], Any] = {(): body}
    for one in outlines:
        name = _clean(one.title) or one.url
        given = {"text": name, "title": name, "type": "rss", "xmlUrl": _clean(one.url)}
        given |= {"htmlUrl": _clean(one.site)} if one.site else {}
        given |= {_PREFIX + key: _clean(value) for key, value in one.settings.items()}
        etree.SubElement(_folder(folders, tuple(_clean(name) for name in one.folder)), "outline", given)
    etree.indent(root)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _parsed(text: str) -> tuple[Any, str]:
    """The tree as far as there is one, and the first fault."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    tree = etree.fromstring(text.encode(), parser)
    return tree, next((f"line {one.line}: {one.message}" for one in parser.error_log), "")


def _folder(folders: dict[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    if path not in folders:
        parent = _folder(folders, path[:-1])
        folders[path] = etree.SubElement(parent, "outline", {"text": path[-1], "title": path[-1]})
    return folders[path]


def _outlines(root: Any) -> Iterator[Outline]:
    folder: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        # Not by QName: a recovering parser makes elements of names that it then refuses (``<:``).
        if not isinstance(element.tag, str) or element.tag.rpartition("}")[2].lower() != "outline":
            continue
        given = {name.lower(): " ".join(value.split()) for name, value in element.attrib.items()}
        url = given.get("xmlurl") or (given.get("url", "") if given.get("type", "").lower() in ("rss", "atom") else "")
        title = (given.get("title") or given.get("text", ""))[:MAX_TEXT]
        if event == "end":
            if len(element):  # what holds others is a folder, also when it is a feed itself
                folder.pop()
            continue
        if url:
            settings = {name.removeprefix(_PREFIX): value for name, value in given.items() if name.startswith(_PREFIX)}
            inside = tuple(name for name in folder[:MAX_DEPTH] if name)
            yield Outline(url, title, given.get("htmlurl", ""), inside, settings, element.sourceline or 0)
        if len(element):
            folder.append(title)


def _decoded(data: bytes) -> str:
    """The file as text: by its mark; as UTF-8 if it is that and more than ASCII; as declared; as Windows-1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    declared = _DECLARED.match(data)
    said = declared[1].decode("ascii").lower() if declared else "utf-8"
    for encoding in (said, "utf-8") if data.isascii() else ("utf-8", said):
        if encoding not in _NO_TEXT:
            try:
                return data.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
    return data.decode("cp1252", "replace")


def _mended(text: str) -> str:
    """Without what XML forbids and readers write all the same: bare ampersands in addresses, entities of HTML."""
    return _AMPERSAND.sub(_reference, _FORBIDDEN.sub("", text))


def _rebuilt(text: str) -> str:
    """A broken file with each outline written anew; of 118 real files 22 hold quotes or tags in an attribute.

    A value ends at the quote behind which another attribute begins, or the tag ends. What is cut off is left out: half
    an address is none.
    """
    marks = [*_TAG.finditer(text)]
    bounds = [one.start() for one in marks] + [len(text)]
    parts = [text[: bounds[0]]]
    for mark, after in zip(marks, bounds[1:], strict=True):
        piece = text[mark.start() : after]
        written = mark[0] if mark[0].startswith("</") else _outline(text[mark.end() : after])
        parts += [written, "\n" * (piece.count("\n") - written.count("\n"))]
    return "".join(parts)


def _outline(inside: str) -> str:
    """An outline's tag from what stands behind its name; empty if it has no end."""
    found = _FIRST.match(inside)
    if found is None:
        return "<outline/>" if inside.lstrip().startswith("/>") else "<outline>" if ">" in inside else ""
    given: dict[str, str] = {}
    closing = ""
    while found is not None:
        name, quote, start = found[1], found[2], found.end()
        found = _NEXT[quote].search(inside, start)
        end = found or next(reversed([*_LAST[quote].finditer(inside, start)]), None)
        if end is None:
            return ""
        closing = "" if found else end[1]
        given.setdefault(name, inside[start : end.start()].replace("<", "&lt;").replace('"', "&quot;"))
    attributes = "".join(f' {name}="{value}"' for name, value in given.items())
    return f"<outline{attributes}{closing}>"


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name in _PREDEFINED:
        return found[0]
    meant = html.unescape(found[0]) if name else found[0]
    if name and (meant != found[0] or name.startswith("#")):
        return html.escape(_FORBIDDEN.sub("", meant))
    return "&amp;" + found[0][1:]


def _clean(text: str) -> str:
    return " ".join(_FORBIDDEN.sub("", text).split())
