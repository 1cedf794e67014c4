"""Children that die with their parent, and pid files, with real processes."""

import os
import select
import signal
import subprocess
import sys
import time

import pytest

from connectors.embedded import processes
from connectors.embedded.processes import Child, end_stale, recall, remember, start_mark

SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
)
# A parent that starts a child in a thread which ends at once: what is tied to the thread would end the child here.
PARENT = """
import signal, sys, threading, time
from connectors.embedded.processes import Child
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored by all that nohup starts
made = []
def start():
    made.append(Child([sys.executable, "-c", "import time; time.sleep(600)"], 2))
thread = threading.Thread(target=start)
thread.start()
thread.join()
print(made[0].pid, flush=True)
time.sleep(600)
"""


def wait_until(claim, seconds=60):
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def started(command=SLEEPER):
    """Starts a child that says ``up``, and returns it when it has."""
    reading, writing = os.pipe()
    child = Child(command, writing)
    os.close(writing)
    with open(reading) as words:
        assert "up\n" == words.readline()
    return child


@pytest.fixture
def parent():
    """A parent process of its own that holds one child."""
    process = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    process.child = int(process.stdout.readline())
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


class TestChild:
    @pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_it_dies_with_its_parent_whatever_that_dies_of(self, parent, sign):
        assert start_mark(parent.child) is not None
        parent.send_signal(sign)
        wait_until(lambda: start_mark(parent.child) is None)

    def test_it_outlives_the_thread_that_started_it(self, parent):
        # The thread ended before the pid was printed; any signal tied to it has been delivered by now.
        assert start_mark(parent.child) is not None

    def test_one_that_ignores_sigterm_is_killed_when_its_parent_dies(self):
        script = "from connectors.embedded import processes; processes.ORPHAN_GRACE = 1\n" + PARENT.replace(
            "import time; time.sleep(600)", "IGNORE"
        ).replace('"IGNORE"', repr(STUBBORN[2]))
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as parent:
            pid = int(parent.stdout.readline())
            assert b"up\n" == parent.stderr.readline()
            parent.kill()
        wait_until(lambda: start_mark(pid) is None)

    def test_its_pid_is_the_commands_own(self):
        reading, writing = os.pipe()
        child = Child([sys.executable, "-c", "import os; print(os.getpid())"], writing)
        os.close(writing)
        with open(reading) as words:
            assert child.pid == int(words.readline())
        assert child.wait(30)

    def test_its_output_ends_when_it_ends(self):
        # The watcher lives on until the child is polled; it must hold no end of the pipe.
        reading, writing = os.pipe()
        child = Child([sys.executable, "-c", ""], writing)
        os.close(writing)
        assert select.select([reading], [], [], 60)[0]
        assert b"" == os.read(reading, 100)
        os.close(reading)
        assert child.wait(30)

    def test_its_input_is_empty(self):
        child = Child([sys.executable, "-c", "import sys; sys.exit(len(sys.stdin.read()))"], subprocess.DEVNULL)
        assert child.wait(30)
        assert 0 == child.poll()

    def test_its_exit_status_is_told(self):
        child = Child([sys.executable, "-c", "raise SystemExit(7)"], subprocess.DEVNULL)
        assert child.wait(30)
        assert 7 == child.poll()

    def test_stop_is_polite(self):
        child = started()
        child.stop()
        assert -signal.SIGTERM == child.poll()

    def test_stop_kills_one_that_does_not_listen(self):
        child = started(STUBBORN)
        child.stop(grace=0.1)
        assert -signal.SIGKILL == child.poll()

    def test_kill_is_not(self):
        child = started()
        child.kill()
        assert -signal.SIGKILL == child.poll()

    def test_stopping_twice_is_stopping_once(self):
        child = started()
        child.stop()
        child.stop()
        child.kill()
        assert -signal.SIGTERM == child.poll()

    def test_it_has_a_session_of_its_own_so_that_ctrl_c_reaches_the_parent_alone(self):
        child = started()
        assert child.pid == os.getsid(child.pid)
        child.kill()

    def test_its_watcher_goes_home_when_it_has_ended(self):
        child = started()
        group = child.pid
        child.stop()

        def group_is_empty():
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return True
            return False

        wait_until(group_is_empty)


class TestPidFile:
    @pytest.fixture
    def file(self, tmp_path):
        return tmp_path / "broker.pid"

    def test_a_running_process_is_recalled(self, file):
        remember(file, os.getpid())
        assert os.getpid() == recall(file)

    def test_no_file_recalls_nobody(self, file):
        assert recall(file) is None

    @pytest.mark.parametrize("text", ["", "\n", "garbage", "12x y\n", "-"])
    def test_a_broken_file_recalls_nobody(self, file, text):
        file.write_text(text)
        assert recall(file) is None

    def test_a_pid_that_another_process_has_by_now_recalls_nobody(self, file):
        file.write_text(f"{os.getpid()} {start_mark(os.getpid())}0\n")
        assert recall(file) is None

    def test_a_pid_without_a_start_mark_recalls_nobody(self, file):
        file.write_text(f"{os.getpid()}\n")
        assert recall(file) is None

    def test_a_process_that_ended_is_not_recalled(self, file):
        child = started()
        remember(file, child.pid)
        child.kill()
        assert recall(file) is None

    def test_a_zombie_counts_as_gone(self, file):
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        remember(file, process.pid)
        assert process.pid == recall(file)
        process.stdin.close()
        wait_until(lambda: recall(file) is None)
        process.wait()

    def test_the_start_mark_tells_two_processes_apart(self):
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
            assert start_mark(os.getpid()) != start_mark(other.pid)

    def test_the_mark_of_no_process_is_none(self):
        with subprocess.Popen([sys.executable, "-c", ""]) as gone:
            gone.wait()
            assert start_mark(gone.pid) is None

    @pytest.mark.parametrize("command", [SLEEPER, STUBBORN], ids=["polite", "stubborn"])
    def test_a_leftover_is_ended_and_its_file_removed(self, file, command):
        child = started(command)
        remember(file, child.pid)
        assert child.pid == end_stale(file, grace=0.2)
        assert child.poll() is not None
        assert not file.exists()

    def test_a_stranger_with_the_pid_of_a_leftover_is_left_alone(self, file):
        child = started()
        file.write_text(f"{child.pid} another-boot:1\n")
        assert end_stale(file) is None
        assert child.poll() is None
        assert not file.exists()
        child.kill()

    def test_a_file_is_written_in_one_step(self, file):
        remember(file, os.getpid())
        assert [file.name] == os.listdir(file.parent)

    def test_systems_without_proc_ask_ps(self, file, monkeypatch, tmp_path):
        monkeypatch.setattr(processes, "PROC", tmp_path / "no-proc")
        remember(file, os.getpid())
        assert os.getpid() == recall(file)
        assert (
            start_mark(os.getpid())
            == subprocess.run(
                ["ps", "-o", "lstart=", "-p", str(os.getpid())], capture_output=True, text=True
            ).stdout.strip()
        )
