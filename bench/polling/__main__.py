"""``BEATWIRE_EVAL=FOLDER python -m bench.polling``: the section of ``docs/accuracy.md`` on polling, alone."""

import os
import sys
from pathlib import Path

from bench.polling import section
from bench.progress import say


def main() -> int:
    """Measures and prints; 2 when the material is not there."""
    folder = Path(os.environ.get("BEATWIRE_EVAL", "")) / "eval" / "feeds"
    if not (folder / section.NAME).is_file():
        say("set BEATWIRE_EVAL to the folder that holds eval/")
        return 2
    print(section.measure(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
