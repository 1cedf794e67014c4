"""An edition set in time and place: which item appears when, in which feed, under which link.

Everything follows from the edition, the port, the epoch and the speed, so a site that is started again with the same
four goes on where it was, with the same links and dates. Links carry the epoch: a new programme makes new items.
"""

import dataclasses
import functools
from collections.abc import Mapping
from datetime import UTC, datetime

from connectors.demo.items import Final, Item, place
from connectors.demo.material import Edition, Expected, Publisher, Story
from transforms import identity
from transforms.records import FeedSource

POLL_INTERVAL = 2.0


@dataclasses.dataclass(frozen=True)
class Programme:
    """An edition on a port, from an epoch on, at a speed.

    Args:
      edition: What is published.
      port: Of the site.
      epoch: Unix time at which it begins.
      speed: How many of the stories' seconds pass in one second.
    """

    edition: Edition
    port: int
    epoch: float
    speed: float = 1.0

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise ValueError(f"speed must be positive, got {self.speed}")

    @property
    def name(self) -> str:
        """The epoch as links carry it: ``20261124-083812``."""
        return datetime.fromtimestamp(int(self.epoch), UTC).strftime("%Y%m%d-%H%M%S")

    @property
    def duration(self) -> float:
        """Seconds from the epoch until everything is published and edited."""
        return max((item.forms[-1].changed for item in self.items), default=self.epoch) - self.epoch

    def base(self, publisher: Publisher) -> str:
        """Root of a publisher's site, without a slash at its end (``*.localhost`` is loopback: RFC 6761, 6.3)."""
        return f"http://{publisher.id}.localhost:{self.port}"

    @functools.cached_property
    def publishers(self) -> Mapping[str, Publisher]:
        """Publishers by id."""
        return {publisher.id: publisher for publisher in self.edition.publishers}

    def feeds(self) -> tuple[FeedSource, ...]:
        """The feeds, as a configuration would name them."""
        return tuple(
            FeedSource(
                id=publisher.id,
                url=self.base(publisher) + publisher.feed,
                publisher=publisher.name,
                kind=publisher.kind,
                interval=POLL_INTERVAL,
            )
            for publisher in self.edition.publishers
        )

    @functools.cached_property
    def items(self) -> tuple[Item, ...]:
        """All items of all feeds in the order of their appearance."""
        placed = [item for story in self.edition.stories for item in self._place(story)]
        return tuple(sorted(placed, key=lambda item: (item.appears, item.feed, item.link)))

    @functools.cached_property
    def _by_feed(self) -> Mapping[str, tuple[Item, ...]]:
        return {id_: tuple(item for item in self.items if item.feed == id_) for id_ in self.publishers}

    @functools.cached_property
    def _by_address(self) -> Mapping[str, Item]:
        # In the order of appearance, reversed: of two items with one page the earlier stays.
        backwards = tuple(reversed(self.items))
        return {item.page: item for item in backwards} | {item.address: item for item in backwards}

    def shown(self, feed: str, now: float) -> tuple[Item, ...]:
        """What a feed shows at a time, newest first, each as it is by then."""
        out = [item for item in self._by_feed[feed] if item.appears <= now]
        return tuple(item.at(now) for item in reversed(out[-self.edition.window :]))

    def page(self, url: str, now: float) -> Item | None:
        """The item whose page stands at an address, as it is by now; None before it is published."""
        item = self._by_address.get(url)
        return item.at(now) if item and item.appears <= now else None

    def barred(self, publisher: Publisher) -> tuple[str, ...]:
        """Paths of the pages that a publisher's robots.txt keeps machines off, sorted."""
        base = self.base(publisher)
        barred = {item.address for item in self.items if item.story.barred and item.publisher is publisher}
        return tuple(sorted(address.removeprefix(base) for address in barred))

    def expected(self, now: float | None = None) -> dict[tuple[str, str], Expected]:
        """What each item must come to, by feed id and link.

        Args:
          now: Unix time, for what is shown by then, as it is by then; left out: in the end.
        """
        if now is None:
            return {(item.feed, item.link): item.forms[-1].expected for item in self.items}
        return {(item.feed, item.link): item.at(now).expected for item in self.items if item.appears <= now}

    def finds(self, now: float) -> int:
        """How many finds there are by a time, if no poll misses a form of an entry."""
        return sum(1 for item in self.items for form in item.forms if form.changed <= now)

    def finals(self, now: float | None = None) -> dict[str, Final]:
        """What `latest` must say in the end of every article that was ever on the beat, by article id.

        Args:
          now: Unix time, for what it must say by then.

        True where no form of an entry is missed: who never saw an article need not take it back.
        """
        told: dict[str, Final] = {}
        for item in self.items:
            by_now = [form for form in item.forms if now is None or form.changed <= now]
            event = by_now[-1].expected.event if by_now else None
            if event is not None:
                told[identity.url_id(item.page)] = Final(by_now[-1].title, event, event == "article.retracted")
                if item.superseded and item.address != item.page:
                    told[identity.url_id(item.link)] = Final(by_now[0].title, "article.retracted", True)
        return told

    def final(self, link: str, now: float | None = None) -> Final | None:
        """What `latest` must say of the article behind a feed's link; None where it was never on the beat."""
        item = next(item for item in self.items if item.link == link)
        return self.finals(now).get(identity.url_id(item.page))

    def _place(self, story: Story) -> tuple[Item, ...]:
        publisher = self.publishers[story.publisher]
        return place(story, self.publishers, self.base(publisher), self.name, self.epoch, self.speed)
