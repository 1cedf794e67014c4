"""`once` over the rude web in a process of its own: what it asked, how large it and its readers grew, as JSON.

python tests/support/hostile_run.py '{"bootstrap": ..., "prefix": ..., "feeds": {"id": "url", ...}}'
"""

import dataclasses
import json
import os
import sys
import time

from bench.resident import Watch, readers
from bench.rude.cases import NAMES
from bench.rude.witness import Witness, resolve_by
from connectors.demo.settings import local_run
from connectors.kafka.settings import KafkaSettings
from connectors.reading.pool import ReadLimits
from connectors.web.client import WebSettings
from connectors.web.guard import Policy
from pipelines.once import run_once
from transforms.records import FeedSource

TOTAL, READ = 8.0, 4.0  # seconds of a whole request, and without a byte


def settings_of(told):
    kafka = KafkaSettings(bootstrap=told["bootstrap"], prefix=told["prefix"], partitions=told["partitions"])
    feeds = tuple(FeedSource(id=name, url=url, publisher=name) for name, url in told["feeds"].items())
    return dataclasses.replace(
        local_run(kafka, feeds, "hostile", "test"),
        web=WebSettings(policy=Policy(allow_loopback=True), total=TOTAL, read=READ),
        reading=ReadLimits(seconds=1.5),
        tries=1,
        retry_within=30.0,
        gone_after=0.0,
    )


def processes():
    """This process, and those that read for it, by name."""
    return {"worker": os.getpid()} | readers()


def main():
    told = json.loads(sys.argv[1])
    witness = Witness()
    resolve_by(NAMES)
    began = time.monotonic()
    with Watch(processes, every=0.1) as watch:
        counts = run_once(settings_of(told))
    json.dump(
        {
            "counts": counts,
            "seconds": time.monotonic() - began,
            "beyond": witness.beyond(),
            "asked": len(witness.asked),
            "worker": [one.bytes["worker"] for one in watch.samples],
            "reader": max(size for one in watch.samples for name, size in one.bytes.items() if name != "worker"),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
