"""Work for readers: what hostile bytes make of a parser, without the bytes. Readers find work by name: importable."""

import logging
import os
import re
import signal
import sys
import threading
import time

from connectors.reading import process
from transforms.errors import NotAFeed
from transforms.extract import language

_SLOW = re.compile(r"(a+)+b")


def echo(value):
    return value


def complain(text):
    """As libraries do of what they read."""
    logging.getLogger("parser").error("cannot read %s", text)
    return text


def refuse(url):
    raise NotAFeed(url, "no feed")


def spin():
    """Loops in C, Python's lock held: no handler, thread or exception gets a word in."""
    return _SLOW.fullmatch("a" * 60)


def doze(value, seconds=0.05):
    time.sleep(seconds)
    return value


def touch_and_doze(path, seconds):
    """How often it was begun, by one letter each in a file; ends some time after that is written."""
    with path.open("a") as begun:
        begun.write("x")
    time.sleep(seconds)
    return len(path.read_text())


def await_file(path):
    while not path.exists():
        time.sleep(0.01)


def begin_late(memory):
    """A reader's start on a busy machine."""
    time.sleep(3.0)
    process.begin(memory)


def meet(folder, mine, other):
    """Waits until the other is here as well; the pid. One after the other they would not meet."""
    (folder / mine).touch()
    deadline = time.monotonic() + 60
    while not (folder / other).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{other} did not come")
        time.sleep(0.01)
    return os.getpid()


def die(number=signal.SIGSEGV):
    os.kill(os.getpid(), number)
    time.sleep(60)


def leave():
    os._exit(3)


def grow():
    return len(bytes(3 * 1024 * 1024 * 1024))


def priority_after(seconds):
    """Its own, and that of its process."""
    time.sleep(seconds)
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), os.getpriority(os.PRIO_PROCESS, os.getpid())


def pid():
    return os.getpid()


def has_beam():
    return "apache_beam" in sys.modules


def knows_languages():
    """Whether the model is there before any text asked for it."""
    return language._identifier.cache_info().currsize == 1
