"""What other rules would say: the difference between two taggings of one article, and the sum over many.

article --tags before, tags after--> Difference --added--> Preview: counts of values, a few samples of each kind
"""

from typing import Literal

import msgspec

from transforms.identity import tags_hash
from transforms.tags import Tags

Kind = Literal["gained", "lost", "changed", "same"]
KINDS: tuple[Kind, ...] = ("gained", "lost", "changed", "same")

SAMPLES = 5
"""Articles shown of each kind: gained, lost, changed."""

MAX_VALUES = 5000
"""Values counted one by one, as instruments and dates are as many as the news has; later ones are counted as others."""

OTHERS = "others"
_LISTS = ("topics", "apps", "companies", "jurisdictions", "measures", "instruments")
_QUOTES = 4
_QUOTE = 200


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the main action that says something else."""

    field: str
    before: str
    after: str


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the tags of one article differ.

    Attributes:
      kind: ``gained`` and ``lost`` articles are on the beat after, or were before; ``changed`` ones both.
      gained: Values (``field:value``) that it has after and had not before.
      lost: Values that it had.
      moved: Stage and status, where both tag it.
      quotes: Quotes that prove what was gained, or lost: the value and the words.
    """

    kind: Kind
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """An article that differs."""

    id: str
    title: str
    url: str
    difference: Difference


class Preview(msgspec.Struct, kw_only=True):
    """The sum over many articles; its size does not grow with them.

    Attributes:
      articles: How many were tagged.
      kinds: How many of each kind.
      values: By ``field:value``: in how many articles it is gained, and lost.
      moves: By field, then ``before -> after``.
      samples: The first few of each kind but ``same``.
    """

    articles: int = 0
    kinds: dict[str, int] = msgspec.field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    values: dict[str, list[int]] = msgspec.field(default_factory=dict)
    moves: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    samples: dict[str, list[Sample]] = msgspec.field(default_factory=lambda: {kind: [] for kind in KINDS[:-1]})

    def add(self, sample: Sample, most: int = SAMPLES) -> None:
        """Counts an article.

        Args:
          sample: It, and how it differs.
          most: Samples kept of each kind.
        """
        difference = sample.difference
        self.articles += 1
        self.kinds[difference.kind] += 1
        if difference.kind == "same":
            return
        for side, values in enumerate((difference.gained, difference.lost)):
            for value in values:
                known = value in self.values or len(self.values) < MAX_VALUES
                self.values.setdefault(value if known else OTHERS, [0, 0])[side] += 1
        for moved in difference.moved:
            counts = self.moves.setdefault(moved.field, {})
            way = f"{moved.before} -> {moved.after}"
            counts[way] = counts.get(way, 0) + 1
        if len(self.samples[difference.kind]) < most:
            self.samples[difference.kind].append(sample)

    @property
    def differs(self) -> bool:
        """Does any article?"""
        return self.kinds["same"] < self.articles


def values_of(tags: Tags) -> tuple[str, ...]:
    """All values of an article as ``field:value``, but for stage and status; none off the beat."""
    values = [f"{name}:{value}" for name in _LISTS for value in getattr(tags, name)]
    values += [f"cases:{case.caption}" for case in tags.cases]
    values += [f"dates:{date.date} {date.role}" for date in tags.dates]
    return tuple(dict.fromkeys(values))


def difference(before: Tags, after: Tags) -> Difference:
    """How two taggings of one article differ; offsets, rules and versions do not count.

    Args:
      before: By the rules as they are.
      after: By the others.
    """
    had, has = values_of(before), values_of(after)
    gained = tuple(value for value in has if value not in had)
    lost = tuple(value for value in had if value not in has)
    moved: tuple[Moved, ...] = ()
    if before.topics and after.topics:
        pairs = (("stage", before.stage, after.stage), ("status", before.status, after.status))
        moved = tuple(Moved(field=name, before=old, after=new) for name, old, new in pairs if old != new)
        kind: Kind = "changed"
        if not (gained or lost or moved):
            if tags_hash(before) == tags_hash(after):
                return Difference(kind="same")
            moved = (Moved(field="actions", before=_told(before), after=_told(after)),)
    elif before.topics or after.topics:
        kind = "gained" if after.topics else "lost"
    else:
        return Difference(kind="same")
    wanted = {f"stage:{after.stage}"} if any(one.field == "stage" for one in moved) else set()
    quotes = _quotes(after, {*gained, *wanted}) + _quotes(before, set(lost))
    return Difference(kind=kind, gained=gained, lost=lost, moved=moved, quotes=quotes)


def _told(tags: Tags) -> str:
    """Who does what to whom, where the flat lists say the same."""
    parts = []
    for action in tags.actions:
        words = [*action.measures, *action.apps, *action.companies, action.stage]
        parts.append(" ".join(words + (["by", action.actor.name] if action.actor else [])))
    return "; ".join(parts)[:_QUOTE]


def _quotes(tags: Tags, values: set[str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for one in tags.evidence:
        if one.supports in values:
            found.setdefault(one.supports, one.quote[:_QUOTE])
    return tuple(found.items())[:_QUOTES]
