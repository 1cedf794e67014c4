"""A story set in time and place: the items that feeds show of it, and what becomes of them."""

import dataclasses
import functools
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from msgspec.structs import replace

from connectors.demo import dates
from connectors.demo.material import Edit, Expected, Publisher, Story
from transforms.vocabulary import EventType


@dataclasses.dataclass(frozen=True)
class Item:
    """One story as one feed shows it.

    Attributes:
      story: The story.
      publisher: Whose page it is.
      feed: Id of the feed that shows it.
      page: The page's canonical address.
      address: Where the page stands.
      link: Address in the feed: the same, with what the feed adds.
      guid: The feed's own id of it.
      appears: Unix time from which the feed shows it.
      dated: The date it bears, in its publisher's zone, to the second.
      changed: Unix time since which it is as it is.
      updated: When it was last edited, as dated; None: never.
      answers: HTTP status of its page.
      title: Headline, dates filled in.
      summary: Summary, dates filled in.
      paragraphs: Body, dates filled in; subheadings and quotations with their marks.
      expected: What it must come to.
      edited: The same item after each edit, in order.
    """

    story: Story
    publisher: Publisher
    feed: str
    page: str
    address: str
    link: str
    guid: str
    appears: float
    dated: datetime
    changed: float
    updated: datetime | None
    answers: int
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    expected: Expected
    edited: tuple["Item", ...] = ()

    @property
    def forms(self) -> tuple["Item", ...]:
        """As first published, and after each edit."""
        return dataclasses.replace(self, edited=()), *self.edited

    @property
    def superseded(self) -> bool:
        """Whether the feed's words are published under the link before the page names another address."""
        return bool(self.story.first_answers and self.story.canonical)

    def at(self, now: float) -> "Item":
        """The item as it is at a time."""
        return next((form for form in reversed(self.forms) if form.changed <= now), self.forms[0])


@dataclasses.dataclass(frozen=True)
class Final:
    """What `latest` must say of an article once everything is published and edited.

    Attributes:
      title: Headline of the newest version.
      event: Its type.
      canceled: Whether it was retracted.
    """

    title: str
    event: EventType
    canceled: bool


def place(
    story: Story, publishers: Mapping[str, Publisher], base: str, programme: str, epoch: float, speed: float
) -> tuple[Item, ...]:
    """The items of one story: in its own feed, perhaps twice, and perhaps in another one.

    Args:
      story: The story.
      publishers: By id.
      base: Root of its publisher's site.
      programme: Name of the programme, for links.
      epoch: Unix time at which the programme begins.
      speed: How many of the stories' seconds pass in one second.
    """
    publisher = publishers[story.publisher]
    section = story.section.lower().replace(" ", "-")
    path = functools.partial(publisher.path.format, programme=programme, section=section)
    address = base + path(slug=story.slug)
    link = address + publisher.tracking
    appears = epoch + story.at / speed
    dated = datetime.fromtimestamp(int(appears - story.age * 86400), timezone(timedelta(minutes=publisher.utc_offset)))
    filled = functools.partial(dates.fill, today=dated.date())
    bare = Item(
        story=story,
        publisher=publisher,
        feed=publisher.id,
        page=base + path(slug=story.canonical or story.slug),
        address=address,
        link=link,
        guid=link if publisher.permalinks else f"{publisher.id}-{programme}-{story.slug}",
        appears=appears,
        dated=dated,
        changed=appears,
        updated=None,
        answers=story.answers,
        title=filled(story.title),
        summary=filled(story.summary),
        paragraphs=_paragraphs(filled(story.body)),
        expected=_with_event(story.expected),
    )
    first = dataclasses.replace(bare, edited=_edited(bare, speed))
    others = []
    if story.again is not None:
        others.append(_again(first, base + path(slug=f"{story.slug}-live"), story.again / speed))
    if story.elsewhere is not None:
        other = publishers[story.elsewhere.publisher]
        guid = first.guid if other.permalinks else f"{other.id}-{programme}-{story.slug}"
        reason = f"{publisher.id} shows the same link first"
        seen = _later(first, story.elsewhere.after / speed, Expected(outcome="seen", reason=reason))
        others.append(dataclasses.replace(seen, feed=other.id, guid=guid))
    if not others:
        return (first,)
    return tuple(_sharing(item, first.page) for item in (first, *others))


def _edited(item: Item, speed: float) -> tuple[Item, ...]:
    """The item after each of its story's edits."""
    first, forms = item, []
    for edit in item.story.edits:
        changed = first.appears + edit.after / speed
        base = first if edit.returns else item
        filled = functools.partial(dates.fill, today=first.dated.date())
        item = dataclasses.replace(
            base,
            changed=changed,
            # What returns is in the feed as it was before it was ever edited.
            updated=None if edit.returns else datetime.fromtimestamp(int(changed), first.dated.tzinfo),
            dated=base.dated + timedelta(days=edit.redated),
            answers=edit.answers,
            title=base.title if edit.title is None else filled(edit.title),
            summary=base.summary if edit.summary is None else filled(edit.summary),
            paragraphs=base.paragraphs if edit.body is None else _paragraphs(filled(edit.body)),
            expected=_after(item.expected, edit),
        )
        forms.append(item)
    return tuple(forms)


def _after(before: Expected, edit: Edit) -> Expected:
    if edit.expected is not None:
        return _with_event(edit.expected)
    return replace(before, event="article.revised") if before.outcome == "published" else before


def _with_event(expected: Expected) -> Expected:
    if expected.event is None and expected.outcome == "published":
        return replace(expected, event="article.published")
    return expected


def _again(first: Item, address: str, after: float) -> Item:
    """The same page under a second link of the same feed."""
    reason = "another link of the same article is published already"
    duplicate = _later(first, after, Expected(outcome="duplicate", reason=reason))
    return dataclasses.replace(duplicate, address=address, link=address, guid=f"{first.guid}-live")


def _later(first: Item, after: float, expected: Expected) -> Item:
    appears = first.appears + after
    return dataclasses.replace(first, appears=appears, changed=appears, expected=expected, edited=())


def _sharing(item: Item, page: str) -> Item:
    """The item, knowing that others share its page."""
    forms = [dataclasses.replace(form, expected=replace(form.expected, shared=page)) for form in item.forms]
    return dataclasses.replace(forms[0], edited=tuple(forms[1:]))


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(" ".join(paragraph.split()) for paragraph in body.strip().split("\n\n"))
