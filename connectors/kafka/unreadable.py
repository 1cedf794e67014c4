"""What a memory does with a record that it cannot read: it says so and goes on.

Anybody with the right to write may have put it there, and it stays for as long as the topic keeps it. A memory that
raised would meet it again at every start: nothing would ever be read again, and the pipeline would stand still.
"""

import logging
from collections.abc import Callable
from typing import Any

import msgspec

_log = logging.getLogger(__name__)

# What comes of foreign bytes: no JSON or not of this form, no UTF-8, a number beyond 64 bits, brackets without end.
UNREADABLE = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)


def passing_over(apply: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wraps what a memory does with each record, so that one that it cannot read is logged and passed over.

    Args:
      apply: Takes a record; what it raises before it has changed anything says why the record cannot be read. Other
        errors than those that foreign bytes can cause are raised on.
    """

    def forgiving(record: Any) -> None:
        try:
            apply(record)
        except UNREADABLE as error:
            place = f"{record.topic}, partition {record.partition}, offset {record.offset}"
            _log.warning("passed over an unreadable record (%s): %s: %s", place, type(error).__name__, error)

    return forgiving


def key_of(record: Any) -> str:
    """The key of a record.

    Raises:
      ValueError: It has none, or not one in UTF-8.
    """
    if record.key is None:
        raise ValueError("it has no key")
    return str(record.key, "utf-8")
