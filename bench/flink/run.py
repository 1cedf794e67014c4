"""A Kafka, a Flink, and on them the checks or the demo."""

import threading
import time
from pathlib import Path

from bench.flink import checks, launch
from bench.flink.cluster import FlinkCluster
from bench.flink.trial import CHECKPOINT, Trial, on_flink
from bench.progress import say
from bench.stack import broker
from connectors.demo.site import DemoSite
from pipelines.serving import until_signalled
from pipelines.showing import show_events

_CHECKS = {"compare": checks.compare, "kill": checks.kill, "restore": checks.restore}


def check(names: list[str], folder: Path, rest: int) -> int:
    """Runs checks and prints a line for each; 1 when one failed."""
    began, failed = time.monotonic(), False
    with broker(folder) as kafka, FlinkCluster(folder / "flink", rest, say) as cluster:
        for name in names:
            try:
                verdicts = _CHECKS[name](kafka, cluster, folder)
            except RuntimeError as error:  # the job ended, or what was waited for did not come
                verdicts = [checks.Verdict(name, [str(error)], "broken off")]
            for verdict in verdicts:
                print(verdict, flush=True)
                failed |= bool(verdict.faults)
    print(f"{'FAILED' if failed else 'all passed'} in {time.monotonic() - began:.0f} s")
    return int(failed)


def up(folder: Path, rest: int) -> int:
    """The demo on Flink until Ctrl-C."""
    with (
        until_signalled() as stop,
        broker(folder) as kafka,
        FlinkCluster(folder / "flink", rest, say) as cluster,
        DemoSite() as site,
        on_flink(Trial(kafka, site), cluster),
    ):
        say(f"Kafka listens at {kafka.bootstrap}; Flink's page is {cluster.flink.url}; Ctrl-C ends all")
        say("a pipeline of your own on this Flink:")
        options = " ".join(launch.beam_options(cluster.ports, CHECKPOINT))
        say(f"  beatwire run --flink-rest {cluster.flink.url} -- {options}")
        shown = threading.Thread(target=show_events, args=(kafka, stop, print, True), daemon=True)
        shown.start()
        stop.wait()
    return 0
