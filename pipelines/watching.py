"""Watches the configuration of a run while it goes on: a change of its feeds reaches the job, all others are told.

A file counts once two looks in a row found it the same, since an editor may be in the middle of writing it. What cannot
be used is told once, with key and fix, and the old list stays.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import BaseModel

from pipelines.config import Config
from transforms.errors import BeatwireError, ConfigError
from transforms.records import FeedSource
from transforms.sources import changes

LOOK = 1.0  # seconds between two looks
AGAIN = 10  # looks at a faulty configuration, between two that read it although it did not change
LIVE = ("feeds", "feeds_from", "polling")  # keys that a running job follows: all that makes a `FeedSource`

_log = logging.getLogger(__name__)


class Polling(Protocol):
    """A job: see `pipelines.live.Job`."""

    def poll(self, feeds: tuple[FeedSource, ...]) -> object: ...


J = TypeVar("J", bound=Polling)


def digest(paths: Iterable[Path]) -> str:
    """What stands in these files; one that cannot be read counts as such."""
    told = hashlib.sha256()
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            content = f"errno {error.errno}".encode()
        told.update(len(content).to_bytes(8, "big") + content)
    return told.hexdigest()


def differing(before: BaseModel, after: BaseModel) -> Iterator[str]:
    """The keys in which two configurations differ, as they are found in the file: ``[kafka] prefix``."""
    for section, place in _differing(before, after):
        yield f"[{section}] {place}" if section else place


def _differing(before: BaseModel, after: BaseModel, section: str = "") -> Iterator[tuple[str, str]]:
    for key in (*type(before).model_fields, *sorted({**(before.model_extra or {}), **(after.model_extra or {})})):
        old, new = getattr(before, key, None), getattr(after, key, None)
        if not section and key in LIVE:
            continue
        if isinstance(old, BaseModel) and isinstance(new, BaseModel):
            yield from _differing(old, new, f"{section}.{key}" if section else key)
        elif old != new:
            yield section, key


class ConfigWatch:
    """The configuration of a run, as its files say it now.

    Args:
      config: As the run began.
      load: Reads it again.
      path: Its file, there or not.
      say: Gets a line for each thing worth knowing.

    Attributes:
      wake: Set when somebody wants a look at once.
    """

    def __init__(self, config: Config, load: Callable[[], Config], path: Path, say: Callable[[str], None]) -> None:
        self._began = self._config = config
        self._load, self._path, self._say = load, path, say
        self._found = self._taken = self._faulty = self._fault = ""
        self._idle, self._told = 0, list[str]()
        self.wake = threading.Event()

    def look(self, at_once: bool = False) -> tuple[FeedSource, ...] | None:
        """Looks at the files.

        Args:
          at_once: Whoever asks says that they are written to their end.

        Returns:
          The feeds, if the files changed and can be used; whether the feeds changed is another question.
        """
        before, self._found = self._found, digest(self._files())
        if before != self._found and not at_once:
            return None
        # What was faulty is tried again, though seldom: the file that it lacks may be one that we do not know of.
        self._idle = 0 if before != self._found or at_once else self._idle + 1
        if self._found == self._taken or (self._found == self._faulty and self._idle % AGAIN):
            return None
        try:
            config = self._load()
            if not config.feeds:
                raise ConfigError(f"{config.origin}: there are no feeds in it: to poll none, end the run")
        except ConfigError as error:
            self._refuse(str(error))
            return None
        self._config = config
        self._taken, self._faulty = self._found, ""
        self._accept()
        return self._config.sources()

    def _files(self) -> list[Path]:
        return [self._path, *self._config.files]

    def _refuse(self, fault: str) -> None:
        if fault != self._fault:
            for line in fault.splitlines():
                self._say(line)
            self._say("feeds: the list stays as it is until that is corrected")
        self._fault, self._faulty, self._taken = fault, self._found, ""

    def _accept(self) -> None:
        if self._fault:
            self._say(f"{self._config.origin}: can be used again")
        self._fault = ""
        keys = list(differing(self._began, self._config))
        if self._began.own_rules != self._config.own_rules and not any(key.startswith("[tags]") for key in keys):
            keys.append("[tags] files")
        if keys and keys != self._told:
            self._say(f"needs a restart: {', '.join(keys)}")
        self._told = keys


class Follower:
    """Has whichever job runs poll what the configuration says.

    Args:
      watch: Says what it says; None when nothing is followed.
      feeds: What it said as the run began.
      say: Gets a line for each thing worth knowing.
    """

    def __init__(self, watch: ConfigWatch | None, feeds: tuple[FeedSource, ...], say: Callable[[str], None]) -> None:
        self._watch, self._say = watch, say
        self._lock = threading.Lock()
        self._job: Polling | None = None
        self._feeds = self._polled = feeds

    def hire(self, make: Callable[[tuple[FeedSource, ...]], J]) -> J:
        """Makes the next job, with the feeds as they are now; it is the one that hears of changes from here on."""
        with self._lock:
            self._job = job = make(self._feeds)
            return job

    def step(self, at_once: bool = False) -> None:
        """Looks at the configuration, and tells the job what changed; what it could not be told is tried again."""
        if self._watch is None:
            return
        feeds = self._watch.look(at_once)
        with self._lock:
            if feeds is not None:
                self._feeds = feeds
            changed = changes({one.id: one for one in self._polled}, self._feeds)
            job, newest = self._job, self._feeds
        if not changed:
            return
        try:
            if job is not None:
                job.poll(newest)
        except BeatwireError as error:  # Kafka is away, or the job has ended: the next one begins with these feeds
            _log.debug("the feeds are not told: %s", error)
            return
        self._polled = newest
        self._say(f"feeds: {changed}")

    def run(self, stop: threading.Event) -> None:
        """Looks every `LOOK` seconds, and whenever woken, until ``stop``."""
        while self._watch is not None and not stop.is_set():
            woken = self._watch.wake.wait(LOOK)
            self._watch.wake.clear()
            try:
                self.step(woken)
            except Exception as error:  # a list that nobody follows any more would be a surprise
                _log.warning("the configuration could not be looked at: %s: %s", type(error).__name__, error)
