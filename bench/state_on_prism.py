"""State on the local runner: the bytes that FetchPages alone reads from Prism and writes there, by the real clock."""

import asyncio
import contextlib
import functools
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.worker.sdk_worker import GrpcStateHandler

from bench.progress import say
from bench.waiting import DOMAIN, LATENCY, Readers, State, Traffic, Web, finds, size
from connectors import worker
from connectors.embedded.prism import provide_prism
from connectors.embedded.runner import LocalRunner
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from connectors.steps.fetch_pages import FetchPages
from connectors.steps.heartbeat import Heartbeat
from connectors.web.client import Response, WebSettings
from pipelines.live import local_options
from transforms.records import Fetched, Find

ASKED = ("get_raw", "append_raw", "clear")  # of Beam's state handler
SPACING, STALLED = 0.1, 60.0  # seconds; STALLED: without a page after which it is given up

_left: list[str] = []  # the worker is this process


class _Slow(Web):
    async def get(self, url: str, **options: Any) -> Response:
        await asyncio.sleep(LATENCY)
        return await super().get(url, **options)


class _Worker(worker.Worker):
    _paper_web = _Slow(0)

    @property
    def web(self) -> Any:
        return self._paper_web

    @property
    def readers(self) -> Any:
        return self._once("readers", Readers)


def _come(beat: tuple[int, int], count: int, length: int) -> Iterator[tuple[str, Find]]:
    if beat[1] == 0:
        for find in finds(count, length):
            yield DOMAIN, find


def _note(fetched: Fetched) -> None:
    if not fetched.provisional:
        _left.append(fetched.find.sighting)


@contextlib.contextmanager
def counted(traffic: Traffic) -> Iterator[None]:
    """Counts what this process asks runners for."""
    lock, get, append, clear = threading.Lock(), *(getattr(GrpcStateHandler, name) for name in ASKED)

    def count(read: int = 0, written: int = 0) -> None:
        with lock:
            traffic.requests += 1
            traffic.read += read
            traffic.written += written

    def get_counted(*given: Any, **named: Any) -> Any:
        data, more = get(*given, **named)
        count(read=len(data))
        return data, more

    def append_counted(handler: Any, key: Any, data: bytes) -> Any:
        count(written=len(data))
        return append(handler, key, data)

    def clear_counted(handler: Any, key: Any) -> Any:
        count()
        return clear(handler, key)

    counting = dict(zip(ASKED, (get_counted, append_counted, clear_counted), strict=True))
    with mock.patch.multiple(GrpcStateHandler, **counting):
        yield


def measure(count: int, length: int) -> State:
    """Has so many finds of one domain come in at once, and leave; CPU is that of the whole process."""
    settings = RunSettings(
        run_id=uuid.uuid4().hex,
        name="bench",
        version="0",
        kafka=KafkaSettings(bootstrap="nowhere.invalid:9092"),
        web=WebSettings(),
        feeds=(),
        spacing=SPACING,
    )
    traffic = Traffic()
    _left.clear()
    worker.adopt(settings.run_id, _Worker(settings))
    with (
        tempfile.TemporaryDirectory(prefix="beatwire-bench-") as folder,
        LocalRunner(provide_prism(say), Path(folder) / "runner.log") as runner,
        counted(traffic),
    ):
        options = [*local_options(runner.endpoint), "--streaming", "--experiments=prism_disable_sdf_split"]
        pipeline = beam.Pipeline(options=PipelineOptions(options))
        _ = (
            pipeline
            | "Heartbeat" >> Heartbeat(1, 600.0)
            | "Come" >> beam.FlatMap(functools.partial(_come, count=count, length=length))
            | "Typed" >> beam.Map(lambda one: one).with_output_types(tuple[str, Find])
            | "FetchPages" >> FetchPages(settings)
            | "Note" >> beam.Map(_note)
        )
        began = time.process_time()
        result = pipeline.run()
        moved, before = time.monotonic(), 0
        while len(_left) < count and time.monotonic() - moved < STALLED:
            time.sleep(0.5)
            moved, before = (time.monotonic(), len(_left)) if len(_left) > before else (moved, before)
        traffic.cpu = time.process_time() - began
        result.cancel()
    worker.drop(settings.run_id)
    return State("on Prism", count, len(_left), size(finds(count, length)), traffic)
