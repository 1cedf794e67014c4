"""What a chaos run is made of: a broker, a site whose clock can stand still, and the pipeline in its own process."""

import contextlib
import dataclasses
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from bench.chaos import processes
from bench.chaos.faults import FREEZE, Fault
from bench.chaos.pipeline import SETTINGS
from bench.chaos.verdict import Told
from bench.progress import say
from connectors.demo.material import Edition
from connectors.demo.settings import local_run
from connectors.demo.site import DemoSite
from connectors.embedded.broker import EmbeddedKafka
from connectors.kafka import topics
from connectors.kafka.memory import TopicReader
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings

CLOCK = "clock.json"
CONNECTED = 5.0  # seconds of age at which a worker has connected to the runner


class Clock:
    """Unix time that stands still between two sessions of a run.

    Args:
      folder: Where its state is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / CLOCK
        if self._file.exists():
            state = msgspec.json.decode(self._file.read_bytes())
            self.epoch, self._elapsed, self.port = state["epoch"], state["elapsed"], state["port"]
        else:
            self.epoch, self._elapsed, self.port = time.time(), 0.0, 0
        self._since = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds that the run has lasted so far."""
        return float(self._elapsed + time.monotonic() - self._since)

    def now(self) -> float:
        """Unix time as the site sees it."""
        return float(self.epoch + self.elapsed)

    def save(self) -> None:
        """Keeps where it stands."""
        state = {"epoch": self.epoch, "elapsed": self.elapsed, "port": self.port}
        self._file.write_bytes(msgspec.json.encode(state))


class World:
    """All parts, each of which may be killed.

    Args:
      folder: Of the run.
      edition: What the site publishes.
      spacing: Seconds between two page requests to one domain.
    """

    def __init__(self, folder: Path, edition: Edition, spacing: float = 0.0) -> None:
        self.spacing = spacing
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.clock = folder, Clock(folder)
        self.kafka = EmbeddedKafka(folder / "kafka", say=say)
        self.site = DemoSite(self.clock.port, self.clock.epoch, 1.0, edition, self.clock.now)
        self.pipeline: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def __enter__(self) -> "World":
        self.kafka.start()
        self.site.start()
        self.clock.port = self.site.port
        self.settings = KafkaSettings(bootstrap=self.kafka.bootstrap)
        topics.create(self.settings)
        (self.folder / SETTINGS).write_bytes(pickle.dumps(self._run_settings()))
        self.start_pipeline()
        return self

    def __exit__(self, *_: object) -> None:
        self.clock.save()
        if self.pipeline is not None:
            processes.kill(*processes.descendants(self.pipeline.pid))
            self.pipeline.wait()
        self.site.stop()
        self.kafka.stop()

    def start_pipeline(self) -> None:
        """Starts it, unless it runs: by turns with the DoFns inside, and with a worker process apart."""
        if self.pipeline is None or self.pipeline.poll() is not None:
            with (self.folder / "pipeline.log").open("ab") as log:
                place = "inside" if self._starts % 2 else "apart"
                self._starts += 1
                command = [sys.executable, "-m", "bench.chaos.pipeline", str(self.folder), place]
                self.pipeline = subprocess.Popen(command, stdout=log, stderr=log)

    def strike(self, fault: Fault) -> str:
        """Does what a round is to do and starts again what died of it; says what was done."""
        assert self.pipeline is not None
        done: str = fault.what
        worker = processes.worker_of(self.pipeline.pid)
        if fault.what == "broker":
            self.kafka.kill()
            self.kafka.start()
        elif fault.what == "freeze":
            broker = self.kafka.pid
            assert broker is not None
            os.kill(broker, signal.SIGSTOP)
            time.sleep(FREEZE)
            os.kill(broker, signal.SIGCONT)
        elif fault.what == "worker" and worker is not None:
            # One that dies before it has connected is waited for by the local runner for ever (the workers of `up` are
            # in its own process, and end with it).
            time.sleep(max(0.0, CONNECTED - processes.age(worker)))
            processes.kill(worker)
        else:
            if fault.what == "worker":
                done = "pipeline (no worker apart)"
            processes.kill(*processes.descendants(self.pipeline.pid))
            self.pipeline.wait()
        self.start_pipeline()
        self.clock.save()
        return done

    def read(self) -> Told:
        """The topics, whole."""
        finds = [value for _, value in self._values("finds")]
        outcomes = [value for _, value in self._values("outcomes")]
        articles: dict[str, list[Any]] = {}
        for key, value in self._values("articles"):
            articles.setdefault(key, []).append(value)
        latest = dict(self._values("latest"))
        return Told(
            tuple(finds),
            tuple(outcomes),
            {key: tuple(versions) for key, versions in articles.items()},
            {key: value for key, value in latest.items() if value is not None},
        )

    def _values(self, name: str) -> list[tuple[str, Any]]:
        rows: list[tuple[str, Any]] = []
        reader = TopicReader(self.settings, self.settings.topic(name), 120.0)

        def apply(record: Any) -> None:
            rows.append((record.key.decode(), msgspec.json.decode(record.value) if record.value else None))

        with contextlib.closing(reader):
            reader.catch_up(apply)
        return rows

    def _run_settings(self) -> RunSettings:
        feeds = tuple(msgspec.structs.replace(feed, interval=2.0) for feed in self.site.feeds())
        return dataclasses.replace(
            local_run(self.settings, feeds, "chaos", "chaos"),
            shards=2,
            heartbeat=15.0,
            spacing=self.spacing,
            tries=5,
            retry_first=1.0,
            sweep_after=30.0,
        )


def until(holds: Callable[[], bool], seconds: float, every: float = 2.0) -> bool:
    """Waits until something holds, looking now and then; False when the time is over first."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(every)
    return False
