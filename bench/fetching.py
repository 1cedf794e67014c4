"""Pages of 500 hosts, of which a few take 20 s: FetchPages beside a bare aiohttp gather, and on the local runner."""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.latency import percentile
from bench.load import crawl
from bench.load.crawl import Both, Crawl

PAGES, HOSTS, RATE = 3_000, 500, 60.0
SHARE, LATER = 0.7, 1.0  # of the gather's pages; seconds after it of the fast pages' p99


def share(got: Both) -> float:
    """Pages a second, of the gather's."""
    return sum(one.rate for one in got.ours) / sum(one.rate for one in got.bare)


def later(got: Both) -> float:
    """Seconds by which the fast pages' p99 is later than the gather's: of the round in which it is most."""
    return max(
        percentile(ours.fast, 99) - percentile(bare.fast, 99) for ours, bare in zip(got.ours, got.bare, strict=True)
    )


def faults(got: Both) -> list[str]:
    """What must not be."""
    wrong = [f"FetchPages has {share(got):.2f} of the gather's pages a second"] if share(got) < SHARE else []
    if later(got) > LATER:
        wrong.append(f"the p99 of fast pages is {later(got):.1f} s later than the gather's")
    if got.failed:
        wrong.append(f"{got.failed} pages came to no article")
    return wrong


def told(got: Both) -> str:
    """The figures without a runner."""
    lines = [f"{'alone':14}{'pages a second':>15}{'fast: p50 / p99 / most':>27}{'slow: p50 / most':>20}{'CPU':>13}"]
    for number, pair in enumerate(zip(got.ours, got.bare, strict=True), start=1):
        lines += [_line(f"{name}, {number}", one) for name, one in zip(("FetchPages", "gather"), pair, strict=True)]
    lines.append(
        f"FetchPages of gather: {share(got):.2f} of its pages a second (bar {SHARE:g}), p99 {later(got):+.2f} s (bar {LATER:g} s)"
    )
    return "\n".join(lines)


def _line(name: str, one: Crawl) -> str:
    fast = " / ".join(f"{percentile(one.fast, share):.2f}" for share in (50, 99, 100))
    slow = " / ".join(f"{percentile(one.slow, share):.1f}" for share in (50, 100))
    cpu = one.cpu / (len(one.fast) + len(one.slow)) * 1000
    return f"{name:14}{one.rate:15.1f}{fast + ' s':>27}{slow + ' s':>20}{cpu:7.2f} ms a page"


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when a bar was missed."""
    parser = argparse.ArgumentParser(prog="bench fetching", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=PAGES, help="how many (default: %(default)d)")
    parser.add_argument("--hosts", type=int, default=HOSTS, help="on how many hosts (default: %(default)d)")
    parser.add_argument("--rate", type=float, default=RATE, help="how many a second (default: %(default)g)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name:
        got = crawl.measure(given.pages, given.hosts, given.rate, Path(name))
        print(told(got))
        wrong = faults(got)
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    print("\n".join(f"FAILED: {one}" for one in wrong))
    return int(bool(wrong))
