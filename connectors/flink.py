"""Asks a Flink cluster about its jobs, and ends them: the few questions of its REST interface that we need.

Beam's job server does not end a job on the cluster when the pipeline is cancelled (seen with 2.70), and it says that a
job was taken before Flink has looked at it. So both are asked of Flink itself.
https://nightlies.apache.org/flink/flink-docs-release-1.19/docs/ops/rest_api/
"""

import json
import time
import urllib.error
import urllib.request
from typing import Any, NamedTuple

from transforms.errors import SetupError

TIMEOUT = 10.0  # seconds for one answer
_PAUSE = 0.2  # seconds between two looks
ENDED = frozenset({"CANCELED", "FAILED", "FINISHED"})


class FlinkJob(NamedTuple):
    """A job as Flink sees it; ``started`` is Unix time."""

    id: str
    name: str
    state: str
    started: float


class Checkpoint(NamedTuple):
    """A checkpoint: its number, ``COMPLETED`` or another status, bytes, seconds it took, Unix time, and its path."""

    number: int
    status: str
    size: int
    took: float
    began: float
    path: str | None


class Flink:
    """A cluster.

    Args:
      url: Of its REST interface, as in ``http://localhost:8081``.
    """

    def __init__(self, url: str) -> None:
        self.url = (url if "://" in url else f"http://{url}").rstrip("/")

    def jobs(self) -> list[FlinkJob]:
        """All jobs it knows, the newest first."""
        answer = self._ask("/jobs/overview")
        jobs = [FlinkJob(one["jid"], one["name"], one["state"], one["start-time"] / 1000) for one in answer["jobs"]]
        return sorted(jobs, key=lambda job: -job.started)

    def named(self, name: str) -> FlinkJob | None:
        """The newest job of that name; None when there is none."""
        return next((job for job in self.jobs() if job.name == name), None)

    def require(self, name: str, within: float) -> FlinkJob:
        """Waits until Flink has a job of that name.

        Raises:
          SetupError: It has none within so many seconds, or the job ended at once; says why, as far as Flink knows.
        """
        deadline = time.monotonic() + within
        while (job := self.named(name)) is None:
            if time.monotonic() > deadline:
                raise SetupError(f"Flink at {self.url} did not take the job {name}: see the log of Beam's job server")
            time.sleep(_PAUSE)
        if job.state == "FAILED":
            raise SetupError(
                f"Flink at {self.url} could not start the job {name}: {self.failure(job.id) or 'no reason'}"
            )
        return job

    def cancel_named(self, name: str) -> bool:
        """Cancels the newest job of that name, if it still runs; True when it is not there or has ended."""
        job = self.named(name)
        return job is None or job.state in ENDED or self.cancel(job.id)

    def slots(self) -> int:
        """Free task slots."""
        return int(self._ask("/overview")["slots-available"])

    def tasks(self, job: str) -> dict[str, int]:
        """How many of a job's tasks are in each state, such as ``RUNNING`` and ``INITIALIZING``."""
        counts: dict[str, int] = {}
        for vertex in self._ask(f"/jobs/{job}")["vertices"]:
            for state, count in vertex["tasks"].items():
                if count:
                    counts[state] = counts.get(state, 0) + count
        return counts

    def checkpoints(self, job: str) -> list[Checkpoint]:
        """The latest checkpoints of a job, the oldest first; Flink remembers ten."""
        history = self._ask(f"/jobs/{job}/checkpoints")["history"]
        found = [
            Checkpoint(
                one["id"],
                one["status"],
                one["state_size"],
                one["end_to_end_duration"] / 1000,
                one["trigger_timestamp"] / 1000,
                one.get("external_path"),
            )
            for one in history
        ]
        return sorted(found)

    def restarts(self, job: str) -> int:
        """How often Flink has restored the job."""
        return int(self._ask(f"/jobs/{job}/checkpoints")["counts"]["restored"])

    def failure(self, job: str) -> str | None:
        """The last line of the newest failure that Flink keeps of a job; None without one."""
        answer = self._ask(f"/jobs/{job}/exceptions")
        traces = [entry["stacktrace"] for entry in answer["exceptionHistory"]["entries"][:1]]
        # A job that could not even be built has no history.
        traces = traces or [answer.get("root-exception") or ""]
        lines = [line for line in traces[0].splitlines() if "Error" in line or "Exception" in line]
        return lines[-1].strip() if lines else None

    def cancel(self, job: str, within: float = 12.0) -> bool:
        """Cancels a job and waits for its end; False when it has not ended within so many seconds."""
        self._ask(f"/jobs/{job}?mode=cancel", "PATCH")
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if next((one.state for one in self.jobs() if one.id == job), "CANCELED") in ENDED:
                return True
            time.sleep(_PAUSE)
        return False

    def _ask(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(self.url + path, method=method)  # noqa: S310  # the user's own cluster
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return json.loads(answer.read() or b"{}")
        except (OSError, ValueError) as error:
            raise SetupError(
                f"Flink at {self.url} does not answer to {path} ({error}): is this its REST address?"
            ) from error
