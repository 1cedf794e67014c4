"""How the time of a call grows with the size of what it is given."""

import time

TELLING = 0.05  # seconds of CPU: below it, noise is larger than what is measured


def growth(call, size):
    """How many times longer a call takes for twice the size: 2 for linear, 4 for quadratic; 1 where it takes no time.

    Args:
      call: Gets a size.
      size: The smaller one.
    """
    if _once(call, 2 * size) < TELLING:
        return 1.0
    small, large = _seconds(call, size), _seconds(call, 2 * size)
    return large / max(small, TELLING / 2)


def _seconds(call, size):
    """The shortest of three, in CPU time: other people's load does not count, a collection of garbage hardly."""
    return min(_once(call, size) for _ in range(3))


def _once(call, size):
    began = time.process_time()
    call(size)
    return time.process_time() - began
