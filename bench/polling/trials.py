"""What is measured of the schedule, each beside a baseline over the same arrivals."""

import itertools
import math
import random
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from bench.polling.arrivals import Record
from bench.polling.simulation import Tale, follow
from transforms.records import FeedSource

DAY = 86_400.0
SEED = 24
SILENCE = 2 * DAY  # seconds of an injected silence
SILENT_FROM = (6.5, 7.8)  # days after the begin between which one starts: a feed is looked at for a week first
ENOUGH = 10  # entries that a silence must take away to count: of fewer nobody can say
AWAY_FROM, AWAY_FOR = (3.0, 7.0), (0.25, 2.0)  # days: when the pipeline is away, and for how long


class Delays(NamedTuple):
    """What a schedule comes to: polls, entries found, their delays in seconds, entries missed."""

    polls: int
    found: int
    mean: float
    p95: float
    missed: int


class Schedules(NamedTuple):
    """Our schedule beside a fixed interval, and the best that knows each feed's rate; all with as many polls."""

    ours: Delays
    fixed: Delays
    rates: Delays


class Alarms(NamedTuple):
    """How often something was to be told, was told then, and was told when it was not to be; and how well."""

    due: int
    told: int
    false: int
    figure: float


Sources = Callable[[str], FeedSource]


def adaptive(name: str) -> FeedSource:
    """A feed as it is configured by default."""
    return FeedSource(id=name, url=name, publisher=name)


def every(seconds: float) -> Sources:
    """Feeds with an interval."""
    return lambda name: FeedSource(id=name, url=name, publisher=name, interval=seconds)


def halves(record: Record) -> tuple[Record, Record]:
    """Every other feed, and the rest."""
    names = sorted(record.streams)
    one, two = ({name: record.streams[name] for name in names[start::2]} for start in (0, 1))
    return record._replace(streams=one), record._replace(streams=two)


def tales(record: Record, sources: Sources) -> dict[str, Tale]:
    """What becomes of all feeds."""
    return {name: follow(sources(name), stream, record.begin, record.end) for name, stream in record.streams.items()}


def schedules(record: Record, ours: Mapping[str, Tale]) -> Schedules:
    """Compares at the same number of polls.

    Args:
      record: The feeds.
      ours: What becomes of them by our own schedule.
    """
    span = record.end - record.begin
    polls = sum(ours[name].polls for name in record.streams)
    roots = {
        name: math.sqrt(len(stream.within(record.begin, record.end)) / span) for name, stream in record.streams.items()
    }
    # T = c / sqrt(rate) for each feed, with the c that makes as many polls.
    least = min(root for root in roots.values() if root)
    share = polls / span / sum(max(root, least) for root in roots.values())
    best = {name: 1 / (share * max(root, least)) for name, root in roots.items()}
    return Schedules(
        delays(ours[name] for name in record.streams),
        delays(tales(record, every(span * len(record.streams) / polls)).values()),
        delays(tales(record, lambda name: every(best[name])(name)).values()),
    )


def delays(told: Iterable[Tale]) -> Delays:
    """Adds up."""
    told = list(told)
    waits = sorted(itertools.chain.from_iterable(tale.delays for tale in told))
    return Delays(
        sum(tale.polls for tale in told),
        len(waits),
        sum(waits) / len(waits),
        waits[int(0.95 * len(waits))],
        sum(tale.missed for tale in told),
    )


def silences(record: Record) -> Alarms:
    """Has every other feed, by chance, fall silent for two days; ``figure`` is the median hours until it is told."""
    chance, due, false, late = random.Random(SEED), 0, 0, list[float]()
    for name, stream in record.streams.items():
        begin = record.begin + chance.uniform(*SILENT_FROM) * DAY
        end, injected = begin + SILENCE, chance.random() < 0.5
        taken = len(stream.within(begin, end)) if injected else 0
        tale = follow(adaptive(name), stream.without(begin, end) if injected else stream, record.begin, record.end)
        within = [moment for moment in tale.quiets if taken and begin <= moment < end]
        false += len(tale.quiets) - len(within)
        if taken >= ENOUGH:
            due += 1
            late += [(within[0] - begin) / 3600] if within else []
    return Alarms(due, len(late), false, sorted(late)[len(late) // 2])


def absences(record: Record) -> Alarms:
    """Has the pipeline be away for hours, for each feed at another time.

    ``figure`` is the error of what is told to have been missed: of the sum of all errors by the sum of all missed.
    """
    chance, due, told, false, errors, missed = random.Random(SEED), 0, 0, 0, 0, 0
    for name, stream in record.streams.items():
        begin = record.begin + chance.uniform(*AWAY_FROM) * DAY
        away = begin, begin + chance.uniform(*AWAY_FOR) * DAY
        tale = follow(adaptive(name), stream, record.begin, record.end, away)
        for lost, gap in tale.gaps:
            due += bool(lost)
            told += bool(lost and gap)
            false += bool(gap and not lost)
            missed += lost
            errors += abs((gap.missed if gap else 0) - lost)
    return Alarms(due, told, false, errors / missed)
