"""Rates: Publish's writes beside a bare producer, and the whole pipeline beside the sum of its bare parts.

First the pipeline takes in a site that shows all its articles at once. What it wrote is then sent again, by the sink as
Publish uses it (`articles`, `latest`, `outcomes`, each awaited) and by a bare kafka-python producer with the same
settings and records that waits once at the end, turn by turn, by CPU time per record. Last each part does its work
alone: the pages fetched, extracted, tagged, their records produced.
"""

import argparse
import asyncio
import dataclasses
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.progress import say
from bench.stack import broker, polling, running
from connectors.demo.generate import generate
from connectors.demo.material import Edition, shipped
from connectors.demo.site import DemoSite
from connectors.kafka import topics
from connectors.kafka.memory import TopicReader
from connectors.kafka.producers import make, retire
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.sink import Sink
from connectors.web.client import WebClient
from connectors.web.fetch import fetch_page
from transforms.reading import read, tagged
from transforms.records import Fetched, Find, Page

COUNT, SEED = 1_200, 1
ROUNDS, WRITES = 6, (200, 2_000)  # rounds of each way; records in one write of the sink
BAR = 0.75
AT_ONCE = 12  # page requests under way, as three domains with four each
WITHIN = 600.0  # seconds
TOPICS = ("articles", "latest", "outcomes")
WINDOW = 500  # entries that a feed shows


@dataclasses.dataclass(frozen=True)
class Rates:
    """What was measured.

    Attributes:
      records: Records in one round.
      bare: Microseconds of CPU per record of the bare producer, one for each round.
      sink: The same of the sink, by records in one write.
      count: Items of the pipeline's run.
      whole: Seconds that the pipeline took, from the first poll to the last event; its CPU seconds.
      parts: Seconds that each part took alone, by name.
    """

    records: int
    bare: tuple[float, ...]
    sink: Mapping[int, tuple[float, ...]]
    count: int
    whole: tuple[float, float]
    parts: Mapping[str, float]


def cpu() -> float:
    """CPU seconds of this process, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(count: int) -> Rates:
    """Runs it all on one broker."""
    edition = Edition(publishers=shipped().publishers, stories=generate(count, 1e6, SEED), window=WINDOW)
    with tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name, broker(Path(name)) as kafka:
        with DemoSite(edition=edition) as site:
            whole = _whole(kafka, site, Path(name), count)
            finds = [msgspec.json.decode(record.value, type=Find) for record in _records(kafka, "finds")]
            parts, pages = {}, dict[str, Page]()
            say("each part alone: fetch, extract, tag")
            parts["fetch"] = _timed(lambda: pages.update(asyncio.run(_fetch(kafka, site, finds))))
        fetched = [Fetched(find=find, page=pages[find.entry.link]) for find in finds]
        articles = []
        parts["extract"] = _timed(lambda: articles.extend(read(one) for one in fetched))
        parts["tag"] = _timed(lambda: [tagged(one, time.time()) for one in articles])
        sent = {name: _records(kafka, name) for name in TOPICS}
        again = dataclasses.replace(kafka, prefix="again")
        topics.create(again)
        rows = {
            name: [Row(again.topic(name), one.key, one.value, tuple(one.headers)) for one in records]
            for name, records in sent.items()
        }
        parts["produce"] = _produce(again, rows)
        bare, sink = _turns(again, rows)
        return Rates(sum(map(len, rows.values())), bare, sink, count, whole, parts)


def _whole(kafka: KafkaSettings, site: DemoSite, folder: Path, count: int) -> tuple[float, float]:
    say(f"pipeline: {count} articles at once")
    keys: set[bytes] = set()
    reader = TopicReader(kafka, kafka.topic("articles"), 60)
    used = cpu()
    with running(polling(kafka, site.feeds()), folder) as parts:
        while not any(site.requests.count(feed.url) for feed in site.feeds()):
            time.sleep(0.05)
        began = time.monotonic()
        while len(keys) < count:
            if parts.job.wait(0.2) or time.monotonic() - began > WITHIN:
                raise RuntimeError(f"{len(keys)} of {count} articles within {WITHIN:.0f} s: {parts.job.error}")
            reader.catch_up(lambda record: keys.add(record.key))
        took = time.monotonic() - began
    reader.close()
    return took, cpu() - used


async def _fetch(kafka: KafkaSettings, site: DemoSite, finds: Sequence[Find]) -> dict[str, Page]:
    client, gate = WebClient(polling(kafka, site.feeds()).web), asyncio.Semaphore(AT_ONCE)

    async def one(link: str) -> tuple[str, Any]:
        async with gate:
            return link, await fetch_page(client, link)

    try:
        return dict(await asyncio.gather(*(one(find.entry.link) for find in finds)))
    finally:
        await client.close()


def _produce(settings: KafkaSettings, rows: Mapping[str, Sequence[Row]]) -> float:
    """Seconds that a bare producer takes for all rows."""
    producer = make(settings, careful=False, within=15)
    try:
        producer.partitions_for(next(iter(rows.values()))[0].topic)
        return _timed(lambda: _bare(producer, rows))
    finally:
        retire(producer)


def _turns(
    settings: KafkaSettings, rows: Mapping[str, Sequence[Row]]
) -> tuple[tuple[float, ...], dict[int, tuple[float, ...]]]:
    """CPU microseconds per record, turn by turn: bare, then the sink with each size of a write."""
    say(f"sink and bare producer, {ROUNDS} rounds of {sum(map(len, rows.values()))} records")
    producer, sink = make(settings, careful=False, within=15), Sink(settings, 60)
    bare: list[float] = []
    ours: dict[int, list[float]] = {size: [] for size in WRITES}
    count = sum(map(len, rows.values()))
    try:
        for turn in range(ROUNDS + 1):  # the first warms both up
            figures = [_cpu(lambda: _bare(producer, rows))]
            figures += [_cpu(lambda size=size: _sink(sink, rows, size)) for size in WRITES]
            if turn:
                bare.append(figures[0] / count * 1e6)
                for size, figure in zip(WRITES, figures[1:], strict=True):
                    ours[size].append(figure / count * 1e6)
    finally:
        retire(producer)
        sink.close()
    return tuple(bare), {size: tuple(figures) for size, figures in ours.items()}


def _bare(producer: Any, rows: Mapping[str, Sequence[Row]]) -> None:
    for some in rows.values():
        for row in some:
            producer.send(row.topic, row.value, key=row.key, headers=list(row.headers))
    producer.flush()


def _sink(sink: Sink, rows: Mapping[str, Sequence[Row]], size: int) -> None:
    """As Publish does: for each bundle one topic after the other."""
    for start in range(0, max(map(len, rows.values())), size):
        for some in rows.values():
            if sink.write(some[start : start + size]):
                raise RuntimeError("a record of the pipeline was refused when it was sent again")


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _cpu(work: Callable[[], object]) -> float:
    before = cpu()
    work()
    return cpu() - before


def _records(kafka: KafkaSettings, name: str) -> list[Any]:
    found: list[Any] = []
    reader = TopicReader(kafka, kafka.topic(name), 60)
    reader.catch_up(found.append)
    reader.close()
    return found


def ratio(rates: Rates, size: int) -> float:
    """Bare CPU per record over the sink's, by medians: 1 is as cheap as bare."""
    return statistics.median(rates.bare) / statistics.median(rates.sink[size])


def report(rates: Rates) -> str:
    """The figures as lines of text."""
    lines = [f"{'microseconds of CPU per record':38}{'median':>8}{'min':>8}{'max':>8}{'ratio':>8}"]
    lines.append(_line("bare producer (baseline)", rates.bare, ""))
    for size, figures in rates.sink.items():
        met = "met" if ratio(rates, size) >= BAR else "MISSED"
        lines.append(_line(f"sink, writes of {size:,}", figures, f"{ratio(rates, size):8.2f}  bar {BAR}: {met}"))
    took, used = rates.whole
    alone = sum(rates.parts.values())
    lines.append(f"whole pipeline: {rates.count} items in {took:.1f} s, {rates.count / took:.1f} a second")
    lines.append(f"CPU of this process (steps, site, bench): {used / rates.count * 1e3:.1f} ms an item")
    for name, seconds in rates.parts.items():
        lines.append(f"  {name + ' alone':16}{seconds:7.1f} s {rates.count / seconds:9.1f} a second")
    lines.append(f"  {'sum of the parts':16}{alone:7.1f} s {rates.count / alone:9.1f} a second")
    lines.append(f"ratio of the whole to the sum of the parts: {alone / took:.2f}")
    return "\n".join(lines)


def _line(name: str, figures: Sequence[float], tail: str) -> str:
    return f"{name:38}{statistics.median(figures):8.1f}{min(figures):8.1f}{max(figures):8.1f}{tail}"


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 0 always: nothing can be lost here, and rates are the machine's."""
    parser = argparse.ArgumentParser(prog="bench rate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT, help="articles, at most 1,400 (default: %(default)d)")
    print(report(measure(parser.parse_args(arguments).count)))
    return 0
