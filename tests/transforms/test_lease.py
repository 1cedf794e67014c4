"""One holder at a time: the fold by itself, and honest processes whose pauses are long and whose records are late."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from transforms.lease import ENDED, TTL, Lease, LeaseRecord, after, begin, fold

T = int(TTL * 1000)
START = 10_000_000


def said(kind, owner, supersedes=None):
    return LeaseRecord(kind=kind, owner=owner, name="x", host="h", pid=7, version="1", supersedes=supersedes)


def owner_after(*records, lease=None):
    """Each record is (kind, owner, seconds after the start, superseded)."""
    log = [(said(kind, owner, *more), START + int(at * 1000)) for kind, owner, at, *more in records]
    holder = fold(lease or Lease(), log).holder
    return holder and holder.owner


def test_the_first_claim_is_taken_and_a_second_is_not():
    assert "a" == owner_after(("claim", "a", 0), ("claim", "b", 1))


def test_a_holder_that_renews_is_not_taken_over():
    assert "a" == owner_after(("claim", "a", 0), ("renew", "a", 14), ("claim", "b", 16))


def test_a_silent_holder_is_taken_over_after_its_time_and_not_before():
    assert "a" == owner_after(("claim", "a", 0), ("claim", "b", TTL))
    assert "b" == owner_after(("claim", "a", 0), ("claim", "b", TTL + 0.001))


def test_a_refused_claim_does_not_count_later():
    assert "a" == owner_after(("claim", "a", 0), ("claim", "b", 1), ("renew", "b", 2), ("renew", "a", 10))


def test_a_holder_that_nobody_replaced_comes_back_after_any_silence():
    assert "a" == owner_after(("claim", "a", 0), ("renew", "a", 3600))


def test_a_run_that_was_taken_over_does_not_come_back_even_when_the_lease_is_free():
    log = [("claim", "a", 0), ("claim", "b", 20), ("release", "b", 21), ("renew", "a", 22)]
    assert owner_after(*log) is None


def test_what_was_released_is_free_at_once_and_not_for_late_renewals_of_the_same_run():
    assert owner_after(("claim", "a", 0), ("release", "a", 1), ("renew", "a", 2)) is None
    assert "b" == owner_after(("claim", "a", 0), ("release", "a", 1), ("claim", "b", 1))


def test_only_the_holder_can_release():
    assert "a" == owner_after(("claim", "a", 0), ("release", "b", 1))


def test_a_claim_that_supersedes_the_holder_is_taken_at_once_and_one_that_supersedes_another_is_not():
    assert "b" == owner_after(("claim", "a", 0), ("claim", "b", 1, "a"))
    assert "a" == owner_after(("claim", "a", 0), ("claim", "b", 1, "c"))


def test_a_clock_that_goes_back_makes_nobody_expire():
    assert "a" == owner_after(("claim", "a", 100), ("renew", "a", 50), ("claim", "b", 110))


def test_the_runs_remembered_as_over_are_bounded():
    lease = Lease()
    for number in range(ENDED + 9):
        lease = fold(lease, [(said(kind, str(number)), START) for kind in ("claim", "release")])
    assert ENDED == len(lease.ended)


def test_a_holder_is_a_sentence():
    lease = after(Lease(), said("claim", "a"), 1_700_000_000_000)
    assert 'pipeline "x" on h (pid 7, beatwire 1, since 2023-11-14T22:13:20.000Z)' == str(lease.holder)


def test_where_the_beginning_is_gone_a_renewal_is_believed_and_a_claim_only_after_a_while():
    cut = begin(500, START, START + 1, retention=3600)
    assert cut.unsure_until < START  # nothing that was taken away is younger than the retention
    cut = begin(500, START, START + 3_700_000, retention=3600)
    assert owner_after(("claim", "b", 1), lease=cut) is None
    assert "a" == owner_after(("claim", "b", 1), ("renew", "a", 2), lease=cut)
    assert "b" == owner_after(("claim", "b", TTL), lease=cut)
    assert "b" == owner_after(("claim", "b", 1), lease=begin(0, START, START + 3_700_000, retention=3600))


anything = st.lists(
    st.tuples(
        st.sampled_from(["claim", "renew", "release"]),
        st.sampled_from("abcd"),
        st.integers(-5_000, 25_000),
        st.sampled_from([None, None, None, "a", "b", "c"]),
    ),
    max_size=40,
)


@given(anything)
def test_the_holder_changes_only_by_release_by_silence_or_by_being_superseded(steps):
    lease, now = Lease(), START
    for kind, owner, step, supersedes in steps:
        before, now = lease, now + step
        lease = after(lease, said(kind, owner, supersedes), now)
        if before.holder and (not lease.holder or lease.holder.owner != before.holder.owner):
            released = kind == "release" and owner == before.holder.owner
            silent = lease.clock - before.holder.last > T
            superseded = kind == "claim" and supersedes == before.holder.owner
            assert released or silent or superseded


@given(anything, st.integers(0, 40))
def test_readers_that_stop_and_go_on_come_to_the_same(steps, stop):
    log, now = [], START
    for kind, owner, step, supersedes in steps:
        now += step
        log.append((said(kind, owner, supersedes), now))
    assert fold(Lease(), log) == fold(fold(Lease(), log[:stop]), log[stop:])


@dataclasses.dataclass
class Process:
    """An honest run: says a word, reads it back later, trusts from when it *began* to say it."""

    name: str
    trusts: list = dataclasses.field(default_factory=list)
    over: bool = False
    claimed: bool = False
    free_at: int = 0


turn = st.tuples(st.integers(0, 3), st.integers(0, 30_000), st.integers(0, 20_000), st.integers(0, 20_000))


def honest(turns):
    """Four honest runs with any pauses; the log, and each run's spans of trust in milliseconds of true time."""
    runs = [Process(name) for name in "abcd"]
    log, now = [], START
    for which, pause, to_kafka, to_reader in turns:
        run = runs[which]
        if run.over:
            continue
        appended = now + pause
        if run.free_at > appended:
            continue
        began, read = max(run.free_at, appended - to_kafka), appended + to_reader
        log.append((said("renew" if run.claimed else "claim", run.name), appended))
        holder = fold(Lease(), log).holder
        if holder and holder.owner == run.name:
            run.claimed = True
            run.trusts.append((read, began + T - 2000))
        else:
            run.over = True
        now, run.free_at = appended, read  # others begin when they like
    return runs, log


@given(st.lists(turn, max_size=40))
def test_no_two_honest_runs_trust_their_lease_at_the_same_time_whatever_the_delays(turns):
    runs, _ = honest(turns)
    spans = sorted((start, end, run.name) for run in runs for start, end in run.trusts if end > start)
    for (_, end, name), (start, _, other) in [(a, b) for at, a in enumerate(spans) for b in spans[at + 1 :]]:
        assert name == other or end <= start


@given(st.lists(turn, max_size=60), st.integers(0, 60))
def test_a_reader_of_the_end_alone_comes_to_the_same_holder_once_what_it_missed_is_old(turns, cut):
    _, log = honest(turns)
    seen = log[cut:]
    if cut and seen and seen[-1][1] - log[cut - 1][1] > 10 * T:
        late = fold(begin(cut, seen[0][1], seen[-1][1], retention=10 * TTL), seen)
        full = fold(Lease(), log)
        assert (full.holder and full.holder.owner) == (late.holder and late.holder.owner)
