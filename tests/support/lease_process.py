"""A process that claims the lease of a prefix when told to; says what comes of it in JSON lines."""

import json
import sys
import time

from connectors.kafka.lease import LeaseKeeper, speaker
from connectors.kafka.settings import KafkaSettings
from transforms.errors import LeaseHeld


def say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")  # in one piece: the keeper's thread speaks, too
    sys.stdout.flush()


def contend(settings: KafkaSettings, owner: str) -> None:
    keeper = LeaseKeeper(settings, speaker(owner, f"pipeline-{owner}", "1"), lambda error: say(lost=str(error)))
    began = time.monotonic()
    try:
        keeper.claim(lives_here=True)
    except LeaseHeld as error:
        say(held=str(error), seconds=time.monotonic() - began)
    else:
        say(claimed=owner, seconds=time.monotonic() - began)
        sys.stdin.readline()
        try:
            keeper.hold()
            say(holds=owner)
        except Exception as error:
            say(stopped=type(error).__name__, why=str(error))
    keeper.close()
    say(closed=owner)


def main(bootstrap: str, prefix: str) -> None:
    settings = KafkaSettings(bootstrap=bootstrap, prefix=prefix, partitions=3)
    say(ready=True)
    while owner := sys.stdin.readline().strip():
        contend(settings, owner)


if __name__ == "__main__":
    main(*sys.argv[1:])
