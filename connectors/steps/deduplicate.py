"""Deduplicate: one find of an item goes on; `transforms.dedupe` says which.

    (item id, find) -> (registered domain, find) that goes on
                    -> outcome of a find that ends here (``seen``, ``too-old``)

State by shard of items, in one cell: what `transforms.dedupe.Known` holds of each item that is under way. An item that
state does not know (it has ended, or state was lost) is looked up in the index of `outcomes`, which is caught up once
in each bundle; what has ended is then taken out of state. A key for each item would be simpler, but keys are what a
runner never forgets: see docs/decisions/0018.
"""

import time
from collections.abc import Callable, Iterator

import apache_beam as beam
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from connectors import worker
from connectors.kafka.outcomes import OutcomeIndex, feed_mark
from connectors.run import RunSettings
from transforms import identity, instants
from transforms.coders import RecordCoder
from transforms.dedupe import NOTHING, Told, UnderWay, judge, still_under_way
from transforms.records import Find, Outcome
from transforms.urls import registered_domain

ENDED = "ended"
SHARDS = 64  # a contract of the state: an item's shard follows from its id


class _Deduplicate(beam.DoFn):  # type: ignore[misc]
    UNDER_WAY = ReadModifyWriteStateSpec("under_way", RecordCoder(UnderWay))

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn

    def start_bundle(self) -> None:
        self.pruned: set[int] = set()

    def process(
        self,
        keyed: tuple[int, Find],
        cell=beam.DoFn.StateParam(UNDER_WAY),
    ) -> Iterator[object]:
        shard, find = keyed
        index = worker.of(self.settings).outcomes
        before = (cell.read() or UnderWay()).items
        items = dict(before)
        if shard not in self.pruned:
            if not self.pruned:
                index.catch_up()
            self.pruned.add(shard)
            items = still_under_way(items, index.ended)
        known = items.get(find.item_id)
        verdict = judge(find, known, NOTHING if known else _told(index, find), self.settings.max_age)
        if verdict.go or verdict.ending or known:
            items[find.item_id] = verdict.known
        if items != before:
            cell.write(UnderWay(items=items))
        if verdict.go:
            yield registered_domain(find.entry.link) or find.source.id, find
        elif verdict.ending:
            yield beam.pvalue.TaggedOutput(
                ENDED,
                Outcome(
                    find_id=find.find_id,
                    item_id=find.item_id,
                    feed_id=find.source.id,
                    link=find.entry.link,
                    outcome=verdict.ending.outcome,
                    step=verdict.ending.step,
                    reason=verdict.ending.reason,
                    poll=find.poll,
                    found=find.found,
                    ended=instants.to_text(self.now_fn()),
                ),
            )


def keyed_by_shard(keyed: tuple[str, Find]) -> tuple[int, Find]:
    """Keys a find by the shard of its item."""
    return identity.shard(keyed[0], SHARDS), keyed[1]


def _told(index: OutcomeIndex, find: Find) -> Told:
    owner = index.owner(find.item_id)
    return Told(ended=index.ended(find.find_id, find.poll), other_feed=owner not in (None, feed_mark(find.source.id)))


class Deduplicate(beam.PTransform):  # type: ignore[misc]
    """``PCollection[(item id, Find)]`` to a pair: ``(registered domain, Find)`` that go on, and `Outcome`s."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, finds: beam.PCollection) -> tuple[beam.PCollection, beam.PCollection]:
        both = (
            finds
            # A fixed name right before each stateful step: by it Flink finds the state again.
            | "ByItem" >> beam.Map(keyed_by_shard).with_output_types(tuple[int, Find])
            | "FirstOfItem" >> beam.ParDo(_Deduplicate(self.settings)).with_outputs(ENDED, main="go")
        )
        go = both["go"] | "Going" >> beam.Map(_same).with_output_types(tuple[str, Find])
        return go, both[ENDED] | "Ended" >> beam.Map(_same).with_output_types(Outcome)


def _same(element: object) -> object:
    return element
