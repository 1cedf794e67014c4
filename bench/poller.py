"""The poller under 10,000 feeds: alone beside a bare loop, in the pipeline, and beside feeds that hang."""

import argparse
import dataclasses
import math
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.load import alone, pipeline
from bench.load.alone import Alone
from bench.load.pipeline import Load, Plan
from bench.progress import say
from bench.resident import MEGABYTE, slopes

FEEDS, HOSTS, INTERVAL = 10_000, 2_000, 200.0  # 50 polls a second
# A start spreads over a minute what was due before the job had begun; 216 s are an interval with its jitter, and more.
WARM, SECONDS = 75.0, 216.0
BAR, LATE, LARGEST = 0.6, 2.0, 2_000  # of the bare loop's requests; seconds; bytes
HUNG = Plan(60, 60, 5.0, 10.0, 50.0, extra=("hang", "drip"), shards=1)


def ratio(got: Alone) -> float:
    """Requests a second, of the bare loop's."""
    return sum(clock for clock, _ in got.bare) / sum(clock for clock, _ in got.ours)


def latest(got: Load) -> float:
    """Seconds by which the latest poll of all was late."""
    return max((max(late) for late in got.late.values()), default=0.0)


def held_up(hung: Load, control: Load) -> float:
    """Seconds by which the latest poll beside feeds that hang was later than the latest of the same feeds alone."""
    return latest(hung) - latest(control)


def faults(got: Load, late: float) -> list[str]:
    """What must not be; memory is reported, and judged by people.

    Args:
      got: What came of it.
      late: Seconds by which a poll may be late.
    """
    wrong = [f"{got.feeds - len(got.late)} feeds were not polled"] if len(got.late) < got.feeds else []
    if (slow := sum(max(times) > late for times in got.late.values())) > 0:
        wrong.append(f"{slow} feeds were polled more than {late:g} s late")
    if got.gaps[1]:
        wrong.append(f"{got.gaps[1]} polls too close to another of their domain")
    if got.together:
        wrong.append(f"{got.together} polls beside another of their domain")
    if got.largest > LARGEST:
        wrong.append(f"a cursor of {got.largest} bytes")
    return wrong


def told_alone(got: Alone) -> str:
    """The figures of the poller alone."""
    lines = [f"{'alone':10}{'polls a second':>16}{'CPU a poll':>14}"]
    for name, figures in (("poller", got.ours), ("bare loop", got.bare)):
        clock, used = (sum(one[part] for one in figures) / len(figures) for part in (0, 1))
        lines.append(f"{name:10}{got.feeds / clock:16.0f}{used / got.feeds * 1e6:11.0f} us")
    lines.append(f"poller of bare loop: {ratio(got):.2f} of its requests a second (bar {BAR:g})")
    return "\n".join(lines)


def told(got: Load) -> str:
    """The figures of a run in the pipeline."""
    late = sorted(one for times in got.late.values() for one in times)
    behind = sorted(got.behind)
    lines = [f"{len(late)} polls of {len(got.late)} feeds of {got.feeds} in {got.seconds:.0f} s"]
    for name, values in (("late", late), ("behind the cursor alone", behind)):
        shown = [f"{values[int((len(values) - 1) * share)]:.2f}" for share in (0.5, 0.99, 1.0)] if values else []
        lines.append(f"{name}, median / 99 of 100 / most: {' / '.join(shown)} s")
    lines.append(f"shortest time between two starts in a domain: {got.gaps[0]:.2f} s; at the same time: {got.together}")
    lines.append(f"largest cursor: {got.largest} bytes")
    rises = slopes(got.samples, float("-inf"), float("inf"))
    for name, used in got.cpu.items():
        levels = [sample.bytes[name] / MEGABYTE for sample in got.samples if name in sample.bytes]
        lines.append(
            f"{name}: {used / got.seconds:.2f} of a core, resident {levels[0]:.0f} to {levels[-1]:.0f} MB, "
            f"{rises[name] * 60 / MEGABYTE:+.2f} MB a minute"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when a bar was missed."""
    parser = argparse.ArgumentParser(prog="bench poller", description="10,000 feeds on 2,000 hosts of our own.")
    parser.add_argument("--feeds", type=int, default=FEEDS, help="how many (default: %(default)d)")
    parser.add_argument("--hosts", type=int, default=HOSTS, help="on how many hosts (default: %(default)d)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="that count (default: %(default)g)")
    parser.add_argument("--part", choices=("alone", "pipeline", "hung"), help="only this one")
    given = parser.parse_args(arguments)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name:
        folder = Path(name)
        if given.part in (None, "alone"):
            got = alone.measure(given.feeds, given.hosts, folder)
            print(told_alone(got))
            wrong += [f"the poller makes {ratio(got):.2f} of the bare loop's requests"] if ratio(got) < BAR else []
        if given.part in (None, "pipeline"):
            whole = Plan(given.feeds, given.hosts, INTERVAL * given.feeds / FEEDS, WARM, given.seconds)
            load = pipeline.measure(whole, folder / "pipeline")
            print(told(load))
            wrong += faults(load, LATE)
        if given.part in (None, "hung"):
            loads = list[Load]()
            for name, plan in (("control", dataclasses.replace(HUNG, extra=())), ("hung", HUNG)):
                say(f"60 feeds, {name}")
                loads.append(pipeline.measure(plan, folder / name))
                print(f"{name}: {told(loads[-1])}")
                wrong += faults(loads[-1], math.inf)
            later = held_up(loads[1], loads[0])
            print(f"beside feeds that hang and drip: the latest poll {later:+.2f} s later (bar {pipeline.TICK:g})")
            wrong += [f"feeds that hang held up others by {later:.2f} s"] if later > pipeline.TICK else []
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    print("\n".join(f"FAILED: {one}" for one in wrong))
    return int(bool(wrong))
