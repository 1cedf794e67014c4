"""``python -m bench [NAME [OPTION...]]``: the benches; without a name those that take a minute or two."""

import argparse
import importlib
import sys

from pipelines.cli import logs

# By name: whether it runs when none is named.
BENCHES = {
    "latency": True,
    "rate": True,
    "poison": True,
    "start": False,
    "away": False,
    "memory": False,
    "state": True,
    "poller": False,
    "fetching": False,
    "reading": False,
    "extract": False,
    "hostile": False,
    "tags": False,
}


def main() -> int:
    """Runs the benches; 1 when one of them lost something."""
    logs.set_up(verbose=False)  # before Beam is imported, which warns of what nobody asked for
    parser = argparse.ArgumentParser(
        prog="bench", description="Benches: figures beside a baseline of the same run. `bench NAME --help` says more."
    )
    parser.add_argument("name", nargs="?", choices=list(BENCHES), help="only this one")
    parser.add_argument("options", nargs=argparse.REMAINDER, help="its own options")
    told = parser.parse_args()
    names = [told.name] if told.name else [name for name, quick in BENCHES.items() if quick]
    return max(importlib.import_module(f"bench.{name}").main(told.options) for name in names)


if __name__ == "__main__":
    sys.exit(main())
