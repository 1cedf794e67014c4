"""How the time of a call grows with the size of what it is given."""

import gc
import time

TELLING = 0.05  # seconds of CPU: below it, noise is larger than what is measured


def growth(call, size):
    """How many times longer a call takes for twice the size: 2 for linear, 4 for quadratic; 1 where it takes no time.

    Small and large are timed by turns, and the shortest of each counts: a busy minute of the machine hits both.

    Args:
      call: Gets a size.
      size: The smaller one.
    """
    if _once(call, 2 * size) < TELLING:
        return 1.0
    pairs = [(_once(call, size), _once(call, 2 * size)) for _ in range(4)]
    small, large = (min(times) for times in zip(*pairs, strict=True))
    return large / max(small, TELLING / 2)


def _once(call, size):
    """CPU time, so that other people's load does not count; garbage is not collected, whose time comes in jumps."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        call(size)
        return time.process_time() - began
    finally:
        gc.enable()
