"""Whether an article is news to the readers of the topics: the decider behind Publish.

    previous version (from `latest`) + what was read and tagged now  ->  event or none, and the find's outcome

Nothing is published when the content hash, the tags hash and the status are what `latest` says already. Otherwise the
revision is the one in `latest` + 1, and the event id follows from article, revision and hashes, so that a replay, in
whatever order, says the same again under the same id.
"""

import dataclasses

import msgspec

from transforms import events, identity
from transforms.events import Change, Event, Pipeline, Times, Version
from transforms.records import Article, Outcome, Record, Tagged
from transforms.tags import Tags
from transforms.vocabulary import EventType, OutcomeName, PubStatus

_FIELDS = ("topics", "stage", "status", "apps", "companies", "jurisdictions", "measures", "instruments", "cases")


class Latest(Record, frozen=True, kw_only=True):
    """What is remembered of the newest version of an article.

    Attributes:
      version: Its identity and hashes.
      item: The item that owns the article.
      find: The find that published it.
      found: When that find was found.
      basis: What was read for it.
      digests: Short hash of each field that readers see, to say which changed.
    """

    version: Version
    item: str
    find: str
    found: str
    basis: str
    digests: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Decision:
    """What Publish does with one find.

    Attributes:
      outcome: How the find ends.
      event: What is sent to `articles` and `latest`, or None.
      article_id: The Kafka key, or None where there is no article.
    """

    outcome: Outcome
    event: Event | None = None
    article_id: str | None = None


def article_id(tagged: Tagged) -> str:
    """The article that a find comes to; for a find without a page the id of its item."""
    article = tagged.read.article
    return identity.url_id(identity.article_url(article)[0]) if article else tagged.read.find.item_id


def remember(value: bytes) -> Latest:
    """What to keep of a value on `latest`.

    Raises:
      msgspec.DecodeError: If it is not an event of this form.
    """
    return _latest(msgspec.json.decode(value, type=Event))


def decide(previous: Latest | None, tagged: Tagged, *, now: str, name: str, version: str) -> Decision:
    """Compares what was read now with what was last said.

    Args:
      previous: The newest version of this article, or None when it was never on the beat.
      tagged: The find, read and tagged.
      now: Instant of the decision.
      name: The pipeline's name.
      version: beatwire's version.
    """
    read, tags = tagged.read, tagged.tags
    ended = _Ender(tagged, now)
    if read.article is None or tags is None:
        ending = read.ending
        if ending is None:
            raise ValueError(f"find {read.find.find_id} has neither article nor ending")
        return ended(ending.outcome, ending.step, ending.reason)
    if read.ending is not None and not tags.topics:
        return ended(read.ending.outcome, read.ending.step, read.ending.reason)
    known = previous is not None and previous.version.pub_status == "usable"
    if previous is not None and known and previous.item != read.find.item_id:
        return ended("duplicate", "publish", f"item {previous.item} owns the article")
    if not tags.topics and (previous is None or not known or tags.basis == "feed"):
        return ended("off-beat", "tag")
    if previous is not None and known:
        settled = _settled(previous, read.find.find_id, read.find.found, tags)
        if settled:
            return ended(settled[0], "publish", settled[1], previous.version.event)
    status: PubStatus = "usable" if tags.topics else "canceled"
    made = _version(ended.article_id, previous, read.article, tags, status)
    if previous is not None and _same(previous.version, made):
        same_find = previous.find == read.find.find_id
        return ended("published" if same_find else "unchanged", "publish", "", previous.version.event)
    event = Event(
        item=events.item(ended.article_id, read.article, read.find, tags, made),
        tags=tags if tags.topics else Tags(rules_version=tags.rules_version, basis=tags.basis),
        source=events.source(read.article, read.find),
        change=_change(previous, made, _digests(read.article.title, read.article.summary, tags)),
        version=made,
        pipeline=Pipeline(
            name=name,
            version=version,
            extractor=read.article.extractor,
            times=Times(
                polled=read.find.polled,
                found=read.find.found,
                fetched=read.fetched,
                tagged=tagged.tagged,
                published=now,
            ),
        ),
    )
    outcome: OutcomeName = "published" if status == "usable" else "retracted"
    reason = "" if status == "usable" else "no longer on the beat"
    return dataclasses.replace(ended(outcome, "publish", reason, made.event), event=event)


def latest_of(event: Event) -> Latest:
    """What is remembered once an event is sent."""
    return _latest(event)


class _Ender:
    """Makes the outcome of one find."""

    def __init__(self, tagged: Tagged, now: str) -> None:
        self.tagged, self.now, self.article_id = tagged, now, article_id(tagged)

    def __call__(self, outcome: OutcomeName, step: str, reason: str = "", event_id: str | None = None) -> Decision:
        find, tags = self.tagged.read.find, self.tagged.tags
        has_article = self.tagged.read.article is not None
        made = Outcome(
            find_id=find.find_id,
            item_id=find.item_id,
            feed_id=find.source.id,
            link=find.entry.link,
            outcome=outcome,
            step=step,  # type: ignore[arg-type]  # one of the steps: the callers above are the only ones
            reason=reason,
            attempts=self.tagged.read.attempts,
            article_id=self.article_id if has_article else None,
            event_id=event_id,
            rules_version=tags.rules_version if tags else None,
            poll=find.poll,
            found=find.found,
            ended=self.now,
        )
        return Decision(outcome=made, article_id=self.article_id)


def _settled(previous: Latest, find: str, found: str, tags: Tags) -> tuple[OutcomeName, str] | None:
    """Reasons not to compare at all: something better or newer was said already."""
    if tags.basis == "feed" and previous.basis == "page":
        return "unchanged", "the page itself was read before"
    if found < previous.found and find != previous.find:
        return "unchanged", "a later find was published"
    return None


def _version(article: str, previous: Latest | None, read: Article, tags: Tags, status: PubStatus) -> Version:
    content = identity.content_hash(read.title, read.summary, read.text) if status == "usable" else ""
    said = identity.tags_hash(tags) if status == "usable" else ""
    revision = previous.version.revision + 1 if previous else 1
    if previous is not None and _same(previous.version, (content, said, status)):
        revision = previous.version.revision
    return Version(
        event=identity.event_id(article, revision, content, said, status),
        type=_type(previous, content, status),
        revision=revision,
        content_hash=content,
        tags_hash=said,
        pub_status=status,
    )


def _same(previous: Version, made: Version | tuple[str, str, str]) -> bool:
    now = (made.content_hash, made.tags_hash, made.pub_status) if isinstance(made, Version) else made
    return (previous.content_hash, previous.tags_hash, previous.pub_status) == now


def _type(previous: Latest | None, content: str, status: PubStatus) -> EventType:
    if status == "canceled":
        return "article.retracted"
    if previous is None:
        return "article.published"
    if previous.version.pub_status == "usable" and previous.version.content_hash == content:
        return "article.retagged"
    return "article.revised"


def _change(previous: Latest | None, made: Version, digests: dict[str, str]) -> Change | None:
    if previous is None:
        return None
    if made.pub_status == "canceled":
        return Change(previous=previous.version.event, fields=("pubStatus",), reason="no longer on the beat")
    fields = tuple(name for name, digest in digests.items() if previous.digests.get(name) != digest)
    back = previous.version.pub_status == "canceled"
    reasons = {"article.retagged": "tags changed", "article.revised": "content changed"}
    reason = "back on the beat" if back else reasons[made.type]
    return Change(previous=previous.version.event, fields=("pubStatus", *fields) if back else fields, reason=reason)


def _digests(title: str, summary: str, tags: Tags) -> dict[str, str]:
    values: dict[str, object] = {"headline": title, "summary": summary, "text": tags.text_hash}
    values |= {name: getattr(tags, name) for name in _FIELDS}
    values["actions"] = identity.tags_hash(tags)
    values["dates"] = [(date.date, date.role) for date in tags.dates]
    return {name: identity.digest(msgspec.to_builtins(value))[:8] for name, value in values.items()}


def _latest(event: Event) -> Latest:
    item = event.item
    return Latest(
        version=event.version,
        item=event.source.item,
        find=event.source.find,
        found=event.pipeline.times.found,
        basis=event.tags.basis,
        digests=_digests(
            item.headlines[0].value if item.headlines else "",
            item.descriptions[0].value if item.descriptions else "",
            event.tags,
        ),
    )
