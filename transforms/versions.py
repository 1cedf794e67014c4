"""The versions of an article: what is remembered of the newest one, and the events that follow it.

Nothing is said when the content hash, the tags hash and the status are what `latest` says already. Otherwise the
revision is the one in `latest` + 1, and the event id follows from article, revision and hashes, so that a replay, in
whatever order, says the same again under the same id.
"""

import dataclasses

import msgspec

from transforms import events, identity, lenient
from transforms.events import Change, Event, Pipeline, Times, Version
from transforms.records import Article, Find, Record, Tagged
from transforms.tags import Tags
from transforms.vocabulary import Basis, EventType, PubStatus

NO_LONGER, SUPERSEDED, GONE, NOTICE = "no longer on the beat", "superseded", "gone", "notice"
"""Why an article is retracted: ``change.reason`` of the event."""

_FIELDS = ("topics", "stage", "status", "apps", "companies", "jurisdictions", "measures", "instruments", "cases")


class Latest(Record, frozen=True, kw_only=True):
    """What is remembered of the newest version of an article.

    Attributes:
      version: Its identity and hashes.
      item: The item that owns the article.
      find: The find that published it.
      found: When that find was found.
      said: When it was decided to publish.
      basis: What was read for it.
      url: The address that identifies the article.
      reason: Why it was retracted, or empty.
      digests: Short hash of each field that readers see, to say which changed.
    """

    version: Version
    item: str
    find: str
    found: str
    said: str
    basis: Basis
    url: str
    reason: str
    digests: dict[str, str]

    @property
    def usable(self) -> bool:
        """False once it is retracted."""
        return self.version.pub_status == "usable"


@dataclasses.dataclass(frozen=True)
class Imprint:
    """Who says it, and when.

    Attributes:
      now: Instant of the decision.
      name: The pipeline's name.
      version: beatwire's version.
    """

    now: str
    name: str
    version: str


def remember(value: bytes) -> Latest:
    """What to keep of a value on `latest`.

    Raises:
      msgspec.DecodeError: If it is not an event of this form.
    """
    return latest_of(lenient.decode(value, Event))


def latest_of(event: Event) -> Latest:
    """What is remembered once an event is sent."""
    item, canceled = event.item, event.version.pub_status == "canceled"
    return Latest(
        version=event.version,
        item=event.source.item,
        find=event.source.find,
        found=event.pipeline.times.found,
        said=event.pipeline.times.published,
        basis=event.tags.basis,
        url=event.source.url,
        reason=event.change.reason if canceled and event.change else "",
        digests=_digests(
            item.headlines[0].value if item.headlines else "",
            item.descriptions[0].value if item.descriptions else "",
            event.tags,
        ),
    )


def following(article_id: str, previous: Latest | None, tagged: Tagged, imprint: Imprint) -> Event | None:
    """The event that says what was read, or None when `latest` says the same already.

    Args:
      article_id: The article.
      previous: Its newest version.
      tagged: What was read of it; it has an article and is on the beat.
      imprint: Who says it.
    """
    read, tags = tagged.read, tagged.tags
    if read.article is None or tags is None:
        raise ValueError(f"find {read.find.find_id} has no article")
    content = identity.content_hash(read.article.title, read.article.summary, read.article.text)
    made = _version(article_id, previous, content, identity.tags_hash(tags), "usable")
    if previous is not None and _hashes(previous.version) == _hashes(made):
        return None
    return Event(
        item=events.item(article_id, read.article, read.find, tags, made),
        tags=tags,
        source=events.source(read.article, read.find, read.ending.reason if read.ending else None),
        change=_change(previous, made, _digests(read.article.title, read.article.summary, tags)),
        version=made,
        pipeline=_pipeline(tagged, read.article.extractor, imprint),
    )


def retraction(
    article_id: str,
    previous: Latest,
    tagged: Tagged,
    reason: str,
    imprint: Imprint,
    basis: Basis = "page",
    superseded_by: str | None = None,
) -> Event:
    """The event that takes an article back; it has no body.

    Args:
      article_id: The article.
      previous: Its newest version, which is usable.
      tagged: What it is taken back for.
      reason: Why, in one of the words above.
      imprint: Who says it.
      basis: What was read to know it: only the page can take back what a page said.
      superseded_by: The article in whose favour it is taken back.
    """
    read, tags = tagged.read, tagged.tags
    article = read.article or Article(url=previous.url)
    # Its own address, whatever the page says by now.
    bare = Article(url=previous.url, published=article.published, modified=article.modified, robots=article.robots)
    made = _version(article_id, previous, "", "", "canceled")
    said = Tags(rules_version=tags.rules_version if tags else "", basis=basis)
    return Event(
        item=events.item(article_id, bare, read.find, said, made),
        tags=said,
        source=events.source(bare, read.find),
        change=Change(
            previous=previous.version.event, fields=("pubStatus",), reason=reason, superseded_by=superseded_by
        ),
        version=made,
        pipeline=_pipeline(tagged, article.extractor, imprint),
    )


def _version(article_id: str, previous: Latest | None, content: str, tags: str, status: PubStatus) -> Version:
    revision = previous.version.revision + 1 if previous else 1
    return Version(
        event=identity.event_id(article_id, revision, content, tags, status),
        type=_type(previous, content, status),
        revision=revision,
        content_hash=content,
        tags_hash=tags,
        pub_status=status,
    )


def _hashes(version: Version) -> tuple[str, str, str]:
    return version.content_hash, version.tags_hash, version.pub_status


def _type(previous: Latest | None, content: str, status: PubStatus) -> EventType:
    if status == "canceled":
        return "article.retracted"
    if previous is None:
        return "article.published"
    return "article.retagged" if previous.usable and previous.version.content_hash == content else "article.revised"


def _change(previous: Latest | None, made: Version, digests: dict[str, str]) -> Change | None:
    if previous is None:
        return None
    fields = tuple(name for name, digest in digests.items() if previous.digests.get(name) != digest)
    if not previous.usable:
        reason = "back on the beat" if previous.reason == NO_LONGER else f"published again: it was {previous.reason}"
        return Change(previous=previous.version.event, fields=("pubStatus", *fields), reason=reason)
    reason = "tags changed" if made.type == "article.retagged" else "content changed"
    return Change(previous=previous.version.event, fields=fields, reason=reason)


def _pipeline(tagged: Tagged, extractor: str, imprint: Imprint) -> Pipeline:
    find: Find = tagged.read.find
    return Pipeline(
        name=imprint.name,
        version=imprint.version,
        extractor=extractor,
        times=Times(
            polled=find.polled,
            found=find.found,
            fetched=tagged.read.fetched,
            tagged=tagged.tagged,
            published=imprint.now,
        ),
    )


def _digests(title: str, summary: str, tags: Tags) -> dict[str, str]:
    values: dict[str, object] = {"headline": title, "summary": summary, "text": tags.text_hash}
    values |= {name: getattr(tags, name) for name in _FIELDS}
    values["actions"] = identity.tags_hash(tags)
    values["dates"] = [(date.date, date.role) for date in tags.dates]
    return {name: identity.digest(msgspec.to_builtins(value))[:8] for name, value in values.items()}
