"""What the libraries below say: nothing but what the user asked for."""

import logging
import sys
from typing import TextIO

# kafka-python reports each failed connection at ERROR, where a command says the true cause itself.
_CHATTY = ("kafka", "apache_beam", "trafilatura", "htmldate", "asyncio")
_NAME = "beatwire"


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what ``sys.stderr`` is at the time, as progress bars replace it."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def set_up(verbose: bool) -> None:
    """Sends logs to stderr: all from INFO on when ``verbose``, otherwise only beatwire's own warnings."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if one.name == _NAME]:
        root.removeHandler(handler)
    handler = _Stderr()
    handler.name = _NAME
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s" if verbose else "beatwire: %(message)s")
    )
    root.addHandler(handler)
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if verbose else logging.CRITICAL)
