"""Memory: broker, runner and worker over many finds that end without a page.

A feed of our own shows new entries at every poll, each without a link: such a find ends as ``fetch-failed`` without a
request, so that the pipeline itself is all that works. Memory is looked at by the number of finds that have ended; its
slope is taken after a warm-up of a quarter.
"""

import argparse
import asyncio
import dataclasses
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

from bench.progress import say
from bench.resident import MEGABYTE, Sample, Watch, slopes
from bench.stack import polling, running
from connectors.embedded.broker import EmbeddedKafka
from connectors.kafka import topics
from connectors.kafka.memory import TopicReader
from connectors.kafka.settings import KafkaSettings
from transforms.records import FeedSource

FINDS, WARM_UP, STALLED = 200_000, 0.25, 120.0  # STALLED: seconds without an outcome after which it is given up
FEEDS, ENTRIES, INTERVAL = 16, 100, 2.0
BACKLOG = 2_000  # finds under way at most: what waits in state is memory, too, and not what is looked for
PER = 100_000  # finds that a slope is told for


@dataclasses.dataclass(frozen=True)
class Memory:
    """What came of it.

    Attributes:
      wanted: Finds to be made at least.
      ended: Outcomes counted.
      seconds: How long it took.
      samples: Memory, by finds that have ended.
    """

    wanted: int
    ended: int
    seconds: float
    samples: tuple[Sample, ...]


def feed(name: str, first: int, count: int = ENTRIES) -> bytes:
    """An Atom feed of entries without links, numbered from ``first`` on; the numbers make their ids and titles."""
    entries = "".join(
        f"<entry><id>tag:bench,2026:{name}/{number}</id><title>Nothing to read, number {number}</title></entry>"
        for number in range(first, first + count)
    )
    head = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{name}</title><id>tag:bench,2026:{name}</id>'
    return f"{head}{entries}</feed>".encode()


@contextmanager
def endless(wanted: int, ended: Callable[[], int]) -> Iterator[tuple[FeedSource, ...]]:
    """A site whose feeds show `ENTRIES` new entries at each poll, until ``wanted`` were shown.

    Args:
      wanted: How many in all, at least.
      ended: How many have ended: nothing new is shown while too many have not.
    """
    shown = {f"feed-{number}": 0 for number in range(FEEDS)}

    async def answer(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if sum(shown.values()) < min(wanted, ended() + BACKLOG):
            shown[name] += ENTRIES
        body = feed(name, max(0, shown[name] - ENTRIES))
        return web.Response(body=body, content_type="application/atom+xml")

    ready, ports = threading.Event(), list[int]()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/{name}", answer)
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(int(runner.addresses[0][1]))
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        # A name of its own for each, so that each is a shard of its own.
        yield tuple(
            FeedSource(
                id=name,
                url=f"http://{name}.localhost:{ports[0]}/{name}",
                publisher=name,
                interval=INTERVAL,
            )
            for name in shown
        )
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def measure(finds: int) -> Memory:
    """Runs it all until so many finds have ended."""
    ended = 0
    with (
        tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name,
        EmbeddedKafka(Path(name) / "kafka", ephemeral=True, say=say) as broker,
        endless(finds, lambda: ended) as feeds,
    ):
        kafka = KafkaSettings(bootstrap=broker.bootstrap)
        topics.create(kafka)
        began = time.monotonic()
        reader = TopicReader(kafka, kafka.topic("outcomes"), 60)
        with running(polling(kafka, feeds), Path(name)) as parts:

            def pids() -> Mapping[str, int | None]:
                return {"broker": broker.pid, "runner": parts.runner.pid, "worker": os.getpid()}

            def count(_: object) -> None:
                nonlocal ended
                ended += 1

            moved, told = time.monotonic(), 0
            with Watch(pids, lambda: float(ended), every=2.0) as watch:
                while ended < finds and time.monotonic() - moved < STALLED:
                    if parts.job.wait(1.0):
                        raise RuntimeError(f"the job ended: {parts.job.error}")
                    before = ended
                    reader.catch_up(count)
                    moved = time.monotonic() if ended > before else moved
                    if ended - told >= finds / 20:
                        told = ended
                        say(f"{ended:,} of {finds:,} after {time.monotonic() - began:.0f} s")
            reader.close()
        return Memory(finds, ended, time.monotonic() - began, tuple(watch.samples))


def report(got: Memory) -> str:
    """The figures as lines of text."""
    warm = WARM_UP * got.ended
    rises = slopes(got.samples, warm, float(got.ended))
    lines = [f"{'resident MB':12}{'start':>9}{'warm':>9}{'end':>9}{f'MB per {PER:,} finds':>24}"]
    for name, rise in rises.items():
        there = [sample for sample in got.samples if name in sample.bytes]
        levels = [next(s for s in there if s.at >= at).bytes[name] for at in (0.0, min(warm, there[-1].at))]
        levels.append(there[-1].bytes[name])
        figures = "".join(f"{level / MEGABYTE:9.1f}" for level in levels)
        lines.append(f"{name:12}{figures}{rise * PER / MEGABYTE:24.2f}")
    lines.append(f"{got.ended:,} finds ended in {got.seconds:.0f} s, {got.ended / got.seconds:.0f} a second")
    if got.ended < got.wanted:
        lines.append(f"FAILED: {got.wanted - got.ended:,} finds did not end")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when finds did not end. Memory is reported, and judged by people."""
    parser = argparse.ArgumentParser(prog="bench memory", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--finds", type=int, default=FINDS, help="how many at least (default: %(default)d)")
    got = measure(parser.parse_args(arguments).finds)
    print(report(got))
    return int(got.ended < got.wanted)
