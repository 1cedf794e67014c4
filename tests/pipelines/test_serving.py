"""What `up` and `run` share."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import threading
from pathlib import Path

import pytest

from pipelines.serving import on_hangup, patience_on

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], None),
        (["--job_name=x"], None),
        (["--runner=PrismRunner"], None),
        (["--runner", "DirectRunner"], None),
        (["--runner=FlinkRunner"], 120.0),
        (["--runner=PortableRunner", "--job_endpoint=localhost:8099"], 120.0),
        (["--runner=apache_beam.runners.portability.fn_api_runner.FnApiRunner"], None),
    ],
)
def test_only_a_runner_that_tries_again_gives_up_on_kafka(options, expected):
    assert expected == patience_on(options, 120.0)


def test_a_hangup_wakes_who_watches_and_afterwards_means_what_it_meant():
    wake, before = threading.Event(), signal.getsignal(signal.SIGHUP)
    with on_hangup(wake):
        signal.raise_signal(signal.SIGHUP)
        assert wake.wait(30)
    assert before == signal.getsignal(signal.SIGHUP)


def test_a_hangup_that_the_user_had_ignored_stays_ignored():
    wake, before = threading.Event(), signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with on_hangup(wake):
            signal.raise_signal(signal.SIGHUP)
        assert not wake.is_set()
    finally:
        signal.signal(signal.SIGHUP, before)


LOOKING = """
from pipelines.serving import until_signalled
for _ in range(8):
    with until_signalled() as stop:
        print("looks", flush=True)
        while not stop.wait(0):
            pass
"""


def test_a_signal_is_heard_in_whatever_moment_the_main_thread_is():
    """It comes while the main thread looks at the event, again and again, and mostly holds its lock."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", LOOKING], env=environment, stdout=subprocess.PIPE)
    late = threading.Timer(60, process.kill)
    late.start()
    try:
        for _ in process.stdout:
            process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)
    finally:
        late.cancel()
        process.kill()
        process.wait()


WAITING = """
import threading
from pipelines.serving import on_hangup, until_signalled
wake = threading.Event()
with until_signalled() as stop, on_hangup(wake):
    open("ready", "w").close()
    assert wake.wait(60)
    open("woken", "w").close()
    assert stop.wait(60)
open("stopped", "w").close()
"""


def appears(path, process):
    for _ in range(600):
        if path.exists():
            return True
        if process.poll() is not None:
            return path.exists()
        threading.Event().wait(0.1)
    return False


def test_with_a_terminal_a_hangup_wakes_too_and_the_end_of_the_terminal_is_the_end_of_the_run(tmp_path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    try:
        assert appears(tmp_path / "ready", process)
        process.send_signal(signal.SIGHUP)
        assert appears(tmp_path / "woken", process)
        os.close(ours)
        assert appears(tmp_path / "stopped", process)
        assert 0 == process.wait(30)
    finally:
        process.kill()
        process.wait()
