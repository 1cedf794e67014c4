"""What Publish knows while it decides: the memories of its own partition and of those beside it.

Most finds need the partition of `latest` that their article falls on, which is their key. Some need another one: a
page may supersede what was published under its link's own id; a find without a page must find the article that its item
owns, which may have any id. So a bundle holds the partitions that it needs, its own and those beside, from catching up
until its outcomes are acknowledged: of two bundles in this process that need one partition the second sees all that the
first said. They are taken in the order of their numbers, so that no two bundles wait for each other.
"""

import contextlib
from collections.abc import Iterator, Sequence

from connectors.kafka.partition import partition_of
from connectors.kafka.rows import Row
from connectors.worker import Worker
from transforms.records import Tagged
from transforms.revision import article_id, asks_for_owned
from transforms.versions import Latest


class Histories:
    """The memories for some finds.

    Args:
      worker: Holds the memories.
      finds: What is to be decided on.
      own: Partitions that the finds are keyed by.

    Attributes:
      owned: The article that an item owns, by item id, where it matters.
    """

    def __init__(self, worker: Worker, finds: Sequence[Tagged], own: set[int]) -> None:
        self._worker, self._finds, self._own = worker, finds, own
        self._count = worker.settings.kafka.partitions
        self._looked_at: dict[int, dict[str, Latest]] = {}
        self.owned: dict[str, str] = {}

    @contextlib.contextmanager
    def held(self) -> Iterator[dict[str, Latest]]:
        """The newest version of each article that matters, caught up; nobody else in this process adds to them.

        What matters follows from the memories, and they may grow while this waits for its turn: so it is asked again
        when all is held, and if more is needed, all is let go and taken anew.
        """
        partitions = self._own
        while True:
            with contextlib.ExitStack() as stack:
                for partition in sorted(partitions):
                    stack.enter_context(self._worker.latest(partition).deciding)
                try:
                    self._roll_forward()
                    wanted = self._wanted()
                    needed = self._own | {self._partition(key) for key in wanted}
                    if needed <= partitions:
                        caught_up = {one: self._worker.latest(one).read() for one in partitions}
                        found = {key: caught_up[self._partition(key)].get(key) for key in wanted}
                        yield {key: last for key, last in found.items() if last is not None}
                        return
                    partitions = partitions | needed
                except BaseException:
                    for partition in partitions:
                        self._worker.latest(partition).doubted()
                    raise

    def _wanted(self) -> set[str]:
        """The articles that matter, as the memories say now."""
        self._looked_at = {}
        self.owned = self._owned({one.read.find.item_id for one in self._finds if asks_for_owned(one)})
        return {key for one in self._finds for key in self._keys(one)}

    def _roll_forward(self) -> None:
        """Says on `latest` what a writer that died had said on `articles` only; in the bundle's own partitions."""
        topic = self._worker.settings.kafka.topic("latest")
        for partition in self._own:
            memory = self._worker.latest(partition)
            memory.read()
            missing = memory.unsaid()
            rows = [Row(topic, one.key, one.value, tuple(one.headers), partition) for one in missing]
            self._worker.write(rows, "publish")
            memory.settled()

    def _keys(self, one: Tagged) -> Iterator[str]:
        item = one.read.find.item_id
        article = article_id(one, self.owned.get(item))
        yield article
        # A find that came back after a crash may have gone ahead before it; nobody remembers.
        if article != item and (one.read.promised or one.read.find.swept or self._published(item)):
            yield item

    def _published(self, article: str) -> bool:
        partition = self._partition(article)
        if partition not in self._looked_at:  # once a bundle: each look asks Kafka for the end
            self._looked_at[partition] = self._worker.latest(partition).read()
        last = self._looked_at[partition].get(article)
        return last is not None and last.usable

    def _owned(self, items: set[str]) -> dict[str, str]:
        """The article of each item: a usable one before a retracted one, one read from its page before the feed's."""
        if not items:
            return {}
        memories = [self._worker.latest(partition) for partition in range(self._count)]
        for memory in memories:
            memory.read()
        best: dict[str, str] = {}
        for item in items:
            mine = {key: last for memory in memories for key, last in memory.owned(item).items()}
            if mine:
                best[item] = max(mine, key=lambda key: (mine[key].usable, mine[key].basis == "page", mine[key].found))
        return best

    def _partition(self, article: str) -> int:
        return partition_of(article, self._count)
