"""Keeps the lease of a run: claims it, renews it from a thread, stops the run when it is lost.

What is decided stands in `transforms.lease`; here are Kafka and the clocks. A process trusts its lease for `TRUST`
seconds after it *began* to say the newest record that it then read back as the holder's, by a clock that also counts
while the machine sleeps. Kafka dates that record later than that, so nobody else can have taken over before. When the
trust is over, writes wait until the next renewal has come back, or raise because another run has the lease.
"""

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
from kafka import KafkaProducer, errors
from msgspec.structs import replace

from connectors.embedded.processes import machine_mark, start_mark
from connectors.kafka.faults import blame
from connectors.kafka.memory import PartitionReader
from connectors.kafka.partition import partition_of
from connectors.kafka.producers import make, retire, send_all
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.kafka.topics import LEASE_SECONDS
from connectors.kafka.unreadable import passing_over
from transforms.errors import BeatwireError, KafkaMisconfigured, KafkaUnavailable, LeaseHeld, LeaseLost, RunOver
from transforms.lease import RENEWAL, TTL, Holder, Kind, Lease, LeaseRecord, begin, fold

KEY = "writer"  # one lease for the prefix, whatever the pipelines are called
TRUST = TTL - 2.0  # seconds: a write that begins in time should also be over in time
ANSWER = 8.0  # seconds for one record, there and back
RETRY = 1.0  # seconds to the next renewal after one that failed
LOOK = 0.25  # seconds between two looks at a holder that may be dead
JOIN = 2.0  # seconds for a good end
SLACK = 3.0  # seconds beyond `TTL` after which a claimer gives up

_log = logging.getLogger(__name__)
_over: set[str] = set()  # runs that this process has ended


def clock() -> float:
    """Seconds since boot, those in which the machine slept included (a lease does not wait for a closed lid)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def speaker(owner: str, name: str, version: str) -> LeaseRecord:
    """What this process says of itself in the name of a run; not yet judged by its process."""
    return LeaseRecord(
        kind="renew", owner=owner, name=name, host=socket.gethostname(), pid=os.getpid(), version=version
    )


def is_dead(holder: Holder) -> bool:
    """True when the holder surely runs no more: its process was on this machine and is gone, or was ours and ended it.

    A process of another machine or container cannot be judged, nor a run that lives on a cluster.
    """
    said = holder.said
    if not said.mark or said.machine != machine_mark():
        return False
    now = start_mark(said.pid)
    return now != said.mark or (said.pid == os.getpid() and said.owner in _over)


class LeaseKeeper:
    """The lease of one run in this process; safe to use from several threads.

    Args:
      settings: Where the topics are.
      me: See `speaker`.
      on_lost: Called once, from the keeper's thread, when the run must not write any more.
    """

    def __init__(self, settings: KafkaSettings, me: LeaseRecord, on_lost: Callable[[BeatwireError], None]) -> None:
        self._settings, self._me, self._on_lost = settings, me, on_lost
        self._topic, self._partition = settings.topic("leases"), partition_of(KEY, settings.partitions)
        self._reader = PartitionReader(settings, self._topic, self._partition, ANSWER)
        self._producer: KafkaProducer | None = None
        self._io = threading.Lock()
        self._unfolded: list[tuple[int, LeaseRecord, int]] = []
        self._lease: Lease | None = None
        self._changed = threading.Condition()
        self._trusted_until = 0.0
        self._error: BeatwireError | None = None
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()

    def claim(self, lives_here: bool) -> None:
        """Takes the lease and keeps it from now on.

        Args:
          lives_here: The run ends with this process, so that others on this machine may see at once that it is over.

        Raises:
          LeaseHeld: Another run has it; says which. Known as soon as that one renews, at most `TTL` + `SLACK` later.
          KafkaUnavailable: Kafka does not answer.
          KafkaMisconfigured: It refuses us, or there is no topic for leases.
        """
        if lives_here:
            mark = start_mark(os.getpid()) or ""
            self._me = replace(self._me, machine=machine_mark(), mark=mark)
        give_up = clock() + TTL + SLACK
        lease = self._look()
        while True:
            dead = lease.holder.owner if lease.holder and is_dead(lease.holder) else None
            asked = clock()
            lease = self._say("claim", supersedes=dead)
            holder = lease.holder
            if holder is not None and holder.owner == self._me.owner:
                self._renew()  # at once, so that nobody has to guess whether the claim was taken
                self._keep()
                return
            lease = self._wait_for(holder, until=min(asked + TTL + LOOK, give_up))
            if holder is not None and _renewed(holder, lease.holder):
                raise held(lease.holder or holder, self._settings)
            if clock() >= give_up:
                raise held(lease.holder or holder, self._settings)

    def hold(self, patience: float | None = None) -> None:
        """Returns while the run has the lease; called before each write. A process that never claimed joins its run.

        Args:
          patience: Seconds to wait for a renewal that is late, as when Kafka is away; None waits for ever.

        Raises:
          LeaseLost: Another run has it.
          RunOver: This run has ended.
          KafkaMisconfigured: Kafka refuses the renewals.
          KafkaUnavailable: No renewal came back within the patience.
        """
        if self._error is None and clock() < self._trusted_until:
            return
        self._keep()
        with self._changed:
            sure = self._changed.wait_for(lambda: self._error or clock() < self._trusted_until, patience)
        if self._error is not None:
            raise self._error
        if not sure:
            raise KafkaUnavailable(f"the lease on {self._topic} could not be renewed for {patience:.0f} s")

    def close(self) -> None:
        """Releases the lease, best effort; bundles that wait for it raise."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(JOIN)
        _over.add(self._me.owner)
        lost = self._error is not None
        self._lose(RunOver(f"run {self._me.owner} is over"), tell=False)
        if self._thread is not None and not lost:
            with contextlib.suppress(BeatwireError, errors.KafkaError):
                self._append("release", within=JOIN)
        with self._io:
            self._retire()
        self._reader.close()

    def _keep(self) -> None:
        with self._changed:
            if self._thread is None and not self._ending.is_set():
                self._thread = threading.Thread(target=self._run, name="beatwire-lease", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._ending.is_set():
            wait = RENEWAL
            try:
                self._renew()
            except KafkaMisconfigured as error:
                self._lose(error)
                return
            except (KafkaUnavailable, errors.KafkaError) as error:
                _log.info("the lease is not renewed: %s", error)
                wait = RETRY
            except Exception as error:  # a keeper that died would leave all writes waiting for ever
                _log.warning("the lease is not renewed: %s: %s", type(error).__name__, error)
                with self._io:
                    self._retire()
                wait = RETRY
            if self._error is not None:
                return
            self._ending.wait(wait)

    def _renew(self) -> None:
        began = clock()
        lease = self._say("renew")
        if lease.holder is not None and lease.holder.owner == self._me.owner:
            with self._changed:
                self._trusted_until = began + TRUST
                self._changed.notify_all()
        else:
            by = f"{lease.holder} has taken over" if lease.holder else "it was released"
            self._lose(LeaseLost(f"this run has lost its lease on {self._settings.topic('*')}: {by}"))

    def _lose(self, error: BeatwireError, tell: bool = True) -> None:
        with self._changed:
            if self._error is not None:
                return
            self._error, self._trusted_until = error, 0.0
            self._changed.notify_all()
        if tell:
            self._on_lost(error)

    def _say(self, kind: Kind, supersedes: str | None = None) -> Lease:
        """Appends a record and reads to the end of the log, which then holds it."""
        self._append(kind, supersedes)
        return self._look()

    def _append(self, kind: Kind, supersedes: str | None = None, within: float = ANSWER) -> None:
        said = replace(self._me, kind=kind, supersedes=supersedes)
        row = Row(self._topic, KEY.encode(), msgspec.json.encode(said), partition=self._partition)
        with self._io:
            if self._producer is None:
                self._producer = make(self._settings, True, within)
            error = send_all(self._producer, [row], time.monotonic() + within)[0]
            if error is None:
                return
            self._retire()  # one that was given up may send its record yet
        words = f"writing {self._topic}: {type(error).__name__}: {error}"
        raise (KafkaUnavailable if blame(error) == "away" else KafkaMisconfigured)(words) from error

    def _look(self) -> Lease:
        with self._io:
            return self._read()

    def _wait_for(self, holder: Holder | None, until: float) -> Lease:
        """Waits for another word of the holder, its end, or the time."""
        while True:
            lease = self._look()
            now = lease.holder
            if now is None or holder is None or now != holder or is_dead(now) or clock() >= until:
                return lease
            time.sleep(LOOK)

    def _read(self) -> Lease:
        self._reader.catch_up(passing_over(self._take))
        fresh, self._unfolded = self._unfolded, []
        if self._lease is None:
            self._lease = begin(fresh[0][0], fresh[0][2], fresh[-1][2], LEASE_SECONDS) if fresh else None
        if self._lease is not None:
            self._lease = fold(self._lease, ((said, at) for _, said, at in fresh))
        return self._lease or Lease()

    def _take(self, record: Any) -> None:
        said = msgspec.json.decode(record.value or b"", type=LeaseRecord)
        self._unfolded.append((record.offset, said, record.timestamp))

    def _retire(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            retire(producer)


def held(holder: Holder | None, settings: KafkaSettings) -> LeaseHeld:
    """The error that says who has the lease and what to do."""
    who = str(holder) if holder else "another pipeline"
    return LeaseHeld(
        f"{who} writes the topics {settings.topic('*')} of this Kafka, and only one may: "
        "stop that one, or give this one another kafka.prefix"
    )


def _renewed(before: Holder, now: Holder | None) -> bool:
    return now is not None and (now.owner != before.owner or now.last > before.last) and not is_dead(now)
