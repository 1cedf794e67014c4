"""The pipeline as a process of its own, to be killed: ``python -m bench.chaos.pipeline FOLDER apart|inside``.

It runs jobs under the product's supervisor on a Prism of its own. The DoFns run inside, as in ``beatwire up``, or in a
worker process apart, which the worker pool starts and which can be killed alone.
"""

import faulthandler
import os
import pickle
import signal
import socket
import sys
import time
from pathlib import Path

from pipelines.cli import logs

SETTINGS = "settings.pickle"


def main(folder: Path, place: str) -> None:
    """Runs until it is killed."""
    logs.set_up(verbose=False)
    faulthandler.register(signal.SIGUSR1)  # who wonders what it waits for gets all stacks in the log
    from connectors.embedded.prism import provide_prism
    from connectors.embedded.processes import Child
    from connectors.embedded.runner import LocalRunner
    from connectors.run import RunSettings
    from pipelines.live import Job, local_options
    from pipelines.serving import until_signalled
    from pipelines.supervisor import supervise

    settings: RunSettings = pickle.loads((folder / SETTINGS).read_bytes())
    runner = LocalRunner(provide_prism(_say), folder / "runner.log")
    port = _free_port()
    with (folder / "workers.log").open("ab") as log, until_signalled() as stop:
        command = [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={port}"]
        # The pool starts a bare `python`, which must be this environment's.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        pool = Child(command, log, {**os.environ, "PATH": path})

        def make() -> Job:
            runner.stop()  # of a job whose worker was killed something may hang on
            runner.start()
            if place == "inside":
                return Job(settings, local_options(runner.endpoint))
            options = [
                "--runner=PortableRunner",
                f"--job_endpoint={runner.endpoint}",
                "--environment_type=EXTERNAL",
                f"--environment_config=127.0.0.1:{port}",
            ]
            return Job(settings, options)

        try:
            supervise(make, stop.wait, time.monotonic, _say)
        finally:
            runner.stop()
            pool.stop(5.0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


if __name__ == "__main__":
    from bench.chaos import pipeline  # what is pickled must not live in __main__

    pipeline.main(Path(sys.argv[1]), sys.argv[2])
