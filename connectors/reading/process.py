"""The inside of a reader: a process that does nothing but parse, and that the kernel ends when it takes too long.

Parsers hold Python's lock while they loop, so nothing in their own process could stop them: no thread, no exception, no
handler of a signal. So the cap is a timer of the kernel whose signal has its default action. It counts processor time,
not hours on the clock: on a busy machine a page must not end for the load of others. And it needs no parent: a reader
whose parent was killed with SIGKILL ends at its cap too (one that is idle ends as the pipe to its parent does).

Work that takes longer than nearly all of it steps back behind everything else on the machine: two pages made to be slow
would otherwise take two processors from the runner, the broker and the pages that others wait for. Who has stepped back
may not come forward again, so each piece of work has a thread of its own, and on Linux a thread has its own priority.
"""

import concurrent.futures
import contextlib
import importlib
import logging
import os
import resource
import signal
import threading
from collections.abc import Callable
from typing import Any

SPENT = signal.SIGPROF
PREPARED = "connectors.reading.prepared"  # imported by name: nobody but a reader needs it
BRIEF = 0.2  # seconds by the clock: the median page takes 0.05
NICER = 5  # steps of priority: a third of what each other gets, where they want all


def begin(memory: int) -> None:
    """Prepares a new reader.

    Args:
      memory: Bytes of address space it may have.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler in Python would wait for the parser
    signal.signal(SPENT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # Parsers complain of what they read in its own words, and nobody listens; unheard they would write to the terminal.
    logging.disable()
    importlib.import_module(PREPARED)  # here already, unless who forked this process could not import it


def within(seconds: float, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Does the work, or dies of `SPENT` after so many seconds of processor time; steps back when it takes long."""
    done = concurrent.futures.Future[Any]()
    thread = threading.Thread(target=_into, args=(done, work, arguments), name="beatwire-read", daemon=True)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        try:
            thread.start()
        except RuntimeError:  # the memory that is left has no room for its stack
            return work(*arguments)
        if not concurrent.futures.wait([done], BRIEF).done:
            _step_back(thread)
        thread.join()
        return done.result()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        del done  # an error leads to this frame, and would keep itself and the page for the next collection of garbage


def _into(done: concurrent.futures.Future[Any], work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        done.set_result(work(*arguments))
    except BaseException as error:
        done.set_exception(error)
    finally:
        del done, arguments


def _step_back(thread: threading.Thread) -> None:
    if thread.native_id is not None:
        with contextlib.suppress(OSError):  # it has just ended, or this is no Linux
            os.setpriority(os.PRIO_PROCESS, thread.native_id, os.getpriority(os.PRIO_PROCESS, 0) + NICER)
