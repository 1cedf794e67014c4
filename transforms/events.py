"""The event on `articles` and `latest`: what readers of the topics get.

``item`` is an IPTC ninjs 3.1 object, ``tags`` what beatwire says of it, ``source`` where it came from, ``change`` what
differs from the version before, ``version`` who this version is, ``pipeline`` who made it and when. The JSON Schema in
``transforms/schemas`` is generated from these records (``python -m transforms.schemas``).
"""

import msgspec

from transforms import identity
from transforms.records import Article, Find, Origins, Record
from transforms.tags import Tags
from transforms.vocabulary import Access, EventType, PubStatus, SourceKind

SCHEMA = "https://beatwire.org/schemas/article-event.v1.json"
URI = "tag:beatwire.org,2026:article/"
_MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"
# IPTC Media Topics, top level: what each of our topics belongs to.
_SUBJECTS = {
    "app-ban": (("13000000", "science and technology"), ("11000000", "politics")),
    "us-china-tech": (("13000000", "science and technology"), ("11000000", "politics")),
}


class Text(Record, frozen=True, kw_only=True, omit_defaults=True):
    """ninjs headline or description: a value and its role."""

    value: str
    role: str | None = None


class Named(Record, frozen=True, kw_only=True, omit_defaults=True):
    """ninjs subject, organisation, place or source."""

    name: str | None = None
    rel: str | None = None
    role: str | None = None
    uri: str | None = None
    literal: str | None = None


class AltId(Record, frozen=True, kw_only=True):
    """ninjs alternative id."""

    role: str
    value: str


class Association(Record, frozen=True, kw_only=True):
    """ninjs association: another object that belongs to the article, here its lead picture."""

    name: str
    uri: str
    type: str = "picture"
    rel: str = "leadImage"


class Standard(Record, frozen=True, kw_only=True):
    """The standard that ``item`` follows."""

    name: str = "ninjs"
    version: str = "3.1"


class Item(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The article as IPTC ninjs 3.1; fields without a value are left out.

    ``versionCreated`` is when the publisher says that it last changed the article, so that a replay says the same.
    """

    uri: str
    standard: Standard = msgspec.field(default_factory=Standard)
    type: str = ""
    representation_type: str = ""
    version: str = ""
    version_created: str | None = None
    content_created: str | None = None
    pub_status: str = ""
    language: str | None = None
    headlines: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    by: str | None = None
    subjects: tuple[Named, ...] = ()
    organisations: tuple[Named, ...] = ()
    places: tuple[Named, ...] = ()
    info_sources: tuple[Named, ...] = ()
    alt_ids: tuple[AltId, ...] = ()
    associations: tuple[Association, ...] = ()


class Rights(Record, frozen=True, kw_only=True):
    """What the publisher says about use: a paywall, and robots directives of the page and its header.

    ``access`` is ``free`` or ``paywalled`` as the page says or shows, else ``unknown``; ``paywalled`` is the same as a
    truth value. With ``paywalled`` nothing was read that the page does not show to everybody.
    """

    paywalled: bool = False
    robots: tuple[str, ...] = ()
    access: Access = "unknown"


class Source(Record, frozen=True, kw_only=True):
    """Where the event comes from.

    ``link`` is the address in the feed, ``url`` the one that identifies the article; ``syndicatedFrom`` is the
    canonical address that the page names on another domain; ``fetchError`` says why the page could not be had (basis
    ``feed``). ``section`` is what the publisher files the article under, in its own words; ``origins`` says which place
    of the page or the feed each field was taken from.
    """

    feed: str
    publisher: str
    kind: SourceKind
    guid: str
    link: str
    url: str
    item: str
    find: str
    syndicated_from: str | None = None
    fetch_error: str | None = None
    rights: Rights = msgspec.field(default_factory=Rights)
    section: str = ""
    origins: Origins = msgspec.field(default_factory=Origins)


class Change(Record, frozen=True, kw_only=True):
    """What differs from the version before: its event id, the fields, and why in words.

    ``supersededBy`` names the article that took the place of one that was retracted for it.
    """

    previous: str
    fields: tuple[str, ...]
    reason: str
    superseded_by: str | None = None


class Version(Record, frozen=True, kw_only=True):
    """Who this version is; equal hashes mean that nothing is published."""

    event: str
    type: EventType
    revision: int
    content_hash: str
    tags_hash: str
    pub_status: PubStatus


class Times(Record, frozen=True, kw_only=True):
    """The way of the find through the pipeline."""

    polled: str
    found: str
    fetched: str | None
    tagged: str | None
    published: str


class Pipeline(Record, frozen=True, kw_only=True):
    """Who made the event; the only part that may differ between two sendings of one event."""

    name: str
    version: str
    extractor: str
    times: Times


class Event(Record, frozen=True, kw_only=True):
    """One version of one article on the beat."""

    item: Item
    tags: Tags
    source: Source
    change: Change | None
    version: Version
    pipeline: Pipeline


def item(article_id: str, article: Article, find: Find, tags: Tags, version: Version) -> Item:
    """An article as ninjs; a retracted one carries its identity and status only."""
    alt_ids = (("url", identity.article_url(article)[0]), ("item", find.item_id), ("guid", find.entry.guid))
    bare = Item(
        uri=URI + article_id,
        type="text",
        representation_type="partial",
        version=str(version.revision),
        version_created=_instant(article.modified) or _instant(article.published),
        content_created=_instant(article.published),
        pub_status=version.pub_status,
        info_sources=(Named(name=find.source.publisher, role="publisher"),),
        alt_ids=tuple(AltId(role=role, value=value) for role, value in alt_ids if value),
    )
    if version.pub_status == "canceled":
        return bare
    return msgspec.structs.replace(
        bare,
        headlines=(Text(value=article.title),),
        descriptions=(Text(value=article.summary, role="summary"),) if article.summary else (),
        by=", ".join(article.authors) or None,
        language=article.language,
        subjects=_subjects(tags),
        organisations=tuple(Named(name=name, rel="about") for name in tags.companies),
        associations=(Association(name=article.title, uri=article.image),) if article.image else (),
        places=tuple(Named(literal=code, rel="jurisdiction") for code in tags.jurisdictions),
    )


def source(article: Article, find: Find, fetch_error: str | None = None) -> Source:
    """Where an article comes from.

    Args:
      article: The article.
      find: The find that it was read for.
      fetch_error: Why its page could not be had, when only the feed's words were.
    """
    url, syndicated_from = identity.article_url(article)
    return Source(
        feed=find.source.id,
        publisher=find.source.publisher,
        kind=find.source.kind,
        guid=find.entry.guid,
        link=find.entry.link,
        url=url,
        item=find.item_id,
        find=find.find_id,
        syndicated_from=syndicated_from,
        fetch_error=fetch_error,
        rights=Rights(paywalled=article.paywalled, robots=article.robots, access=article.access),
        section=article.section,
        origins=article.origins,
    )


def _subjects(tags: Tags) -> tuple[Named, ...]:
    own = tuple(Named(literal=topic, rel="about", name=topic) for topic in tags.topics)
    codes = dict.fromkeys(code for topic in tags.topics for code in _SUBJECTS.get(topic, ()))
    return own + tuple(Named(uri=_MEDIA_TOPICS + code, name=name, rel="about") for code, name in codes)


def _instant(text: str | None) -> str | None:
    """Only a full instant is one to ninjs; a bare date would claim an hour that nobody gave."""
    return text if text and "T" in text else None
