"""A real Apache Kafka broker of our own, on loopback, that comes and goes with its owner.

```
lock the folder -> end a leftover of ours -> Java, jars -> free ports -> format once -> start -> ready when it is *ours*
```
The same class serves `beatwire up`, the demo and the tests. The folder holds all there is of it:

| name | what |
|---|---|
| ``lock`` | held (flock) by the owner while it lives; the kernel lets go of it however the owner dies |
| ``broker.pid`` | the broker's process; after a killed owner the next one ends it, if it still runs |
| ``port`` | where clients connected last; the next start asks for the same |
| ``log/`` | the records |
| ``server.properties``, ``broker.log``, ``console.log`` | written anew at each start |
"""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from connectors.embedded import launch, probe, processes
from connectors.embedded.jars import provide_jars
from connectors.embedded.java import provide_java
from connectors.embedded.ports import HOST, choose_ports, require_free
from connectors.embedded.properties import broker_properties, render
from transforms.errors import SetupError

# A quiet machine takes 3 to 4 s, one under load was seen to take 26 s.
READY_WITHIN = 120.0
_PORT_ATTEMPTS = 5


def running_bootstrap(data: Path) -> str | None:
    """Returns the bootstrap address of the broker that runs on ``data``, None when none does."""
    if processes.recall(data / "broker.pid") is None:
        return None
    port = _remembered_port(data)
    return f"{HOST}:{port}" if port else None


def _say_nothing(_line: str) -> None:
    """For callers without a terminal."""


def _remembered_port(data: Path) -> int | None:
    try:
        return int((data / "port").read_text())
    except (FileNotFoundError, ValueError):
        return None


class EmbeddedKafka:
    """One broker that is its own controller (KRaft).

    Args:
      data: Its folder; made when it is not there, and nobody else's.
      port: Where clients shall connect; by default where they did last time, or else any free port.
      ephemeral: Begins empty, and [stop] leaves nothing. A folder that holds anything else is refused.
      say: Gets a line before each thing that takes time.
      properties: Settings of Kafka beside our own, by their names.
    """

    def __init__(
        self,
        data: Path,
        port: int | None = None,
        ephemeral: bool = False,
        say: Callable[[str], None] = lambda _: None,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        if any(character in str(data) for character in ",\n"):
            raise SetupError(
                f"Kafka cannot keep its records in {data}: it takes a comma for the end of a folder's name"
            )
        self._data = data.absolute()
        self._wanted_port = port
        self._ephemeral = ephemeral
        self._say = say
        self._more = dict(properties or {})
        self._lock: int | None = None
        self._child: processes.Child | None = None
        self._port: int | None = None

    @property
    def data(self) -> Path:
        """Its folder."""
        return self._data

    @property
    def bootstrap(self) -> str:
        """``host:port`` for clients; known once it has been started."""
        if self._port is None:
            raise RuntimeError("the broker has not been started")
        return f"{HOST}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process that runs now, None when none does."""
        return self._child.pid if self.is_running() and self._child else None

    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Starts it and returns when it answers as itself; does nothing while it runs.

        Raises:
          SetupError: The folder is in use, the wanted port is taken, a part lacks, or Kafka gave up; says which.
        """
        if self.is_running():
            return
        self._take_folder()
        try:
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends it in good order and lets go of its folder; an ephemeral one is removed."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._lock is not None:
            (self._data / "broker.pid").unlink(missing_ok=True)
            if self._ephemeral:
                shutil.rmtree(self._data)
            os.close(self._lock)
            self._lock = None

    def kill(self) -> None:
        """Ends it with SIGKILL, as a crash would; [start] brings it back on the same records and port."""
        if self._child is not None:
            self._child.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _take_folder(self) -> None:
        """Locks the folder for this object's life, and ends what a dead owner left running in it."""
        if self._lock is not None:
            return
        if self._ephemeral and self._data.exists():
            self._refuse_foreign_files()
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise SetupError(
                f"Kafka cannot keep its records in {self._data} ({error.strerror}): name another folder"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(lock, 20).decode().strip() or "unknown"
            os.close(lock)
            raise SetupError(
                f"the embedded Kafka in {self._data} is in use by process {owner}: "
                "stop that one, or name another data folder"
            ) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        self._lock = lock
        leftover = processes.end_stale(self._data / "broker.pid")
        if leftover is not None:
            self._say(f"Kafka: ended process {leftover}, left over from a run that was killed")
        if self._ephemeral:
            (self._data / "ephemeral").touch()
            shutil.rmtree(self._data / "log", ignore_errors=True)
            (self._data / "port").unlink(missing_ok=True)

    def _refuse_foreign_files(self) -> None:
        """Raises before anything that is not an earlier ephemeral broker's would be removed."""
        if any(self._data.iterdir()) and not (self._data / "ephemeral").exists():
            raise SetupError(f"{self._data} is not empty, and an ephemeral Kafka would remove it: name another folder")

    def _launch(self) -> None:
        if self._wanted_port is not None:
            require_free(self._wanted_port)
        java = provide_java(self._say)
        libs = provide_jars(self._say)
        log = self._data / "log"
        if launch.cluster_id(log) is None:
            self._say("Kafka: formatting a new log folder")
            launch.format_log(java, libs, self._data, log)
        properties = self._data / "server.properties"
        command = launch.java_command(java, libs, self._data, "kafka.Kafka", properties)
        for attempt in range(_PORT_ATTEMPTS):
            # Nobody learns an ephemeral broker's port by heart, so it may look elsewhere at once.
            scattered = attempt > 0 or self._ephemeral
            # Clients know the port of one that was killed: it is kept, also when the controller's was lost to another.
            remembered = self._port or _remembered_port(self._data)
            port, controller_port = choose_ports(self._wanted_port, remembered, scattered)
            properties.write_text(
                render({**broker_properties(log, port, controller_port), **self._more}), encoding="ascii"
            )
            with contextlib.suppress(FileNotFoundError):
                (self._data / "broker.log").replace(self._data / "broker.previous.log")
            with (self._data / "console.log").open("wb") as console:
                self._child = processes.Child(command, console, env=launch.java_environment())
            processes.remember(self._data / "broker.pid", self._child.pid)
            if self._becomes_ready(self._child, port):
                self._port = port
                (self._data / "port").write_text(f"{port}\n")
                return
        raise SetupError(f"Kafka lost {_PORT_ATTEMPTS} ports in a row to other programs: name a free one")

    def _becomes_ready(self, child: processes.Child, port: int) -> bool:
        """Waits until *this* broker answers; False when another program was faster at one of its ports."""
        ours = launch.cluster_id(self._data / "log")
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if child.poll() is not None:
                cause = launch.last_words(self._data)
                if "ddress already in use" in cause:
                    return False
                raise SetupError(f"Kafka ended at its start ({cause}); {self._data / 'broker.log'} says more")
            if probe.live_cluster(HOST, port) == ours:
                return True
            time.sleep(0.05)
        raise SetupError(f"Kafka was not ready within {READY_WITHIN:.0f} s; {self._data / 'broker.log'} says why")
