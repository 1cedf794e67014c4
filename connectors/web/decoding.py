"""Content codings, undone piece by piece under a cap: a bomb stops at it, whatever it would have become."""

import zlib
from typing import Protocol

import zstandard

from transforms.errors import FetchFailed, TooLarge

ACCEPT_ENCODING = "gzip, deflate, zstd"
_PIECE = 64 * 1024  # bytes inflated at a time


class _Inflater(Protocol):
    def feed(self, data: bytes, room: int) -> bytes: ...


class Decoder:
    """Undoes one content coding (RFC 9110, section 8.4) and holds at most ``limit`` bytes.

    Args:
      url: For the errors.
      coding: The value of Content-Encoding; empty and ``identity`` are none.
      limit: Greatest number of decoded bytes.

    Raises:
      FetchFailed: The coding is unknown, or codings are nested.
    """

    def __init__(self, url: str, coding: str, limit: int) -> None:
        self._url, self._limit, self._body = url, limit, bytearray()
        name = coding.strip().lower()
        makers = {"gzip": _Zlib, "x-gzip": _Zlib, "deflate": _Deflate, "zstd": _Zstd}
        if name not in makers and name not in ("", "identity"):
            raise FetchFailed(url, f"content coding {name[:40]!r} cannot be read", retriable=False)
        self._inflater: _Inflater | None = makers[name]() if name in makers else None

    def feed(self, data: bytes) -> None:
        """Takes in the next bytes of the body.

        Raises:
          TooLarge: The decoded body would be larger than the cap.
          FetchFailed: The coding is broken.
        """
        room = self._limit - len(self._body)
        try:
            self._body += data if self._inflater is None else self._inflater.feed(data, room + 1)
        except (zlib.error, zstandard.ZstdError) as error:
            raise FetchFailed(self._url, f"broken content coding: {error}") from error
        if len(self._body) > self._limit:
            raise TooLarge(self._url, f"more than {self._limit} bytes")

    def body(self) -> bytes:
        """What was decoded so far."""
        return bytes(self._body)


class _Zlib:
    """gzip and zlib, told apart by their headers; further members of a gzip file are read on."""

    def __init__(self, wbits: int = zlib.MAX_WBITS | 32) -> None:
        self._wbits, self._object = wbits, zlib.decompressobj(wbits)

    def feed(self, data: bytes, room: int) -> bytes:
        out = bytearray()
        while data and len(out) < room:
            out += self._object.decompress(data, min(_PIECE, room - len(out)))
            data = self._object.unconsumed_tail
            if self._object.eof:
                data = self._object.unused_data.lstrip(b"\0")
                self._object = zlib.decompressobj(self._wbits)
        return bytes(out)


class _Deflate:
    """``deflate`` means zlib (RFC 9110, section 8.4.1.2); some servers send it raw."""

    def __init__(self) -> None:
        self._inner: _Zlib | None = None

    def feed(self, data: bytes, room: int) -> bytes:
        if self._inner is None:
            if not data:
                return b""
            self._inner = _Zlib(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        return self._inner.feed(data, room)


class _Zstd:
    """Zstandard; the window is capped so that a frame cannot ask for gigabytes."""

    def __init__(self) -> None:
        self._object = zstandard.ZstdDecompressor(max_window_size=2**23).decompressobj(write_size=_PIECE)

    def feed(self, data: bytes, room: int) -> bytes:
        out = bytearray()
        # Small slices: a slice of a bomb inflates to bounded memory before the cap is looked at.
        for start in range(0, len(data), 1024):
            out += self._object.decompress(data[start : start + 1024])
            if len(out) > room:
                break
        return bytes(out)
