"""How the time of a call grows with the size of what it is given."""

import gc
import time

TELLING = 0.05  # seconds of CPU: below it, noise is larger than what is measured
LINEAR, TRIES = 2.4, 5


def growth(call, size):
    """How many times longer a call takes for twice the size: 2 for linear, 4 for quadratic; 1 where it takes no time.

    The shortest of a few counts, of either size by turns, for a busy minute of the machine hits both; no more of them
    than it takes to see that it is linear.

    Args:
      call: Gets a size.
      size: The smaller one.
    """
    larges = [_once(call, 2 * size)]
    if larges[0] < TELLING:
        return 1.0
    smalls = [_once(call, size)]
    while (ratio := min(larges) / max(min(smalls), TELLING / 2)) > LINEAR and len(smalls) < TRIES:
        larges.append(_once(call, 2 * size))
        smalls.append(_once(call, size))
    return ratio


def _once(call, size):
    """CPU time, so that other people's load does not count; garbage is not collected, whose time comes in jumps.

    Nor is it before: behind some thousand tests that takes longer than all that is measured.
    """
    gc.disable()
    try:
        began = time.process_time()
        call(size)
        return time.process_time() - began
    finally:
        gc.enable()
