"""Progress, apart from the figures."""

import sys


def say(line: str) -> None:
    """One line on standard error."""
    print(line, file=sys.stderr, flush=True)
