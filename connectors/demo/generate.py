"""Any number of articles for load: sentences of ``load.toml`` combined, every title unlike every other."""

import functools
import random
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from connectors.demo.material import Edit, Expected, Material, Story, load_material, shipped
from transforms.vocabulary import Measure, Stage, Status, Topic

LOAD_WINDOW = 60


class _Place(Material, frozen=True, kw_only=True):
    """A country or state whose bodies act."""

    name: str
    adjective: str
    code: str


class _App(Material, frozen=True, kw_only=True):
    """An app and who owns it."""

    name: str
    company: str


class _Kind(Material, frozen=True, kw_only=True):
    """One kind of news: its sentences, with ``<place>`` and the like, and what they must come to."""

    title: str
    summary: str
    lead: str
    stage: Stage
    status: Status
    measures: tuple[Measure, ...]
    topics: tuple[Topic, ...] = ("app-ban",)


class _Miss(Material, frozen=True, kw_only=True):
    """One kind of news off the beat."""

    title: str
    summary: str
    lead: str


class _Load(Material, frozen=True, kw_only=True):
    """All of ``load.toml``."""

    authors: tuple[str, ...]
    reasons: tuple[str, ...]
    towns: tuple[str, ...]
    place: tuple[_Place, ...]
    app: tuple[_App, ...]
    kind: tuple[_Kind, ...]
    miss: tuple[_Miss, ...]
    background: tuple[str, ...]
    aside: tuple[str, ...]
    followup: tuple[str, ...]
    addition: tuple[str, ...]


def generate(count: int, per_second: float, seed: int, on_beat: float = 1.0, edits: float = 0.0) -> tuple[Story, ...]:
    """Stories for load, spread evenly over the shipped publishers that write English.

    Edits come early enough that the feed, which shows `LOAD_WINDOW` entries, still shows their story; what is published
    does not depend on them. ``Programme.finals`` says what each article must come to.

    Args:
      count: How many.
      per_second: How many appear a second, at speed 1.
      seed: The same seed makes the same stories.
      on_beat: Share of them that is on the beat, 0 to 1.
      edits: Share of them that is edited, once or twice, 0 to 1.

    Raises:
      ValueError: If the material is too small for so many different titles, or a number makes no sense.
    """
    if per_second <= 0 or not 0 <= on_beat <= 1 or not 0 <= edits <= 1:
        raise ValueError(
            f"per_second must be positive, on_beat and edits within 0 and 1, got {per_second}, {on_beat} and {edits}"
        )
    material = _material()
    publishers = [one.id for one in shipped().publishers if one.language.startswith("en")]
    chance = random.Random(seed)  # noqa: S311  # reproducible, nothing secret
    wanted = round(count * on_beat)
    hits = _draw(chance, wanted, (material.kind, material.place, material.app, material.reasons))
    misses = _draw(chance, count - wanted, (material.miss, material.place, material.towns, material.reasons))
    stories = [_on_beat(material, chance, *choice) for choice in hits]
    stories += [_off_beat(material, chance, *choice) for choice in misses]
    chance.shuffle(stories)
    stories = [
        msgspec.structs.replace(
            story, slug=f"{story.slug}-{number}", publisher=publishers[number % len(publishers)], at=number / per_second
        )
        for number, story in enumerate(stories)
    ]
    later = random.Random(seed + 1)  # noqa: S311  # of its own: the same stories with and without edits
    edited = set(later.sample(range(count), round(count * edits)))
    shown = LOAD_WINDOW * len(publishers) / per_second
    return tuple(
        msgspec.structs.replace(story, edits=_edits(material, later, story, shown)) if number in edited else story
        for number, story in enumerate(stories)
    )


def _edits(material: _Load, chance: random.Random, story: Story, shown: float) -> tuple[Edit, ...]:
    """One or two edits within the first two thirds of the seconds for which the feed shows the story."""
    title = f"{story.title}: {chance.choice(material.followup)}"
    body = f"{story.body}\n\n{chance.choice(material.addition)}"
    after = shown * chance.uniform(0.1, 0.3)
    first = chance.choice((Edit(after=after, title=title), Edit(after=after, body=body)))
    second = chance.choice((None, Edit(after=0.0, returns=True), Edit(after=0.0, body=body, title=title)))
    if second is None:
        return (first,)
    return first, msgspec.structs.replace(second, after=after + shown * chance.uniform(0.1, 0.3))


@functools.cache
def _material() -> _Load:
    return msgspec.convert(load_material(), _Load)


def _draw(chance: random.Random, count: int, axes: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Different points of the space that the axes span."""
    size = 1
    for axis in axes:
        size *= len(axis)
    if count > size:
        raise ValueError(f"the load material makes {size} different titles of a sort, {count} are too many")
    drawn = []
    for number in chance.sample(range(size), count):
        point, rest = [], number
        for axis in axes:
            rest, index = divmod(rest, len(axis))
            point.append(axis[index])
        drawn.append(point)
    return drawn


def _on_beat(material: _Load, chance: random.Random, kind: _Kind, place: _Place, app: _App, reason: str) -> Story:
    words = {"place": place.name, "adjective": place.adjective, "app": app.name, "owner": app.company, "why": reason}
    expected = Expected(
        outcome="published",
        topics=kind.topics,
        apps=(app.name,),
        jurisdictions=(place.code,),
        measures=kind.measures,
        stage=kind.stage,
        status=kind.status,
    )
    text = [kind.lead, *chance.sample(material.background, 4)]
    return _story(kind.title, kind.summary, text, words, chance.choice(material.authors), "Technology", expected)


def _off_beat(material: _Load, chance: random.Random, miss: _Miss, place: _Place, town: str, reason: str) -> Story:
    words = {"place": place.name, "adjective": place.adjective, "town": town, "why": reason}
    expected = Expected(outcome="off-beat", reason="load, off the beat")
    text = [miss.lead, *chance.sample(material.aside, 4)]
    return _story(miss.title, miss.summary, text, words, chance.choice(material.authors), "World", expected)


def _story(
    title: str,
    summary: str,
    text: Sequence[str],
    words: Mapping[str, str],
    author: str,
    section: Literal["Technology", "World"],
    expected: Expected,
) -> Story:
    headline = _put(title, words)
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in headline.lower()).strip("-")[:60]
    return Story(
        slug=slug,
        at=0.0,
        title=headline,
        summary=_put(summary, words),
        author=author,
        section=section,
        body="\n\n".join(_put(paragraph, words) for paragraph in text),
        expected=expected,
    )


def _put(text: str, words: Mapping[str, str]) -> str:
    """Fills the words in and leaves dates to ``connectors.demo.dates``."""
    for name, word in words.items():
        text = text.replace(f"<{name}>", word)
    return text
