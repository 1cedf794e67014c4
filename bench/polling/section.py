"""The figures of the polling schedule as a section of ``docs/accuracy.md``."""

from pathlib import Path

from bench.polling import trials
from bench.polling.arrivals import WINDOW, Record, load
from bench.polling.trials import Alarms, Delays, Schedules
from bench.progress import say
from bench.tables import table

NAME = "arrivals-2026-01.jsonl.gz"


def measure(folder: Path) -> str:
    """Simulates it all; takes some three minutes.

    Args:
      folder: Holds the record of arrivals.
    """
    record = load(folder / NAME)
    say(f"polling: {len(record.streams)} feeds over {(record.end - record.begin) / trials.DAY:.1f} days")
    ours = trials.tales(record, trials.adaptive)
    one, two = trials.halves(record)
    compared = {
        "all feeds": trials.schedules(record, ours),
        "one half of them": trials.schedules(one, ours),
        "the other half": trials.schedules(two, ours),
    }
    say("polling: silences and absences")
    return render(record, compared, trials.silences(record), trials.absences(record))


def render(record: Record, compared: dict[str, Schedules], silences: Alarms, absences: Alarms) -> str:
    """The section.

    Args:
      record: The feeds.
      compared: Schedules by the name of their feeds.
      silences: As `trials.silences` counts.
      absences: As `trials.absences` counts.
    """
    items = sum(len(stream.within(record.begin, record.end)) for stream in record.streams.values())
    days = (record.end - record.begin) / trials.DAY
    rows = [
        (f"{feeds}: {name}", *_row(delays, schedules.fixed))
        for feeds, schedules in compared.items()
        for name, delays in (
            ("fixed interval", schedules.fixed),
            ("each feed's true rate known, not its hours", schedules.rates),
            ("ours", schedules.ours),
        )
    ]
    return "\n".join(
        (
            "## Polling: when feeds are asked",
            f"{items} entries of {len(record.streams)} feeds in {days:.1f} days, each feed showing its newest",
            f"{WINDOW}, under a simulated clock; each schedule makes as many polls as ours. The delay is from an",
            "entry's appearance to its find. What our schedule learns, it learns on the way.",
            "",
            table(
                ("schedule", "polls", "mean delay", "of the fixed one's", "p95", "of the fixed one's", "missed unseen"),
                rows,
            ),
            "",
            "`quiet`: half of the feeds fall silent for two days after a week. `possible-gap`: the pipeline is away",
            f"from each feed for 6 to 48 hours. A silence counts when it takes {trials.ENOUGH} entries away, an",
            "absence when entries roll off in it.",
            "",
            table(
                ("alarm", "due", "told", "told when not due", "precision", "recall", "figure"),
                (
                    ("`quiet`", *_alarm(silences), f"median {silences.figure:.1f} h until told"),
                    (
                        "`possible-gap`",
                        *_alarm(absences),
                        f"what it says was missed: {absences.figure:.0%} off",
                    ),
                ),
            ),
        )
    )


def _row(delays: Delays, fixed: Delays) -> tuple[object, ...]:
    return (
        delays.polls,
        f"{delays.mean / 60:.2f} min",
        f"{delays.mean / fixed.mean:.3f}",
        f"{delays.p95 / 60:.1f} min",
        f"{delays.p95 / fixed.p95:.3f}",
        delays.missed,
    )


def _alarm(alarms: Alarms) -> tuple[object, ...]:
    said = alarms.told + alarms.false
    precision = f"{alarms.told / said:.3f}" if said else None
    return alarms.due, alarms.told, alarms.false, precision, f"{alarms.told / alarms.due:.3f}" if alarms.due else None
