"""What a worker process holds for one run: the event loop, the web client, producers and memories.

DoFn instances come and go, several at a time; these are made once per process and run, when they are first asked for,
and are shared. Nothing of it is pickled.
"""

import contextlib
import functools
import gc
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, TypeVar

from connectors.background import Background
from connectors.books import Books
from connectors.embedded.paths import data_folder
from connectors.glances import Glances
from connectors.kafka.cursors import CursorMemory
from connectors.kafka.deadletters import dead_letter
from connectors.kafka.lease import LeaseKeeper, speaker
from connectors.kafka.letters import refused
from connectors.kafka.memory import PartitionReader, TopicReader
from connectors.kafka.outcomes import OutcomeIndex
from connectors.kafka.rows import Reject, Row
from connectors.kafka.sink import Sink
from connectors.kafka.sources import SourceMemory
from connectors.kafka.spill import Spill
from connectors.kafka.unfinished import Unfinished
from connectors.kept import KeptFinds
from connectors.latest import TAIL, LatestMemory
from connectors.reading.pool import Readers
from connectors.round import Round
from connectors.run import RunSettings
from connectors.web.client import WebClient
from connectors.web.hushes import Hushes
from connectors.web.robots import RobotsCache
from connectors.web.starts import Apart, Starts
from transforms.errors import BeatwireError, KafkaMisconfigured, RunOver
from transforms.vocabulary import Step

T = TypeVar("T")

CLOSING = 5.0  # seconds for the web client's connections
# Seconds until a thread that computes must let others have Python's lock; Python's own 5 ms would be waited for at each
# of the dozens of turns that a bundle takes between our threads and gRPC's.
SWITCH = 0.001


class Worker:
    """The resources of one run in this process.

    Attributes:
      settings: Of the run.
      fault: Why it may not write any more; None while it may.
      draining: Set when the run is about to end: no new request may begin.
      glances: Whether a bundle waits for pages that it has just asked for.
      hushes: Hosts that want to be left alone.
      starts: When polls of a domain may start, as all shards know it.
      apart: Keeps requests for pages apart as they begin.
    """

    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings
        self.draining = threading.Event()
        self.glances = Glances()
        self.hushes = Hushes()
        self.starts = Starts()
        self.apart = Apart()
        self._lock = threading.RLock()
        self._made: dict[Hashable, Any] = {}
        self._sinks: list[Sink] = []
        self._idle: list[Sink] = []
        self._over = threading.Event()
        self._folder = settings.spill or data_folder() / "spill"
        self._spill = Spill(self._folder)
        self._writing, self._between, self._wrote = 0, 0, time.monotonic()
        self.fault: BeatwireError | None = None

    @property
    def background(self) -> Background:
        """Requests off the bundle."""
        return self._once("background", Background)

    @property
    def web(self) -> WebClient:
        """The client of all feeds and pages; lives on the background loop."""
        return self._once("web", lambda: WebClient(self.settings.web))

    @property
    def robots(self) -> RobotsCache:
        """What the sites' robots.txt say; lives on the background loop."""
        return self._once("robots", lambda: RobotsCache(self.web, spacing=self.settings.manners[0].spacing))

    @property
    def readers(self) -> Readers:
        """The processes in which feeds and pages are parsed."""
        return self._once("readers", lambda: Readers(self.settings.reading))

    @property
    def kept(self) -> KeptFinds:
        """Finds that need not be read from state."""
        return self._once("kept", KeptFinds)

    @property
    def alarms(self) -> dict[str, float]:
        """For when FetchPages set its timers, by domain, as far as this process knows; Unix times."""
        return self._once("alarms", dict[str, float])

    @property
    def books(self) -> Books:
        """The feeds' cursors by shard, as this process last left them in state."""
        return self._once("books", Books)

    @property
    def round(self) -> Round:
        """The pages of this round; of `once` alone."""
        return self._once("round", lambda: Round(self.background, self.draining, self.settings.spacing))

    @property
    def outcomes(self) -> OutcomeIndex:
        """Which finds have ended."""
        return self._once("outcomes", lambda: OutcomeIndex(self._topic("outcomes")))

    @property
    def cursors(self) -> CursorMemory:
        """The feeds' cursors."""
        return self._once("cursors", lambda: CursorMemory(self._topic("feeds")))

    @property
    def sources(self) -> SourceMemory:
        """The feeds that are polled."""
        return self._once("sources", lambda: SourceMemory(self._topic("sources")))

    @property
    def lease(self) -> LeaseKeeper:
        """The run's right to write the topics; without it `write` raises, and `fault` says why."""
        mine = speaker(self.settings.run_id, self.settings.name, self.settings.version)
        return self._once("lease", lambda: LeaseKeeper(self.settings.kafka, mine, self._lose))

    def latest(self, partition: int) -> LatestMemory:
        """What was last said of the articles in one partition of `latest`."""
        return self._once(
            ("latest", partition),
            lambda: LatestMemory(
                self._partition("latest", partition),
                lambda: self._partition("articles", partition, TAIL),
                lambda: self._refused("latest", partition),
            ),
        )

    def unfinished(self, partition: int) -> Unfinished:
        """The finds without outcome in one partition of `finds`."""
        return self._once(
            ("unfinished", partition), lambda: Unfinished(self._partition("finds", partition), self.outcomes)
        )

    def write(self, rows: Sequence[Row], step: Step) -> tuple[Reject, ...]:
        """Sends rows and waits for each one's acknowledgement; culprits are kept as dead letters and returned.

        What `dead-letters` refuses, for good or because that one topic is missing or forbidden, goes to a spill file.

        Raises:
          KafkaMisconfigured: The rows' own topics are missing or forbidden, or dead letters can be kept nowhere.
          KafkaUnavailable: Kafka is away longer than the patience.
          LeaseLost: Another pipeline has taken over.
          RunOver: The run has ended.
        """
        if not rows:
            return ()
        with self._at_work():
            try:
                with self._sink() as sink:
                    rejects = sink.write(rows)
                if rejects:
                    self._keep([dead_letter(self.settings.kafka, reject, step) for reject in rejects])
            except KafkaMisconfigured as error:
                self.fault = self.fault or error  # the runner would bury it in a traceback
                raise
        return rejects

    def _keep(self, letters: Sequence[Row]) -> None:
        try:
            with self._sink() as sink:
                refused = sink.write(letters)
        except KafkaMisconfigured as error:  # all others were just written: it is this topic alone
            self._spill.keep(letters, str(error))
            return
        if refused:
            self._spill.keep([reject.row for reject in refused], str(refused[0].error))

    @property
    def quiet(self) -> float:
        """Seconds since this process last did something for the run: a request, a page on its way, records written."""
        with self._lock:
            background: Background | None = self._made.get("background")
            if self._writing or self._between > 0 or background:
                self._wrote = time.monotonic()
            return time.monotonic() - self._wrote

    def passed_on(self, pages: int) -> None:
        """Counts pages that FetchPages hands on, and (less than zero) those that Publish has dealt with.

        What is between the two is in no queue of ours, and reading a page may take longer than any pause says.
        """
        with self._lock:
            self._between += pages

    def close(self) -> None:
        """Ends all of it, best effort; bundles that wait for Kafka raise, and none writes anything afterwards."""
        self._over.set()
        with self._lock:
            made, self._made = self._made, {}
            sinks, self._sinks, self._idle = self._sinks, [], []
        background, lease = made.pop("background", None), made.pop("lease", None)
        made.pop("alarms", None)  # nothing of it ends
        for sink in sinks:
            sink.halt()  # all of them first: the wait for their ends is then one
        for thing in [*sinks, *(one for one in made.values() if not isinstance(one, WebClient | RobotsCache | Books))]:
            with contextlib.suppress(Exception):
                thing.close()
        if background is not None:
            if "web" in made:
                with contextlib.suppress(Exception):
                    background.run(made["web"].close, CLOSING)
            background.close()
        if lease is not None:
            with contextlib.suppress(Exception):
                lease.close()  # last: nothing is written any more

    def _lose(self, fault: BeatwireError) -> None:
        """Stops all writing of a run that has lost its lease."""
        self.fault = fault
        self._over.set()
        with self._lock:
            sinks = list(self._sinks)
        for sink in sinks:
            sink.halt()  # what it has not sent yet is not sent any more

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        """What `quiet` counts from."""
        with self._lock:
            self._writing += 1
        try:
            yield
        finally:
            with self._lock:
                self._writing, self._wrote = self._writing - 1, time.monotonic()

    @contextlib.contextmanager
    def _sink(self) -> Iterator[Sink]:
        """A sink of one's own for the time being: as many exist as bundles write at once."""
        with self._lock:
            if self._idle:
                sink = self._idle.pop()
            else:
                hold = functools.partial(self.lease.hold, self.settings.patience)
                sink = Sink(self.settings.kafka, self.settings.patience, over=self._over, permit=hold)
                self._sinks.append(sink)
        try:
            yield sink
        except BaseException:
            with self._lock:
                self._sinks = [one for one in self._sinks if one is not sink]
            sink.close()
            raise
        with self._lock:
            self._idle.append(sink)

    def _refused(self, name: str, partition: int) -> set[tuple[bytes | None, bytes | None]]:
        with contextlib.closing(self._partition("dead-letters", partition)) as reader:
            return refused(self.settings.kafka.topic(name), reader, self._folder)

    def _topic(self, name: str) -> TopicReader:
        return TopicReader(self.settings.kafka, self.settings.kafka.topic(name), self.settings.patience, self._over)

    def _partition(self, name: str, partition: int, newest: int | None = None) -> PartitionReader:
        kafka = self.settings.kafka
        return PartitionReader(kafka, kafka.topic(name), partition, self.settings.patience, self._over, newest)

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if self._over.is_set():
                raise RunOver(f"run {self.settings.run_id} is over")
            if key not in self._made:
                self._made[key] = make()
            made: T = self._made[key]
            return made


_workers: dict[str, Worker] = {}
_over: set[str] = set()
_lock = threading.Lock()


def of(settings: RunSettings) -> Worker:
    """The worker of a run; the same for all DoFns in this process.

    Raises:
      RunOver: A bundle that outlived its run must not open anything anew.
    """
    with _lock:
        if settings.run_id in _over:
            raise RunOver(f"run {settings.run_id} is over")
        if settings.run_id not in _workers:
            if not (_workers or _over):
                gc.freeze()  # what was imported stays: to look for garbage among it again and again took up to a second
                sys.setswitchinterval(SWITCH)
            _workers[settings.run_id] = Worker(settings)
        return _workers[settings.run_id]


def adopt(run_id: str, worker: Worker) -> None:
    """Has `of` give this worker for a run, instead of making one: the seam for parts that come from elsewhere.

    Args:
      run_id: The run; none that has a worker already, or is over.
      worker: Closed by `drop`, as any other.
    """
    with _lock:
        if run_id in _workers or run_id in _over:
            raise ValueError(f"run {run_id} has a worker already, or is over")
        _workers[run_id] = worker


def fault(run_id: str) -> BeatwireError | None:
    """Why a run may not write any more; None while it may, or when this process does not know it."""
    with _lock:
        worker = _workers.get(run_id)
    return worker.fault if worker else None


def drop(run_id: str) -> None:
    """Ends what this process holds for a run that is over."""
    with _lock:
        worker = _workers.pop(run_id, None)
        _over.add(run_id)
    if worker:
        worker.close()
