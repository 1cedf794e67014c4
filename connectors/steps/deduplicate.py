"""Deduplicate: one find of an item goes on; `transforms.dedupe` says which.

    (item id, find) -> (registered domain, find) that goes on
                    -> outcome of a find that ends here (``seen``, ``too-old``)

State by item: what `transforms.dedupe.Known` holds, in one cell. An item without state (a new run on Prism, an old
checkpoint) is looked up in the index of `outcomes`, caught up once in each bundle that needs it.
"""

import time
from collections.abc import Callable, Iterator

import apache_beam as beam
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from connectors import worker
from connectors.kafka.outcomes import feed_mark
from connectors.run import RunSettings
from transforms import instants
from transforms.coders import RecordCoder
from transforms.dedupe import NOTHING, Known, Told, judge
from transforms.records import Find, Outcome
from transforms.urls import registered_domain

ENDED = "ended"


class _Deduplicate(beam.DoFn):  # type: ignore[misc]
    KNOWN = ReadModifyWriteStateSpec("known", RecordCoder(Known))

    def __init__(self, settings: RunSettings, now_fn: Callable[[], float] = time.time) -> None:
        self.settings, self.now_fn = settings, now_fn

    def start_bundle(self) -> None:
        self.caught_up = False

    def process(
        self,
        keyed: tuple[str, Find],
        cell=beam.DoFn.StateParam(KNOWN),
    ) -> Iterator[object]:
        find = keyed[1]
        known = cell.read()
        verdict = judge(find, known, NOTHING if known else self._told(find), self.settings.max_age)
        cell.write(verdict.known)
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

    def _told(self, find: Find) -> Told:
        index = worker.of(self.settings).outcomes
        if not self.caught_up:
            index.catch_up()
            self.caught_up = True
        owner = index.owner(find.item_id)
        return Told(
            ended=index.ended(find.find_id, find.poll), other_feed=owner not in (None, feed_mark(find.source.id))
        )


class Deduplicate(beam.PTransform):  # type: ignore[misc]
    """``PCollection[(item id, Find)]`` to a pair: ``(registered domain, Find)`` that go on, and `Outcome`s."""

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        self.settings = settings

    def expand(self, finds: beam.PCollection) -> tuple[beam.PCollection, beam.PCollection]:
        both = (
            finds
            # A fixed name right before each stateful step: by it Flink finds the state again.
            | "ByItem" >> beam.Map(_same).with_output_types(tuple[str, Find])
            | "FirstOfItem" >> beam.ParDo(_Deduplicate(self.settings)).with_outputs(ENDED, main="go")
        )
        go = both["go"] | "Going" >> beam.Map(_same).with_output_types(tuple[str, Find])
        return go, both[ENDED] | "Ended" >> beam.Map(_same).with_output_types(Outcome)


def _same(element: object) -> object:
    return element
