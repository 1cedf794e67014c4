"""Standard streams that may be closed, full or gone, and what is said of an error of the operating system."""

import errno
import os
import sys
from typing import BinaryIO


def hold() -> None:
    """Opens the standard streams that are closed (``<&-``) onto nothing.

    Python leaves their names at None, which tells them; but the next file to be opened would get the free number, and
    whatever a child writes to its standard output would end up in it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # takes the lowest free number: this one


def standard_input() -> BinaryIO:
    """Standard input as bytes.

    Raises:
      OSError: It is closed.
    """
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed", "standard input")
    return sys.stdin.buffer


def standard_output() -> BinaryIO:
    """Standard output as bytes.

    Raises:
      OSError: It is closed.
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed", "standard output")
    return sys.stdout.buffer


def settle_output() -> None:
    """Writes out what standard output holds back; where that fails, it goes into nothing.

    The interpreter does the same once more when it ends, and would complain in its own way, with an exit code of its
    own.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def sentence(error: OSError) -> str:
    """What the operating system refused, in one line: the file, where it is known, and the cause."""
    cause = error.strerror or str(error) or type(error).__name__
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    if not names and error.errno == errno.ENOSPC:
        names = ["output"]  # only what is written to an open file fails so, and of that no name is known
    return ": ".join([" -> ".join(names), cause] if names else [cause])
