"""``python -m bench [NAME]``: the benches, all by default."""

import argparse
import logging
import sys

from bench import latency

BENCHES = {"latency": latency.main}


def main() -> int:
    """Runs the benches; 1 when one of them lost something."""
    parser = argparse.ArgumentParser(prog="bench", description="Benches: each figure beside a baseline of the same run.")
    parser.add_argument("name", nargs="?", choices=list(BENCHES), help="only this one")
    name = parser.parse_args().name
    logging.basicConfig(level=logging.WARNING)
    return max(BENCHES[one]() for one in ([name] if name else BENCHES))


if __name__ == "__main__":
    sys.exit(main())
