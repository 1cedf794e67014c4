"""What a body is, whatever its Content-Type says: the part of WHATWG MIME Sniffing that tells pages from other media.

A type that is missing, or that servers send for want of a better one, is found by the bytes (section 7.1). A stated one
holds, but for what no page begins with: a PDF stays one under ``text/html``. ``text/plain`` is never read as HTML
(section 7.2): a site that serves markup so shows it as such.
"""

import json

PAGES = frozenset({"text/html", "application/xhtml+xml"})
UNKNOWN = frozenset({"", "unknown/unknown", "application/unknown", "*/*", "application/octet-stream"})
HEADER = 1445  # bytes that are looked at (section 5.2)
_BLANK = b"\t\n\x0c\r "
_BINARY = frozenset([*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_MARKS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")  # byte order marks: text, whatever follows
_MEDIA = (
    (b"%PDF-", "PDF"),
    (b"%!PS-Adobe-", "PostScript"),
    (b"\x89PNG\r\n\x1a\n", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF87a", "an image"),
    (b"GIF89a", "an image"),
    (b"BM", "an image"),
    (b"\x00\x00\x01\x00", "an image"),
    (b"ID3", "a recording"),
    (b"OggS\x00", "a recording"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"\x1f\x8b\x08", "an archive"),
    (b"PK\x03\x04", "an archive"),
    (b"Rar!\x1a\x07", "an archive"),
)
_TAGS = tuple(
    f"<{name}".encode()
    for name in ("!doctype html", "html", "head", "script", "iframe", "h1", "div", "font", "table", "a", "style")
    + ("title", "b", "body", "br", "p")
)
_FEEDS = (b"<rss", b"<feed", b"<rdf:rdf", b"<urlset", b"<sitemapindex")


def other_than_page(media_type: str, body: bytes) -> str | None:
    """Why a body is no page, in words; None where it may be one.

    Args:
      media_type: Of Content-Type, lower case, without parameters; may be empty.
      body: As decoded of its content encoding.
    """
    if media_type not in PAGES and media_type not in UNKNOWN:
        return f"media type {media_type[:60]}"
    head = body[:HEADER]
    named = f"served as {media_type}" if media_type else "served without a media type"
    found = _medium(head) or _text_that_is_none(head.lstrip(_BLANK), body)
    if found:
        return f"{found} {named}"
    if media_type in UNKNOWN and not _begins_as_html(head):
        binary = not head.startswith(_MARKS) and any(byte in _BINARY for byte in head)
        return f"{'binary data' if binary else 'plain text'} {named}"
    return None


def _medium(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "an image" if head[8:12] == b"WEBP" else "a recording"
    if head[4:8] == b"ftyp":
        return "an image" if head[8:12] in (b"avif", b"heic") else "a film"
    return next((words for magic, words in _MEDIA if head.startswith(magic)), None)


def _text_that_is_none(start: bytes, body: bytes) -> str | None:
    """JSON, or a feed, which some servers send as HTML."""
    if start[:1] in (b"{", b"["):
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return None
        return "JSON"
    return "a feed" if _after_prologue(start).lower().startswith(_FEEDS) else None


def _after_prologue(start: bytes) -> bytes:
    """What follows a byte order mark, the XML declaration and comments."""
    rest = start.removeprefix(_MARKS[0]).lstrip(_BLANK)
    for opener, closer in ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<?", b"?>")):
        if rest.startswith(opener):
            rest = rest.partition(closer)[2].lstrip(_BLANK)
    return rest


def _begins_as_html(head: bytes) -> bool:
    """By the first tag (section 7.1), behind an XML declaration too, as XHTML has it; in UTF-16 by any."""
    if head.startswith(_MARKS[1:]):
        return b"<" in head
    start = head.removeprefix(_MARKS[0]).lstrip(_BLANK).lower()
    return start.startswith(b"<!--") or any(
        _is_tag(one, tag) for one in (start, _after_prologue(start)) for tag in _TAGS
    )


def _is_tag(start: bytes, tag: bytes) -> bool:
    return start.startswith(tag) and start[len(tag) : len(tag) + 1].strip(b"\t\n\x0c\r >/") == b""
