"""What beatwire says of an article: topics, actions, and the words that prove them.

The unit is the *action*: who does what to which app, in which state. The flat lists are unions over the actions, the
main one first, for readers that filter.
"""

import msgspec

from transforms.vocabulary import ActorKind, Basis, DateRole, Measure, Part, Precision, Stage, Status, Topic


class TagRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of the records in this module: immutable, camelCase in JSON."""


class Document(TagRecord, frozen=True, kw_only=True):
    """What is tagged.

    Attributes:
      title: Headline, exactly as it will be published.
      summary: The feed's summary or the page's description; may be empty.
      text: The article's text.
      date: ISO date or instant on which the article ran; relative dates are resolved against it. None when unknown.
      language: BCP 47 tag, or None: it is then detected.
    """

    title: str = ""
    summary: str = ""
    text: str = ""
    date: str | None = None
    language: str | None = None


class Actor(TagRecord, frozen=True, kw_only=True):
    """Who acts: the name as written, and what kind of body it is."""

    name: str
    kind: ActorKind = "unclear"


class Case(TagRecord, frozen=True, kw_only=True):
    """A named court case; ``docket`` is empty when not given."""

    caption: str
    docket: str = ""


class Date(TagRecord, frozen=True, kw_only=True):
    """A date that matters to what happens next or took effect.

    Attributes:
      date: ISO date, as short as its precision (``2020-09-27``, ``2020-09``, ``2020``).
      precision: How much of it is known.
      role: What happens on it.
      part: Where the quote stands.
      start: Code points from the start of that part.
      end: Code points, exclusive.
      quote: The exact words, with those that give the role where they stand near.
      rule: The rule that read it.
    """

    date: str
    precision: Precision
    role: DateRole
    part: Part
    start: int
    end: int
    quote: str
    rule: str


class Action(TagRecord, frozen=True, kw_only=True):
    """One measure by one actor against some targets, in one state.

    Attributes:
      main: True for the one that the article is about.
      apps: Canonical names of the apps, platforms and services targeted.
      companies: Canonical names of the companies targeted.
      actor: Who acts, or None when the article does not say.
      jurisdictions: Whose act it is: ISO 3166-1 alpha-2, `EU`, or with a subdivision (`US-MT`).
      measures: What is done.
      stage: What the article reports to have happened.
      status: Where the measure stands now.
      instruments: Named legal instruments, as written.
      case: The court case, if one is named.
      dates: At most five.
    """

    main: bool = False
    apps: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    actor: Actor | None = None
    jurisdictions: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    stage: Stage = "unclear"
    status: Status = "unclear"
    instruments: tuple[str, ...] = ()
    case: Case | None = None
    dates: tuple[Date, ...] = ()


class Evidence(TagRecord, frozen=True, kw_only=True):
    """The words that prove one value.

    Attributes:
      supports: ``field:value``, such as ``apps:TikTok`` or ``stage:halted``.
      action: Index of the action that the value belongs to; None for topics of the whole article.
      part: Where the quote stands.
      start: Code points from the start of that part, exactly as given (no normalisation before counting).
      end: Code points, exclusive.
      quote: ``part[start:end]``.
      prefix: A few words before, for finding the place in a changed text (W3C Web Annotation, TextQuoteSelector).
      suffix: A few words after.
      rule: Id of the rule or lexicon entry that found it.
      language: BCP 47 tag of the rule's language.
    """

    supports: str
    action: int | None
    part: Part
    start: int
    end: int
    quote: str
    prefix: str = ""
    suffix: str = ""
    rule: str
    language: str = "en"


class Tags(TagRecord, frozen=True, kw_only=True):
    """All that is said of one article; ``topics`` is empty when it is off the beat.

    Attributes:
      topics: The beat's topics that the article reports on.
      actions: Main first.
      apps: Union over the actions, main first; so are the next six.
      stage: The main action's; ``unclear`` without one.
      status: The main action's.
      evidence: At least one for every value other than ``unclear``.
      rules_version: Version of the rules and lexicons.
      basis: What was read.
      text_hash: First 32 hex digits of SHA-256 over the UTF-8 text that the offsets count in.
    """

    topics: tuple[Topic, ...] = ()
    actions: tuple[Action, ...] = ()
    apps: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    instruments: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    dates: tuple[Date, ...] = ()
    stage: Stage = "unclear"
    status: Status = "unclear"
    evidence: tuple[Evidence, ...] = ()
    rules_version: str = ""
    basis: Basis = "page"
    text_hash: str = ""
