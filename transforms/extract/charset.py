"""From a page's bytes to its markup."""

from trafilatura.utils import detect_encoding
from w3lib.encoding import html_to_unicode


def markup_of(body: bytes, media_type: str, charset: str | None) -> str:
    """Decodes a page: by byte order mark, header, meta element, then by its bytes (WHATWG HTML, section 13.2.3).

    With one exception: bytes that are UTF-8 and more than ASCII are UTF-8, whatever is declared. No text in another
    encoding comes out so by chance, and servers that declare another one for such pages are common.

    Args:
      body: The page; never fails, what cannot be decoded becomes U+FFFD.
      media_type: Of Content-Type.
      charset: Of Content-Type, or None.
    """
    if not body.isascii():
        try:
            return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
        except UnicodeDecodeError:
            pass
    header = f"{media_type}; charset={charset}" if charset else None
    _, markup = html_to_unicode(header, body, auto_detect_fun=_by_bytes)
    return str(markup)


def _by_bytes(body: bytes) -> str | None:
    return next((str(name) for name in detect_encoding(body)), None)
