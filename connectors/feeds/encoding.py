"""A feed's bytes as UTF-8: unpacked, decoded, and without what XML cannot hold."""

import codecs
import re

import feedparser.encodings

from connectors.web.decoding import Decoder
from transforms.errors import FetchFailed, NotAFeed

MAX_UNPACKED = 50 * 1024 * 1024  # bytes; the most that the sitemap protocol allows
DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"

_GZIP = b"\x1f\x8b"
_PIECE = 16 * 1024  # bytes
# In this order: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8 = "application/xml; charset=utf-8"
_DECLARED = re.compile(rb"(?:encoding|charset)\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})")
_UNIVERSAL = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_BEYOND = re.compile("[^\0-\x7f]+")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r") + b"\x7f"


def unpacked(body: bytes, url: str) -> bytes:
    """What a body that is itself a gzip file holds (sitemaps are served so, whatever their headers say); or the body.

    Raises:
      NotAFeed: The file is broken.
      TooLarge: It holds more than `MAX_UNPACKED`.
    """
    if not body.startswith(_GZIP):
        return body
    decoder = Decoder(url, "gzip", MAX_UNPACKED)
    try:
        for start in range(0, len(body), _PIECE):  # each member of the file costs a copy of what it is fed with
            decoder.feed(body[start : start + _PIECE])
        return decoder.body()
    except FetchFailed as error:
        raise NotAFeed(url, f"a gzip file that cannot be read: {error.reason}") from error


def utf8(body: bytes, content_type: str | None) -> bytes:
    """The feed in UTF-8, without a byte order mark and, as a rule, without a declaration.

    By header, byte order mark and declaration (RFC 7303), with two exceptions. Bytes that are UTF-8 and not just ASCII
    are UTF-8 whatever is declared: no text in another encoding comes out so by chance. And bytes that are UTF-8 but for
    a few stay so unless another encoding is declared: one broken character must not turn all others into others.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace").encode()
    kind = (content_type or "").encode("ascii", "ignore")  # a header's stray bytes are lone surrogates here
    headers = {"content-type": kind.decode()} if kind else {}
    start = body[:1024].replace(b"\0", b"").lower() + kind.lower()
    if b"punycode" in start:  # a codec of Python's, quadratic in time, and none for documents
        headers = {"content-type": _UTF8}
    elif not body.isascii():
        try:
            body.decode("utf-8")
            headers = {"content-type": _UTF8}
        except UnicodeDecodeError:
            if _almost_utf8(body, start):
                return body.decode("utf-8", "replace").encode()
    converted: bytes = feedparser.encodings.convert_to_utf8(headers, body, {})
    return converted.removeprefix(DECLARATION)


def _almost_utf8(body: bytes, said: bytes) -> bool:
    """Whether more characters beyond ASCII come out whole than broken, and nothing says that it is not UTF-8.

    In a text of another encoding hardly a sequence of bytes happens to be one of UTF-8.
    """
    if any(name not in _UNIVERSAL for name in _DECLARED.findall(said)):
        return False
    text = body.decode("utf-8", "ignore")
    whole = sum(map(len, _BEYOND.findall(text)))
    return whole > body.decode("utf-8", "replace").count("\ufffd") - text.count("\ufffd")


def possible(data: bytes) -> bytes:
    """Without control characters, and references to what is no character: parsers would give up the feed."""
    return _REFERENCE.sub(_character, data.translate(None, _CONTROLS))


def _character(reference: re.Match[bytes]) -> bytes:
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    code = int(digits, base) if len(digits) <= 10 else -1
    return reference[0] if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else b""
