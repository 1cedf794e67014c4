"""How often a feed brings something new, and when: the estimate behind its schedule.

    arrivals per second = rate x hour of the day x part of the hour x how lively it has been lately

The rate is an exponentially weighted count over an exponentially weighted time, so that its memory is two numbers. The
two profiles and that of the weekdays are small counters, each pulled towards "always alike" by arrivals that nobody
saw; so is the rate of a feed of which nothing is known yet. What was chosen over the feeds of a month was
measured on each half of them as well ([0024](../docs/decisions/0024-when-to-poll.md)).

All functions are pure; times are Unix seconds, profiles in UTC.
"""

import math
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from transforms import instants
from transforms.records import Record

HOUR, DAY = 3600.0, 86_400.0
HOURS, PARTS, DAYS = 24, 12, 7  # counters: of the day's hours, of the hour's parts of five minutes, of the weekdays
PART = HOUR / PARTS
SLOTS = HOURS + PARTS + DAYS

MEMORY = 7 * DAY  # seconds in which the weight of what was seen falls to 1/e; 3 days made delays 1 % longer, 1 day 6 %
FIRST_COUNT, FIRST_SPELL = 0.5, 1800.0  # an unknown feed is thought to publish hourly: believed as half an arrival
LATELY = 3 * HOUR  # memory of how lively it is just now; from 1 to 8 hours it is the same, within 2 %
CALM = 3.0  # arrivals in favour of "as usual"
EVEN_HOURS, EVEN_PARTS, EVEN_DAYS = 6.0, 12.0, 3.0  # arrivals in each slot in favour of "always alike"
SETTLED = 14 * DAY  # seconds after which each weekday has been seen twice, and is believed to differ
FADING = 7 * MEMORY  # memory of the most surprising silence
_FULL, _FULL_SLOT = 2_000, 255  # arrivals in the profile, and in one slot, at which all are halved: new habits count
_SEEDS = 3  # dated entries from which a first answer tells a rate


class Rhythm(Record, frozen=True, kw_only=True, gc=False):
    """What is remembered of a feed's arrivals: new entries, not changed ones.

    Attributes:
      count: Arrivals, weighted by `MEMORY`.
      spell: Seconds in which they came, weighted alike.
      lately: Arrivals, weighted by `LATELY`.
      hoped: Arrivals that the rate and the hour let expect, weighted alike.
      profile: Counters of a byte: 24 hours of the day, 12 parts of the hour, 7 days of the week from Monday.
      since: When it was first looked at.
      arrived: When the last arrival was seen; None before the first.
      silence: Greatest number of arrivals that was expected while none came; fades by half in about five weeks.
    """

    count: float = FIRST_COUNT
    spell: float = FIRST_SPELL
    lately: float = 0.0
    hoped: float = 0.0
    profile: bytes = bytes(SLOTS)
    since: str
    arrived: str | None = None
    silence: float = 0.0

    @property
    def rate(self) -> float:
        """Arrivals per second, whatever the hour."""
        return self.count / self.spell


def first(now: float, dates: Sequence[float]) -> Rhythm:
    """What a first answer tells.

    Args:
      now: Time of the answer.
      dates: When the entries that it shows were published; those in the future are not believed.
    """
    rhythm = Rhythm(since=instants.to_text(now))
    known = sorted(one for one in dates if 0 < one <= now)
    span = now - known[0] if known else 0.0
    if len(known) < _SEEDS or span <= 0:
        return rhythm
    # An archive of years weighs no more than a week that we saw ourselves.
    share = min(1.0, MEMORY / span)
    return replace(
        rhythm,
        count=rhythm.count + (len(known) - 1) * share,
        spell=rhythm.spell + span * share,
        profile=_counted(rhythm.profile, known),
    )


def after(rhythm: Rhythm, last: float, now: float, arrivals: Sequence[float]) -> Rhythm:
    """The memory after one more answer.

    Args:
      rhythm: The memory before.
      last: Time of the answer before; what came since is new.
      now: Time of this answer.
      arrivals: When each new entry appeared, between the two.
    """
    spent = max(0.0, now - last)
    fade, lately = math.exp(-spent / MEMORY), math.exp(-spent / LATELY)
    usual = rhythm.rate * _usual(rhythm.profile, _hour(last + spent / 2)) * spent
    following = replace(
        rhythm,
        count=round(rhythm.count * fade + len(arrivals), 4),
        spell=round(rhythm.spell * fade + spent, 1),
        lately=round(rhythm.lately * lately + len(arrivals), 4),
        hoped=round(rhythm.hoped * lately + usual, 4),
        silence=round(rhythm.silence * math.exp(-spent / FADING), 2),
    )
    if following.spell <= 0:  # the clock stood still or went back
        following = replace(following, spell=rhythm.spell)
    if not arrivals:
        return following
    newest = max(arrivals)
    return replace(
        following,
        profile=_counted(rhythm.profile, arrivals),
        arrived=instants.to_text(newest),
        silence=max(following.silence, round(expected(rhythm, begun(rhythm), min(arrivals)), 2)),
    )


def begun(rhythm: Rhythm) -> float:
    """When the present silence began: at the last arrival, or when the feed was first looked at."""
    return instants.from_text(rhythm.arrived or rhythm.since)


def expected(rhythm: Rhythm, begin: float, end: float) -> float:
    """Arrivals that the rate, the hours and, once `SETTLED`, the weekdays let expect in a time of at most a month."""
    hours, days = _smooth(rhythm.profile), [1.0] * DAYS
    if end - instants.from_text(rhythm.since) >= SETTLED:
        days = _even(rhythm.profile[HOURS + PARTS :], EVEN_DAYS)
    total, here = 0.0, max(begin, end - 31 * DAY)
    while here < end:
        step = min((math.floor(here / HOUR) + 1) * HOUR, end)
        total += hours[_hour(here)] * days[_weekday(here)] * (step - here)
        here = step
    return rhythm.rate * total


def until(rhythm: Rhythm, now: float, cost: float, most: float) -> float:
    """Seconds to wait, so that a request costs as much as what it saves.

    With r arrivals a second, polls T apart let entries wait r T / 2 in all each second, and there are 1 / T of them:
    the sum is least at T = sqrt(2 cost / r). Where r changes over the day, so does T: the next poll is due when the
    integral of sqrt(r) has come to sqrt(2 cost).

    Args:
      rhythm: The feed's.
      now: When it was last asked.
      cost: Of a request, in seconds that one entry waits.
      most: Seconds to look ahead.
    """
    hours, parts = _smooth(rhythm.profile), _even(rhythm.profile[HOURS : HOURS + PARTS], EVEN_PARTS)
    lively = (rhythm.lately + CALM) / (rhythm.hoped + CALM)
    rate, wanted, here = rhythm.rate * lively, math.sqrt(2 * cost), now
    while here < now + most:
        step = (math.floor(here / PART) + 1) * PART
        root = math.sqrt(rate * hours[_hour(here)] * parts[int(here % HOUR / PART)])
        if root * (step - here) >= wanted:
            return min(here - now + wanted / root, most)
        wanted -= root * (step - here)
        here = step
    return most


def _hour(moment: float) -> int:
    return int(moment % DAY / HOUR)


def _weekday(moment: float) -> int:
    return int(moment // DAY + 3) % DAYS  # the first day of Unix time was a Thursday


def _counted(profile: bytes, arrivals: Sequence[float]) -> bytes:
    counts = list(profile)
    for slot in (slot for moment in arrivals for slot in _slots(moment)):
        counts[slot] += 1
    while max(counts) > _FULL_SLOT or sum(counts[:HOURS]) > _FULL:
        counts = [count // 2 for count in counts]
    return bytes(counts)


def _slots(moment: float) -> Iterator[int]:
    yield _hour(moment)
    yield HOURS + int(moment % HOUR / PART)
    yield HOURS + PARTS + _weekday(moment)


def _smooth(profile: bytes) -> list[float]:
    """The hours as multiples of the mean, each with a half of its neighbours' habits."""
    level = _level(profile)
    return [_near(profile, hour) / level for hour in range(HOURS)]


def _usual(profile: bytes, hour: int) -> float:
    """One of them: each poll asks for one, so it does not make all."""
    return _near(profile, hour) / _level(profile)


def _near(profile: bytes, hour: int) -> float:
    before, after = (hour - 1) % HOURS, (hour + 1) % HOURS
    return (profile[before] + 2 * profile[hour] + profile[after]) / 4 + EVEN_HOURS


def _level(profile: bytes) -> float:
    return sum(profile[:HOURS]) / HOURS + EVEN_HOURS


def _even(counts: Sequence[float], alike: float) -> list[float]:
    """Counters as multiples of their mean, pulled towards 1."""
    mean = sum(counts) / len(counts) + alike
    return [(count + alike) / mean for count in counts]
