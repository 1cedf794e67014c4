"""Readers: what a reader dies of is a reason, and nobody else's."""

import asyncio
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import threading
import time
import types

import hostile_work
import pebble.pool.process
import pytest

from connectors.background import Background
from connectors.embedded.processes import start_mark
from connectors.reading import pool, process
from connectors.reading.pool import Readers, ReadLimits, Unreadable
from transforms.errors import NotAFeed

LIMITS = ReadLimits(seconds=1.0, count=2)
JUMP = 100.0  # seconds: past any cap by the clock


@pytest.fixture(scope="module")
def background():
    made = Background()
    yield made
    made.close()


@pytest.fixture(scope="module")
def readers():
    made = Readers(LIMITS)
    yield made
    made.close()


@pytest.fixture
def call(background, readers):
    return lambda *work: background.run(lambda: readers.call("paper.example", *work), 120)


def reason(call, *work):
    with pytest.raises(Unreadable) as caught:
        call(*work)
    return caught.value.reason


def outcomes(background, readers, *works):
    async def together():
        return await asyncio.gather(*(readers.call("paper.example", *work) for work in works), return_exceptions=True)

    return background.run(together, 120)


def gone(pid, seconds=30):
    deadline = time.monotonic() + seconds
    while start_mark(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return start_mark(pid) is None


def test_no_process_is_started_before_the_first_call():
    made = Readers(LIMITS)
    assert None is made._pool
    made.close()


def test_a_result_comes_back_from_another_process(call):
    assert {"a": 1} == call(hostile_work.echo, {"a": 1})
    assert os.getpid() != call(hostile_work.pid)


def test_what_a_parser_complains_of_is_not_written_to_the_terminal(call, capfd):
    assert "\x1b[2J" == call(hostile_work.complain, "\x1b[2J")
    assert "cannot read" not in capfd.readouterr().err


def test_a_pool_that_stumbles_over_its_own_end_is_ended_all_the_same():
    class Stumbling:
        ends = 0

        def stop(self):
            assert 0 == self.ends

        def join(self):
            self.ends += 1
            if self.ends == 1:
                raise KeyError(2741)

    stumbling = Stumbling()
    pool._end(stumbling)
    assert 2 == stumbling.ends


def test_an_error_of_ours_comes_back_as_it_was_raised(call):
    with pytest.raises(NotAFeed) as caught:
        call(hostile_work.refuse, "https://wire.example/")
    assert ("https://wire.example/", "no feed") == (caught.value.url, caught.value.reason)


def test_work_that_never_ends_ends_at_its_cap_and_holds_up_no_other(background, readers):
    works = [(hostile_work.spin,), *((hostile_work.echo, number) for number in range(20))]
    spun, *echoed = outcomes(background, readers, *works)
    assert "reading took more than 1 s" == spun.reason
    assert list(range(20)) == echoed


@pytest.mark.parametrize(
    ("work", "told"),
    [
        ((hostile_work.die,), "the reader died (signal 11)"),
        ((hostile_work.die, signal.SIGKILL), "the reader died (signal 9)"),
        ((hostile_work.leave,), "the reader died (exit 3)"),
    ],
)
def test_a_crash_is_told_and_the_next_call_is_answered(call, work, told):
    assert told == reason(call, *work)
    assert 1 == call(hostile_work.echo, 1)


def test_what_takes_long_steps_back_and_what_comes_after_it_does_not():
    mine, nicer = os.getpriority(os.PRIO_PROCESS, 0), process.NICER * (sys.platform == "linux")
    priorities = [
        process.within(30.0, hostile_work.priority_after, (wait,)) for wait in (0.0, process.BRIEF + 0.3, 0.0)
    ]
    assert [(mine, mine), (mine + nicer, mine), (mine, mine)] == priorities


def test_work_is_done_where_there_is_no_room_for_a_thread(monkeypatch):
    def refuse(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert 3 == process.within(30.0, hostile_work.echo, (3,))


def test_a_reader_forks_from_who_has_read_all_it_needs(call):
    server = call(os.getppid)
    assert os.getpid() != server
    if sys.platform == "linux":
        assert "lxml" in pathlib.Path(f"/proc/{server}/maps").read_text()
    assert "the reader died (exit 3)" == reason(call, hostile_work.leave)
    assert {server} == {call(os.getppid) for _ in range(8)}


def test_memory_is_capped(call):
    with pytest.raises(MemoryError):
        call(hostile_work.grow)


def test_a_reader_killed_while_idle_costs_no_call(call):
    for pid in {call(hostile_work.pid) for _ in range(8)}:
        os.kill(pid, signal.SIGKILL)
    assert [0, 1, 2, 3] == [call(hostile_work.echo, number) for number in range(4)]


def test_a_pool_that_breaks_has_its_work_done_again(background, readers, call):
    call(hostile_work.echo, 1)
    readers._pool.stop()
    assert 2 == call(hostile_work.echo, 2)


class WallClock:
    """pebble's clock: ahead of the true one by so much, which may grow at each look."""

    def __init__(self, monkeypatch, ahead=0.0, by=0.0):
        self.ahead, self.by = ahead, by
        monkeypatch.setattr(pebble.pool.process, "time", types.SimpleNamespace(time=self.look, sleep=time.sleep))

    def look(self):
        self.ahead += self.by
        return time.time() + self.ahead


def test_a_clock_that_jumps_ends_no_work_and_makes_nobody_suspect(background, monkeypatch, tmp_path):
    clock, made = WallClock(monkeypatch), Readers(ReadLimits(seconds=5.0, count=1))
    jump = threading.Thread(target=lambda: (hostile_work.await_file(tmp_path / "begun"), setattr(clock, "ahead", JUMP)))
    jump.start()
    work = (hostile_work.touch_and_doze, tmp_path / "begun", 2.0)
    assert 2 == background.run(lambda: made.call("paper.example", *work), 120)
    assert {} == made._suspects
    jump.join()
    made.close()


def test_a_clock_that_jumps_all_the_time_has_work_tried_three_times(background, monkeypatch, tmp_path):
    WallClock(monkeypatch, by=JUMP)
    made = Readers(ReadLimits(seconds=5.0, count=1))
    work = (hostile_work.touch_and_doze, tmp_path / "begun", 2.0)
    with pytest.raises(Unreadable, match="broke down"):
        background.run(lambda: made.call("paper.example", *work), 120)
    assert 3 == len((tmp_path / "begun").read_text())
    made.close()


def test_the_start_of_a_reader_is_no_time_of_its_work(background, monkeypatch, tmp_path):
    """A reader needs three seconds to start; its work is begun anew when pebble's clock jumps past a cap of two."""
    clock, made = WallClock(monkeypatch), Readers(ReadLimits(seconds=0.5, count=1))
    monkeypatch.setattr(pool.process, "begin", hostile_work.begin_late)
    jump = threading.Thread(target=lambda: (hostile_work.await_file(tmp_path / "begun"), setattr(clock, "ahead", JUMP)))
    jump.start()
    assert 2 == background.run(lambda: made.call("paper.example", hostile_work.touch_and_doze, tmp_path / "begun", 1.0))
    assert {} == made._suspects
    jump.join()
    made.close()


def test_two_pieces_of_work_overlap(background, tmp_path):
    made = Readers(ReadLimits(seconds=30.0, count=2))
    works = [(hostile_work.meet, tmp_path, "a", "b"), (hostile_work.meet, tmp_path, "b", "a")]
    assert 2 == len(set(outcomes(background, made, *works)))
    made.close()


def test_a_feed_waits_for_no_queue_of_pages():
    """One reader; the feed comes when thirty pages wait: before it go the page that runs and the next."""
    done = []

    async def note(waiting, name):
        done.append((await waiting, name)[1])

    async def all_of_them():
        pages = [asyncio.create_task(note(made.page("paper.example", hostile_work.doze, n), "page")) for n in range(30)]
        await asyncio.sleep(0)
        await asyncio.gather(*pages, note(made.call("paper.example", hostile_work.doze, 0), "feed"))

    made = Readers(ReadLimits(count=1))
    asyncio.run(all_of_them())
    made.close()
    assert done.index("feed") <= 2


def test_who_took_a_reader_too_long_does_not_hold_up_others_again():
    """Two places; the suspect's five pieces have none of them, and the others' work comes long before their end."""
    done = []

    async def note(name, *work):
        with contextlib.suppress(Unreadable):
            await made.page(name, *work)
        done.append(name)

    async def all_of_them():
        await note("hostile.example", hostile_work.spin)
        hostile = [asyncio.create_task(note("hostile.example", hostile_work.spin)) for _ in range(5)]
        await asyncio.sleep(0)
        await asyncio.gather(*(note("paper.example", hostile_work.echo, n) for n in range(20)))
        for task in hostile:
            task.cancel()

    made = Readers(ReadLimits(seconds=2.0, count=2))
    asyncio.run(all_of_them())
    made.close()
    assert 20 == done.count("paper.example")
    assert done.count("hostile.example") <= 3


def test_who_took_a_reader_too_long_has_less_time_for_a_while(background):
    made = Readers(ReadLimits(seconds=2.0, count=1))
    call = lambda *work: background.run(lambda: made.call("hostile.example", *work), 120)  # noqa: E731
    assert ["reading took more than 2 s", "reading took more than 0.6 s"] == [
        reason(call, hostile_work.spin) for _ in range(2)
    ]
    assert 1 == call(hostile_work.echo, 1)
    made.close()


def test_what_takes_long_leaves_its_place_to_others():
    """One place; its first piece, of a publisher as good as any, takes three seconds, and ends as if it were alone."""
    done = []

    async def note(name, *work):
        done.append((await made.page("paper.example", *work), name)[1])

    async def all_of_them():
        await note("start", hostile_work.echo, 0)
        long = asyncio.create_task(note("long", time.sleep, 3.0))
        await asyncio.sleep(0)
        await asyncio.gather(*(note("short", hostile_work.echo, n) for n in range(20)))
        await long

    made = Readers(ReadLimits(count=1))
    asyncio.run(all_of_them())
    made.close()
    assert ["start", *["short"] * 20, "long"] == done
    assert (1, 1, 1) == (made._places._value, made._pages._value, made._aside._value)


def test_a_suspect_is_forgiven_in_time():
    made = Readers(LIMITS)
    made._suspects["paper.example"] = time.monotonic() - pool._SUSPECT + 100
    assert made._suspect("paper.example")
    made._suspects["paper.example"] -= 101
    assert not made._suspect("paper.example")
    assert {} == made._suspects


def test_a_reader_imports_no_beam(call):
    assert not call(hostile_work.has_beam)


def test_a_reader_knows_languages_before_its_first_page(background):
    made = Readers(LIMITS)
    assert background.run(lambda: made.call("paper.example", hostile_work.knows_languages), 120)
    made.close()


def test_closing_takes_seconds_while_a_reader_spins_and_leaves_no_process(background):
    made = Readers(ReadLimits(seconds=60.0, count=1))
    pid = background.run(lambda: made.call("paper.example", hostile_work.pid), 120)
    background.start("spin", lambda: made.call("paper.example", hostile_work.spin))
    began = time.monotonic()
    made.close()
    assert time.monotonic() - began < 30  # the reader would spin for 60
    assert gone(pid)


def test_after_closing_nothing_is_read():
    made = Readers(LIMITS)
    made.close()
    with pytest.raises(Unreadable, match="over"):
        asyncio.run(made.call("paper.example", hostile_work.echo, 1))


PARENT = """
    import asyncio, os, pathlib, signal, sys
    import hostile_work
    from connectors.reading.pool import Readers, ReadLimits

    async def main():
        readers = Readers(ReadLimits(seconds=2.0, count=2))
        folder = pathlib.Path(sys.argv[1])
        pids = await asyncio.gather(
            readers.call("paper.example", hostile_work.meet, folder, "a", "b"),
            readers.call("paper.example", hostile_work.meet, folder, "b", "a"),
        )
        busy = asyncio.create_task(readers.call("paper.example", hostile_work.spin))
        server = await readers.call("paper.example", os.getppid)
        print(server, *pids, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    if __name__ == "__main__":
        asyncio.run(main())
"""


def test_readers_of_a_killed_parent_end_busy_or_idle_and_what_they_fork_from(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(PARENT))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.run(
        [sys.executable, script, tmp_path], env=environment, capture_output=True, text=True, timeout=120
    )
    assert -signal.SIGKILL == parent.returncode, parent.stderr
    assert [True, True, True] == [gone(int(pid)) for pid in parent.stdout.split()]
