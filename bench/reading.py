"""The pool of readers on pages of real size: two readers beside one, the way there and back, a page that hangs."""

import argparse
import asyncio
import os
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.latency import percentile
from bench.load import articles, crawl, prism, readers
from bench.load.prism import Ran
from bench.load.readers import Hung, Pool, Turn
from bench.load.site import name as host_name
from bench.load.site import serving
from bench.load.visits import Visit
from bench.progress import say
from connectors.reading.pool import ReadLimits
from connectors.steps.fetch_pages import FetchPages
from transforms.records import Page

COUNT = 96  # pages
GAIN, WAY, LATER = (
    1.6,
    0.003,
    1.0,
)  # two readers of one; seconds there and back; of neighbours' p99 beside a hanging page
QUIET, ENOUGH = 0.1, 4  # of a processor that others may use in a turn that is judged; so many must be there


def quiet(got: Pool) -> list[Turn]:
    """The turns in which two readers could show what they can."""
    return [turn for turn in got.turns if turn.others <= QUIET]


def gain(turns: Sequence[Turn]) -> float:
    """How many times as fast two readers are."""
    return sum(turn.one for turn in turns) / sum(turn.two for turn in turns)


def way(got: Pool) -> float:
    """Seconds that a page costs beside a call in this process, by the median page."""
    return statistics.median(there - direct for there, direct in zip(got.there, got.direct, strict=True))


def cap(limits: ReadLimits) -> float:
    """Seconds in which a page that hangs must have ended: four times its processor time; readers would allow twelve."""
    return 4 * limits.seconds


def faults(got: Pool, beside: Hung) -> list[str]:
    """What must not be; where others used the processors nearly all the time, nothing is judged."""
    turns = quiet(got)
    if len(turns) < ENOUGH:
        return []
    wrong = [f"two readers are {gain(turns):.2f} times as fast as one"] if gain(turns) < GAIN else []
    if way(got) > WAY:
        wrong.append(f"a page costs {way(got) * 1000:.1f} ms beside a call")
    if beside.hung > cap(ReadLimits()) + LATER:
        wrong.append(f"a page that hangs ended after {beside.hung:.0f} s")
    if percentile(beside.beside, 99) > percentile(beside.alone, 99) + LATER:
        wrong.append("neighbours waited for a page that hangs")
    return wrong


def told(name: str, got: Pool) -> str:
    """The figures of the pool."""
    lines = [f"{name}: {got.pages} pages, called in this process: {_spread(got.direct)}"]
    lines.append(f"by the pool, one after the other: {_spread(got.there)}")
    differences = [there - direct for there, direct in zip(got.there, got.direct, strict=True)]
    lines.append(f"of that the pool: {_spread(differences)}; without work: {_spread(got.way)} (bar {WAY * 1000:g} ms)")
    turns = quiet(got)
    for which, some in (("all", got.turns), ("quiet", turns)):
        if some:
            bare = sum(turn.one for turn in some) / sum(turn.bare for turn in some)
            others = statistics.median(turn.others for turn in some)
            lines.append(
                f"{len(some)} turns, {which}: two readers {gain(some):.2f} times as fast as one (bar {GAIN:g}), "
                f"with one piece of work each {bare:.2f}; others used {others:.2f} of a processor"
            )
    lines += [] if len(turns) >= ENOUGH else ["others used the processors: nothing is judged"]
    return "\n".join(lines)


def told_beside(got: Hung) -> str:
    """The figures of neighbours."""
    return (
        f"a page that hangs ended after {got.hung:.1f} s: {got.reason}\n"
        f"neighbours without it: {_spread(got.alone)}\nneighbours beside it:  {_spread(got.beside)}"
    )


def _spread(seconds: Sequence[float]) -> str:
    shown = " / ".join(f"{percentile(seconds, share) * 1000:.1f}" for share in (50, 99, 100))
    return f"median / 99 of 100 / most {shown} ms"


def on_prism(pages: Sequence[Page], count: int) -> Ran:
    """FetchPages on the local runner with so many readers; all pages come at once, each from a host of its own."""
    with tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name:
        log = Path(name) / "site.log"
        with serving(log, [page.body for page in pages]) as site:
            visits = [
                Visit(0.0, host_name(number), site.url(number, f"/shelf/{number}"), slow=False)
                for number in range(len(pages))
            ]
            return prism.run(FetchPages, crawl.run_settings(0.0, ReadLimits(count=count)), visits)


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when a bar was missed."""
    parser = argparse.ArgumentParser(prog="bench reading", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=COUNT, help="how many (default: %(default)d)")
    parser.add_argument("--prism", action="store_true", help="also on the local runner")
    given = parser.parse_args(arguments)
    sets = {"our own pages": articles.made(given.pages)}
    if folder := os.environ.get("BEATWIRE_EVAL"):
        sets["real pages"] = articles.labelled(Path(folder))[: given.pages]
    wrong = list[str]()
    hung = asyncio.run(readers.beside(sets["our own pages"]))
    for name, pages in sets.items():
        got = asyncio.run(readers.measure(pages))
        print(told(name, got))
        wrong += faults(got, hung)
    print(told_beside(hung))
    if given.prism:
        for count in (1, 2):
            say(f"reading on the local runner, readers: {count}")
            ran = on_prism(sets["our own pages"], count)
            print(f"on Prism, readers: {count}: {ran.crawl.rate:.1f} pages a second; {ran.failed + ran.lost} failed")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    print("\n".join(f"FAILED: {one}" for one in dict.fromkeys(wrong)))
    return int(bool(wrong))
