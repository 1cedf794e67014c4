"""Publish: what is news goes to the readers, and every find that comes here gets its outcome.

    (article shard, tagged) -> per bundle and shard:
        catch up `latest` -> decide -> `articles`, `latest` acknowledged -> `outcomes` acknowledged

The shard is the article's partition of `latest`, so one key is one partition, and its memory is read, caught up and
written by one bundle at a time: runners never process two bundles of one key of a stateful step at once, which is what
the counter in state is for. What Kafka refuses for good goes to `dead-letters`, with outcome ``dead-letter``; while
Kafka is away the bundle waits. Emits the outcomes that were written; their timestamps are those of the finds.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator

import apache_beam as beam
import msgspec
from apache_beam.transforms.userstate import CombiningValueStateSpec
from apache_beam.utils.windowed_value import WindowedValue
from msgspec.structs import replace

from connectors import worker
from connectors.kafka.envelope import Attributes, headers
from connectors.kafka.partition import partition_of
from connectors.kafka.sink import Row
from connectors.run import RunSettings
from transforms import instants
from transforms.events import SCHEMA, Event
from transforms.records import Outcome, Tagged
from transforms.revision import Decision, Latest, article_id, decide, latest_of


def keyed(tagged: Tagged, partitions: int) -> tuple[int, Tagged]:
    """Keys a find by its article's partition of `latest`."""
    return partition_of(article_id(tagged), partitions), tagged


def attributes(event: Event, article: str) -> Attributes:
    """The CloudEvents attributes of an event."""
    return Attributes(
        id=event.version.event,
        source=f"/beatwire/{event.pipeline.name}",
        type=f"org.beatwire.{event.version.type}",
        subject=article,
        time=event.pipeline.times.published,
        dataschema=SCHEMA,
        topics=event.tags.topics,
        apps=event.tags.apps,
        jurisdictions=event.tags.jurisdictions,
        status=event.tags.status,
        language=event.item.language,
        basis=event.tags.basis,
        revision=event.version.revision,
    )


def decide_all(tagged: list[Tagged], memory: dict[str, Latest], *, now: str, name: str, version: str) -> list[Decision]:
    """Decides on the finds of one shard, in order; each sees what those before it say.

    Args:
      tagged: The finds.
      memory: The newest version of each article by id; not changed.
      now: Instant of the decision.
      name: The pipeline's name.
      version: beatwire's version.
    """
    said: dict[str, Latest] = {}
    decisions = []
    for one in tagged:
        article = article_id(one)
        decision = decide(said.get(article) or memory.get(article), one, now=now, name=name, version=version)
        if decision.event:
            said[article] = latest_of(decision.event)
        decisions.append(decision)
    return decisions


class _Publish(beam.DoFn):  # type: ignore[misc]
    HANDLED = CombiningValueStateSpec("handled", beam.coders.VarIntCoder(), beam.combiners.CountCombineFn())

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn

    def start_bundle(self) -> None:
        self.shards: dict[int, list[tuple[Tagged, object, object]]] = defaultdict(list)

    def process(
        self,
        keyed: tuple[int, Tagged],
        handled=beam.DoFn.StateParam(HANDLED),
        timestamp=beam.DoFn.TimestampParam,
        window=beam.DoFn.WindowParam,
    ) -> None:
        handled.add(1)
        self.shards[keyed[0]].append((keyed[1], timestamp, window))

    def finish_bundle(self) -> Iterator[WindowedValue]:
        shared, settings, now = worker.of(self.settings), self.settings, instants.to_text(self.now_fn())
        waiting = []
        for shard, finds in self.shards.items():
            decisions = decide_all(
                [find[0] for find in finds],
                shared.latest(shard).read(),
                now=now,
                name=settings.name,
                version=settings.version,
            )
            waiting += [(decision, *find[1:]) for decision, find in zip(decisions, finds, strict=True)]
        refused = self._send([decision for decision, *_ in waiting])
        outcomes = [_outcome(decision, refused) for decision, *_ in waiting]
        write_outcomes(settings, outcomes)
        for outcome, (_, timestamp, window) in zip(outcomes, waiting, strict=True):
            yield WindowedValue(outcome, timestamp, [window])

    def _send(self, decisions: list[Decision]) -> dict[str, str]:
        """Sends events to `articles`, and those acknowledged there to `latest`.

        One after the other: were they under way together, a crash could leave a version on `latest` alone; the find,
        swept and decided again, would say nothing new.

        Returns:
          Why, by article id, for those that Kafka refuses.
        """
        refused: dict[str, str] = {}
        for name in ("articles", "latest"):
            rows = [
                self._row(name, decision.event, decision.article_id)
                for decision in decisions
                if decision.event is not None and decision.article_id not in (None, *refused)
            ]
            for reject in worker.of(self.settings).write(rows, "publish"):
                refused[(reject.row.key or b"").decode()] = f"{type(reject.error).__name__}: {reject.error}"
        return refused

    def _row(self, name: str, event: Event, article: str | None) -> Row:
        key, kafka = article or "", self.settings.kafka
        return Row(
            kafka.topic(name),
            key.encode(),
            msgspec.json.encode(event),
            tuple(headers(attributes(event, key))),
            partition_of(key, kafka.partitions),
        )


def _outcome(decision: Decision, refused: dict[str, str]) -> Outcome:
    if decision.event is None or decision.article_id not in refused:
        return decision.outcome
    return replace(decision.outcome, outcome="dead-letter", reason=refused[decision.article_id][:300])


def write_outcomes(settings: RunSettings, outcomes: list[Outcome]) -> None:
    """Writes outcomes and waits for their acknowledgement; counts each under its name."""
    rows = [Row(settings.kafka.topic("outcomes"), one.find_id.encode(), msgspec.json.encode(one)) for one in outcomes]
    worker.of(settings).write(rows, "publish")
    for one in outcomes:
        beam.metrics.Metrics.counter("beatwire", f"outcome_{one.outcome}").inc()


class Publish(beam.PTransform):  # type: ignore[misc]
    """``PCollection[Tagged]`` to ``PCollection[Outcome]``: what was written."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, tagged: beam.PCollection) -> beam.PCollection:
        partitions = self.settings.kafka.partitions
        return (
            tagged
            | "ByArticle" >> beam.Map(keyed, partitions).with_output_types(tuple[int, Tagged])
            | "Send" >> beam.ParDo(_Publish(self.settings)).with_output_types(Outcome)
        )


class _WriteOutcomes(beam.DoFn):  # type: ignore[misc]
    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings

    def start_bundle(self) -> None:
        self.ended: list[tuple[Outcome, object, object]] = []

    def process(
        self,
        outcome: Outcome,
        timestamp=beam.DoFn.TimestampParam,
        window=beam.DoFn.WindowParam,
    ) -> None:
        self.ended.append((outcome, timestamp, window))

    def finish_bundle(self) -> Iterator[WindowedValue]:
        write_outcomes(self.settings, [one[0] for one in self.ended])
        for outcome, timestamp, window in self.ended:
            yield WindowedValue(outcome, timestamp, [window])


class WriteOutcomes(beam.PTransform):  # type: ignore[misc]
    """Writes the `Outcome`s of finds that ended before Publish, and passes them on."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, outcomes: beam.PCollection) -> beam.PCollection:
        return outcomes | "Write" >> beam.ParDo(_WriteOutcomes(self.settings)).with_output_types(Outcome)
