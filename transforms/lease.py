"""Who may write the topics of a prefix: a lock that is a log, and the fold that reads it.

    claim      I want to write; taken if nobody does, or if it supersedes the holder
    renew      I still write; also confirms a claim at once
    release    I am done

The log is one partition of `leases`. Kafka orders its records and dates them by its own clock, so every reader that
folds them comes to the same holder at each position, whatever the clocks of the machines say.
"""

import dataclasses
from collections.abc import Iterable
from typing import Literal

from transforms import instants
from transforms.records import Record

TTL = 15.0  # seconds after its last record at which a holder may be taken over
RENEWAL = 5.0  # seconds between two renewals
ENDED = 64  # runs remembered as over

Kind = Literal["claim", "renew", "release"]


class LeaseRecord(Record, frozen=True, kw_only=True):
    """A value on `leases`.

    Attributes:
      kind: What it says.
      owner: The run that says it; several processes of one run share it.
      name: The pipeline's name, for people.
      host: The machine's name, for people.
      pid: The process, for people and for `mark`.
      machine: Names the boot and the process namespace in which `pid` means something; empty: do not judge by it.
      mark: Tells the process from all others that ever had its pid; empty when the run does not live and die with it.
      version: beatwire's, for people.
      supersedes: Of a claim: the owner that is known to be dead.
    """

    kind: Kind
    owner: str
    name: str = ""
    host: str = ""
    pid: int = 0
    machine: str = ""
    mark: str = ""
    version: str = ""
    supersedes: str | None = None


@dataclasses.dataclass(frozen=True)
class Holder:
    """The run that may write.

    Attributes:
      said: Its newest record.
      since: When it took the lease, or the oldest that the reader saw of it; milliseconds of Kafka's clock.
      last: When it last said so; the same.
    """

    said: LeaseRecord
    since: int
    last: int

    @property
    def owner(self) -> str:
        """The run."""
        return self.said.owner

    def __str__(self) -> str:
        one = self.said
        since = instants.to_text(self.since / 1000)
        return f'pipeline "{one.name}" on {one.host} (pid {one.pid}, beatwire {one.version}, since {since})'


@dataclasses.dataclass(frozen=True)
class Lease:
    """What the log says up to a position.

    Attributes:
      holder: The run that wrote last of those that may; it holds until another takes over, however long it is silent.
      clock: The newest date so far, milliseconds: a date that goes back counts as this one.
      unsure_until: Before this, a claim is no proof: its fate depends on records that retention took away.
      ended: Runs that have released the lease or lost it; none of them comes back by a renewal.
    """

    holder: Holder | None = None
    clock: int = 0
    unsure_until: int = 0
    ended: tuple[str, ...] = ()


def after(lease: Lease, said: LeaseRecord, at: int) -> Lease:
    """The lease after one more record.

    Args:
      lease: Before it.
      said: The record.
      at: When Kafka appended it, in milliseconds.
    """
    now = max(lease.clock, at)
    lease = dataclasses.replace(lease, clock=now)
    holder = lease.holder
    if holder is not None and holder.owner == said.owner:
        if said.kind == "release":
            return dataclasses.replace(lease, holder=None, ended=_ended(lease, said.owner))
        return dataclasses.replace(lease, holder=Holder(said, holder.since, now))
    if said.kind == "release":
        return lease
    superseded = holder is not None and said.kind == "claim" and said.supersedes == holder.owner
    free = superseded or holder is None or now - holder.last > TTL * 1000
    proof = said.kind == "renew" or superseded or now >= lease.unsure_until
    if not free or not proof or said.owner in lease.ended:
        return lease
    ended = lease.ended if holder is None else _ended(lease, holder.owner)
    return dataclasses.replace(lease, holder=Holder(said, now, now), ended=ended)


def begin(first_offset: int, first: int, newest: int, retention: float) -> Lease:
    """The lease before the first record that a reader sees.

    Where retention took away the beginning there may have been a holder. It has said something else, or is expired, one
    `TTL` after the last record that was taken away: till then renewals, which only a holder writes, are believed, and
    claims are not.

    Args:
      first_offset: Offset of the first record; 0 means that nothing was taken away.
      first: When it was appended, milliseconds.
      newest: When the last one that the reader sees was appended.
      retention: Seconds for which records are kept at least.
    """
    if first_offset == 0:
        return Lease()
    taken = min(first, newest - int(retention * 1000))
    return Lease(unsure_until=taken + int(TTL * 1000))


def fold(lease: Lease, records: Iterable[tuple[LeaseRecord, int]]) -> Lease:
    """`after` for each record and its date, in the order of the log."""
    for said, at in records:
        lease = after(lease, said, at)
    return lease


def _ended(lease: Lease, owner: str) -> tuple[str, ...]:
    return (*lease.ended, owner)[-ENDED:]
