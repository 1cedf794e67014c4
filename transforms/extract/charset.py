"""From a page's bytes to its markup."""

import codecs
import re

from trafilatura.utils import detect_encoding
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

# Labels of the WHATWG Encoding Standard that w3lib does not know.
_LABELS = {
    "iso-8859-8-i": "iso8859-8",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "unicode": "utf-16-le",
    "x-user-defined": "cp1252",
}
# Python's codecs for that standard's encodings. Python has more, of which some are no encodings ("hex") or rewrite
# markup ("utf-7").
_CODECS = frozenset(
    ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp866", "cp874", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic")
    + ("gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949")
    + tuple(f"cp125{number}" for number in range(9))
    + tuple(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16))
)
_IN_META = re.compile(rb"""<meta\b[^>]*\bcharset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_LOOK = 1024  # bytes, in which a page in UTF-16 has NULs, because its markup is ASCII
_META = 4096  # bytes
_SOUND = 20  # characters of more than one byte for each byte that is no UTF-8
_BROKEN = 0.01  # of all characters
_NOT_ASCII = bytes(range(128, 256))


def markup_of(body: bytes, charset: str | None) -> str:
    """Decodes a page: by byte order mark, header, meta element, then by its bytes (WHATWG HTML, section 13.2.3).

    With exceptions, for what is declared is often wrong:

    - Bytes that are UTF-8 and more than ASCII are UTF-8, whatever is declared. No text in another encoding comes out so
      by chance. So are those that are UTF-8 but for a few, as where two sources were pasted together; the few are read
      as windows-1252.
    - A server that says Latin-1 of all it sends (`AddDefaultCharset`) is not believed where the page itself names an
      encoding that reads all of it.
    - UTF-16 without a mark and without a NUL is a lie (in a meta element the standard takes it for UTF-8).
    - Where what is declared leaves more than a hundredth undecoded, and the bytes look like another encoding that
      leaves less, it is that one.

    Args:
      body: The page; never fails, what cannot be decoded becomes U+FFFD.
      charset: Of Content-Type, or None.
    """
    marked, mark = read_bom(body)
    if marked is not None:
        return body[len(mark or b"") :].decode(marked, "replace")
    text = _utf8(body)
    if text is not None:
        return text
    declared = _declared(charset, body)
    text = body.decode(declared or "utf-8", "replace")
    broken = text.count("\ufffd")
    if declared is not None and broken <= _BROKEN * len(text):
        return text
    guessed = next((codec for name in detect_encoding(body) if (codec := _codec(str(name), body))), None)
    other = body.decode(guessed, "replace") if guessed else text
    return other if other.count("\ufffd") < broken else text


def _declared(charset: str | None, body: bytes) -> str | None:
    by_header, by_page = _codec(charset, body), _codec(_in_meta(body), body)
    if by_header == "cp1252" and by_page is not None and "\ufffd" not in body.decode(by_page, "replace"):
        return by_page
    return by_header or by_page


def _utf8(body: bytes) -> str | None:
    """The text where the bytes are UTF-8 and more than ASCII, but for a few."""
    if body.isascii():
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    others = len(text) - len(body.translate(None, _NOT_ASCII)) - broken
    return body.decode("utf-8", _STRAY) if broken * _SOUND <= others else None


def _codec(label: str | None, body: bytes) -> str | None:
    """Python's codec for a label, or None where there is none, or where the bytes cannot be in it."""
    name = (_LABELS.get(label.strip().lower()) or resolve_encoding(label)) if label else None
    if name not in _CODECS:
        return None
    return None if name.startswith("utf-16") and b"\0" not in body[:_LOOK] else name


def _in_meta(body: bytes) -> str | None:
    named = html_body_declared_encoding(body)
    if named is None and (found := _IN_META.search(body[:_META])):
        return found[1].decode("ascii", "ignore")
    return str(named) if named else None


def _stray(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8, as windows-1252 has it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_STRAY = "beatwire-stray"
codecs.register_error(_STRAY, _stray)
