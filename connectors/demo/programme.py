"""An edition set in time and place: which item appears when, in which feed, under which link.

Everything follows from the edition, the port, the epoch and the speed, so a site that is started again with the same
four goes on where it was, with the same links and dates. Links carry the epoch: a new programme makes new items.
"""

import dataclasses
import functools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from connectors.demo import dates
from connectors.demo.material import Edition, Expected, Publisher, Story
from transforms.records import FeedSource

POLL_INTERVAL = 2.0


@dataclasses.dataclass(frozen=True)
class Item:
    """One story as one feed shows it.

    Attributes:
      story: The story.
      publisher: Whose page it is.
      feed: Id of the feed that shows it.
      page: Address of the page, and its canonical one.
      link: Address in the feed.
      guid: The feed's own id of it.
      appears: Unix time from which the feed shows it.
      dated: The date it bears, in its publisher's zone, to the second.
      title: Headline, dates filled in.
      summary: Summary, dates filled in.
      paragraphs: Body, dates filled in; subheadings and quotations with their marks.
      expected: What it must come to.
    """

    story: Story
    publisher: Publisher
    feed: str
    page: str
    link: str
    guid: str
    appears: float
    dated: datetime
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    expected: Expected


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
        """Seconds from the epoch until everything is published."""
        return max((item.appears for item in self.items), default=self.epoch) - self.epoch

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
    def _by_page(self) -> Mapping[str, Item]:
        # In the order of appearance, reversed: of two items with one page the earlier stays.
        return {item.page: item for item in reversed(self.items)}

    def shown(self, feed: str, now: float) -> tuple[Item, ...]:
        """What a feed shows at a time, newest first."""
        out = [item for item in self._by_feed[feed] if item.appears <= now]
        return tuple(reversed(out[-self.edition.window :]))

    def page(self, url: str, now: float) -> Item | None:
        """The item whose page stands at an address, if it is published by now."""
        item = self._by_page.get(url)
        return item if item and item.appears <= now else None

    def expected(self) -> dict[tuple[str, str], Expected]:
        """What each item must come to, by feed id and link."""
        return {(item.feed, item.link): item.expected for item in self.items}

    def _place(self, story: Story) -> tuple[Item, ...]:
        publisher = self.publishers[story.publisher]
        appears = self.epoch + story.at / self.speed
        zone = timezone(timedelta(minutes=publisher.utc_offset))
        dated = datetime.fromtimestamp(int(appears - story.age * 86400), zone)
        section = story.section.lower().replace(" ", "-")
        path = publisher.path.format(programme=self.name, section=section, slug=story.slug)
        page = self.base(publisher) + path
        link = page + publisher.tracking
        filled = functools.partial(dates.fill, today=dated.date())
        first = Item(
            story=story,
            publisher=publisher,
            feed=publisher.id,
            page=page,
            link=link,
            guid=link if publisher.permalinks else f"{publisher.id}-{self.name}-{story.slug}",
            appears=appears,
            dated=dated,
            title=filled(story.title),
            summary=filled(story.summary),
            paragraphs=tuple(filled(" ".join(p.split())) for p in story.body.strip().split("\n\n")),
            expected=story.expected,
        )
        if story.elsewhere is None:
            return (first,)
        other = self.publishers[story.elsewhere.publisher]
        reason = f"{publisher.id} shows the same link first"
        second = dataclasses.replace(
            first,
            feed=other.id,
            guid=first.guid if other.permalinks else f"{other.id}-{self.name}-{story.slug}",
            appears=appears + story.elsewhere.after / self.speed,
            expected=Expected(outcome="seen", reason=reason, shared=first.feed),
        )
        shared = msgspec.structs.replace(first.expected, shared=second.feed)
        return (dataclasses.replace(first, expected=shared), second)
