"""Pages of 500 hosts, of which a few take 20 s: FetchPages beside a bare aiohttp gather, and on the local runner."""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.latency import percentile
from bench.load import crawl, prism
from bench.load.crawl import Both, Crawl
from bench.load.prism import Ran
from bench.load.site import name as host_name
from bench.load.site import serving
from bench.load.visits import Visit, drawn
from bench.load.wrapped import Wrapped
from bench.progress import say
from connectors.steps.fetch_pages import FetchPages

PAGES, HOSTS, RATE = 3_000, 500, 60.0
ON_PRISM, SECONDS = 10.0, 40.0  # pages a second there, and for how long they come
BACKLOG, WORDS = 200, 20_000  # pages of one host that come at once, and characters that each find carries
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
        f"FetchPages of gather: {share(got):.2f} of its pages a second (bar {SHARE:g}), "
        f"p99 {later(got):+.2f} s (bar {LATER:g} s)"
    )
    return "\n".join(lines)


def _line(name: str, one: Crawl) -> str:
    fast = " / ".join(f"{percentile(one.fast, share):.2f}" for share in (50, 99, 100))
    slow = " / ".join(f"{percentile(one.slow, share):.1f}" for share in (50, 100))
    cpu = one.cpu / (len(one.fast) + len(one.slow)) * 1000
    return f"{name:14}{one.rate:15.1f}{fast + ' s':>27}{slow + ' s':>20}{cpu:7.2f} ms a page"


def on_prism(step: str, hosts: int, seconds: float, words: int, folder: Path) -> Ran:
    """A step on the local runner.

    Args:
      step: ``FetchPages``, or ``AsyncWrapper`` for the prototype.
      hosts: How many there are.
      seconds: For which pages come, at `ON_PRISM` a second; 0: `BACKLOG` pages of one host at once.
      words: Characters that each find carries.
      folder: For the log of the site.
    """
    kind = {"FetchPages": FetchPages, "AsyncWrapper": Wrapped}[step]
    with serving(folder / "prism.log") as site:
        say(f"{step} on the local runner: {'a backlog of one host' if not seconds else f'{seconds:g} s'}")
        if seconds:
            visits, spacing = drawn(site, int(seconds * ON_PRISM), hosts, ON_PRISM, 1), 1.0
        else:
            urls = [site.url(0, f"/late/1/{number}") for number in range(BACKLOG)]
            visits, spacing = [Visit(0.0, host_name(0), url, slow=False) for url in urls], 0.15
        return prism.run(kind, crawl.run_settings(spacing), visits, words)


def told_on_prism(step: str, ran: Ran) -> str:
    """The figures of a step on the local runner."""
    got, state = ran.crawl, ran.traffic
    count = len(got.fast) + len(got.slow)
    fast = " / ".join(f"{percentile(got.fast, share):.2f}" for share in (50, 99, 100))
    return (
        f"{step} on Prism: {count} pages, {got.rate:.1f} a second, fast p50 / p99 / most {fast} s\n"
        f"  CPU a page: worker {got.cpu / count * 1000:.0f} ms, runner {ran.runner / count * 1000:.0f} ms; "
        f"state: {state.read / 1e6:.1f} MB read, {state.written / 1e6:.1f} MB written in {state.requests:,} requests"
    )


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when a bar was missed."""
    parser = argparse.ArgumentParser(prog="bench fetching", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=PAGES, help="how many (default: %(default)d)")
    parser.add_argument("--hosts", type=int, default=HOSTS, help="on how many hosts (default: %(default)d)")
    parser.add_argument("--part", choices=("alone", "prism"), help="prism: beside Beam's AsyncWrapper (default: alone)")
    parser.add_argument("--rate", type=float, default=RATE, help="how many a second (default: %(default)g)")
    given = parser.parse_args(arguments)
    wrong = list[str]()
    with tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name:
        if given.part != "prism":
            got = crawl.measure(given.pages, given.hosts, given.rate, Path(name))
            print(told(got))
            wrong += faults(got)
        for step in ("FetchPages", "AsyncWrapper") if given.part == "prism" else ():
            for seconds, words in ((SECONDS, 0), (0.0, WORDS)):
                ran = on_prism(step, given.hosts, seconds, words, Path(name))
                print(told_on_prism(step, ran))
                wrong += [f"{step}: {ran.failed + ran.lost} pages failed or lost"] if ran.failed + ran.lost else []
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    print("\n".join(f"FAILED: {one}" for one in wrong))
    return int(bool(wrong))
