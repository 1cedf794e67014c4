"""What a worker process remembers of the feeds it polls, so that a tick costs what is due and not what there is.

A shard's cursors are read from state once; from then on its `Book` goes along with state, and is told from another by
the stamp that both carry: state that a runner restored, or that another worker wrote, has another stamp, and the book
is made anew. A tick takes the book out and puts it back once all is written; where it fails, no book is left.
"""

import heapq
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from connectors.feeds.admission import address
from transforms import identity, instants
from transforms.cursor import Cursor
from transforms.politeness import Wanted
from transforms.records import FeedSource
from transforms.urls import host_of, registered_domain


def shard_of(source: FeedSource, shards: int) -> int:
    """The shard of a feed: all feeds of one registered domain have the same."""
    return identity.shard(registered_domain(source.url), shards)


def wanted(cursor: Cursor) -> tuple[str, Wanted[str]]:
    """The registered domain of a feed, and its next poll."""
    url = address(cursor)
    return registered_domain(url), Wanted(cursor.feed_id, host_of(url), instants.from_text(cursor.next_poll))


class Book:
    """The cursors of one shard, by when they are due.

    Args:
      cursors: What state holds.
      running: Whether a poll of a feed is under way.
      stamp: State's; empty where it has none.

    Attributes:
      cursors: By feed id; changed by `put` and `adopt` alone.
      running: Feeds with a poll under way, in the order of their starts.
      changed: Feeds whose cursor state does not hold as it is here.
      stamp: Of the state that it goes along with.
      fits: The list of feeds that its cursors were last found to fit; None before.
    """

    def __init__(self, cursors: dict[str, Cursor], running: Callable[[str], bool], stamp: bytes = b"") -> None:
        self.cursors, self.stamp = dict(cursors), stamp
        self.changed = set[str]()
        self.fits: Mapping[str, FeedSource] | None = None
        self._wanted = {feed: wanted(cursor) for feed, cursor in cursors.items()}
        self.running = {feed: None for feed in cursors if running(feed)}
        self._ready = set[str]()  # due, but not started yet
        self._heap = [(one.due, feed) for feed, (_, one) in self._wanted.items()]
        heapq.heapify(self._heap)

    def put(self, cursor: Cursor) -> None:
        """Takes a new or changed cursor in."""
        feed, before = cursor.feed_id, self.cursors.get(cursor.feed_id)
        if before is not None and address(before) == address(cursor):
            domain, known = self._wanted[feed]
            self._wanted[feed] = domain, Wanted(feed, known.host, instants.from_text(cursor.next_poll))
        else:
            self._wanted[feed] = wanted(cursor)
        self.cursors[feed] = cursor
        self.changed.add(feed)
        self._wait(feed)

    def adopt(self, cursors: Mapping[str, Cursor]) -> None:
        """Makes its cursors these."""
        for feed in self.cursors.keys() - cursors.keys():
            del self.cursors[feed], self._wanted[feed]
            self._ready.discard(feed)
            self.running.pop(feed, None)
            self.changed.add(feed)
        for feed, cursor in cursors.items():
            if self.cursors.get(feed) is not cursor:
                self.put(cursor)

    def wanted(self, feed: str) -> tuple[str, Wanted[str]]:
        """The registered domain of a feed, and its next poll."""
        return self._wanted[feed]

    def begin(self, feed: str) -> None:
        """Notes that a poll of a feed is under way."""
        self.running[feed] = None
        self._ready.discard(feed)

    def end(self, feed: str) -> None:
        """Notes that none is: the feed waits for its time again."""
        del self.running[feed]
        self._wait(feed)

    def due(self, now: float) -> list[tuple[str, Wanted[str]]]:
        """Registered domain and poll of each feed that is due and not under way, the longest due first."""
        while (top := self._top()) is not None and top[0] <= now:
            self._ready.add(heapq.heappop(self._heap)[1])
        return sorted((self._wanted[feed] for feed in self._ready), key=lambda pair: pair[1].due)

    def waiting(self) -> Iterator[tuple[str, Wanted[str]]]:
        """Registered domain and poll of the feeds of which one may be the next to start: those due, and the first."""
        top = self._top()
        yield from (self._wanted[feed] for feed in self._ready if top is None or feed != top[1])
        if top is not None:
            yield self._wanted[top[1]]

    def hosts(self) -> set[str]:
        """The hosts of its feeds."""
        return {one.host for _, one in self._wanted.values()}

    def written(self) -> bytes:
        """A new stamp, for state that now holds all that is here."""
        self.changed.clear()
        self.stamp = uuid.uuid4().bytes
        return self.stamp

    def _wait(self, feed: str) -> None:
        self._ready.discard(feed)
        heapq.heappush(self._heap, (self._wanted[feed][1].due, feed))
        if len(self._heap) > 2 * len(self._wanted) + 16:  # cursors that changed before they were due
            self._heap = [(one.due, name) for name, (_, one) in self._wanted.items() if name not in self._ready]
            heapq.heapify(self._heap)

    def _top(self) -> tuple[float, str] | None:
        """The first of the heap that still holds."""
        while self._heap:
            due, feed = self._heap[0]
            known = self._wanted.get(feed)
            if known is not None and known[1].due == due and feed not in self.running and feed not in self._ready:
                return self._heap[0]
            heapq.heappop(self._heap)
        return None


class Books:
    """The books of one worker process by shard, and the list of feeds by shard; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._books: dict[int, Book] = {}
        self._list: Mapping[str, FeedSource] | None = None
        self._split: dict[int, dict[str, FeedSource]] = {}

    def sources(self, listed: Mapping[str, FeedSource], shards: int) -> dict[int, dict[str, FeedSource]]:
        """A list of feeds by shard; the same object until the list is another."""
        with self._lock:
            if listed is not self._list:
                split: dict[int, dict[str, FeedSource]] = defaultdict(dict)
                for source in listed.values():
                    split[shard_of(source, shards)][source.id] = source
                for shard in range(shards):
                    same = split[shard] == self._split.get(shard)
                    split[shard] = self._split[shard] if same else split[shard]
                self._list, self._split = listed, dict(split)
            return self._split

    def take(self, shard: int, stamp: bytes) -> Book | None:
        """The book of a shard, out of here, if it goes along with the state of this stamp."""
        with self._lock:
            book = self._books.pop(shard, None)
        return book if book is not None and stamp and book.stamp == stamp else None

    def put(self, shard: int, book: Book) -> None:
        """Keeps a book whose cursors state holds."""
        with self._lock:
            self._books[shard] = book
