"""Stories and publishers as data: what the TOML files under ``stories/`` hold.

A file describes one publisher and its stories. Everything is checked when it is read: an unknown key, piece or outcome
names its place. Bodies are plain text: a blank line parts two paragraphs, ``## `` begins a subheading, ``> `` a
quotation; ``{weekday-1}`` and the like are filled in from the story's own date (``connectors.demo.dates``).
"""

import itertools
import tomllib
from collections import Counter
from importlib import resources
from typing import Any, Literal

import msgspec

from transforms.vocabulary import Access, Basis, EventType, Measure, OutcomeName, SourceKind, Stage, Status, Topic

Piece = Literal["cookies", "menu", "breadcrumbs", "share", "newsletter", "related", "popular", "comments"]
"""What stands around an article on its page."""

Markup = Literal["none", "head", "full"]
"""schema.org NewsArticle as JSON-LD: none, without ``articleBody``, or with it."""

WINDOW = 15


class Material(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the records in this module: immutable, and strict about keys."""


class Expected(Material, frozen=True, kw_only=True):
    """What an item must come to.

    Attributes:
      outcome: How its find ends when it is polled in time.
      topics: Empty when it is off the beat; so are all that follow.
      apps: Canonical names that the main action targets.
      companies: Canonical names that the main action targets.
      jurisdictions: Whose act it is.
      measures: What is done.
      stage: Of the main action.
      status: Of the main action.
      reason: Why, for people: what makes a near miss a miss.
      event: The newest event of its article on `latest`; left out: the first one where it is published, else none.
      shared: Address of a page that other items have, too, if any: whichever is found first gets the first outcome.
      basis: Whether its page is read or, in want of it, the feed's words.
      access: What its event must say of that; None: no matter.
    """

    outcome: OutcomeName
    topics: tuple[Topic, ...] = ()
    apps: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    stage: Stage = "unclear"
    status: Status = "unclear"
    reason: str = ""
    event: EventType | None = None
    shared: str | None = None
    basis: Basis = "page"
    access: Access | None = None


class Elsewhere(Material, frozen=True, kw_only=True):
    """A second feed that shows a story of another publisher, ``after`` seconds later, under the same link."""

    publisher: str
    after: float


class Edit(Material, frozen=True, kw_only=True):
    """A change of a story; what is left out stays as it was, and the feed shows that something changed.

    Attributes:
      after: Seconds from the story's publication.
      title: New headline.
      summary: New summary.
      body: New text.
      returns: Whether all is again as first published, in the feed too; the other words count on top.
      redated: Days by which the date that the story bears is moved.
      answers: HTTP status of the page from here on.
      expected: What the story must come to by now; left out: the same as before, revised.
    """

    after: float
    title: str | None = None
    summary: str | None = None
    body: str | None = None
    returns: bool = False
    redated: float = 0.0
    answers: int = 200
    expected: Expected | None = None


class Story(Material, frozen=True, kw_only=True):
    """One story.

    Attributes:
      slug: Unique within its publisher; part of the link.
      publisher: Id of the publisher; a story file's own publisher where left out.
      at: Seconds from the programme's beginning to its publication, at speed 1.
      title: Headline.
      summary: What the feed and the page's description say.
      author: Byline.
      section: Name of the section, also part of the link.
      body: The text, in the form that the module describes.
      related: Headlines of the box of related stories.
      remarks: Readers' comments below the article.
      markup: Kind of JSON-LD.
      answers: HTTP status of the page.
      first_answers: Statuses of the first requests for it, before that.
      barred: Whether robots.txt keeps machines off it.
      paywalled: Whether its page shows two paragraphs to those who do not pay; the rest is hidden in the markup.
      consent: Whether its page is shown to those only who have agreed to cookies.
      delay: Seconds until its page is answered.
      canonical: Slug under which the page names itself, where that is not the link's.
      again: Seconds after which its feed shows the page a second time, under another link; None: never.
      edits: What becomes of it, in order.
      age: Days by which its date lies before its appearance in the feed.
      elsewhere: A second feed that shows it.
      expected: What it must come to.
    """

    slug: str
    publisher: str = ""
    at: float
    title: str
    summary: str
    author: str
    section: str
    body: str
    related: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    markup: Markup = "head"
    answers: int = 200
    first_answers: tuple[int, ...] = ()
    barred: bool = False
    paywalled: bool = False
    consent: bool = False
    delay: float = 0.0
    canonical: str = ""
    again: float | None = None
    edits: tuple[Edit, ...] = ()
    age: float = 0.0
    elsewhere: Elsewhere | None = None
    expected: Expected


class Publisher(Material, frozen=True, kw_only=True):
    """One publisher: a host, a feed, and its habits.

    Attributes:
      id: Id of its feed, and the first label of its host.
      name: As readers know it.
      slogan: What stands below the name.
      kind: How near to the event it is.
      language: BCP 47 tag.
      format: Format of its feed.
      feed: Path of its feed.
      path: Path of a page; ``{programme}``, ``{section}`` and ``{slug}`` are filled in.
      tracking: Query that its feed adds to links.
      permalinks: Whether a guid is the page's address.
      zoned: Whether the feed's dates carry a zone.
      full: Whether the feed carries whole texts.
      utc_offset: Minutes east of Greenwich.
      zone_name: As written in datelines.
      semantic: Whether pages use ``article``, ``header`` and ``time``, or nothing but ``div``.
      pieces: What stands around its articles.
      popular: Headlines of the box of most read stories.
    """

    id: str
    name: str
    slogan: str
    kind: SourceKind
    language: str
    format: Literal["rss", "atom"]
    feed: str
    path: str
    tracking: str = ""
    permalinks: bool = True
    zoned: bool = True
    full: bool = False
    utc_offset: int = 0
    zone_name: str = "UTC"
    semantic: bool = True
    pieces: tuple[Piece, ...] = ()
    popular: tuple[str, ...] = ()


class Edition(Material, frozen=True, kw_only=True):
    """All that a site publishes.

    Attributes:
      publishers: Each with a feed of its own.
      stories: In any order; each names one of the publishers.
      window: Entries that a feed shows at most, newest first.
    """

    publishers: tuple[Publisher, ...]
    stories: tuple[Story, ...]
    window: int = WINDOW

    def __post_init__(self) -> None:
        known = {publisher.id for publisher in self.publishers}
        for story in self.stories:
            named = {story.publisher} | ({story.elsewhere.publisher} if story.elsewhere else set())
            if not named <= known:
                raise ValueError(f"story {story.slug!r} names unknown publishers {sorted(named - known)}")
            moments = [0.0, *(edit.after for edit in story.edits)]
            if any(later <= earlier for earlier, later in itertools.pairwise(moments)):
                raise ValueError(f"story {story.slug!r} has edits out of order: {moments[1:]}")
        for (publisher, slug), times in Counter((story.publisher, story.slug) for story in self.stories).items():
            if times > 1:
                raise ValueError(f"{publisher} has {times} stories with the slug {slug!r}")


class _File(Material, frozen=True, kw_only=True):
    """One file under ``stories/``."""

    publisher: Publisher
    story: tuple[Story, ...]


def read(text: str, name: str) -> tuple[Publisher, tuple[Story, ...]]:
    """A story file to its publisher and stories.

    Args:
      text: TOML.
      name: Of the file, for messages.

    Raises:
      ValueError: If it is no TOML, or a key is unknown, missing or of the wrong kind.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{name}: {error}") from error
    own = file.publisher.id
    return file.publisher, tuple(msgspec.structs.replace(s, publisher=s.publisher or own) for s in file.story)


def shipped() -> Edition:
    """The edition that comes with the package."""
    folder = resources.files("connectors.demo") / "stories"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    read_files = [read(file.read_text("utf-8"), file.name) for file in files]
    return Edition(
        publishers=tuple(publisher for publisher, _ in read_files),
        stories=tuple(story for _, stories in read_files for story in stories),
    )


def load_material() -> dict[str, Any]:
    """The sentences that ``connectors.demo.generate`` combines."""
    return tomllib.loads((resources.files("connectors.demo") / "load.toml").read_text("utf-8"))
