"""Serves the demo news site by hand: ``python -m connectors.demo --port 8765 --speed 1``."""

import argparse
import sys
import threading

from connectors.demo.site import DemoSite
from transforms.errors import SetupError


def main() -> int:
    """Prints the feeds and serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m connectors.demo", description="Serves the demo news site.")
    parser.add_argument("--port", type=int, default=8765, help="port on loopback; 0 takes a free one")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast the programme runs")
    options = parser.parse_args()
    if options.speed <= 0:
        parser.error(f"--speed must be positive, got {options.speed}")
    try:
        site = DemoSite(port=options.port, speed=options.speed).start()
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    lines = [f"http://localhost:{site.port}/ (all is published after {site.duration:.0f} s; Ctrl-C stops)"]
    lines += [f"  {feed.publisher:24} {feed.url}" for feed in site.feeds()]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    finally:
        site.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
