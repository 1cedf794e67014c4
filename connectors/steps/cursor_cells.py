"""The cursors of one shard as Beam's state: sixteen cells, of which a tick writes those that it has changed.

    stamp -> the book in this process goes along with it? -> nothing is read
          -> else the cells                               -> a book made anew

State as it was stored before, in one cell, is read, and spread over the sixteen at the first write.
"""

import zlib

import msgspec
from apache_beam import coders
from apache_beam.transforms.userstate import ReadModifyWriteRuntimeState, ReadModifyWriteStateSpec

from connectors import worker
from connectors.books import Book
from connectors.run import RunSettings
from transforms.cursor import Cursor, upgraded

CELLS = 16


class CursorsCoder(coders.Coder):  # type: ignore[misc]  # Beam's base is untyped
    """Cursors of one shard: a version byte, then deflated MessagePack."""

    VERSION = b"\x01"

    def encode(self, value: dict[str, Cursor]) -> bytes:
        return self.VERSION + zlib.compress(msgspec.msgpack.encode(value, order="deterministic"), 1)

    def decode(self, encoded: bytes) -> dict[str, Cursor]:
        if encoded[:1] != self.VERSION:
            raise ValueError(f"cursors stored in form {encoded[:1]!r}, this version reads {self.VERSION!r}")
        stored = msgspec.msgpack.decode(zlib.decompress(encoded[1:]), type=dict[str, Cursor])
        return {feed: upgraded(cursor) for feed, cursor in stored.items()}

    def is_deterministic(self) -> bool:
        return True


WHOLE = ReadModifyWriteStateSpec("cursors", CursorsCoder())
STAMP = ReadModifyWriteStateSpec("stamp", coders.BytesCoder())
PARTS = tuple(ReadModifyWriteStateSpec(f"cursors_{number:02}", CursorsCoder()) for number in range(CELLS))
SPECS = (WHOLE, STAMP, *PARTS)


def cell_of(feed: str) -> int:
    """The cell that holds a feed's cursor."""
    return zlib.crc32(feed.encode()) % CELLS


class CursorCells:
    """The cursors of one shard in one bundle.

    Args:
      cells: Those of `SPECS`.
      settings: Of the run.
      shard: Which.
    """

    def __init__(self, cells: tuple[ReadModifyWriteRuntimeState, ...], settings: RunSettings, shard: int) -> None:
        self._whole, self._stamp, *self._parts = cells
        self._shared, self._shard = worker.of(settings), shard

    def read(self) -> Book:
        """The shard's book, out of the process's hands until `write`."""
        stamp = self._stamp.read() or b""
        book = self._shared.books.take(self._shard, stamp)
        if book is None:
            book = Book(self._stored(stamp), lambda feed: self._shared.background.has(key(feed)), stamp)
        return book

    def write(self, book: Book) -> None:
        """Has state hold what the book says, and keeps the book."""
        if book.changed:
            touched = {cell_of(feed) for feed in book.changed} if book.stamp else set(range(CELLS))
            groups: dict[int, dict[str, Cursor]] = {number: {} for number in sorted(touched)}
            for feed, cursor in book.cursors.items():
                if (number := cell_of(feed)) in touched:
                    groups[number][feed] = cursor
            for number, group in groups.items():
                if group:
                    self._parts[number].write(group)
                else:
                    self._parts[number].clear()
            if not book.stamp:
                self._whole.clear()
            self._stamp.write(book.written())
        self._shared.books.put(self._shard, book)

    def _stored(self, stamp: bytes) -> dict[str, Cursor]:
        if not stamp:
            return self._whole.read() or {}
        return {feed: cursor for part in self._parts for feed, cursor in (part.read() or {}).items()}


def key(feed: str) -> tuple[str, str]:
    """Under which a feed's poll is under way."""
    return "poll", feed
