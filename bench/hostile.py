"""Neighbours of the hostile web: when their articles are at a consumer, with `bench.rude` beside them and without.

Two runs of the streaming pipeline on the local runner: over the demo site alone, then over it and all hostile pages and
feeds, which come anew every `EVERY` seconds. Everything happens in a network of this process's own, where it may make
one: all addresses lead here, so whoever asks one that must not be asked is heard.
"""

import argparse
import contextlib
import dataclasses
import itertools
import json
import os
import queue
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.queues import Queue
from pathlib import Path

from bench.arrivals import Record, listening
from bench.latency import percentile
from bench.progress import say
from bench.resident import MEGABYTE, Watch, peak, readers
from bench.rude import namespace
from bench.rude.cases import pages
from bench.rude.feeds import feeds
from bench.rude.site import LISTS, Rude, rude_web
from bench.rude.witness import Witness
from bench.stack import broker, polling, running
from connectors.demo.generate import generate
from connectors.demo.site import DemoSite
from connectors.kafka.memory import TopicReader
from connectors.kafka.settings import KafkaSettings
from pipelines.live import Job
from transforms import instants
from transforms.records import FeedSource

COUNT, PER_SECOND, SEED = 200, 4.0, 1
EVERY = 45.0  # seconds in which all hostile pages come, one by one: fewer than the neighbours'
INTERVAL, LOOK = 20.0, 4.0  # seconds between two polls of a hostile feed, and of the lists of pages
WARM = 5.0  # seconds of articles whose times are not counted: for them rules are read and topics caught up
LEAD, GRACE = 25.0, 60.0  # seconds: until the first article, and after the last; the hostile web is on by then
RATIO, LATER = 1.5, 1.0  # of the p99 alone; seconds beyond it: either is enough
GROWTH, READER = 300 * MEGABYTE, 768 * MEGABYTE  # of the worker beyond the run without; resident of one reader
PORTS = (80, 443, 22, 6379)  # at which a listener waits for whoever is led astray
STAGES = ("polled", "found", "fetched", "tagged")  # times in an event
LOCAL = frozenset({"127.0.0.1", "::1"})

Times = tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
      lost: Articles published that did not come.
      polled: Seconds from the poll to the consumer, one for each that came, but for the first few.
      worker: Resident bytes of this process, at most.
      reader: Of a reader, at most.
      stages: Of the seconds, how many went by from each of `STAGES` to the next, the last to the consumer: p50.
      named: How many hostile finds ended as the table says.
      others: How many did not, by page and outcome.
      escapes: Connections heard by listeners, and made by this process, to addresses that must not be asked.
      walled: Whether all of it happened in a network of its own.
    """

    lost: int
    polled: tuple[float, ...]
    worker: int
    reader: int
    stages: Times = ()
    named: int = 0
    others: Mapping[str, int] = dataclasses.field(default_factory=dict)
    escapes: int = 0
    walled: bool = False


def measure(count: int = COUNT) -> tuple[Run, Run]:
    """The run without, and the run with the hostile web."""
    why = namespace.enter()
    say(f"no network of its own: {why}" if why else "in a network of its own")
    with _ears(not why) as heard, tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name:
        witness, folder = Witness(), Path(name)
        with rude_web(folder, EVERY) as web:
            os.environ["SSL_CERT_FILE"] = str(web.authority)
            alone = _run(folder / "alone", count, None)
            beside = _run(folder / "beside", count, web)
        strangers = [one for one in witness.asked if one[0] not in LOCAL]
        return alone, dataclasses.replace(beside, escapes=len(heard) + len(strangers), walled=not why)


def _run(folder: Path, count: int, web: Rude | None) -> Run:
    folder.mkdir()
    Path("/proc/self/clear_refs").write_text("5")  # the peak of this run, not of the one before
    say(f"{count} articles, {'beside the hostile web' if web else 'alone'}")
    with broker(folder) as kafka:
        site = DemoSite(epoch=time.time() + LEAD, edition=generate(count, PER_SECOND, SEED))
        with listening(kafka, "articles") as records, site, Watch(_processes, every=1.0, size=peak) as watch:
            settings = polling(kafka, (*site.feeds(), *_hostile(web)))
            with running(dataclasses.replace(settings, shards=8), folder) as parts:
                deadline = site.epoch + count / PER_SECOND + GRACE
                appears = {link: at for (_, link), at in site.appears().items()}
                arrived = _arrivals(records, set(appears), deadline, parts.job)
        named, others = _endings(kafka, web) if web else (0, {})
    stages = [times for link, times in arrived.items() if appears[link] >= site.epoch + WARM]
    return Run(
        len(appears) - len(arrived),
        tuple(sum(times) for times in stages),
        max(one.bytes["worker"] for one in watch.samples),
        max((size for one in watch.samples for name, size in one.bytes.items() if name != "worker"), default=0),
        tuple(percentile(column, 50) for column in zip(*stages, strict=True)),
        named,
        others,
    )


def _arrivals(records: "Queue[Record]", wanted: set[str], deadline: float, job: Job) -> dict[str, Times]:
    """Where the seconds from the poll to the consumer went, for the first event of each wanted link."""
    arrived = dict[str, Times]()
    while len(arrived) < len(wanted) and time.time() < deadline and not job.wait(0):
        with contextlib.suppress(queue.Empty):
            record = records.get(timeout=1.0)
            event = json.loads(record.value)
            if (link := event["source"]["link"]) not in wanted or link in arrived:
                continue
            times = [instants.from_text(event["pipeline"]["times"][name]) for name in STAGES] + [record.arrived]
            arrived[link] = tuple(later - earlier for earlier, later in itertools.pairwise(times))
    return arrived


def _hostile(web: Rude | None) -> Iterator[FeedSource]:
    if web is None:
        return
    for name in (*LISTS, *feeds()):
        yield FeedSource(id=name, url=web.feed(name), publisher=name, interval=LOOK if name in LISTS else INTERVAL)


def _endings(kafka: KafkaSettings, web: Rude) -> tuple[int, Mapping[str, int]]:
    """How the hostile finds ended: as the table says, or otherwise."""
    names = {link: name for name, link in web.links().items()}
    named, others = 0, Counter[str]()

    def judge(record: object) -> None:
        nonlocal named
        one = json.loads(record.value)  # type: ignore[attr-defined]
        name = names.get(one["link"].partition("?round=")[0])
        if name is None:
            return
        if pages()[name].outcome == one["outcome"]:
            named += 1
        else:
            others[f"{name}: {one['outcome']}, {one['reason'][:60]}"] += 1

    reader = TopicReader(kafka, kafka.topic("outcomes"), 60)
    reader.catch_up(judge)
    reader.close()
    return named, others


def _processes() -> Mapping[str, int | None]:
    """This process, and those that read for it."""
    return {"worker": os.getpid()} | readers()


@contextlib.contextmanager
def _ears(walled: bool) -> Iterator[list[str]]:
    """Listens at all addresses, where all lead here: who comes is an escape."""
    heard, sockets = list[str](), []
    for port in PORTS if walled else ():
        sockets.append(socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True))
        threading.Thread(target=_hear, args=(sockets[-1], heard), daemon=True).start()
    yield heard
    for one in sockets:
        one.close()


def _hear(server: socket.socket, heard: list[str]) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            heard.append(connection.getsockname()[0])
            connection.close()


def faults(alone: Run, beside: Run) -> list[str]:
    """What must not be."""
    wrong = [f"{one.lost} articles lost" for one in (alone, beside) if one.lost]
    wrong += [f"{beside.escapes} escapes"] if beside.escapes else []
    wrong += [f"not as named: {text} ({times})" for text, times in beside.others.items()]
    wrong += [] if beside.named else ["no hostile page ended as it is named"]
    mine, other = percentile(beside.polled, 99), percentile(alone.polled, 99)
    if not mine <= max(RATIO * other, other + LATER):
        wrong.append(f"the neighbours' p99 is {mine:.2f} s, alone {other:.2f} s")
    if beside.worker - alone.worker > GROWTH:
        wrong.append(f"the worker grew by {(beside.worker - alone.worker) // MEGABYTE} MB")
    if not 0 < beside.reader <= READER:
        wrong.append(f"a reader had {beside.reader // MEGABYTE} MB" if beside.reader else "no reader was seen")
    return wrong


def report(alone: Run, beside: Run) -> str:
    """The figures as lines of text."""
    lines = [f"{'seconds from the poll to the consumer':40}{'p50':>8}{'p90':>8}{'p99':>8}{'max':>8}{'count':>7}"]
    for name, run in (("neighbours alone", alone), ("beside the hostile web", beside)):
        figures = "".join(f"{percentile(run.polled, percent):8.3f}" for percent in (50, 90, 99, 100))
        lines.append(f"{name:40}{figures}{len(run.polled):7}")
    for name, run in (("alone", alone), ("beside", beside)):
        shown = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in zip(STAGES, run.stages, strict=False))
        lines.append(f"{name}: from {shown or 'nowhere'} to the next (p50)")
        lines.append(f"{name}: worker {run.worker // MEGABYTE} MB, largest reader {run.reader // MEGABYTE} MB")
    heard = "listeners and the audit hook" if beside.walled else "the audit hook"
    lines.append(f"{beside.named} hostile finds ended as named; escapes by {heard}: {beside.escapes}")
    return "\n".join(lines + [f"FAILED: {fault}" for fault in faults(alone, beside)])


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when something was lost, reached, misnamed, late or too large."""
    parser = argparse.ArgumentParser(prog="bench hostile", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT, help="articles of the neighbours (default: %(default)d)")
    got = measure(parser.parse_args(arguments).count)
    print(report(*got))
    return int(bool(faults(*got)))
