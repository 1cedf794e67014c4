"""The records that travel between the steps, from a feed's entry to an outcome.

All are frozen, compare by value, and have a deterministic coder (``transforms.coders``). Instants are RFC 3339 strings
in UTC with milliseconds (``2026-01-31T09:30:00.000Z``), so that the stored form needs no conversion;
``transforms.instants`` makes and reads them. A field that is not known is ``None`` or empty, never a guess.
"""

import msgspec

from transforms.tags import Tags
from transforms.vocabulary import Access, Doubt, OutcomeName, RobotsScope, SourceKind, Step

SHORTEST, LONGEST = 300.0, 6 * 3600.0  # seconds between two polls of a feed, unless configured otherwise


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=False):
    """Base of all records: immutable, camelCase in its stored form, unknown fields of later versions ignored."""


class FeedSource(Record, frozen=True, kw_only=True, gc=False):  # ten thousands, never in a circle
    """What the configuration says of one feed.

    Attributes:
      id: Stable name of the feed; key of `feeds`. Renaming a feed makes it a new one.
      url: Where it is polled.
      publisher: Who publishes it, for people.
      kind: How near to the event it is.
      interval: Seconds between two polls; 0 where its arrivals decide, within the next two.
      shortest: Seconds between two polls at least.
      longest: Seconds between two polls at most, while all is well.
      heed: Whether its publisher's own wishes (ttl, sy:update*, skipHours, Cache-Control) make it wait longer.
      robots: Which rules of its site's robots.txt it obeys; feeds are there for machines, so by default only those of
        groups that name us.
    """

    id: str
    url: str
    publisher: str
    kind: SourceKind = "press"
    interval: float = 0.0
    shortest: float = SHORTEST
    longest: float = LONGEST
    heed: bool = True
    robots: RobotsScope = "named"


class Entry(Record, frozen=True, kw_only=True):
    """One entry of a feed, as the feed shows it; text fields are capped by the parser.

    Attributes:
      link: Absolute URL, or empty.
      guid: The feed's own id of the entry, or empty.
      title: Plain text.
      summary: Plain text.
      content: Plain text of the full content where the feed carries it.
      authors: Names.
      categories: Terms.
      language: BCP 47 tag of the entry or the feed.
      published: Instant that the feed claims; None when it claims none, or one that cannot be.
      updated: Instant that the feed claims; likewise.
      doubts: What is wrong with these dates. An instant in the future is kept beside its doubt: whether it is one hangs
        on the clock of the poll, and the entry hash must not.
    """

    link: str = ""
    guid: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    published: str | None = None
    updated: str | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def appeared(self) -> str | None:
        """When it was published, as far as the feed can be believed."""
        return None if "published-future" in self.doubts else self.published


class Find(Record, frozen=True, kw_only=True):
    """A new or changed entry, as it was found; the unit that is accounted for.

    Attributes:
      find_id: hash(item id, feed id, entry hash): the same whenever the same thing is found again.
      item_id: The item before fetching; key of `finds`.
      entry_hash: What the feed said of the item, to tell a change.
      source: The feed.
      entry: The entry.
      polled: When the poll that showed it began.
      found: When it was told to be new.
      poll: Which poll of the feed showed it, counted for ever. With the find id it names one sighting: an entry that
        returns to an earlier form has its old find id again, and is another sighting.
      ordinal: The how-manieth find of its feed this is, counted from 1 for ever; on `finds` a feed's ordinals have no
        gap, which proves that none is missing.
      swept: True on a copy that Sweep brought back; never so on the topic.
    """

    find_id: str
    item_id: str
    entry_hash: str
    source: FeedSource
    entry: Entry
    polled: str
    found: str
    poll: int = 0
    ordinal: int = 0
    swept: bool = False

    @property
    def sighting(self) -> str:
        """Names this sighting of the find: the same after a crash, another when the entry comes back to this form."""
        return f"{self.find_id}@{self.poll}"


class Ending(Record, frozen=True, kw_only=True):
    """How a find ends, or would end if nothing of it can be published.

    Attributes:
      outcome: One of the outcomes.
      step: Where it was decided.
      reason: Cause in words, for people.
      gone: True when the page's server has said twice, long enough apart, that it is gone (404 or 410).
      notice: True when the page says that its article was withdrawn.
    """

    outcome: OutcomeName
    step: Step
    reason: str = ""
    gone: bool = False
    notice: bool = False


class Page(Record, frozen=True, kw_only=True):
    """A fetched page.

    Attributes:
      requested: The address asked for.
      url: The address that answered, after redirects.
      status: HTTP status.
      content_type: Media type without parameters, lower case.
      charset: The charset parameter of Content-Type, if any.
      robots: The X-Robots-Tag header, if any.
      body: Decoded of its content encoding, at most the configured number of bytes.
      fetched: When the answer was complete.
    """

    requested: str
    url: str
    status: int
    content_type: str
    charset: str | None = None
    robots: str | None = None
    body: bytes
    fetched: str


class Fetched(Record, frozen=True, kw_only=True):
    """A find after FetchPages: a page and what was read on it, or the ending that the lack of either comes to.

    Attributes:
      find: The find.
      page: The page, or None; without its body when it has been read.
      ending: Set when there is no page, or no article on it.
      attempts: Requests made for this find.
      provisional: The page is still tried for. The feed's own words may be published meanwhile; the find has no outcome
        yet and comes again. ``ending`` is what it would end with now.
      promised: A provisional copy of this find went ahead, so something may have been published under the item's id.
      article: What was read on the page. With neither article nor ending, the page is yet to be read.
    """

    find: Find
    page: Page | None = None
    ending: Ending | None = None
    attempts: int = 0
    provisional: bool = False
    promised: bool = False
    article: "Article | None" = None


class Origins(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Which place of its page or feed each field of an article was taken from; empty where it has no value.

    Attributes:
      title: ``json-ld headline``, ``meta`` and its name, ``h1``, ``title element``, ``page`` (other markup), ``feed``.
      text: ``page`` as its structure shows it, ``page unpruned`` where no structure was seen, ``feed``.
      authors: ``json-ld author``, ``meta author``, ``page``, ``feed``.
      published: ``json-ld datePublished``, ``meta`` and its name, ``time element``, ``address``, ``page``,
        ``dateline`` (a line under the headline), ``feed``.
      modified: ``json-ld dateModified``, ``meta`` and its name, ``feed``.
      language: ``html lang``, ``json-ld inLanguage``, ``meta`` and its name, ``text`` (recognised), ``feed``.
      section: ``json-ld articleSection``, ``meta`` and its name.
      image: ``meta`` and its name, ``json-ld image``, ``link``.
      access: ``stated`` by the page, or ``shown``.
    """

    title: str = ""
    text: str = ""
    authors: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""
    section: str = ""
    image: str = ""
    access: str = ""


class Article(Record, frozen=True, kw_only=True):
    """What an article says, read from its page or, in want of one, from the feed.

    Attributes:
      url: The address that answered.
      canonical: The page's own claim of its address, absolute and normalised, or None.
      title: Without the site's name.
      text: The article and nothing but the article; paragraphs end with a line feed.
      summary: The feed's own summary (the page's description where the feed has none).
      authors: Names.
      published: Instant or date, as precise as the source is.
      modified: Instant or date.
      language: BCP 47 tag.
      paywalled: True when ``access`` is ``paywalled``.
      robots: Robots directives of the page (meta and header), lower case.
      extractor: Name and version of what read it.
      access: Whether it is free to read, as its page says or shows.
      section: What its site files it under, as the site writes it.
      image: Address of its lead picture, absolute.
      origins: Where each of these was taken from.
    """

    url: str
    canonical: str | None = None
    title: str = ""
    text: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    paywalled: bool = False
    robots: tuple[str, ...] = ()
    extractor: str = ""
    access: Access = "unknown"
    section: str = ""
    image: str = ""
    origins: Origins = Origins()


class Read(Record, frozen=True, kw_only=True):
    """A find after Extract.

    Attributes:
      find: The find.
      article: What there is to tag, or None.
      ending: The ending if nothing is published: set when there is no article, or only the feed's words for one.
      attempts: Requests made.
      fetched: When the page was complete, or None.
      provisional: As in `Fetched`.
      promised: As in `Fetched`.
    """

    find: Find
    article: Article | None = None
    ending: Ending | None = None
    attempts: int = 0
    fetched: str | None = None
    provisional: bool = False
    promised: bool = False


class Tagged(Record, frozen=True, kw_only=True):
    """A find after Tag; the way into Publish.

    Attributes:
      read: What was read.
      tags: What it says, or None when there was nothing to tag.
      tagged: When.
    """

    read: Read
    tags: Tags | None = None
    tagged: str | None = None


class Outcome(Record, frozen=True, kw_only=True):
    """How one find ended: the value on `outcomes`.

    Attributes:
      find_id: Key of `outcomes`.
      item_id: The item.
      feed_id: The feed.
      link: The entry's link, for people.
      outcome: One of the outcomes.
      step: Where it was decided.
      reason: Cause in words.
      attempts: Requests made for the page.
      article_id: The article that it came to, if any.
      event_id: The event that says so, if any.
      rules_version: Version of the rules that judged it, if any did.
      poll: Which sighting of the find this ends, as in `Find`.
      found: When it was found.
      ended: When it ended.
      version: Of this form.
    """

    find_id: str
    item_id: str
    feed_id: str
    link: str
    outcome: OutcomeName
    step: Step
    reason: str = ""
    attempts: int = 0
    article_id: str | None = None
    event_id: str | None = None
    rules_version: str | None = None
    poll: int = 0
    found: str
    ended: str
    version: int = 1
