"""Which events a reader asked for."""

import dataclasses
from collections.abc import Collection
from typing import Any

from pipelines.cli.rendering import value_of


@dataclasses.dataclass(frozen=True)
class Filter:
    """What an event must say: one of the wanted words in each field that has any; letter case does not count.

    Attributes:
      apps: Names of apps.
      jurisdictions: Codes; ``US`` takes ``US-MT`` along.
      statuses: Where a measure stands.
      topics: The beat's topics.
    """

    apps: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(dataclasses.astuple(self))

    def takes(self, event: Any) -> bool:
        """Whether an event (the decoded value) says what is wanted."""
        places = _words(event, "jurisdictions")
        places |= {place.partition("-")[0] for place in places}
        return all(
            not wanted or not said.isdisjoint(word.lower() for word in wanted)
            for wanted, said in (
                (self.apps, _words(event, "apps")),
                (self.jurisdictions, places),
                (self.statuses, _words(event, "status")),
                (self.topics, _words(event, "topics")),
            )
        )


class Shown:
    """Lets events through a filter, and what later becomes of the articles that it let through.

    A retraction carries no tags, and a correction may take away the very word that was asked for: who was told of an
    article is told of these too.
    """

    def __init__(self, wanted: Filter) -> None:
        self._wanted = wanted
        self._articles: set[bytes] = set()

    def takes(self, article: bytes | None, event: Any) -> bool:
        """Whether to show an event of an article."""
        if not self._wanted:
            return True
        if article is not None and article in self._articles:
            return True
        if not self._wanted.takes(event):
            return False
        if article is not None:
            self._articles.add(article)
        return True


def _words(event: Any, field: str) -> set[str]:
    said = value_of(event, "tags", field)
    words: Collection[Any] = said if isinstance(said, list) else [said]
    return {word.lower() for word in words if isinstance(word, str)}
