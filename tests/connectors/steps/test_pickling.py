"""What goes to a worker: every public transform and every DoFn of the graphs pickles, and stays small."""

import dataclasses
import importlib
import pkgutil

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pipeline import PipelineVisitor
from hand_worker import settings_of_a_run

import connectors.steps
import transforms.reading
from connectors.steps.heartbeat import Heartbeat
from pipelines import graph, once

SETTINGS = settings_of_a_run()
MOST = 1_000  # bytes beside the settings
MODULES = [
    transforms.reading,
    *(
        importlib.import_module(f"connectors.steps.{one.name}")
        for one in pkgutil.iter_modules(connectors.steps.__path__)
    ),
]
PUBLIC = sorted(
    {
        thing
        for module in MODULES
        for name, thing in vars(module).items()
        if isinstance(thing, type) and issubclass(thing, beam.PTransform) and not name.startswith("_")
        if thing.__module__ == module.__name__
    },
    key=lambda one: one.__name__,
)


def made(transform):
    if transform is Heartbeat:
        return Heartbeat(SETTINGS.shards, SETTINGS.heartbeat)
    return transform() if transform.__module__ == "transforms.reading" else transform(SETTINGS)


def test_the_public_transforms_are_found():
    assert {"Deduplicate", "FetchPages", "Heartbeat", "PollFeeds", "Publish", "Sweep", "Tag"} <= {
        one.__name__ for one in PUBLIC
    }


@pytest.mark.parametrize("transform", PUBLIC, ids=lambda one: one.__name__)
def test_a_public_transform_pickles_and_stays_small(transform):
    pickled = pickler.dumps(made(transform), use_zlib=False)
    assert transform is type(pickler.loads(pickled, use_zlib=False))
    assert len(pickled) < MOST + len(pickler.dumps(SETTINGS, use_zlib=False))


class _DoFns(PipelineVisitor):
    def __init__(self):
        self.found = {}

    def visit_transform(self, node):
        if isinstance(node.transform, beam.ParDo):
            self.found[node.full_label] = node.transform.fn


@pytest.mark.parametrize(
    ("build", "least"),
    [(graph.build, 8), (once.build, 8), (once.build_piece, 5)],
    ids=["streaming", "bounded", "piece"],
)
def test_every_dofn_of_a_graph_pickles_and_stays_small(build, least):
    pipeline, dofns = beam.Pipeline(options=PipelineOptions(["--runner=FnApiRunner"])), _DoFns()
    build(pipeline, SETTINGS)
    pipeline.visit(dofns)
    assert least <= len(dofns.found)
    sizes = {label: len(pickler.dumps(fn, use_zlib=False)) for label, fn in dofns.found.items()}
    most = MOST + len(pickler.dumps(SETTINGS, use_zlib=False))
    assert {} == {label: size for label, size in sizes.items() if size >= most}
    assert sizes.keys() == {label for label, fn in dofns.found.items() if type(fn) is type(_again(fn))}


def _again(fn):
    return pickler.loads(pickler.dumps(fn, use_zlib=False), use_zlib=False)


def test_all_dofns_of_a_run_share_one_list_of_feeds_in_a_process():
    one, other = (pickler.loads(pickler.dumps(SETTINGS, use_zlib=False), use_zlib=False) for _ in range(2))
    assert one is other
    assert SETTINGS == one


def test_settings_that_changed_under_the_same_run_are_as_they_were_sent():
    pickler.loads(pickler.dumps(SETTINGS, use_zlib=False), use_zlib=False)
    changed = dataclasses.replace(SETTINGS, shards=SETTINGS.shards + 1)
    assert changed == pickler.loads(pickler.dumps(changed, use_zlib=False), use_zlib=False)
