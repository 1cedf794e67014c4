"""What is logged: nothing but what the user asked for, and what beatwire itself warns of."""

import logging
import sys
from typing import TextIO

from pipelines.cli.terminal import neutralise

_NAME = "beatwire"
_OURS = ("pipelines", "connectors", "transforms")


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what ``sys.stderr`` is at the time, as progress bars replace it."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class _Harmless(logging.Formatter):
    """Takes out what a terminal would obey: libraries and errors quote what servers say. Lines stay lines."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(neutralise, super().format(record).split("\n")))


def is_ours(record: logging.LogRecord) -> bool:
    """Whether beatwire itself says it: libraries cry at what a command says better, or can do nothing about."""
    return record.name.partition(".")[0] in _OURS


def set_up(verbose: bool) -> None:
    """Sends logs to stderr: everything from INFO on when ``verbose``, otherwise only beatwire's own warnings."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if one.name == _NAME]:
        root.removeHandler(handler)
    handler = _Stderr()
    handler.name = _NAME
    if verbose:
        handler.setFormatter(_Harmless("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    else:
        handler.setFormatter(_Harmless("beatwire: %(message)s"))
        handler.addFilter(is_ours)
    root.addHandler(handler)
    root.setLevel(logging.INFO if verbose else logging.WARNING)
