"""What is done to which part, and when: a plan that follows from a seed."""

import dataclasses
import random
from typing import Literal

What = Literal["pipeline", "worker", "broker", "freeze"]

# The whole pipeline dies most often: it holds most of what can be lost.
_WEIGHTS: dict[What, int] = {"pipeline": 4, "worker": 3, "broker": 2, "freeze": 1}
FREEZE = 20.0  # seconds that a stopped broker stays so
QUIET = (3.0, 25.0)  # seconds before a fault: from amid a start to steady work


@dataclasses.dataclass(frozen=True)
class Fault:
    """One round: seconds of peace, then what is done."""

    after: float
    what: What


def fault(seed: int, number: int) -> Fault:
    """The fault of one round; a run that is gone on with meets those that it would have met."""
    chance = random.Random(f"{seed}/{number}")
    what = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    return Fault(round(chance.uniform(*QUIET), 2), what)


def expected_seconds(rounds: int, restart: float) -> float:
    """How long so many rounds take, about; ``restart`` is what bringing back a part costs."""
    total = sum(_WEIGHTS.values())
    return rounds * (sum(QUIET) / 2 + restart + FREEZE * _WEIGHTS["freeze"] / total)
