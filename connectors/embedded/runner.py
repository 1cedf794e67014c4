"""The local runner: one Prism process of our own, which ends with us.

Beam can start Prism itself, but its process outlives a killed parent, and its SIGINT handler ends the runner before the
pipeline can drain.
"""

import socket
import time
from pathlib import Path
from typing import Self

from connectors.embedded.processes import Child
from transforms.errors import SetupError

READY_WITHIN = 30.0  # seconds
HOST = "127.0.0.1"


class LocalRunner:
    """A running Prism.

    Args:
      binary: Prism.
      log: File that its own words are appended to.
    """

    def __init__(self, binary: Path, log: Path) -> None:
        self._binary, self._log = binary, log
        self._child: Child | None = None
        self._port = 0

    @property
    def endpoint(self) -> str:
        """``host:port`` of its job service."""
        return f"{HOST}:{self._port}"

    def start(self) -> None:
        """Starts it and waits until it listens.

        Raises:
          SetupError: It does not.
        """
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self._port = probe.getsockname()[1]
        command: list[str | Path] = [
            str(self._binary),
            f"--job_port={self._port}",
            "--serve_http=false",
            "--log_kind=text",
            "--log_level=warn",
        ]
        with self._log.open("ab") as output:
            self._child = Child(command, output)
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and self._child.poll() is None:
            with socket.socket() as probe:
                probe.settimeout(0.5)
                if probe.connect_ex((HOST, self._port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise SetupError(f"the local runner {self._binary} does not start; its words are in {self._log}")

    @property
    def pid(self) -> int | None:
        """Its process, None when none runs."""
        return self._child.pid if self._child is not None and self.is_running() else None

    def is_running(self) -> bool:
        """False once the process has ended."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        """Ends it."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
