"""``python -m bench [NAME]``: the benches, all by default."""

import argparse
import sys
from collections.abc import Callable

from pipelines.cli import logs


def main() -> int:
    """Runs the benches; 1 when one of them lost something."""
    logs.set_up(verbose=False)  # before Beam is imported, which warns of what nobody asked for
    from bench import latency

    benches: dict[str, Callable[[], int]] = {"latency": latency.main}
    parser = argparse.ArgumentParser(prog="bench", description="Benches: figures beside a baseline of the same run.")
    parser.add_argument("name", nargs="?", choices=list(benches), help="only this one")
    name = parser.parse_args().name
    return max(benches[one]() for one in ([name] if name else benches))


if __name__ == "__main__":
    sys.exit(main())
