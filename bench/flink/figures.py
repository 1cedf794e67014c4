"""Figures of a trial, as lines of text; pure."""

import statistics
from collections.abc import Sequence

from bench.flink.ledger import Ledger
from bench.latency import percentile
from connectors.flink import Checkpoint


def delays(ledger: Ledger, since: float = 0.0) -> str:
    """Seconds from found to published (as Kafka dated the event), of finds made after ``since`` (Unix time)."""
    seconds = [one.arrived - one.found for one in ledger.said if one.found >= since]
    if not seconds:
        return "no events"
    return f"found to published p50 {percentile(seconds, 50):.2f} s, p99 {percentile(seconds, 99):.2f} s"


def counts(ledger: Ledger) -> str:
    """What there is of each kind."""
    again = sum(len(names) - 1 for names in ledger.outcomes.values())
    return (
        f"{len(ledger.finds)} finds ({ledger.found_again} written again), {len(ledger.outcomes)} with an outcome "
        f"({again} written again), {len(ledger.said)} events of {len(ledger.latest)} articles, "
        f"{ledger.repeats()} repeats"
    )


def sizes(checkpoints: Sequence[Checkpoint]) -> str:
    """How large the completed checkpoints were: the first, the last, the median; and how long they took."""
    done = [one for one in checkpoints if one.status == "COMPLETED"]
    if not done:
        return "no checkpoint was completed"
    kilobytes = [one.size / 1000 for one in done]
    return (
        f"{len(done)} checkpoints, first {kilobytes[0]:.0f} kB, median {statistics.median(kilobytes):.0f} kB, "
        f"last {kilobytes[-1]:.0f} kB; they took {statistics.median(one.took for one in done):.2f} s (median)"
    )
