"""Whether an article is news to the readers of the topics: the decider behind Publish.

    newest versions (from `latest`) + what was read and tagged now  ->  events or none, and the find's outcome

| a find with                          | on the beat                    | off the beat                             |
|--------------------------------------|--------------------------------|------------------------------------------|
| a page                               | ``published``, ``unchanged``   | ``off-beat``, ``retracted`` if it was on |
| a page whose article another item has| ``duplicate``                  | ``duplicate``                            |
| the feed's words, provisionally      | published, no outcome yet      | nothing                                  |
| the feed's words, for want of a page | ``published``, ``unchanged``   | why there is no page, or ``retracted``   |
| a page gone for sure, or a notice    | ``retracted``, or its own outcome where nothing was published             |

What a page said is never replaced by the feed's words, taken back for them, nor brought back by them. A page that names
another article than its link (by its canonical address) takes back what was published under the link's own id, as
*superseded*.
"""

import dataclasses
from collections.abc import Mapping

from transforms import identity, versions
from transforms.events import Event
from transforms.records import Ending, Outcome, Tagged
from transforms.versions import Imprint, Latest
from transforms.vocabulary import OutcomeName, Step

PAGE_BEFORE, LATER = "the page itself was read before", "a later find was published"


@dataclasses.dataclass(frozen=True)
class Decision:
    """What Publish does with one find.

    Attributes:
      outcome: How the find ends; None: it goes on.
      events: What is sent to `articles` and `latest`, by article id.
    """

    outcome: Outcome | None
    events: tuple[tuple[str, Event], ...] = ()


def article_id(tagged: Tagged, owned: str | None = None) -> str:
    """The article that a find comes to.

    Args:
      tagged: The find.
      owned: The article that its item owns already. It counts where there is no page to say which it is; the id of the
        item stands in where there is none.
    """
    article = tagged.read.article
    if article is None or tagged.read.ending is not None:
        return owned or tagged.read.find.item_id
    return identity.article_id(article, tagged.read.find.item_id)


def asks_for_owned(tagged: Tagged) -> bool:
    """True when it matters which article the find's item owns already."""
    ending, tags = tagged.read.ending, tagged.tags
    return ending is not None and (_withdraws(ending) or bool(tags and tags.topics))


def decide(
    tagged: Tagged,
    history: Mapping[str, Latest],
    imprint: Imprint,
    *,
    owned: str | None = None,
    ended: bool = False,
) -> Decision:
    """Compares what was read now with what was last said.

    Args:
      tagged: The find, read and tagged.
      history: The newest version of each article by id: of the find's article, and of the one under its item's id.
      imprint: Who says it, and when.
      owned: The article that the find's item owns; only asked where `asks_for_owned` says so.
      ended: The find has its outcome already; only asked of a provisional one.
    """
    read, ending = tagged.read, tagged.read.ending
    if ending is None and (read.article is None or tagged.tags is None):
        raise ValueError(f"find {read.find.find_id} has neither article nor ending")
    key = article_id(tagged, owned)
    case = _Case(tagged, key, history.get(key), imprint)
    if read.provisional:
        return Decision(None) if ended else _ahead(case)
    if ending is None:
        return _superseding(case, _by_page(case), history.get(read.find.item_id))
    if _withdraws(ending):
        return _withdrawn(case, ending)
    return _by_feed(case, ending)


class _Case:
    """One find, the article it comes to, and that article's newest version."""

    def __init__(self, tagged: Tagged, article: str, previous: Latest | None, imprint: Imprint) -> None:
        self.tagged, self.article, self.previous, self.imprint = tagged, article, previous, imprint
        self.find = tagged.read.find
        self.on_beat = bool(tagged.tags and tagged.tags.topics)
        self.usable = previous if previous is not None and previous.usable else None
        # Retracted for this very find: it was decided before, and its outcome did not get through.
        self.taken_back = previous is not None and not previous.usable and previous.find == self.find.find_id
        self.foreign = self.usable is not None and self.usable.item != self.find.item_id

    def overtaken(self) -> bool:
        """A later find was published: this one says what is true no more."""
        previous = self.previous
        return previous is not None and self.find.found < previous.found and self.find.find_id != previous.find

    def ends(self, outcome: OutcomeName, step: Step, reason: str = "", event_id: str | None = None) -> Decision:
        """The find ends, and nothing is said."""
        return Decision(self._outcome(outcome, step, reason, event_id))

    def ends_as(self, ending: Ending) -> Decision:
        """The find ends as it would without us."""
        return self.ends(ending.outcome, ending.step, ending.reason)

    def duplicate(self, owner: str) -> Decision:
        """Another item has the article."""
        return self.ends("duplicate", "publish", f"item {owner} owns the article")

    def publishes(self, reason: str = "") -> Decision:
        """Says what was read, unless it was said already."""
        event = versions.following(self.article, self.previous, self.tagged, self.imprint)
        if event is not None:
            outcome = self._outcome("published", "publish", reason, event.version.event)
            return Decision(outcome, ((self.article, event),))
        assert self.previous is not None  # nothing follows only where something was said
        same = self.previous.find == self.find.find_id
        return self.ends("published" if same else "unchanged", "publish", reason, self.previous.version.event)

    def retracts(self, previous: Latest, reason: str, because: str = "") -> Decision:
        """Takes the article back."""
        tags = self.tagged.tags
        basis = tags.basis if tags else "page"
        event = versions.retraction(self.article, previous, self.tagged, reason, self.imprint, basis)
        outcome = self._outcome("retracted", "publish", because or reason, event.version.event)
        return Decision(outcome, ((self.article, event),))

    def retracted_already(self) -> Decision:
        """Taken back for this find before: the same again."""
        assert self.previous is not None  # see `taken_back`
        return self.ends("retracted", "publish", self.previous.reason, self.previous.version.event)

    def _outcome(self, outcome: OutcomeName, step: Step, reason: str, event_id: str | None) -> Outcome:
        find, read, tags = self.find, self.tagged.read, self.tagged.tags
        known = read.article is not None or event_id is not None
        return Outcome(
            find_id=find.find_id,
            item_id=find.item_id,
            feed_id=find.source.id,
            link=find.entry.link,
            outcome=outcome,
            step=step,
            reason=reason,
            attempts=read.attempts,
            article_id=self.article if known else None,
            event_id=event_id,
            rules_version=tags.rules_version if tags else None,
            poll=find.poll,
            found=find.found,
            ended=self.imprint.now,
        )


def _by_page(case: _Case) -> Decision:
    if case.foreign and case.usable:
        return case.duplicate(case.usable.item)
    if not case.on_beat and case.taken_back:
        return case.retracted_already()
    if not case.on_beat and not case.usable:
        return case.ends("off-beat", "tag")
    # Also of what was taken back: a crash between two finds of one bundle must not undo the second of them.
    previous = case.previous
    if previous and previous.basis == "page" and previous.item == case.find.item_id and case.overtaken():
        return case.ends("unchanged", "publish", LATER, previous.version.event)
    if case.usable and not case.on_beat:
        return case.retracts(case.usable, versions.NO_LONGER)
    return case.publishes()


def _by_feed(case: _Case, ending: Ending) -> Decision:
    previous, usable = case.previous, case.usable
    if not case.on_beat:
        if case.taken_back:
            return case.retracted_already()
        if usable and not case.foreign and usable.basis == "feed" and case.tagged.tags and not case.overtaken():
            return case.retracts(usable, versions.NO_LONGER)
        return case.ends_as(ending)
    if case.foreign and usable:
        return case.duplicate(usable.item)
    if previous is not None and previous.basis == "page":
        if not usable:
            return case.ends_as(ending)
        return case.ends("unchanged", "publish", f"{ending.reason}; {PAGE_BEFORE}", usable.version.event)
    if usable and case.overtaken():
        return case.ends("unchanged", "publish", LATER, usable.version.event)
    return case.publishes(ending.reason)


def _ahead(case: _Case) -> Decision:
    """A provisional copy: the feed's words if they are news, never an outcome."""
    previous = case.previous
    stays = previous is not None and (previous.basis == "page" or case.overtaken())
    if not case.on_beat or case.foreign or stays:
        return Decision(None)
    return Decision(None, case.publishes().events)


def _withdraws(ending: Ending) -> bool:
    return ending.gone or ending.notice


def _withdrawn(case: _Case, ending: Ending) -> Decision:
    if case.taken_back:
        return case.retracted_already()
    if case.usable is None or case.foreign:
        return case.ends_as(ending)
    if case.overtaken():
        return case.ends("unchanged", "publish", LATER, case.usable.version.event)
    return case.retracts(case.usable, versions.GONE if ending.gone else versions.NOTICE, ending.reason)


def _superseding(case: _Case, decision: Decision, beside: Latest | None) -> Decision:
    """Adds what becomes of the article under the item's own id, when the page turns out to be of another one."""
    item = case.find.item_id
    outcome = decision.outcome
    if case.article == item or beside is None or beside.item != item or outcome is None:
        return decision
    here = outcome.outcome in ("published", "unchanged", "duplicate")
    reason = versions.SUPERSEDED if here else versions.NO_LONGER
    own = _Case(case.tagged, item, beside, case.imprint)
    if beside.usable:
        by = case.article if here else None
        event = versions.retraction(item, beside, case.tagged, reason, case.imprint, superseded_by=by)
        events = (*decision.events, (item, event))
        return Decision(outcome if outcome.outcome != "off-beat" else own.retracts(beside, reason).outcome, events)
    return own.retracted_already() if own.taken_back and outcome.outcome == "off-beat" else decision
