"""A Flink of our own on loopback, with Beam's job server and a worker pool; all of it ends with this process."""

import contextlib
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from bench.flink import launch
from bench.flink.parts import DEPLOY, provide_parts
from connectors.embedded.java import provide_java
from connectors.embedded.ports import is_free
from connectors.embedded.processes import Child
from connectors.flink import Flink
from transforms.errors import SetupError

ROOT = Path(__file__).parents[2]


class FlinkCluster:
    """JobManager, TaskManager, job server and worker pool.

    Args:
      folder: For configuration, logs, checkpoints; emptied at the start.
      rest: Port of Flink's REST interface and web page; 0 takes a free one.
      say: Gets a line before each thing that takes time.
    """

    def __init__(self, folder: Path, rest: int, say: Callable[[str], None]) -> None:
        self.folder, self._say = folder.absolute(), say
        self._wanted = rest
        self._children: dict[str, Child] = {}
        self.ports = launch.Ports(0, 0, 0, 0, 0)

    @property
    def flink(self) -> Flink:
        """Its REST interface."""
        return Flink(f"http://{launch.HOST}:{self.ports.rest}")

    def start(self) -> None:
        """Starts all parts; returns when the TaskManager has its slots and the job server and the pool listen.

        Raises:
          SetupError: A part lacks, or does not start; the message names its log.
        """
        parts, java = provide_parts(self._say), provide_java(self._say)
        if self._wanted and not is_free(self._wanted):
            raise SetupError(f"port {self._wanted} is taken: choose another one for Flink's REST interface")
        self.ports = launch.Ports(*free_ports(self._wanted))
        self._prepare()
        began = time.monotonic()
        try:
            for name, command in launch.commands(str(java.path), parts.classpath, self.folder, self.ports).items():
                environment = launch.worker_environment(os.environ, ROOT)
                with (self.folder / f"{name}.out").open("ab") as output:
                    self._children[name] = Child(command, output, environment)
            self._await()
        except BaseException:
            self.stop()
            raise
        self._say(f"Flink runs ({time.monotonic() - began:.0f} s): {self.flink.url}, its logs are in {self.folder}")

    def stop(self) -> None:
        """Ends all parts: first the pool, whose workers end with the TaskManager."""
        for name in ("pool", "jobserver", "taskmanager", "jobmanager"):
            child = self._children.pop(name, None)
            if child is not None:
                child.stop(grace=5.0)

    def workers(self) -> list[int]:
        """Pids of the SDK worker processes: the children of the worker pool."""
        pool = self._children["pool"].pid
        return [pid for pid, parent in parents() if parent == pool and b"SdkHarness" in _command(pid)]

    def _prepare(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("conf", "tmp", "checkpoints", "savepoints"):
            (self.folder / name).mkdir(parents=True)
        template = (DEPLOY / "config.yaml").read_text(encoding="utf-8")
        text = launch.render(template, launch.changes(self.folder, self.ports))
        (self.folder / "conf" / "config.yaml").write_text(text, encoding="utf-8")
        shutil.copy(DEPLOY / "log4j.properties", self.folder / "conf")

    def _await(self) -> None:
        deadline = time.monotonic() + launch.READY_WITHIN
        while not self._ready():
            for name, child in self._children.items():
                if child.poll() is not None:
                    raise SetupError(
                        f"Flink's {name} ended at once; its words are in {self.folder}/{name}.out and .log"
                    )
            if time.monotonic() > deadline:
                raise SetupError(f"Flink is not ready after {launch.READY_WITHIN:.0f} s; its logs are in {self.folder}")
            time.sleep(0.2)

    def _ready(self) -> bool:
        if not all(_listens(port) for port in (self.ports.jobs, self.ports.artifacts, self.ports.pool)):
            return False
        with contextlib.suppress(SetupError):
            return self.flink.slots() > 0
        return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_ports(first: int) -> list[int]:
    """Five ports that are free at this moment: ``first`` unless it is 0, and four others."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(5)]
        for probe in sockets:
            probe.bind((launch.HOST, 0))
        ports = [int(probe.getsockname()[1]) for probe in sockets]
    return [first or ports[0], *ports[1:]]


def parents() -> Iterator[tuple[int, int]]:
    """Every process and its parent, from Linux's /proc."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                stat = (entry / "stat").read_text()
                yield int(entry.name), int(stat[stat.rindex(")") + 2 :].split()[1])


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((launch.HOST, port)) == 0
