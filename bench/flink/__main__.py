"""``python -m bench.flink [compare|kill|restore|up]``: the pipeline on a real Flink; the three checks by default."""

import argparse
import sys
import tempfile
from pathlib import Path

from pipelines.cli import logs
from transforms.errors import SetupError

CHECKS = ("compare", "kill", "restore")


def main() -> int:
    """Runs the checks; 1 when one of them failed, or could not be made."""
    parser = argparse.ArgumentParser(
        prog="./dev flink", description="The pipeline on a real Flink, with what must hold."
    )
    parser.add_argument("what", nargs="*", help=f"{', '.join(CHECKS)}: checks, all three by default; or up: the demo")
    parser.add_argument(
        "--rest-port", type=int, default=0, help="port of Flink's REST interface; a free one by default"
    )
    parser.add_argument("--folder", type=Path, help="keep Flink's logs and checkpoints here; emptied at the start")
    given = parser.parse_args()
    what = given.what or list(CHECKS)
    if unknown := set(what) - {*CHECKS, "up"}:
        parser.error(f"{', '.join(sorted(unknown))}: there are {', '.join(CHECKS)} and up")
    logs.set_up(verbose=False)  # before Beam is imported, which warns of what nobody asked for
    from bench.flink import run

    try:
        with tempfile.TemporaryDirectory(prefix="beatwire-flink-") as name:
            folder = given.folder or Path(name)
            return run.up(folder, given.rest_port) if "up" in what else run.check(what, folder, given.rest_port)
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
