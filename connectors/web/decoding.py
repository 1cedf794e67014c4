"""Content codings, undone piece by piece under a cap: a bomb stops at it, whatever it would have become."""

import zlib
from typing import Protocol

from transforms.errors import FetchFailed, TooLarge

ACCEPT_ENCODING = "gzip, deflate"  # every server has one of them
_PIECE = 64 * 1024  # bytes inflated at a time
_GZIP_MAGIC = b"\x1f\x8b"


class Full(Exception):
    """The beginning that was wanted is there."""


class _Body:
    """The decoded bytes; refuses to grow beyond ``limit``, or stops there."""

    def __init__(self, url: str, limit: int, cut: bool) -> None:
        self._url, self._limit, self._cut, self._bytes = url, limit, cut, bytearray()

    def write(self, data: bytes) -> int:
        room = self._limit - len(self._bytes)
        if len(data) > room and not self._cut:
            raise TooLarge(self._url, f"more than {self._limit} bytes")
        self._bytes += data[:room]
        if len(data) > room:
            raise Full
        return len(data)

    def bytes(self) -> bytes:
        return bytes(self._bytes)


class _Coding(Protocol):
    """One content coding: `feed` writes what comes of the next bytes, `whole` tells if the coding ended."""

    def feed(self, data: bytes) -> None: ...

    def whole(self) -> bool: ...


class Decoder:
    """Undoes one content coding (RFC 9110, section 8.4) and holds at most ``limit`` bytes.

    Memory stays within ``limit`` and a few pieces of 64 KiB, however little the bytes of a bomb are.

    Args:
      url: For the errors.
      coding: The value of Content-Encoding; empty and ``identity`` are none.
      limit: Greatest number of decoded bytes.
      cut: Only the beginning is wanted: at the limit it is full, not too large.

    Raises:
      FetchFailed: The coding is unknown, or codings are nested.
    """

    def __init__(self, url: str, coding: str, limit: int, cut: bool = False) -> None:
        self._url, self._body, self._fed = url, _Body(url, limit, cut), False
        name = coding.strip().lower()
        match name:
            case "" | "identity":
                self._coding: _Coding | None = None
            case "gzip" | "x-gzip":
                self._coding = _Gzip(self._body)
            case "deflate":
                self._coding = _Deflate(self._body)
            case _:
                raise FetchFailed(url, f"content coding {name[:40]!r} cannot be read", retriable=False)

    def feed(self, data: bytes) -> None:
        """Takes in the next bytes of the body.

        Raises:
          TooLarge: The decoded body would be larger than the cap.
          Full: It is, and only its beginning was wanted.
          FetchFailed: The coding is broken.
        """
        self._fed = self._fed or bool(data)
        if self._coding is None:
            self._body.write(data)
            return
        try:
            self._coding.feed(data)
        except zlib.error as error:
            raise FetchFailed(self._url, f"broken content coding: {error}") from error

    def beginning(self) -> bytes:
        """What is decoded by now."""
        return self._body.bytes()

    def body(self) -> bytes:
        """The whole decoded body.

        Raises:
          FetchFailed: The coding has not come to its end: what there is would pass for the whole.
        """
        if self._fed and self._coding is not None and not self._coding.whole():
            raise FetchFailed(self._url, "the compressed body breaks off")
        return self._body.bytes()


class _Gzip:
    """gzip (RFC 1952): members follow one another; what is behind the last and no member is ignored."""

    def __init__(self, body: _Body) -> None:
        self._body, self._member, self._rest = body, _Stream(zlib.MAX_WBITS | 16, body), b""

    def feed(self, data: bytes) -> None:
        self._rest += self._member.feed(data)
        # The second byte of the magic may be yet to come: a rest of one byte waits.
        while self._member.ended and self._rest[:2] == _GZIP_MAGIC:
            self._member = _Stream(zlib.MAX_WBITS | 16, self._body)
            self._rest = self._member.feed(self._rest)
        if len(self._rest) > 1:
            self._rest = b"\0"

    def whole(self) -> bool:
        return self._member.ended


class _Deflate:
    """``deflate`` means zlib (RFC 9110, section 8.4.1.2); some servers send it without that wrapping (RFC 1951)."""

    def __init__(self, body: _Body) -> None:
        self._body = body
        self._stream: _Stream | None = None

    def feed(self, data: bytes) -> None:
        if self._stream is None and data:
            # The low half of zlib's first byte names its one method, 8; a raw stream hardly ever begins so.
            self._stream = _Stream(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS, self._body)
        if self._stream is not None and not self._stream.ended:
            self._stream.feed(data)

    def whole(self) -> bool:
        return self._stream is not None and self._stream.ended


class _Stream:
    """One deflate stream in one wrapping."""

    def __init__(self, wbits: int, body: _Body) -> None:
        self._object, self._body = zlib.decompressobj(wbits), body

    @property
    def ended(self) -> bool:
        return self._object.eof

    def feed(self, data: bytes) -> bytes:
        """Writes what comes of the data; returns what lies behind the stream's end."""
        if self._object.eof:
            return data
        while not self._object.eof:
            piece = self._object.decompress(data, _PIECE)
            self._body.write(piece)
            data = self._object.unconsumed_tail
            # A full piece with nothing left to read may still have more behind it in zlib's own buffer.
            if not data and len(piece) < _PIECE:
                break
        return self._object.unused_data
