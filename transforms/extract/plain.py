"""Plain text of a piece of HTML, such as feeds carry in their titles and summaries."""

import re
import unicodedata

import lxml.etree

_MAX_MARKUP = 400_000  # code points of markup that are read
# Elements within a line: at their borders no word ends. All others separate.
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins")
    + ("kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var")
    + ("wbr",)
)
_SILENT = frozenset(("script", "style", "template", "noscript", "iframe", "svg", "math", "head", "textarea"))
_SPACE = re.compile(r"\s+")
# What breaks JSON, terminals or UTF-8: controls but tab and line ends, DEL, lone surrogates.
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# The C1 controls stand for nothing in a text; they are windows-1252 that was taken for Latin-1 (WHATWG Encoding).
_C1 = re.compile("[\x80-\x9f]")
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


# UAX 15, section 13 (Stream-Safe Text Format): no real text has more combining marks in a row than this. Putting a run
# of them into its canonical order takes time quadratic in its length, in Python's own `unicodedata.normalize`.
_MOST_MARKS = 30
_MAYBE_MARKS = re.compile(f"[^\0-\u02ff]{{{_MOST_MARKS + 1},}}")  # no combining mark lies below U+0300
_LONG_SPACE = re.compile(r"\s{31,}")


def clean(text: str) -> str:
    """A text without what breaks JSON, terminals or UTF-8; line ends are line feeds."""
    if text.isascii() and text.isprintable():  # most of what feeds hold, and nothing to look for in it
        return text
    text = _UNUSABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _C1.sub(lambda control: _WINDOWS[ord(control[0])], text)


def calm(text: str) -> str:
    """A text without runs that make later steps slow: more than 30 combining marks, or blanks, one after the other.

    Of marks the first 30 stay; blanks become one, a line feed where they hold one.
    """
    text = _LONG_SPACE.sub(lambda run: "\n" if "\n" in run[0] else " ", text)
    return _MAYBE_MARKS.sub(lambda run: _fewer_marks(run[0]), text)


def _fewer_marks(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def single_line(text: str, limit: int) -> str:
    """A clean text on one line, at most ``limit`` code points."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()[:limit].rstrip()
    return calm(_SPACE.sub(" ", clean(text))).strip()[:limit].rstrip()


def plain(markup: str, limit: int, separator: str = " ") -> str:
    """Text of a piece of HTML: no tags, no scripts, references read, white space single.

    Args:
      markup: HTML, well formed or not; what is beyond the first 400,000 code points is not read.
      limit: Greatest number of code points of the text.
      separator: What stands between blocks: a space, or a line feed to keep paragraphs apart.
    """
    markup = clean(markup[:_MAX_MARKUP])
    if "<" not in markup and "&" not in markup:
        return single_line(markup, limit)
    parser = lxml.etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        root = lxml.etree.fromstring(f"<html><body>{markup}".encode(), parser)
    except lxml.etree.XMLSyntaxError:
        return ""
    if root is None:
        return ""
    # A character that no cleaned text holds marks the borders of blocks until the spaces are single.
    blocks = "".join(_pieces(root, limit)).split("\x00")
    lines = (single_line(block, limit) for block in blocks)
    return separator.join(line for line in lines if line)[:limit].rstrip()


def _pieces(root: lxml.etree._Element, limit: int) -> list[str]:
    """The text in document order, with NUL at the borders of blocks; what is silent is left out.

    It ends where there are more characters than ``limit``, white space not counted: 300 KB of markup would take 0.3 s.
    """
    pieces: list[str] = []
    silent = count = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        border = "" if element.tag in _INLINE else "\x00"
        if event == "start":
            silent += element.tag in _SILENT
            text = element.text or ""
        else:
            silent -= element.tag in _SILENT
            text = element.tail or ""
        if not silent:
            pieces += (border, text)
            count += sum(map(len, text.split()))
            if count > limit:
                break
    return pieces
