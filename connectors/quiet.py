"""Keeps Beam's worker from crying at bundles that outlive their run.

Whoever ends a run ends it under its bundles: they raise `RunOver`, so that none of them counts as done, and Beam's
worker in this process tells each of them three times on stderr, in 170 lines. That a run is over is no news: it was
ended on purpose, or for a fault that the job tells. All else is told as ever, and the runner gets each error.
"""

import logging
from typing import Any

from apache_beam.runners.worker import sdk_worker

from transforms.errors import RunOver
from transforms.tracebacks import ends_with_run_over

_LOGGERS = ("apache_beam.runners.common", sdk_worker.__name__)


def hush() -> None:
    """Has Beam's worker in this process say nothing of bundles whose run is over; a second call changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(is_news)
    # It also prints the traceback, past all logging. A name of the module hides the built-in one, for this module only.
    sdk_worker.print = _print


def is_news(record: logging.LogRecord) -> bool:
    """False for what is logged of a bundle whose run is over."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, RunOver) or ends_with_run_over(record.getMessage()))


def _print(*words: Any, **options: Any) -> None:
    if not ends_with_run_over(" ".join(map(str, words))):
        print(*words, **options)  # noqa: T201
