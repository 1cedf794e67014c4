"""Publish: what is news goes to the readers, and every find that comes here gets its outcome.

    (article shard, tagged) -> per bundle and shard:
        catch up `latest` -> decide -> `articles`, `latest` acknowledged -> `outcomes` acknowledged

The shard is the article's partition of `latest`, so one key is one partition, and its memory is read, caught up and
written by one bundle at a time: runners never process two bundles of one key of a stateful step at once, which is what
the counter in state is for. What a find needs beside its own partition is held meanwhile (`connectors.histories`). A
provisional find publishes but gets no outcome: it comes again. What Kafka refuses for good goes to `dead-letters`, with
outcome ``dead-letter``; while Kafka is away the bundle waits. Emits the outcomes that were written; their timestamps
are those of the finds.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

import apache_beam as beam
import msgspec
from apache_beam.transforms.userstate import CombiningValueStateSpec
from apache_beam.utils.windowed_value import WindowedValue
from msgspec.structs import replace

from connectors import worker
from connectors.histories import Histories
from connectors.kafka.envelope import attributes, headers
from connectors.kafka.partition import partition_of
from connectors.kafka.rows import Row
from connectors.run import RunSettings
from transforms import instants
from transforms.events import Event
from transforms.records import Find, Outcome, Tagged
from transforms.revision import Decision, article_id, decide
from transforms.versions import Imprint, Latest, latest_of


def keyed(tagged: Tagged, partitions: int) -> tuple[int, Tagged]:
    """Keys a find by its article's partition of `latest`."""
    return partition_of(article_id(tagged), partitions), tagged


def decide_all(
    finds: list[Tagged],
    latest: Mapping[str, Latest],
    owned: Mapping[str, str],
    ended: Callable[[Find], bool],
    imprint: Imprint,
) -> list[Decision]:
    """Decides on finds in order; each sees what those before it say.

    Args:
      finds: The finds.
      latest: The newest version of each article by id; not changed.
      owned: The article that an item owns, by item id.
      ended: Whether a find has its outcome; asked of provisional ones only.
      imprint: Who says it, and when.
    """
    latest, done = dict(latest), set()
    decisions = []
    for one in finds:
        find = one.read.find
        over = one.read.provisional and (find.sighting in done or ended(find))
        decision = decide(one, latest, imprint, owned=owned.get(find.item_id), ended=over)
        latest |= {key: latest_of(event) for key, event in decision.events}
        if decision.outcome is not None:
            done.add(find.sighting)
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
        settings, now = self.settings, self.now_fn()
        every = [find for finds in self.shards.values() for find in finds]
        finds = [find[0] for find in every]
        if not finds:
            return
        histories = Histories(worker.of(settings), finds, set(self.shards))
        with histories.held() as latest:
            imprint = Imprint(instants.to_text(now), settings.name, settings.version)
            decisions = decide_all(finds, latest, histories.owned, self._ended(finds), imprint)
            refused = self._send(decisions)
            self._bury(decisions, now)
            outcomes = [_outcome(decision, refused) for decision in decisions]
            write_outcomes(settings, [one for one in outcomes if one is not None])
        worker.of(settings).passed_on(-len(every))
        for outcome, (_, timestamp, window) in zip(outcomes, every, strict=True):
            if outcome is not None:
                yield WindowedValue(outcome, timestamp, [window])

    def _ended(self, finds: list[Tagged]) -> Callable[[Find], bool]:
        """Which finds have their outcome; asks Kafka only where one of them is provisional."""
        index = worker.of(self.settings).outcomes
        if any(one.read.provisional for one in finds):
            index.catch_up()
        return lambda find: index.ended(find.find_id, find.poll)

    def _send(self, decisions: list[Decision]) -> dict[str, str]:
        """Sends events to `articles`, and those acknowledged there to `latest`.

        One after the other: were they under way together, a crash could leave a version on `latest` alone; the find,
        swept and decided again, would say nothing new. And what a decision says in the second place (that an article is
        superseded by the first) follows when the first was taken.

        Returns:
          Why, by article id, for those that Kafka refuses.
        """
        refused: dict[str, str] = {}
        for name in ("articles", "latest"):
            for place in range(max((len(decision.events) for decision in decisions), default=0)):
                rows = [
                    self._row(name, *decision.events[place])
                    for decision in decisions
                    if len(decision.events) > place
                    and not any(article in refused for article, _ in decision.events[: place + 1])
                ]
                for reject in worker.of(self.settings).write(rows, "publish"):
                    refused[(reject.row.key or b"").decode()] = f"{type(reject.error).__name__}: {reject.error}"
        return refused

    def _bury(self, decisions: list[Decision], now: float) -> None:
        """Takes off `latest` what was retracted long ago, in the partitions of this bundle."""
        shared, kafka = worker.of(self.settings), self.settings.kafka
        said = {article for decision in decisions for article, _ in decision.events}
        before = instants.to_text(now - self.settings.tombstone_after)
        rows = [
            Row(kafka.topic("latest"), article.encode(), None, partition=shard)
            for shard in self.shards
            for article in shared.latest(shard).retracted_before(before, now)
            if article not in said
        ]
        shared.write(rows, "publish")

    def _row(self, name: str, key: str, event: Event) -> Row:
        kafka = self.settings.kafka
        return Row(
            kafka.topic(name),
            key.encode(),
            msgspec.json.encode(event),
            tuple(headers(attributes(event, key))),
            partition_of(key, kafka.partitions),
        )


def _outcome(decision: Decision, refused: dict[str, str]) -> Outcome | None:
    reason = next((refused[article] for article, _ in decision.events if article in refused), None)
    if decision.outcome is None or reason is None:
        return decision.outcome
    return replace(decision.outcome, outcome="dead-letter", reason=reason[:300])


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
